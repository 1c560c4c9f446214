"""K-Means and DBSCAN compete; the grouping that resamples agree on is taken, with a reason.

Everything runs on a bounded sample with fixed seeds and one thread, so that the same points give
the same groups on any machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.segments.clustering.candidates import Candidate, judge
from kindred.segments.clustering.consensus import AS_GOOD, agreed, votes_for
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
from kindred.segments.clustering.structure import Structure, find_structure

FEWEST, MOST = 6, 10  # segments of a shop


@dataclass(frozen=True)
class Choice:
    """The grouping taken, the candidates it won against, and why."""

    taken: Candidate
    candidates: tuple[Candidate, ...]
    reason: str
    votes: Mapping[int, int] = field(default_factory=dict)  # number of groups -> resamples for it
    structure: Structure | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "algorithm": self.taken.algorithm,
            "segments": self.taken.grouping.count,
            "silhouette": round(self.taken.silhouette, 4),
            "reason": self.reason,
            "votes": {str(count): number for count, number in sorted(self.votes.items())},
            "structure": self.structure.as_dict() if self.structure else None,
            "candidates": [candidate.as_dict() for candidate in self.candidates],
        }


def sizes_for(customers: int, distinct: int, *, reserved: int = 0) -> list[int]:
    """Numbers of groups worth trying: 6 to 10, less where there are too few customers.

    ``reserved`` segments exist beside the groups (customers without an order).
    """
    most = max(1, min(MOST - reserved, customers // CUSTOMERS_PER_SEGMENT, distinct))
    return list(range(FEWEST, most + 1)) if most >= FEWEST else [most]


def choose_grouping(
    points: Points,
    sizes: Sequence[int],
    algorithm: str = "auto",
    *,
    weights: Points | None = None,
    earlier: int | None = None,
) -> Choice:
    """The candidate that resamples agree on; ``points`` must come in a fixed order.

    ``weights``: what to even axes out by in the search for structure, as `structure.even_weights`
    has it. ``earlier``: how many groups the last run had, which stay as many where that is as good.
    """
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
        taken, votes = _agreed(candidates, earlier)
        means = [c for c in candidates if c.algorithm == "kmeans"]
        structure = find_structure(some, means, np.ones(1) if weights is None else weights)
        grouping = refine(points, taken.grouping)
        grouping = replace(grouping, centres=np.round(grouping.centres, 6))  # as it is stored
        taken = replace(taken, grouping=grouping)
    reason = _why(taken, candidates, votes)
    if structure is not None and not structure.found:
        reason += (
            "; cut through a continuum: with features shuffled against each other, groups agree as "
            f"well ({structure.shuffled:.2f}, as they are {structure.agreement:.2f})"
        )
    return Choice(taken, tuple(candidates), reason, votes, structure)


def _agreed(candidates: Sequence[Candidate], earlier: int | None) -> tuple[Candidate, Counter[int]]:
    """K-Means with the number that resamples agree on; DBSCAN only where it is clearly better."""
    means = [c for c in candidates if c.algorithm == "kmeans"] or list(candidates)
    votes = votes_for(means, earlier)
    number = agreed(votes, earlier)
    best = max((c for c in means if c.grouping.count == number), key=lambda c: round(c.score, 6))
    rival = max(candidates, key=lambda c: round(c.score, 6))
    if rival.algorithm != best.algorithm and rival.score > best.score + AS_GOOD:
        return rival, Counter([rival.grouping.count])
    return best, votes


def _kmeans_candidate(points: Points, k: int) -> Candidate:
    grouping = fit_kmeans(points, k)
    return judge("kmeans", points, grouping, grouping.assign(points))


def _why(taken: Candidate, candidates: Iterable[Candidate], votes: Counter[int]) -> str:
    others = sorted(
        (c for c in candidates if c.as_dict() != taken.as_dict()), key=lambda c: -c.score
    )
    name = {"kmeans": "K-Means", "dbscan": "DBSCAN"}
    reason = (
        f"{name[taken.algorithm]} with {taken.grouping.count} segments: "
        f"silhouette {taken.silhouette:.2f}, agreement under resampling {taken.stability:.2f}, "
        f"largest segment {taken.largest_share:.0%} of customers, as many segments in "
        f"{votes[taken.grouping.count]} of {votes.total()} resamples"
    )
    if not others:
        return reason
    next_best = others[0]
    return (
        f"{reason}; next best {name[next_best.algorithm]} with {next_best.grouping.count} "
        f"(silhouette {next_best.silhouette:.2f}, agreement {next_best.stability:.2f}, "
        f"largest {next_best.largest_share:.0%})"
    )
