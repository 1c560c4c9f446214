"""Estimates are drawn towards each other as far as they are alike, and no further."""

from __future__ import annotations

import numpy as np
import pytest
from kindred.pricing.elasticity.partialling import Slope, likeness
from kindred.pricing.elasticity.pooling import pool, pool_cells


def test_noisy_estimates_are_drawn_to_the_mean_and_sharp_ones_stay() -> None:
    values = np.array([-1.0, -3.0, -2.0, -2.2, -1.8, -2.1, 2.0])
    errors = np.array([0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 3.0])
    drawn = pool(values, errors)
    assert np.abs(drawn.values[:6] - values[:6]).max() < 0.05
    assert -2.6 < drawn.values[6] < -1.3
    assert drawn.errors[6] < 1.5


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    held = []
    for _ in range(60):
        true = random.normal(-2, 0.8, 40)
        errors = random.uniform(0.1, 0.8, 40)
        drawn = pool(random.normal(true, errors), errors)
        held.append(np.abs(drawn.values - true) < 1.645 * drawn.errors)
    assert 0.87 < np.mean(held) < 0.93


def test_pooling_comes_nearer_to_the_truth_than_each_alone() -> None:
    random = np.random.default_rng(6)
    true = random.normal(-2, 0.4, 400)
    seen = random.normal(true, 0.5)
    drawn = pool(seen, np.full(400, 0.5))
    assert np.abs(drawn.values - true).mean() < 0.75 * np.abs(seen - true).mean()
    assert drawn.between == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("alike", [0.0, 0.6])
def test_cells_hold_the_truth_also_where_a_products_errors_are_alike(alike: float) -> None:
    random = np.random.default_rng(7)
    held, means = [], []
    errors = np.full((40, 3), 0.3)
    for _ in range(20):
        products = random.normal(-2, 0.6, (40, 1))
        true = products + np.array([-0.5, 0.0, 0.7]) + random.normal(0, 0.2, (40, 3))
        shared = random.normal(0, 0.3, (40, 1))
        own = random.normal(0, 0.3, (40, 3))
        drawn = pool_cells(true + alike**0.5 * shared + (1 - alike) ** 0.5 * own, errors, alike)
        held.append(np.abs(drawn.values - true) < 1.645 * drawn.errors)
        means.append(drawn.means)
    assert 0.85 < np.mean(held) < 0.95
    assert np.mean(means, axis=0) == pytest.approx([-2.5, -2.0, -1.3], abs=0.1)


def test_few_products_widen_what_segments_are_told_of() -> None:
    """How far products differ is known from five of them; a single guess at it is too sure."""
    random = np.random.default_rng(9)
    held, mean_held = [], []
    segments = np.array([-1.5, -2.0, -2.5])
    for _ in range(60):
        true = segments + random.normal(0, 0.3, (5, 1)) + random.normal(0, 0.3, (5, 3))
        errors = random.uniform(0.15, 0.5, (5, 3))
        drawn = pool_cells(true + errors * random.normal(size=(5, 3)), errors, 0.0)
        held.append(np.abs(drawn.values - true) < 1.645 * drawn.errors)
        mean_held.append(np.abs(drawn.means - segments) < 1.645 * drawn.mean_errors)
    assert 0.87 < np.mean(held) < 0.97
    assert 0.85 < np.mean(mean_held) < 0.99


def test_a_cell_that_was_never_seen_gets_what_its_product_and_segment_say() -> None:
    values = np.array([[-1.0, -2.0], [-2.0, -3.0], [-3.0, 0.0], [-1.5, -2.5]])
    errors = np.full(values.shape, 0.05)
    errors[2, 1] = np.inf
    drawn = pool_cells(values, errors, 0.0)
    assert drawn.values[2, 1] == pytest.approx(-4.0, abs=0.4)
    assert drawn.errors[2, 1] > 2 * drawn.errors[0, 1]


def test_errors_are_alike_by_what_lasts_and_not_by_the_week_alone() -> None:
    """Shocks that last are shared by two segments; chance of the week, of each its own, isn't."""
    random = np.random.default_rng(8)
    found, pairs = 0.0, 0
    for _ in range(40):
        lasting = random.normal(size=156)
        for week in range(1, 156):
            lasting[week] += 0.7 * lasting[week - 1]
        segments = [lasting + random.normal(0, 3, 156) for _ in range(2)]
        total, count = likeness([Slope(0, 1, 100, 1, one) for one in segments])
        found, pairs = found + total, pairs + count
    # Week by week .18 of the variance is shared (2 of 11), of sums over many weeks .55 (11 of 20).
    assert 0.3 < found / pairs < 0.6


def test_a_slope_alone_or_without_any_influence_is_like_no_other() -> None:
    still = Slope(0, 1, 100, 1, np.zeros(10))
    moved = Slope(0, 1, 100, 1, np.ones(10))
    assert likeness([moved, None]) == (0.0, 0)
    assert likeness([moved, still]) == (0.0, 0)
    total, pairs = likeness([moved, moved])
    assert (total, pairs) == (pytest.approx(1.0), 1)
