"""How much of each group comes back when they are learned again from a bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.segments.clustering.grouping import (
    COMPARED,
    SEED,
    Grouping,
    Labels,
    Points,
    count_distinct,
    fit_kmeans,
    refit_afresh,
    sample_indices,
)

BOOTSTRAPS = 12  # for the stability of each segment


def segment_stability(
    points: Points, grouping: Grouping, votes: Mapping[int, int] = MappingProxyType({})
) -> list[float]:
    """Per group, the mean Jaccard similarity with its best match over bootstrap refits.

    ``votes``: how many resamples chose each number of groups. Refits have these numbers in turn, so
    that a number which might as well be another one shows.
    """
    if grouping.count < 2:
        return [1.0] * grouping.count
    sizes = [k for k, n in sorted(votes.items()) for _vote in range(n)] or [grouping.count]
    with threadpool_limits(limits=1):
        some = points[sample_indices(len(points), COMPARED, SEED + 1)]
        before = grouping.assign(some)
        jaccard = np.zeros((BOOTSTRAPS, grouping.count))
        for turn in range(BOOTSTRAPS):
            drawn = np.random.default_rng(SEED + turn).integers(0, len(some), len(some))
            refit = _refit(some[drawn], grouping, SEED + turn, sizes[turn % len(sizes)])
            jaccard[turn] = _best_jaccard(before, refit.assign(some), grouping.count)
    return [float(value) for value in jaccard.mean(axis=0)]


def _refit(points: Points, grouping: Grouping, seed: int, count: int) -> Grouping:
    if count == grouping.count:
        return refit_afresh(points, grouping, seed)
    return fit_kmeans(points, min(count, count_distinct(points)), starts=2, seed=seed)


def _best_jaccard(before: Labels, after: Labels, count: int) -> Points:
    best = np.zeros(count)
    for group in range(count):
        mine = before == group
        if not mine.any():
            continue
        overlaps = [
            (mine & (after == other)).sum() / (mine | (after == other)).sum()
            for other in np.unique(after[mine])
        ]
        best[group] = max(overlaps)
    return best
