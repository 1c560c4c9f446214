"""A shop's purchases from a frame, in small batches, as the engine's come in large ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from kindred.predicting.predictions import ShopPrediction, predict
from kindred.predicting.purchases import Purchases, whole_customers

BATCH_ROWS = 1_000


class ShopPurchases:
    """`PurchaseBatches` of ``customer_id, ordered_on, amount``, a row per customer and day."""

    def __init__(self, frame: pd.DataFrame) -> None:
        by_day = frame.groupby(["customer_id", "ordered_on"])["amount"].sum().reset_index()
        customer, self.ids = pd.factorize(by_day["customer_id"], sort=True)
        days = pd.to_datetime(by_day["ordered_on"])
        self.first_day: date = days.min().date()
        day = (days - days.min()).dt.days.to_numpy(dtype=float)
        self.last_day = float(day.max())
        self._all = Purchases(customer, day, by_day["amount"].to_numpy(dtype=float))

    def batches(self) -> Iterator[Purchases]:
        starts = range(0, len(self._all), BATCH_ROWS)
        return whole_customers(self._all.part(at, at + BATCH_ROWS) for at in starts)

    def bought_between(
        self, customers: np.ndarray, start: float, end: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Purchases and money of each after day ``start``, up to and with day ``end``."""
        inside = (self._all.day > start) & (self._all.day <= end)
        who, size = self._all.customer[inside], len(self.ids)
        money = np.bincount(who, weights=self._all.amount[inside], minlength=size)
        return np.bincount(who, minlength=size)[customers], money[customers]


def predict_shop(shop: ShopPurchases, as_of: date) -> tuple[ShopPrediction, pd.DataFrame]:
    """The prediction, and its customers as one frame by customer_id."""
    frames: list[pd.DataFrame] = []
    prediction = predict(shop, as_of, write=frames.append)
    customers = pd.concat(frames, ignore_index=True)
    customers.index = pd.Index(shop.ids[customers.pop("customer")], name="customer_id")
    return prediction, customers
