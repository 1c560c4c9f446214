"""Grouping points: K-Means and DBSCAN candidates, how good each is, and which one is taken.

Everything runs on a bounded sample with fixed seeds and one thread, so that the same points give
the same groups on any machine. A grouping is a set of prototypes: a customer belongs to the group
of the nearest one. K-Means has one prototype a group, DBSCAN, whose groups may be bent, several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

Points = NDArray[np.float64]
Labels = NDArray[np.int64]

SEED = 20_240_601
FEWEST, MOST = 6, 10
CUSTOMERS_PER_SEGMENT = 5  # fewer than this each, and a segment is an anecdote
LARGEST_SHARE = 0.6
COMPARED = 4_000  # points that candidates are compared on
SILHOUETTE_POINTS = 2_000
RESAMPLES = 4  # for comparing candidates
BOOTSTRAPS = 12  # for the stability of each segment


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
        crowding = max(0.0, self.largest_share - LARGEST_SHARE)
        crumbs = 0.05 if self.smallest_share < 0.003 else 0.0
        return self.silhouette + 0.2 * self.stability + 0.1 * self.balance - crowding - crumbs

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


def count_distinct(points: Points) -> int:
    return len(np.unique(points, axis=0)) if points.shape[1] else min(1, len(points))


def sizes_for(customers: int, distinct: int, *, reserved: int = 0) -> list[int]:
    """Numbers of groups worth trying: 6 to 10, less where there are too few customers.

    ``reserved`` segments exist beside the groups (customers without an order).
    """
    carried = max(1, min(MOST - reserved, customers // CUSTOMERS_PER_SEGMENT, distinct))
    return list(range(min(FEWEST, carried), carried + 1)) if carried >= FEWEST else [carried]


def choose_grouping(points: Points, sizes: Sequence[int], algorithm: str = "auto") -> Choice:
    """The best candidate; ``points`` must come in a fixed order."""
    with threadpool_limits(limits=1):
        some = points[_some(len(points), COMPARED, SEED)]
        if max(sizes) < 2:
            everyone = Grouping(points.mean(axis=0, keepdims=True), np.zeros(1, dtype=np.int64))
            only = _judge("kmeans", some, everyone, None)
            return Choice(only, (only,), "too few customers to tell groups apart")
        candidates: list[Candidate] = []
        if algorithm in ("auto", "kmeans"):
            candidates += [_kmeans_candidate(some, k) for k in sizes]
        if algorithm in ("auto", "dbscan") and min(sizes) >= 2:
            candidates += _dbscan_candidates(some, sizes)
        taken = max(candidates, key=lambda c: (round(c.score, 6), c.algorithm == "kmeans"))
        grouping = _refined(points, taken.grouping)
        grouping = replace(grouping, centres=np.round(grouping.centres, 6))  # as it is stored
        taken = replace(taken, grouping=grouping)
    return Choice(taken, tuple(candidates), _why(taken, candidates))


def segment_stability(points: Points, grouping: Grouping) -> list[float]:
    """Per group, the mean Jaccard similarity with its best match over bootstrap refits."""
    if grouping.count < 2:
        return [1.0] * grouping.count
    with threadpool_limits(limits=1):
        some = points[_some(len(points), COMPARED, SEED + 1)]
        before = grouping.assign(some)
        found = np.zeros((BOOTSTRAPS, grouping.count))
        for turn in range(BOOTSTRAPS):
            drawn = np.random.default_rng(SEED + turn).integers(0, len(some), len(some))
            refit = _refit(some[drawn], grouping, SEED + turn)
            found[turn] = _best_jaccard(before, refit.assign(some), grouping.count)
    return [float(value) for value in found.mean(axis=0)]


def refit_from(points: Points, grouping: Grouping) -> Grouping:
    """K-Means again from where an earlier grouping stood: groups keep their numbers."""
    with threadpool_limits(limits=1):
        return _refined(points, grouping)


def mean_distance(points: Points, grouping: Grouping) -> float:
    """How far customers stand from their prototype, on average: grows when a model ages."""
    return float(np.sqrt(_distances(points, grouping.centres).min(axis=1)).mean())


def _some(count: int, most: int, seed: int) -> NDArray[np.intp]:
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _distances(points: Points, centres: Points) -> Points:
    squared = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    distances: Points = np.maximum(squared - 2 * points @ centres.T, 0.0)
    return distances


def _kmeans(points: Points, k: int, *, starts: int = 8, seed: int = SEED) -> Grouping:
    model = KMeans(k, n_init=starts, random_state=seed, algorithm="lloyd").fit(points)
    return Grouping(model.cluster_centers_.astype(float), np.arange(k))


def _kmeans_candidate(points: Points, k: int) -> Candidate:
    grouping = _kmeans(points, k)
    return _judge("kmeans", points, grouping, grouping.assign(points))


def _judge(algorithm: str, points: Points, grouping: Grouping, labels: Labels | None) -> Candidate:
    labels = grouping.assign(points) if labels is None else labels
    shares = np.bincount(labels, minlength=grouping.count) / len(labels)
    held = shares[shares > 0]
    entropy = float(-(held * np.log(held)).sum())
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
    some = _some(len(points), SILHOUETTE_POINTS, SEED + 2)
    found = len(np.unique(labels[some]))
    if found < 2 or found >= len(some):
        return 0.0
    return float(silhouette_samples(points[some], labels[some]).mean())


def _stability(points: Points, grouping: Grouping) -> float:
    """Mean agreement of groupings that were each learned on another half of the points."""
    if grouping.count < 2 or len(points) < 4 * grouping.count:
        return 0.0
    found = []
    for turn in range(RESAMPLES):
        half = np.random.default_rng(SEED + turn).choice(
            len(points), len(points) // 2, replace=False
        )
        found.append(_refit(points[half], grouping, SEED + turn).assign(points))
    pairs = [(a, b) for a in range(RESAMPLES) for b in range(a)]
    return float(np.mean([adjusted_rand_score(found[a], found[b]) for a, b in pairs]))


def _refit(points: Points, grouping: Grouping, seed: int) -> Grouping:
    """The same kind of grouping learned afresh, from seeds that know nothing of the first."""
    distinct = count_distinct(points)
    fresh = _kmeans(points, min(len(grouping.groups), distinct), starts=2, seed=seed)
    if len(grouping.groups) == grouping.count:
        return fresh
    nearest = grouping.groups[np.argmin(_distances(fresh.centres, grouping.centres), axis=1)]
    return Grouping(fresh.centres, nearest)


def _refined(points: Points, grouping: Grouping) -> Grouping:
    if (
        grouping.count < 2 or len(grouping.groups) != grouping.count
    ):  # several prototypes a group: they keep its shape
        return grouping
    model = KMeans(grouping.count, init=grouping.centres, n_init=1, algorithm="lloyd").fit(points)
    return Grouping(model.cluster_centers_.astype(float), grouping.groups)


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


def _dbscan_candidates(points: Points, sizes: Sequence[int]) -> list[Candidate]:
    """DBSCAN at several radii, brought to the wanted number of groups; the best of them."""
    dimensions = min(4, points.shape[1])
    flat = PCA(dimensions, random_state=SEED, svd_solver="full").fit_transform(points)
    least = max(4, min(2 * dimensions + 4, len(points) // 20))
    reach = NearestNeighbors(n_neighbors=least).fit(flat).kneighbors(flat)[0][:, -1]
    judged = []
    for quantile in (0.2, 0.35, 0.5, 0.7, 0.85):
        radius = float(np.quantile(reach, quantile))
        if radius <= 0:
            continue
        dense = DBSCAN(eps=radius, min_samples=least).fit_predict(flat).astype(np.int64)
        if dense.max() < 1:
            continue
        labels = _sized(points, _joined(points, dense), sizes)
        grouping = _prototypes(points, labels)
        judged.append(_judge("dbscan", points, grouping, None))
    if judged:
        return [max(judged, key=lambda c: c.score)]
    # No two dense groups at any radius: one cloud, cut by K-Means like any group that is too large.
    labels = _sized(points, np.zeros(len(points), dtype=np.int64), sizes)
    return [_judge("dbscan", points, _prototypes(points, labels), None)]


def _joined(points: Points, dense: Labels) -> Labels:
    """Noise, and groups too small to matter, join the nearest group."""
    least = max(CUSTOMERS_PER_SEGMENT, len(points) // 100)
    counts = np.bincount(dense[dense >= 0])
    kept = [group for group in range(len(counts)) if counts[group] >= least]
    if not kept:
        kept = [int(np.argmax(counts))]
    inside = np.isin(dense, kept)
    nearest = NearestNeighbors(n_neighbors=1).fit(points[inside])
    labels = np.full(len(points), -1, dtype=np.int64)
    labels[inside] = np.searchsorted(kept, dense[inside])
    if (~inside).any():
        labels[~inside] = labels[inside][nearest.kneighbors(points[~inside])[1][:, 0]]
    return labels


def _sized(points: Points, labels: Labels, sizes: Sequence[int]) -> Labels:
    """Merge the smallest group into its neighbour, or split the largest, until the number fits."""
    labels = labels.copy()
    while labels.max() + 1 > max(sizes):
        counts = np.bincount(labels)
        small = int(np.argmin(counts))
        centres = _means(points, labels)
        away = ((centres - centres[small]) ** 2).sum(axis=1)
        away[small] = np.inf
        labels[labels == small] = int(np.argmin(away))
        labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    while labels.max() + 1 < min(sizes):
        split = _split_largest(points, labels)
        if split is None:
            break
        labels = split
    return labels


def _split_largest(points: Points, labels: Labels) -> Labels | None:
    """The largest group that can be split in two; customers who are all alike stay together."""
    for group in np.argsort(-np.bincount(labels), kind="stable"):
        members = np.flatnonzero(labels == group)
        if count_distinct(points[members]) < 2:
            continue
        halves = _kmeans(points[members], 2).assign(points[members])
        if halves.min() < halves.max():
            split = labels.copy()
            split[members[halves == 1]] = labels.max() + 1
            return split
    return None


def _means(points: Points, labels: Labels) -> Points:
    return np.array([points[labels == group].mean(axis=0) for group in range(labels.max() + 1)])


def _prototypes(points: Points, labels: Labels, most: int = 4) -> Grouping:
    centres, groups = [], []
    for group in range(int(labels.max()) + 1):
        mine = points[labels == group]
        distinct = count_distinct(mine)
        k = max(1, min(most, distinct, len(mine) // 20))
        found = _kmeans(mine, k, starts=2).centres
        centres.append(found)
        groups += [group] * len(found)
    return Grouping(np.vstack(centres), np.array(groups, dtype=np.int64))


def _why(taken: Candidate, candidates: Iterable[Candidate]) -> str:
    others = sorted(
        (c for c in candidates if c.as_dict() != taken.as_dict()), key=lambda c: -c.score
    )
    name = {"kmeans": "K-Means", "dbscan": "DBSCAN"}
    said = (
        f"{name[taken.algorithm]} with {taken.grouping.count} segments: "
        f"silhouette {taken.silhouette:.2f}, agreement under resampling {taken.stability:.2f}, "
        f"largest segment {taken.largest_share:.0%} of customers"
    )
    if not others:
        return said
    next_best = others[0]
    return (
        f"{said}; next best {name[next_best.algorithm]} with {next_best.grouping.count} "
        f"(silhouette {next_best.silhouette:.2f}, agreement {next_best.stability:.2f}, "
        f"largest {next_best.largest_share:.0%})"
    )
