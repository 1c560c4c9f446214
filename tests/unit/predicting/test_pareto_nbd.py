"""Pareto/NBD against published numbers, plain integration and simulated customers."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kindred.predicting import pareto_nbd
from kindred.predicting.histories import Histories, histories_at
from kindred.predicting.purchases import day_of
from shop_purchases import ShopPurchases

CDNOW = Path(os.environ.get("KINDRED_DATA", "/nowhere"), "cdnow", "CDNOW_sample.txt")


def crowd(x: float, last: float, age: float, size: int = 1) -> Histories:
    def of(value: float) -> np.ndarray:
        return np.full(size, value)

    return Histories(0, np.arange(size), of(x), of(last), of(age), of(0.0), of(0.0))


@pytest.mark.parametrize(("alpha", "beta"), [(10.6, 11.7), (11.7, 10.6), (3.0, 3.0)])
def test_chances_and_counts_agree_with_simulated_customers(alpha, beta):
    """Customers of every kind are made; those with the same history are looked at again."""
    rng, size, age, weeks = np.random.default_rng(2), 1_500_000, 20.0, 26.0
    rate = rng.gamma(0.8, 1 / alpha, size)
    life = rng.exponential(1 / rng.gamma(0.7, 1 / beta, size))
    repeats = rng.poisson(rate * np.minimum(life, age))
    last = np.where(repeats > 0, rng.beta(np.maximum(repeats, 1), 1) * np.minimum(life, age), 0)
    alike = (repeats == 2) & (last > 11) & (last < 13)
    lived = np.clip(life[alike] - age, 0, weeks)
    future = rng.poisson(rate[alike] * lived)
    model = pareto_nbd.ParetoNBD(0.8, alpha, 0.7, beta, 0.0)
    known = crowd(2, 12, age)
    assert model.chance_alive(known)[0] == pytest.approx((life[alike] > age).mean(), abs=0.02)
    assert model.chance_to_buy(known, weeks)[0] == pytest.approx((future > 0).mean(), abs=0.02)
    assert model.expected_purchases(known, weeks)[0] == pytest.approx(future.mean(), rel=0.05)


def test_many_purchases_and_long_lives_stay_finite():
    model = pareto_nbd.ParetoNBD(0.5, 300.0, 0.6, 0.01, 0.0)
    known = crowd(900, 400, 500)
    for value in (model.chance_to_buy(known, 52), model.expected_purchases(known, 52)):
        assert np.isfinite(value).all()


@pytest.mark.skipif(not CDNOW.exists(), reason="KINDRED_DATA has no cdnow")
def test_the_published_parameters_of_cdnow():
    frame = pd.read_csv(CDNOW, sep=r"\s+", header=None).iloc[:, [1, 2, 4]]
    frame.columns = pd.Index(["customer_id", "ordered_on", "amount"])
    frame["ordered_on"] = pd.to_datetime(frame["ordered_on"].astype(str))
    shop = ShopPurchases(frame)
    found = pareto_nbd.fit(histories_at(shop, day_of(shop, date(1997, 9, 30))))
    assert found.r == pytest.approx(0.553, abs=0.001)
    assert found.alpha == pytest.approx(10.578, abs=0.003)
    assert found.s == pytest.approx(0.606, abs=0.001)
    assert found.beta == pytest.approx(11.669, abs=0.005)
    assert found.log_likelihood == pytest.approx(-9595.0, abs=0.1)
