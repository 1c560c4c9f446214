"""The test that is named does tell, and a much smaller one doesn't."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.pricing.elasticity.power import APART, CUT, smallest_test


def found_by_tests_of(orders: int) -> float:
    """How often a test of so many orders tells an elasticity of -2 from one of -1, at 5 %."""
    random = np.random.default_rng(8)
    cut = np.log(1 / (1 - CUT))
    share = (1 - CUT) ** -2.0 / (1 + (1 - CUT) ** -2.0)  # of orders at the lower price
    lower = random.binomial(orders, share, 20_000)
    seen = np.log(lower / (orders - lower)) / cut
    error = np.sqrt(1 / lower + 1 / (orders - lower)) / cut
    return float(np.mean((seen - APART) / error > 1.6449))


def test_it_tells_in_80_of_100_cases() -> None:
    orders = smallest_test(100).orders
    assert found_by_tests_of(orders) == pytest.approx(0.8, abs=0.03)
    assert found_by_tests_of(orders // 4) < 0.45


def test_weeks_follow_from_the_pace_and_are_whole() -> None:
    orders = smallest_test(1).orders
    assert smallest_test(orders / 4).weeks == 4
    assert smallest_test(1e9).weeks == 1
    assert smallest_test(0).weeks > 1000
