"""How good a grouping is: what candidates are judged by.

The weights were set by hand. `scripts/evaluate-segments` and the simulated shops of
`tests/slow/segments` show how well groups that are known are found again with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from kindred.segments.clustering.grouping import (
    SEED,
    Grouping,
    Labels,
    Points,
    refit_afresh,
    sample_indices,
)

STABILITY_WEIGHT = 0.2  # of the adjusted Rand index; the silhouette has 1
BALANCE_WEIGHT = 0.1
LARGEST_SHARE = 0.6  # of customers in one group; what is above is taken off the score
SMALLEST_SHARE = 0.003  # below, a group is too small to do anything for
SMALLEST_PENALTY = 0.05  # taken off the score for such a group
SILHOUETTE_POINTS = 2_000
RESAMPLES = 4  # for comparing candidates
POINTS_PER_GROUP = 4  # with fewer, halves of the points can't be grouped


@dataclass(frozen=True)
class Candidate:
    """One grouping with what it is judged by."""

    algorithm: str
    grouping: Grouping
    silhouette: float
    stability: float  # mean adjusted Rand index between groupings of resampled halves
    balance: float  # entropy of the shares over its maximum, 0-1
    largest_share: float
    smallest_share: float

    @property
    def score(self) -> float:
        """Silhouette first; stability and balance decide between near ones.

        A group above 60 % of customers costs as much as it is above.
        """
        too_large = max(0.0, self.largest_share - LARGEST_SHARE)
        too_small = SMALLEST_PENALTY if self.smallest_share < SMALLEST_SHARE else 0.0
        agreement, balance = STABILITY_WEIGHT * self.stability, BALANCE_WEIGHT * self.balance
        return self.silhouette + agreement + balance - too_large - too_small

    def as_dict(self) -> dict[str, Any]:
        return {
            "algorithm": self.algorithm,
            "segments": self.grouping.count,
            "silhouette": round(self.silhouette, 4),
            "stability": round(self.stability, 4),
            "balance": round(self.balance, 4),
            "largest_share": round(self.largest_share, 4),
            "score": round(self.score, 4),
        }


def judge(algorithm: str, points: Points, grouping: Grouping, labels: Labels | None) -> Candidate:
    """A candidate; ``labels`` are the points' groups where they are known already."""
    labels = grouping.assign(points) if labels is None else labels
    shares = np.bincount(labels, minlength=grouping.count) / len(labels)
    present = shares[shares > 0]
    entropy = float(-(present * np.log(present)).sum())
    return Candidate(
        algorithm,
        grouping,
        silhouette=_silhouette(points, labels),
        stability=_stability(points, grouping),
        balance=entropy / float(np.log(grouping.count)) if grouping.count > 1 else 1.0,
        largest_share=float(shares.max()),
        smallest_share=float(shares.min()),
    )


def _silhouette(points: Points, labels: Labels) -> float:
    some = sample_indices(len(points), SILHOUETTE_POINTS, SEED + 2)
    groups = len(np.unique(labels[some]))
    if groups < 2 or groups >= len(some):
        return 0.0
    return float(silhouette_samples(points[some], labels[some]).mean())


def _stability(points: Points, grouping: Grouping) -> float:
    """Mean agreement of groupings that were each learned on another half of the points."""
    if grouping.count < 2 or len(points) < POINTS_PER_GROUP * grouping.count:
        return 0.0
    labels = []
    for turn in range(RESAMPLES):
        half = np.random.default_rng(SEED + turn).choice(
            len(points), len(points) // 2, replace=False
        )
        labels.append(refit_afresh(points[half], grouping, SEED + turn).assign(points))
    pairs = [(a, b) for a in range(RESAMPLES) for b in range(a)]
    return float(np.mean([adjusted_rand_score(labels[a], labels[b]) for a, b in pairs]))
