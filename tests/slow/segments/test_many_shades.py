"""Fuzzy archetypes of a large shop, all levels of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from kindred.engine import open_engine
from kindred.segments.fuzzy.axes import AXES, FEATURES
from kindred.segments.fuzzy.degrees import LEVELS
from kindred.segments.fuzzy.shades import MEASURES, leading_archetypes, shade_customers

CUSTOMERS = 93_564


def test_every_level_of_a_large_shop_has_its_archetypes(tmp_path):
    chance = np.random.default_rng(1)
    frame = pd.DataFrame({name: chance.lognormal(size=CUSTOMERS) for name in FEATURES})
    frame["customer_id"] = [f"c{i}" for i in range(CUSTOMERS)]
    with open_engine(tmp_path) as engine:
        shades = shade_customers(engine, engine.keep("customers", frame), tmp_path / "s.parquet")
        for level in LEVELS:
            for by in MEASURES:
                assert leading_archetypes(engine, shades, level=level, by=by, most=20)
        labels = shades.aggregate(
            customers=shades.customer_id.nunique(),
            **{axis.name: shades[f"fuzzy_{axis.name}"].isin(axis.words).sum() for axis in AXES},
        )
        assert set(engine.row(labels).values()) == {CUSTOMERS}
