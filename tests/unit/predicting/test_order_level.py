"""The level follows what did well in the shop's own past, and drift is learned from it."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.predicting.histories import Histories
from kindred.predicting.model_choice import grade_of
from kindred.predicting.order_level import (
    PACE,
    USUAL_AMOUNT_DRIFT,
    USUAL_DRIFT,
    PastError,
    level_of,
)

TOTALS = {"bg-nbd": 1000.0, "mbg-nbd": 1000.0, "pareto-nbd": 1000.0, PACE: 1500.0}


def past(counting: float, pace: float, amount: float = 0.0) -> PastError:
    errors = dict.fromkeys(("bg-nbd", "mbg-nbd", "pareto-nbd"), counting)
    return PastError({**errors, PACE: pace}, 0.0, amount, 0.0)


def test_without_a_past_the_level_lies_halfway():
    level = level_of(TOTALS, 1000.0, 0.0, [])
    assert level.factor == pytest.approx(1.5**0.5, rel=0.01)
    assert (level.error, level.amount_error) == (USUAL_DRIFT, USUAL_AMOUNT_DRIFT)


def test_a_pace_that_was_wrong_before_moves_little():
    wrong = level_of(TOTALS, 1000.0, 0.0, [past(0.0, 0.8), past(0.0, 0.8)])
    assert wrong.factor < 1.01
    right = level_of(TOTALS, 1000.0, 0.0, [past(0.8, 0.0), past(0.8, 0.0)])
    assert right.factor > 1.49


def test_a_pace_learned_from_few_purchases_moves_less():
    assert level_of(TOTALS, 1000.0, 0.5, []).factor < level_of(TOTALS, 1000.0, 0.05, []).factor


def test_drift_is_learned_from_the_past_for_orders_and_money():
    calm = level_of(TOTALS, 1000.0, 0.0, [past(0.0, 0.0)] * 3)
    wild = level_of(TOTALS, 1000.0, 0.0, [past(0.6, 0.6, 0.4)] * 3)
    assert calm.error < USUAL_DRIFT < wild.error
    assert calm.amount_error < USUAL_AMOUNT_DRIFT < wild.amount_error


def known(days: float) -> Histories:
    many = np.ones(500)
    return Histories(days, np.arange(500), many, many, many, many, many)


def test_less_than_a_year_is_never_called_good_and_the_reason_is_said():
    best = {"auc": 0.9}
    assert grade_of(best, known(700), 0.2) == ("good", None)
    grade, reason = grade_of(best, known(300), 0.2)
    assert grade == "unknown"
    assert reason is not None
    assert "year" in reason
    assert grade_of(best, known(700), 0.5)[0] == "unknown"
