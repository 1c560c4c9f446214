"""How many groups, whether there are any, and how far that can be trusted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.segments.clustering.candidates import Candidate
from kindred.segments.clustering.choice import choose_grouping
from kindred.segments.clustering.consensus import AS_GOOD, agreed, votes_for
from kindred.segments.clustering.grouping import Grouping
from kindred.segments.clustering.stability import segment_stability
from kindred.segments.naming.archetypes import BY_ID
from kindred.segments.segmenting import SegmentOptions, segment_customers
from simulated_shops import FASHION, HIDDEN, RHYTHMS, START, Shop, Temperament, make_shop


def candidate(count: int, *resampled: float) -> Candidate:
    grouping = Grouping(np.zeros((count, 1)), np.arange(count))
    return Candidate("kmeans", grouping, 0.3, 0.0, 0.0, 0.4, 0.1, resampled)


def test_resamples_choose_the_simpler_number_and_the_earlier_one_where_they_are_as_good():
    near = [candidate(6, 0.30, 0.30, 0.31), candidate(7, 0.31, 0.32, 0.30)]
    assert votes_for(near, None) == {6: 3}
    assert votes_for(near, 7) == {7: 3}
    far = [candidate(6, 0.30, 0.30, 0.31), candidate(7, 0.31 + AS_GOOD, 0.40, 0.30)]
    assert votes_for(far, None) == {6: 1, 7: 2}
    assert agreed(votes_for(far, None), None) == 7
    assert agreed(Counter({6: 2, 8: 2}), None) == 6
    assert agreed(Counter({6: 2, 8: 2}), 8) == 8


def test_stability_counts_the_choice_of_the_number():
    random = np.random.default_rng(1)
    points = np.vstack([random.normal(at, 0.3, (80, 2)) for at in ((0, 0), (9, 0), (0, 9))])
    grouping = Grouping(np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]), np.arange(3))
    sure = segment_stability(points, grouping, {3: 6})
    unsure = segment_stability(points, grouping, {3: 3, 6: 3})
    assert min(sure) > 0.99
    assert max(unsure) < 0.95


def test_leaving_out_some_customers_changes_neither_number_nor_groups():
    random = np.random.default_rng(2)
    points = random.gamma(1.5, 1.0, (1_500, 5)) @ random.normal(0, 1, (5, 5))
    whole = choose_grouping(points, range(6, 11))
    kept = np.sort(random.choice(len(points), 1_350, replace=False))
    part = choose_grouping(points[kept], range(6, 11))
    assert part.taken.grouping.count == whole.taken.grouping.count
    assert sum(whole.votes.values()) == 6


def random_orders(customers: int, days: int, *, seed: int) -> Shop:
    """Orders of anybody on any day: nothing that tells customers apart."""
    random = np.random.default_rng(seed)
    count = customers * 5
    orders = pd.DataFrame(
        {
            "customer_id": [f"c{n:05}" for n in random.integers(0, customers, count)],
            "order_id": [f"o{n:06}" for n in range(count)],
            "ordered_at": START + random.integers(0, days, count) * np.timedelta64(1, "D"),
            "has_time": False,
            "kind": "sale",
            "amount": np.round(random.lognormal(3.5, 0.6, count), 2),
            "line": np.arange(count) + 2,
        }
    )
    return Shop(orders, pd.Series("any", index=sorted(set(orders["customer_id"]))))


def segmented(shop: Shop, folder: Path):
    (folder / "out").mkdir(parents=True)
    with open_engine(folder / "out") as engine:
        return segment_customers(
            shop.write(folder / "tables"), SegmentOptions(), folder / "out", engine=engine
        )


@pytest.mark.parametrize("days", [2, 14, 21, 730])
def test_orders_at_random_are_cut_through_a_continuum_and_named_by_behaviour(tmp_path, days):
    result = segmented(random_orders(500, days, seed=days), tmp_path)
    assert result.choice["structure"]["found"] is False
    assert "continuum" in result.choice["reason"]
    assert "continuum" in [notice["code"] for notice in result.notices]
    found = [segment.archetype for segment in result.segments]
    assert not any(BY_ID[one].temperament for one in found if one)
    if days < 28:
        assert not {"dormant", "at-risk"} & set(found)
        assert all(s.ltv is None and s.churn is None for s in result.segments)
        assert "prediction" not in result.charts


@pytest.mark.parametrize("recipe", [FASHION, HIDDEN, RHYTHMS])
def test_temperaments_are_more_than_a_continuum(tmp_path, recipe: dict[str, Temperament]):
    result = segmented(make_shop(recipe, 300, seed=11), tmp_path)
    assert result.choice["structure"]["found"] is True
    assert "continuum" not in result.choice["reason"]
    assert result.notices == ()
