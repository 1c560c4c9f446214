"""Whole predictions on simulated shops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from kindred.errors import InvalidInput
from kindred.predicting import accuracy, fitted_shop, predictions
from kindred.predicting.churn import CANDIDATES
from kindred.predicting.holdout import evaluate
from kindred.predicting.horizon import horizon_of
from shop_purchases import ShopPurchases, predict_shop
from simulated_shops import make_purchases

FRAME = make_purchases(400, seed=21)
PURCHASES = ShopPurchases(FRAME)
AS_OF = date(2024, 12, 30)


@pytest.fixture(scope="module")
def predicted():
    return predict_shop(PURCHASES, AS_OF)


@pytest.fixture(scope="module")
def prediction(predicted):
    return predicted[0]


@pytest.fixture(scope="module")
def customers(predicted):
    return predicted[1]


def test_intervals_hold_their_value(prediction, customers):
    for name in ("churn", "orders_12m", "value"):
        assert (customers[f"{name}_low"] <= customers[name] + 1e-9).all(), name
        assert (customers[name] <= customers[f"{name}_high"] + 1e-9).all(), name
    assert customers["churn"].between(0, 1).all()
    assert prediction.value.low < prediction.value.value < prediction.value.high
    assert (customers["value"] <= customers["value_3y"]).all()
    assert (customers["value_3y"] <= customers["value_5y"]).all()


def test_who_bought_lately_and_often_is_likelier_to_come_back(customers):
    seen = FRAME.groupby("customer_id")["ordered_on"].agg(["max", "count"])
    best = seen[(seen["max"] > "2024-12-01") & (seen["count"] >= 6)].index
    worst = seen[(seen["max"] < "2023-12-01")].index
    churn = customers["churn"]
    assert churn[best].max() < churn[worst].min()


def test_what_is_used_is_never_worse_than_recency_in_the_backtest(prediction):
    tried = {one["name"]: one for one in prediction.report["candidates"]}
    assert tried[prediction.chosen]["log_score"] <= tried["recency"]["log_score"]


def test_the_same_purchases_in_another_order_give_the_same_prediction(customers):
    shuffled = ShopPurchases(FRAME.sample(frac=1, random_state=9))
    _, again = predict_shop(shuffled, AS_OF)
    pd.testing.assert_frame_equal(again, customers, check_exact=True)


def test_the_horizon_comes_from_the_shops_own_gaps():
    slow = ShopPurchases(make_purchases(400, seed=21, alpha=40))
    assert horizon_of(PURCHASES, 728) < horizon_of(slow, 728) <= 728 / 3 + 1


def test_a_shop_of_a_handful_is_predicted_and_called_weak():
    found, customers = predict_shop(ShopPurchases(make_purchases(12, seed=8)), AS_OF)
    assert found.grade == "weak"
    assert found.report["candidates"] == []
    assert customers["value"].notna().all()


def test_too_little_history_to_judge_is_said():
    with pytest.raises(InvalidInput) as caught:
        evaluate(ShopPurchases(make_purchases(5, seed=8)))
    assert caught.value.code == "too-little-history"


def test_area_under_the_curve_counts_ties_half():
    assert (
        accuracy.area_under_curve(np.array([0.1, 0.4, 0.4, 0.9]), np.array([0, 0, 1, 1])) == 0.875
    )


def test_the_reliability_slope_tells_overconfidence():
    rng = np.random.default_rng(3)
    truth = rng.uniform(0.05, 0.95, 20_000)
    happened = (rng.random(20_000) < truth).astype(float)
    odds = np.log(truth / (1 - truth))
    assert accuracy.reliability_slope(truth, happened) == pytest.approx(1, abs=0.06)
    assert accuracy.reliability_slope(1 / (1 + np.exp(-2 * odds)), happened) < 0.6


@pytest.mark.parametrize("name", CANDIDATES)
def test_what_is_served_is_what_is_evaluated(monkeypatch, name):
    """A year is predicted twice: as customers get it, and as the table of accuracy tells of it."""
    cut, days = pd.Timestamp("2023-12-31"), 365
    until = FRAME[FRAME["ordered_on"] <= cut + pd.Timedelta(days=days)]
    seen = until[until["ordered_on"] <= cut]
    monkeypatch.setattr(fitted_shop, "best_candidate", lambda *_: name)
    monkeypatch.setattr(predictions, "horizon_of", lambda *_: days)
    served, customers = predict_shop(ShopPurchases(seen), (cut + pd.Timedelta(days=1)).date())
    found = evaluate(ShopPurchases(until), cut.date())
    evaluated = found["orders"] * (1 + found["holdout"]["total_error"])
    assert served.chosen == found["chosen"] == name
    assert served.orders.value == pytest.approx(evaluated, rel=0.01)  # 365.25 days and 364
    row = next(row for row in found["candidates"] if row["name"] == name)
    assert row["total_error"] == found["holdout"]["total_error"]
    bought_again = found["bought_again"] * row["calibration"]
    assert (1 - customers["churn"]).sum() == pytest.approx(bought_again, rel=0.01)
