"""Fuzzy archetypes of a large shop, all levels of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from kindred.segments import fuzzy

CUSTOMERS = 93_564


def test_every_level_of_a_large_shop_has_its_archetypes():
    chance = np.random.default_rng(1)
    features = {feature for axis in fuzzy.AXES for feature in axis.features}
    frame = pd.DataFrame({name: chance.lognormal(size=CUSTOMERS) for name in sorted(features)})
    held = fuzzy.memberships(frame)
    value = frame["monetary"].to_numpy()
    for level in fuzzy.LEVELS:
        for by in ("total_value", "mean_value", "members"):
            assert fuzzy.top_archetypes(held, value, level=level, by=by)
    for axis in fuzzy.AXES:
        assert np.allclose(held.degrees[axis.name].sum(axis=1), 1)
        assert len(held.labels(axis.name)) == CUSTOMERS
