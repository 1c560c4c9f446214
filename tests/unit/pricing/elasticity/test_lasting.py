"""How long what moves demand lasts is found from short pasts, and drawn to what is usual."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.pricing.elasticity.lasting import USUAL, Law, Past, learn_law

WEEKS = 40


def past(seed: int, law: Law, weeks: int = WEEKS) -> Past:
    """A trend and a season, which take much of a short past, over shocks by ``law``."""
    random = np.random.default_rng(seed)
    week = np.arange(weeks)
    noise = np.full(weeks, 0.005)
    years = week / 52
    own = np.column_stack(
        [np.ones(weeks), years, np.sin(2 * np.pi * years), np.cos(2 * np.pi * years)]
    )
    left = law.root(week, noise) @ random.normal(size=weeks) + own @ random.normal(size=4)
    return Past(week, noise, left, own)


@pytest.mark.parametrize("fades", [0.2, 0.8])
def test_what_lasts_is_found_though_controls_take_much_of_it(fades: float) -> None:
    law = Law(fades, 0.04, 0.0025)
    found = [
        learn_law([past(20 * shop + unit, law) for unit in range(16)], USUAL) for shop in range(8)
    ]
    assert np.mean([one.fades for one in found]) == pytest.approx(fades, abs=0.08)
    assert np.mean([one.lasting for one in found]) == pytest.approx(0.04, rel=0.25)


def test_a_short_past_alone_stays_near_what_is_usual() -> None:
    usual = Law(0.5, 0.01, 0.002)
    found = learn_law([past(3, Law(0.95, 0.01, 0.002), weeks=8)], usual)
    assert abs(found.fades - usual.fades) < 0.3


def test_the_root_is_that_of_the_covariance() -> None:
    law = Law(0.5, 1.0, 0.25)
    root = law.root(np.array([3, 4, 7]), np.array([0.75, 0.0, 0.0]))
    assert root @ root.T == pytest.approx(
        np.array([[2, 0.5, 0.0625], [0.5, 1.25, 0.125], [0.0625, 0.125, 1.25]])
    )
