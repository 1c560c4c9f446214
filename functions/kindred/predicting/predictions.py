"""Who will buy again, what customers are worth, and how far to trust it: all steps in order.

The candidates of `churn` compete on the shop's own past; the winner is then fitted on all of it.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from kindred.engine.parquet import open_writer
from kindred.predicting import gamma_gamma
from kindred.predicting.churn import PARAMETER_DRAWS, chance_interval
from kindred.predicting.fitted_shop import FittedShop, fit_shop
from kindred.predicting.histories import WEEK
from kindred.predicting.horizon import horizon_of
from kindred.predicting.model_card import model_card
from kindred.predicting.purchases import PurchaseBatches, day_of, store_purchases
from kindred.predicting.value import Interval, OrdersAndValue, predict_value

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

SEED: Final = 20_240_601
FEWEST_REPEAT_PURCHASES: Final = 10  # below, nothing is predicted
BATCH_CUSTOMERS: Final = 50_000  # written at a time: 40 drawn chances each are 16 MB
AMOUNT_PRIOR_STRENGTH: Final = 1.0

#: What is predicted of a customer: ``churn`` (no order within the horizon), ``orders_12m``,
#: ``value`` (12 months); ``_low`` and ``_high`` are the bounds of an 80 % interval.
COLUMNS: Final = (
    "churn", "churn_low", "churn_high", "orders_12m", "value", "value_low", "value_high",
    "value_3y", "value_5y",
)  # fmt: skip
_STORED: Final = pa.schema([("customer", pa.int64()), *((name, pa.float64()) for name in COLUMNS)])


@dataclass(frozen=True)
class ShopPrediction:
    """What is predicted of the whole shop."""

    horizon_days: int
    chosen: str
    grade: str
    orders: Interval  # of all customers, within 12 months
    value: Interval
    report: dict[str, Any]  # as `model_card` makes it


@dataclass(frozen=True)
class Prediction:
    """``customers`` has ``customer_id`` and COLUMNS, rounded as they are stored."""

    shop: ShopPrediction
    customers: Table


def predict_customers(
    engine: Engine, orders: Table, as_of: date, folder: Path
) -> Prediction | None:
    """Who buys again and what they are worth; None for too little past.

    ``orders`` are canonical orders before ``as_of``; ``folder`` is for a temporary file.
    """
    purchases = store_purchases(engine, orders)
    if purchases is None or purchases.repeat_purchases < FEWEST_REPEAT_PURCHASES:
        return None
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "predictions.parquet"
        with open_writer(path, _STORED) as add:
            digits = dict.fromkeys(COLUMNS, 4)
            shop = predict(purchases, as_of, write=lambda frame: add(frame.round(digits)))
        rows = engine.read(path).join(purchases.customer_ids, "customer")
        customers = engine.keep("customer_predictions", rows.select("customer_id", *COLUMNS))
    return Prediction(shop, customers)


def predict(
    purchases: PurchaseBatches,
    as_of: date,
    *,
    write: Callable[[pd.DataFrame], None],
) -> ShopPrediction:
    """Predict every customer from what happened before ``as_of``.

    ``write`` gets their rows batch by batch: ``customer``, COLUMNS, and the bounds of orders.
    """
    with threadpool_limits(limits=1):  # the same sums whatever the machine, and no idle spinning
        end = day_of(purchases, as_of) - 1
        days = horizon_of(purchases, end)
        shop = fit_shop(purchases, end, days / WEEK)
        histories = shop.histories
        amounts = gamma_gamma.fit(
            histories.repeats, histories.mean_amount, strength=AMOUNT_PRIOR_STRENGTH
        )
        value = predict_value(shop, amounts, np.random.default_rng(SEED))
        for frame in _customer_frames(shop, value):
            write(frame)
    grade, reason = shop.grade()
    return ShopPrediction(
        int(days),
        shop.chosen,
        grade,
        value.total_orders(),
        value.total_value(),
        {
            **model_card(int(days), shop.chosen, shop.backtested, shop.models.level),
            "grade_reason": reason,
        },
    )


def _customer_frames(shop: FittedShop, value: OrdersAndValue) -> Iterator[pd.DataFrame]:
    """``customer``, COLUMNS and the bounds of orders, a batch of customers at a time."""
    models = shop.models
    parameters = models.counting.draw_parameters(PARAMETER_DRAWS, np.random.default_rng(SEED + 1))
    chance = shop.chance_to_buy(shop.chosen)
    for batch in _batches(len(shop.histories)):
        buys = chance[batch]
        low, high = chance_interval(
            models,
            parameters,
            shop.histories.pick(batch),
            {name: candidate[batch] for name, candidate in shop.candidates.items()},
            buys,
        )
        yield pd.DataFrame(
            {
                "customer": shop.histories.customer[batch],
                "churn": 1 - buys,
                "churn_low": 1 - high,
                "churn_high": 1 - low,
                **value.columns(batch),
            }
        )


def _batches(customers: int) -> Iterator[slice]:
    """Parts of about equal size."""
    count = max(1, -(-customers // BATCH_CUSTOMERS))
    borders = np.linspace(0, customers, count + 1).astype(int).tolist()
    return (slice(start, end) for start, end in itertools.pairwise(borders))
