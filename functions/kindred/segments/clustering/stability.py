"""How much of each group comes back when it is learned again from drawn customers (bootstrap)."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.segments.clustering.grouping import (
    COMPARED,
    SEED,
    Grouping,
    Labels,
    Points,
    refit_afresh,
    sample_indices,
)

BOOTSTRAPS = 12  # for the stability of each segment


def segment_stability(points: Points, grouping: Grouping) -> list[float]:
    """Per group, the mean Jaccard similarity with its best match over bootstrap refits."""
    if grouping.count < 2:
        return [1.0] * grouping.count
    with threadpool_limits(limits=1):
        some = points[sample_indices(len(points), COMPARED, SEED + 1)]
        before = grouping.assign(some)
        jaccard = np.zeros((BOOTSTRAPS, grouping.count))
        for turn in range(BOOTSTRAPS):
            drawn = np.random.default_rng(SEED + turn).integers(0, len(some), len(some))
            refit = refit_afresh(some[drawn], grouping, SEED + turn)
            jaccard[turn] = _best_jaccard(before, refit.assign(some), grouping.count)
    return [float(value) for value in jaccard.mean(axis=0)]


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
