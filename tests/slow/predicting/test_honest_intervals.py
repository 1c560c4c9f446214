"""Are intervals of simulated shops as wide as they should be, and chances as sure as they say?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from kindred.predicting import chances
from kindred.predicting.histories import Purchases, outcome, outcome_value
from kindred.predicting.predicting import predict
from simulated_shops import make_purchases

CUT = pd.Timestamp("2023-12-31")


def try_shop(customers: int, seed: int, **world: float | bool):
    """Whether the year after CUT lay within the interval, and the chances beside what happened."""
    frame = make_purchases(customers, seed=seed, weeks=105, **world)
    frame["ordered_on"] = pd.to_datetime(frame["ordered_on"])
    everything = Purchases.from_frame(frame)
    found = predict(
        Purchases.from_frame(frame[frame["ordered_on"] <= CUT]), CUT + pd.Timedelta(days=1)
    )
    end = everything.day_of(CUT)
    who = np.searchsorted(everything.ids.astype(str), found.customers.index.to_numpy().astype(str))
    orders = outcome(everything, who, end, end + 365).sum()
    money = outcome_value(everything, who, end, end + 365).sum()
    bought = outcome(everything, who, end, end + found.horizon_days) > 0
    return (
        found.orders.low <= orders <= found.orders.high,
        found.value.low <= money <= found.value.high,
        1 - found.customers["churn"].to_numpy(),
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
        assert 0.6 <= np.mean([one[measured] for one in tried]) <= 0.97
    chance = np.concatenate([one[2] for one in tried])
    bought = np.concatenate([one[3] for one in tried]).astype(float)
    assert 0.8 <= chances.reliability_slope(chance, bought) <= 1.25
    assert chance.mean() == pytest.approx(bought.mean(), rel=0.15)
