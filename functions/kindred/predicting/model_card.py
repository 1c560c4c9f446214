"""What is stored beside a prediction: its horizon, its model, and how good that was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kindred.predicting.backtest import FOLDS
from kindred.predicting.churn import CANDIDATES


def model_card(
    horizon_days: int, chosen: str, backtested: Mapping[str, Mapping[str, float]], level: float
) -> dict[str, Any]:
    """JSON-able: horizon, the chosen candidate, all with their accuracy in the backtest."""
    return {
        "horizon_days": horizon_days,
        "chosen": chosen,
        "candidates": [
            {"name": name, **{key: round(value, 4) for key, value in backtested[name].items()}}
            for name in CANDIDATES
            if name in backtested
        ],
        "folds": FOLDS if backtested else 0,
        "level": round(level, 4),
    }
