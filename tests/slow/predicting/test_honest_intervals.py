"""Are intervals of simulated shops as wide as they should be, and chances as sure as they say?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from kindred.predicting import accuracy
from kindred.predicting.purchases import day_of
from shop_purchases import ShopPurchases, predict_shop
from simulated_shops import make_purchases

CUT = pd.Timestamp("2023-12-31")


def try_shop(customers: int, seed: int, **world: float | bool):
    """Whether the year after CUT lay within the interval, and the chances beside what happened."""
    frame = make_purchases(customers, seed=seed, weeks=105, **world)
    frame["ordered_on"] = pd.to_datetime(frame["ordered_on"])
    everything = ShopPurchases(frame)
    seen = ShopPurchases(frame[frame["ordered_on"] <= CUT])
    found, customers = predict_shop(seen, (CUT + pd.Timedelta(days=1)).date())
    end = day_of(everything, CUT.date())
    who = np.searchsorted(everything.ids.astype(str), customers.index.to_numpy().astype(str))
    orders, money = (each.sum() for each in everything.bought_between(who, end, end + 365))
    bought = everything.bought_between(who, end, end + found.horizon_days)[0] > 0
    return (
        found.orders.low <= orders <= found.orders.high,
        found.value.low <= money <= found.value.high,
        1 - customers["churn"].to_numpy(),
        bought,
    )


@pytest.mark.parametrize(
    "world", [{}, {"first_leaves": True, "r": 1.2, "alpha": 6.0}], ids=["bg", "mbg"]
)
def test_four_of_five_intervals_hold_the_truth_and_chances_are_calibrated(world):
    """A net with wide meshes: 40 shops can't tell 75 % from 85 %, but they tell 55 % or 98 %."""
    tried = [try_shop(50, 1000 + seed, **world) for seed in range(25)]
    tried += [try_shop(200, 2000 + seed, **world) for seed in range(15)]
    for measured in (0, 1):
        # These shops don't drift; the intervals allow for what real ones do, so most of them hold.
        assert 0.6 <= np.mean([one[measured] for one in tried]) < 1
    chance = np.concatenate([one[2] for one in tried])
    bought = np.concatenate([one[3] for one in tried]).astype(float)
    assert 0.8 <= accuracy.reliability_slope(chance, bought) <= 1.25
    assert chance.mean() == pytest.approx(bought.mean(), rel=0.15)
