"""Groups that have to be split, and customers who can't be told apart."""

from __future__ import annotations

import numpy as np
from kindred.segments.clustering.dbscan import bring_to_size


def test_the_largest_group_may_be_customers_who_are_all_alike() -> None:
    alike = np.zeros((30, 3))
    others = np.random.default_rng(1).normal(9, 2, (20, 3))
    points = np.vstack([alike, others])
    labels = np.repeat(np.array([0, 1], dtype=np.int64), [30, 20])
    sized = bring_to_size(points, labels, range(6, 11))
    assert sized.max() + 1 == 6
    assert len(set(sized[:30])) == 1


def test_customers_who_are_all_alike_stay_one_group() -> None:
    labels = np.zeros(30, dtype=np.int64)
    assert bring_to_size(np.ones((30, 3)), labels, range(6, 11)).max() == 0
