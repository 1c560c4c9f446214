"""BG/NBD, MBG/NBD and Gamma-Gamma against published numbers and against simulated truth."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting import gamma_gamma
from kindred.predicting.histories import Histories, histories_at
from kindred.predicting.holdout import evaluate
from shop_purchases import ShopPurchases
from simulated_shops import make_purchases

CDNOW = Path(os.environ.get("KINDRED_DATA", "/nowhere"), "cdnow", "CDNOW_sample.txt")
with_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason="KINDRED_DATA has no cdnow")


def one(x: float, last: float, age: float) -> Histories:
    def a(v: float) -> np.ndarray:
        return np.array([v])

    return Histories(0, np.array([0]), a(x), a(last), a(age), a(0.0), a(0.0))


def published() -> btyd.BuyTillYouDie:
    return btyd.BuyTillYouDie(0.243, 4.414, 0.793, 2.426, False, 0.0, np.eye(4) * 1e-6)


def test_the_expectation_of_the_published_example_customer():
    assert published().expected_purchases(one(2, 30.43, 38.86), 39)[0] == pytest.approx(
        1.226, abs=0.001
    )


def test_a_customer_without_a_repeat_purchase_is_still_one_in_bg_but_perhaps_not_in_mbg():
    silent = one(0, 0, 38.86)
    theta = np.array([0.243, 4.414, 0.793, 2.426])
    assert btyd.chance_alive(theta, silent, modified=False)[0] == 1
    assert 0 < btyd.chance_alive(theta, silent, modified=True)[0] < 1


@pytest.mark.parametrize("modified", [False, True])
def test_formulas_agree_with_simulated_futures(modified):
    known = one(3, 20, 30)
    model = btyd.BuyTillYouDie(0.8, 6.0, 0.7, 2.5, modified, 0.0, np.eye(4) * 1e-6)
    theta, rng = np.array([0.8, 6.0, 0.7, 2.5]), np.random.default_rng(1)
    crowd = known.pick(np.zeros(100_000, dtype=int))
    futures = btyd.simulate_purchases(theta, crowd, 26, modified, rng)
    assert futures.mean() == pytest.approx(model.expected_purchases(known, 26)[0], rel=0.02)
    assert (futures > 0).mean() == pytest.approx(model.chance_to_buy(known, 26)[0], abs=0.006)


@pytest.mark.parametrize("modified", [False, True])
def test_the_parameters_of_a_simulated_shop_are_found_again(modified):
    frame = make_purchases(3000, seed=11, r=0.5, alpha=8, a=0.8, b=2.5, first_leaves=modified)
    purchases = ShopPurchases(frame)
    found = btyd.fit(histories_at(purchases, purchases.last_day), modified=modified)
    assert found.r / found.alpha == pytest.approx(0.5 / 8, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(0.8 / 3.3, rel=0.25)


def test_gamma_gamma_finds_the_spend_of_a_simulated_shop():
    frame = make_purchases(3000, seed=4)
    known = histories_at(ShopPurchases(frame), 1e6)
    found = gamma_gamma.fit(known.repeats, known.mean_amount)
    # amounts are gamma(6) over gamma(4) of scale 1/60: a mean of 6 * 60 / 3
    assert found.p * found.v / (found.q - 1) == pytest.approx(120, rel=0.1)
    assert found.p == pytest.approx(6, rel=0.35)


def test_a_shop_too_small_to_fit_still_gets_numbers():
    frame = make_purchases(4, seed=3)
    known = histories_at(ShopPurchases(frame), 728)
    assert np.isfinite(btyd.fit(known, strength=1.0).expected_purchases(known, 52)).all()
    assert np.isfinite(gamma_gamma.fit(known.repeats, known.mean_amount).expected_amount(
        known.repeats, known.mean_amount)).all()  # fmt: skip


def test_customers_who_sent_back_more_than_they_bought_are_worth_nothing_less():
    shop = gamma_gamma.GammaGamma(6.0, 4.0, 60.0)
    x, z = np.array([2.0, 3.0]), np.array([-50.0, 40.0])
    assert (shop.expected_amount(x, z) >= 0).all()
    assert (shop.simulate_amounts(x, z, np.array([1.0, 2.0]), np.random.default_rng(1)) >= 0).all()


@pytest.fixture(scope="module")
def cdnow() -> dict[str, object]:
    names = ["master", "customer_id", "day", "cds", "amount"]
    frame = pd.read_csv(CDNOW, sep=r"\s+", header=None, names=names, dtype={"customer_id": str})
    frame["ordered_on"] = pd.to_datetime(frame["day"].astype(str))
    return evaluate(ShopPurchases(frame), date(1997, 9, 30))


@with_cdnow
def test_the_published_parameters_of_cdnow(cdnow):
    bg, spent = cdnow["parameters"]["bg_nbd"], cdnow["parameters"]["gamma_gamma"]
    for name, value, near in (("r", 0.243, 0.001), ("alpha", 4.414, 0.002), ("a", 0.793, 0.001),
                              ("b", 2.426, 0.001), ("log_likelihood", -9582.4, 0.1)):  # fmt: skip
        assert bg[name] == pytest.approx(value, abs=near), name
    for name, value in (("p", 6.25), ("q", 3.74), ("v", 15.44)):
        assert spent[name] == pytest.approx(value, abs=0.01), name


@with_cdnow
def test_the_holdout_of_cdnow_meets_every_target_at_once(cdnow):
    holdout = cdnow["holdout"]
    assert holdout["auc"] >= 0.78
    assert abs(holdout["total_error"]) <= 0.05
    assert holdout["correlation"] >= 0.62
    assert holdout["mae"] <= 0.80
