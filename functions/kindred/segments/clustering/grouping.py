"""Groups of points as prototypes: a customer belongs to the group of the nearest one.

K-Means has one prototype a group, DBSCAN, whose groups may be bent, several.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
SEED = 20_240_601
COMPARED = 4_000  # points that groupings are compared on, and bootstrapped from


@dataclass(frozen=True)
class Grouping:
    """Prototypes and the group each stands for."""

    centres: Points
    groups: Labels

    @property
    def count(self) -> int:
        return int(self.groups.max()) + 1

    def assign(self, points: Points) -> Labels:
        """The group of each point: that of the nearest prototype."""
        nearest: Labels = self.groups[np.argmin(_distances(points, self.centres), axis=1)]
        return nearest


def count_distinct(points: Points) -> int:
    """How many different places the points have."""
    return len(np.unique(points, axis=0)) if points.shape[1] else min(1, len(points))


def mean_distance(points: Points, grouping: Grouping) -> float:
    """How far customers stand from their prototype, on average: grows when a model ages."""
    return float(np.sqrt(_distances(points, grouping.centres).min(axis=1)).mean())


def sample_indices(count: int, most: int, seed: int) -> NDArray[np.intp]:
    """The places of at most ``most`` of ``count`` points, in their order."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _distances(points: Points, centres: Points) -> Points:
    squared = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    distances: Points = np.maximum(squared - 2 * points @ centres.T, 0.0)
    return distances


def fit_kmeans(points: Points, k: int, *, starts: int = 8, seed: int = SEED) -> Grouping:
    """``k`` groups of one prototype each; the best of several starts."""
    model = KMeans(k, n_init=starts, random_state=seed, algorithm="lloyd").fit(points)
    return Grouping(model.cluster_centers_.astype(float), np.arange(k))


def refit_afresh(points: Points, grouping: Grouping, seed: int) -> Grouping:
    """The same kind of grouping learned afresh, from seeds that know nothing of the first."""
    distinct = count_distinct(points)
    fresh = fit_kmeans(points, min(len(grouping.groups), distinct), starts=2, seed=seed)
    if len(grouping.groups) == grouping.count:
        return fresh
    nearest = grouping.groups[np.argmin(_distances(fresh.centres, grouping.centres), axis=1)]
    return Grouping(fresh.centres, nearest)


def refine(points: Points, grouping: Grouping) -> Grouping:
    """K-Means on all points from where the groups stand; groups keep their numbers.

    A group with several prototypes stays as it is, since they hold its shape.
    """
    if grouping.count < 2 or len(grouping.groups) != grouping.count:
        return grouping
    model = KMeans(grouping.count, init=grouping.centres, n_init=1, algorithm="lloyd").fit(points)
    return Grouping(model.cluster_centers_.astype(float), grouping.groups)
