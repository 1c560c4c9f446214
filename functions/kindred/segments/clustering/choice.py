"""K-Means and DBSCAN compete; the best grouping is taken, with a reason in words.

Everything runs on a bounded sample with fixed seeds and one thread, so that the same points give
the same groups on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.segments.clustering.candidates import Candidate, judge
from kindred.segments.clustering.dbscan import CUSTOMERS_PER_SEGMENT, dbscan_candidates
from kindred.segments.clustering.grouping import (
    COMPARED,
    SEED,
    Grouping,
    Points,
    fit_kmeans,
    refine,
    sample_indices,
)

FEWEST, MOST = 6, 10  # segments of a shop


@dataclass(frozen=True)
class Choice:
    """The grouping taken, the candidates it won against, and why."""

    taken: Candidate
    candidates: tuple[Candidate, ...]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "algorithm": self.taken.algorithm,
            "segments": self.taken.grouping.count,
            "silhouette": round(self.taken.silhouette, 4),
            "reason": self.reason,
            "candidates": [candidate.as_dict() for candidate in self.candidates],
        }


def sizes_for(customers: int, distinct: int, *, reserved: int = 0) -> list[int]:
    """Numbers of groups worth trying: 6 to 10, less where there are too few customers.

    ``reserved`` segments exist beside the groups (customers without an order).
    """
    most = max(1, min(MOST - reserved, customers // CUSTOMERS_PER_SEGMENT, distinct))
    return list(range(FEWEST, most + 1)) if most >= FEWEST else [most]


def choose_grouping(points: Points, sizes: Sequence[int], algorithm: str = "auto") -> Choice:
    """The best candidate; ``points`` must come in a fixed order."""
    with threadpool_limits(limits=1):
        some = points[sample_indices(len(points), COMPARED, SEED)]
        if max(sizes) < 2:
            everyone = Grouping(points.mean(axis=0, keepdims=True), np.zeros(1, dtype=np.int64))
            only = judge("kmeans", some, everyone, None)
            return Choice(only, (only,), "too few customers to tell groups apart")
        candidates: list[Candidate] = []
        if algorithm in ("auto", "kmeans"):
            candidates += [_kmeans_candidate(some, k) for k in sizes]
        if algorithm in ("auto", "dbscan") and min(sizes) >= 2:
            candidates += dbscan_candidates(some, sizes)
        taken = max(candidates, key=lambda c: (round(c.score, 6), c.algorithm == "kmeans"))
        grouping = refine(points, taken.grouping)
        grouping = replace(grouping, centres=np.round(grouping.centres, 6))  # as it is stored
        taken = replace(taken, grouping=grouping)
    return Choice(taken, tuple(candidates), _why(taken, candidates))


def _kmeans_candidate(points: Points, k: int) -> Candidate:
    grouping = fit_kmeans(points, k)
    return judge("kmeans", points, grouping, grouping.assign(points))


def _why(taken: Candidate, candidates: Iterable[Candidate]) -> str:
    others = sorted(
        (c for c in candidates if c.as_dict() != taken.as_dict()), key=lambda c: -c.score
    )
    name = {"kmeans": "K-Means", "dbscan": "DBSCAN"}
    reason = (
        f"{name[taken.algorithm]} with {taken.grouping.count} segments: "
        f"silhouette {taken.silhouette:.2f}, agreement under resampling {taken.stability:.2f}, "
        f"largest segment {taken.largest_share:.0%} of customers"
    )
    if not others:
        return reason
    next_best = others[0]
    return (
        f"{reason}; next best {name[next_best.algorithm]} with {next_best.grouping.count} "
        f"(silhouette {next_best.silhouette:.2f}, agreement {next_best.stability:.2f}, "
        f"largest {next_best.largest_share:.0%})"
    )
