"""Predictions joined to segments: columns of customers, figures of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kindred.predicting.histories import Purchases, purchase_days
from kindred.predicting.predicting import FEWEST_BUYERS, Prediction, predict
from kindred.segments.shop import Shop

#: Columns that a prediction adds to customers.
COLUMNS = (
    "churn", "churn_low", "churn_high", "orders_12m", "value", "value_low", "value_high",
    "value_3y", "value_5y",
)  # fmt: skip


def foresee(shop: Shop) -> Prediction | None:
    """Who buys again and what they are worth, from buyers' purchase days; None for too little past.

    Files of totals have no purchase days.
    """
    if shop.orders is None or not shop.support.orders:
        return None
    days: pd.DataFrame = shop.run(purchase_days(shop.orders))
    if not _can_be_foreseen(days):
        return None
    return predict(Purchases.from_frame(days), shop.as_of)


def summary(foreseen: Prediction | None, currency: str | None) -> dict[str, Any] | None:
    """What is foreseen for the whole shop, JSON-able."""
    if foreseen is None:
        return None
    return {
        **foreseen.report,
        "grade": foreseen.grade,
        "orders_12m": foreseen.orders.as_dict(),
        "value_12m": foreseen.value.as_dict(),
        "currency": currency,
    }


def _can_be_foreseen(frame: pd.DataFrame) -> bool:
    """Whether enough customers came back for a prediction to mean anything."""
    return int(frame["customer_id"].duplicated().sum()) >= FEWEST_BUYERS


def columns_of(foreseen: Prediction) -> pd.DataFrame:
    """``customer_id`` and COLUMNS, rounded as they are stored."""
    frame = foreseen.customers.rename(columns={"orders": "orders_12m"}).reset_index()
    frame["customer_id"] = frame["customer_id"].astype(str)
    return frame[["customer_id", *COLUMNS]].round(dict.fromkeys(COLUMNS, 4))


def churn_of(row: Mapping[str, Any], foreseen: Prediction | None) -> dict[str, Any] | None:
    """A segment's mean chance of no order within the horizon; ``row`` as `measure` has it."""
    if foreseen is None or pd.isna(row["churn__mean"]):
        return None
    return {
        "value": round(float(row["churn__mean"]), 4),
        "low": round(float(row["churn_low__mean"]), 4),
        "high": round(float(row["churn_high__mean"]), 4),
        "grade": foreseen.grade,
        "horizon_days": foreseen.horizon_days,
    }


def worth_of(
    row: Mapping[str, Any], foreseen: Prediction | None, currency: str | None
) -> dict[str, Any] | None:
    """A segment's mean value over 12 months, with how far single customers lie apart."""
    if foreseen is None or pd.isna(row["value__mean"]):
        return None
    return {
        "value": round(float(row["value__mean"]), 2),
        "low": round(float(row["value_low__mean"]), 2),
        "high": round(float(row["value_high__mean"]), 2),
        "value_3y": round(float(row["value_3y__mean"]), 2),
        "value_5y": round(float(row["value_5y__mean"]), 2),
        "grade": foreseen.grade,
        "currency": currency,
    }
