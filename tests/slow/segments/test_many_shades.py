"""Fuzzy archetypes of a large shop, all levels of them."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from kindred.segments import fuzzy

CUSTOMERS = 93_564
MOST_SECONDS = 10  # on two cores; measured as work done, so that a busy machine doesn't count


def test_every_level_of_a_large_shop_takes_seconds():
    chance = np.random.default_rng(1)
    features = {feature for axis in fuzzy.AXES for feature in axis.features}
    frame = pd.DataFrame({name: chance.lognormal(size=CUSTOMERS) for name in sorted(features)})
    started = time.process_time()
    held = fuzzy.memberships(frame)
    value = frame["monetary"].to_numpy()
    for level in fuzzy.LEVELS:
        for by in ("total_value", "mean_value", "members"):
            assert fuzzy.top_archetypes(held, value, level=level, by=by)
    assert time.process_time() - started < MOST_SECONDS
    for axis in fuzzy.AXES:
        assert np.allclose(held.degrees[axis.name].sum(axis=1), 1)
        assert len(held.labels(axis.name)) == CUSTOMERS
