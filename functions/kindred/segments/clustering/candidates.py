"""How good a grouping is: what candidates are judged by.

The weights were set by hand. `scripts/evaluate-segments` and the simulated shops of
`tests/slow/segments` show how well groups that are known are found again with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import euclidean_distances

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
RESAMPLES = 6  # for comparing candidates
VOTED_ON = 1_000  # points that the silhouette of a resampled grouping is measured on
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
    resampled: tuple[float, ...] = ()  # silhouettes of the groupings of resampled halves

    @property
    def score(self) -> float:
        """Silhouette first; stability and balance decide between near ones.

        A group above 60 % of customers costs as much as it is above.
        """
        return self.silhouette + self._beside

    @property
    def resampled_scores(self) -> tuple[float, ...]:
        """The score as each of the resampled halves shows it."""
        return tuple(silhouette + self._beside for silhouette in self.resampled)

    @property
    def _beside(self) -> float:
        """What counts beside the silhouette."""
        too_large = max(0.0, self.largest_share - LARGEST_SHARE)
        too_small = SMALLEST_PENALTY if self.smallest_share < SMALLEST_SHARE else 0.0
        agreement, balance = STABILITY_WEIGHT * self.stability, BALANCE_WEIGHT * self.balance
        return agreement + balance - too_large - too_small

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
    stability, resampled = _resample(points, grouping)
    return Candidate(
        algorithm,
        grouping,
        silhouette=_silhouette(points, labels, SILHOUETTE_POINTS),
        stability=stability,
        balance=entropy / float(np.log(grouping.count)) if grouping.count > 1 else 1.0,
        largest_share=float(shares.max()),
        smallest_share=float(shares.min()),
        resampled=resampled,
    )


def _silhouette(points: Points, labels: Labels, most: int) -> float:
    """The mean silhouette of a sample; 0 where it is of one group, or each point of its own.

    As `sklearn.metrics.silhouette_score`, which adds each point's distances up one by one: a
    product of matrices takes less than half as long, and there are some seventy of them in a run.
    """
    some = sample_indices(len(points), most, SEED + 2)
    present, mine = np.unique(labels[some], return_inverse=True)
    if len(present) < 2 or len(present) >= len(some):
        return 0.0
    members = np.eye(len(present))[mine]
    sums, sizes = euclidean_distances(points[some]) @ members, members.sum(axis=0)
    rows = np.arange(len(some))
    with np.errstate(divide="ignore", invalid="ignore"):
        within = sums[rows, mine] / (sizes[mine] - 1)
        sums /= sizes
        sums[rows, mine] = np.inf
        beside = sums.min(axis=1)
        silhouettes = (beside - within) / np.maximum(within, beside)
    return float(np.nan_to_num(silhouettes).mean())  # a point alone in its group counts as 0


def _resample(points: Points, grouping: Grouping) -> tuple[float, tuple[float, ...]]:
    """How far groupings of other halves of the points agree, and the silhouette of each."""
    if grouping.count < 2 or len(points) < POINTS_PER_GROUP * grouping.count:
        return 0.0, ()
    labels, silhouettes = [], []
    for half, refit in _refits(points, grouping):
        labels.append(refit.assign(points))
        silhouettes.append(_silhouette(points[half], labels[-1][half], VOTED_ON))
    return _agreement(labels), tuple(silhouettes)


def agreement_of(points: Points, grouping: Grouping) -> float:
    """Mean adjusted Rand index between groupings that were each learned on another half."""
    return _agreement([refit.assign(points) for _half, refit in _refits(points, grouping)])


def _refits(points: Points, grouping: Grouping) -> Iterator[tuple[NDArray[np.intp], Grouping]]:
    for turn in range(RESAMPLES):
        random = np.random.default_rng(SEED + turn)
        half = random.choice(len(points), len(points) // 2, replace=False)
        yield half, refit_afresh(points[half], grouping, SEED + turn)


def _agreement(labels: list[Labels]) -> float:
    pairs = [(a, b) for a in range(len(labels)) for b in range(a)]
    return float(np.mean([adjusted_rand_score(labels[a], labels[b]) for a, b in pairs]))
