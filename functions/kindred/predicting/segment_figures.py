"""Predictions of a shop and its segments as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kindred.predicting.predictions import Prediction


def shop_figures(prediction: Prediction | None, currency: str | None) -> dict[str, Any] | None:
    """What is predicted of the whole shop, JSON-able."""
    if prediction is None:
        return None
    shop = prediction.shop
    return {
        **shop.report,
        "grade": shop.grade,
        "orders_12m": shop.orders.as_dict(),
        "value_12m": shop.value.as_dict(),
        "currency": currency,
    }


def churn_of(row: Mapping[str, Any], prediction: Prediction | None) -> dict[str, Any] | None:
    """A segment's mean chance of no order within the horizon.

    ``row`` has the means of `predictions.COLUMNS` over the segment as ``churn__mean`` and so on.
    """
    if prediction is None or pd.isna(row["churn__mean"]):
        return None
    return {
        "value": round(float(row["churn__mean"]), 4),
        "low": round(float(row["churn_low__mean"]), 4),
        "high": round(float(row["churn_high__mean"]), 4),
        "grade": prediction.shop.grade,
        "horizon_days": prediction.shop.horizon_days,
    }


def value_of(
    row: Mapping[str, Any], prediction: Prediction | None, currency: str | None
) -> dict[str, Any] | None:
    """A segment's mean value over 12 months, with how far single customers lie apart."""
    if prediction is None or pd.isna(row["value__mean"]):
        return None
    return {
        "value": round(float(row["value__mean"]), 2),
        "low": round(float(row["value_low__mean"]), 2),
        "high": round(float(row["value_high__mean"]), 2),
        "value_3y": round(float(row["value_3y__mean"]), 2),
        "value_5y": round(float(row["value_5y__mean"]), 2),
        "grade": prediction.shop.grade,
        "currency": currency,
    }
