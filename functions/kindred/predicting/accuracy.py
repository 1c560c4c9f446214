"""How good chances of buying again were, now that it is known who did."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import logit
from sklearn.metrics import roc_auc_score

from kindred.predicting.purchases import Floats
from kindred.predicting.regressions import fit_logistic

#: Chances are kept this far from 0 and 1, so that a single surprise can't decide a log score.
LEAST_CHANCE: Final = 1e-4
RELIABILITY_RIDGE: Final = 1e-6  # next to none: only so that there is always a solution


def within_limits(chance: Floats) -> Floats:
    return np.asarray(np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE))


def accuracy_of(chance: Floats, happened: Floats) -> dict[str, float]:
    """AUC, Brier, log score (lower is better), reliability slope and mean chance over share."""
    chance = within_limits(chance)
    return {
        "auc": area_under_curve(chance, happened),
        "brier": float(np.mean((chance - happened) ** 2)),
        "log_score": float(log_losses(chance, happened).mean()),
        "reliability_slope": reliability_slope(chance, happened),
        "calibration": float(chance.mean() / max(happened.mean(), 1e-9)),
    }


def area_under_curve(chance: Floats, happened: Floats) -> float:
    """P(a buyer scores above a non-buyer), ties half; one half where there is only one kind."""
    bought = happened > 0
    if bought.all() or not bought.any():
        return 0.5
    return float(roc_auc_score(bought, chance))


def log_losses(chance: Floats, happened: Floats) -> Floats:
    """Per customer; their mean is the log score.

    `sklearn.metrics.log_loss` gives only the mean, and whether a lead is more than chance is told
    by how the losses scatter.
    """
    chance = within_limits(chance)
    return np.asarray(-np.where(happened > 0, np.log(chance), np.log1p(-chance)))


def reliability_slope(chance: Floats, happened: Floats) -> float:
    """1: as sure as it should be; below: too sure. Slope of the logistic recalibration line.

    scikit-learn's slope, without any ridge, differs in the third digit for 60 customers and in the
    fourth for 2,400; four are stored.
    """
    line = logit(within_limits(chance))[:, None]
    fitted = fit_logistic(line, (happened > 0).astype(float), ridge=RELIABILITY_RIDGE)
    return float(fitted.weights[1] / fitted.scale[0])


def count_accuracy(expected: Floats, bought: Floats) -> dict[str, float]:
    """Error of the total as a share of it, mean absolute error and correlation by customer."""
    varies = float(np.std(expected)) > 0 and float(np.std(bought)) > 0
    return {
        "total_error": float(expected.sum() / max(float(bought.sum()), 1e-9) - 1),
        "mae": float(np.abs(expected - bought).mean()),
        "correlation": float(np.corrcoef(expected, bought)[0, 1]) if varies else 0.0,
    }
