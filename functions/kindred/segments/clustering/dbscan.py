"""DBSCAN, brought to a wanted number of groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from kindred.segments.clustering.candidates import Candidate, judge
from kindred.segments.clustering.grouping import (
    SEED,
    Grouping,
    Labels,
    Points,
    count_distinct,
    fit_kmeans,
)

CUSTOMERS_PER_SEGMENT = 5  # with fewer, a segment tells about single people
#: In many dimensions nothing is dense, so DBSCAN sees the first principal components only.
COMPONENTS = 4
#: Radii that are tried: quantiles of the distance at which points have neighbours enough.
RADIUS_QUANTILES = (0.2, 0.35, 0.5, 0.7, 0.85)
LEAST_NEIGHBOURS = 4
POINTS_PER_NEIGHBOUR = 20  # in small shops a dense point needs fewer neighbours
POINTS_PER_SMALL_GROUP = 100  # a group of fewer than one in so many points is no group
MOST_PROTOTYPES = 4  # of one group
POINTS_PER_PROTOTYPE = 20


def dbscan_candidates(points: Points, sizes: Sequence[int]) -> list[Candidate]:
    """DBSCAN at several radii, brought to the wanted number of groups; the best of them."""
    dimensions = min(COMPONENTS, points.shape[1])
    flat = PCA(dimensions, random_state=SEED, svd_solver="full").fit_transform(points)
    most = 2 * dimensions + LEAST_NEIGHBOURS
    least = max(LEAST_NEIGHBOURS, min(most, len(points) // POINTS_PER_NEIGHBOUR))
    reach = NearestNeighbors(n_neighbors=least).fit(flat).kneighbors(flat)[0][:, -1]
    judged = []
    for quantile in RADIUS_QUANTILES:
        radius = float(np.quantile(reach, quantile))
        if radius <= 0:
            continue
        dense = DBSCAN(eps=radius, min_samples=least).fit_predict(flat).astype(np.int64)
        if dense.max() < 1:
            continue
        labels = bring_to_size(points, _join_noise(points, dense), sizes)
        grouping = _prototypes(points, labels)
        judged.append(judge("dbscan", points, grouping, None))
    if judged:
        return [max(judged, key=lambda c: c.score)]
    # No two dense groups at any radius: one cloud, cut by K-Means like any group that is too large.
    labels = bring_to_size(points, np.zeros(len(points), dtype=np.int64), sizes)
    return [judge("dbscan", points, _prototypes(points, labels), None)]


def _join_noise(points: Points, dense: Labels) -> Labels:
    """Noise, and groups too small to matter, join the nearest group."""
    least = max(CUSTOMERS_PER_SEGMENT, len(points) // POINTS_PER_SMALL_GROUP)
    counts = np.bincount(dense[dense >= 0])
    large = [group for group in range(len(counts)) if counts[group] >= least]
    if not large:
        large = [int(np.argmax(counts))]
    inside = np.isin(dense, large)
    nearest = NearestNeighbors(n_neighbors=1).fit(points[inside])
    labels = np.full(len(points), -1, dtype=np.int64)
    labels[inside] = np.searchsorted(large, dense[inside])
    if (~inside).any():
        labels[~inside] = labels[inside][nearest.kneighbors(points[~inside])[1][:, 0]]
    return labels


def bring_to_size(points: Points, labels: Labels, sizes: Sequence[int]) -> Labels:
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
        halves = fit_kmeans(points[members], 2).assign(points[members])
        if halves.min() < halves.max():
            split = labels.copy()
            split[members[halves == 1]] = labels.max() + 1
            return split
    return None


def _means(points: Points, labels: Labels) -> Points:
    return np.array([points[labels == group].mean(axis=0) for group in range(labels.max() + 1)])


def _prototypes(points: Points, labels: Labels) -> Grouping:
    """Each group as a few points, more where it is large, so that it may be bent."""
    centres, groups = [], []
    for group in range(int(labels.max()) + 1):
        mine = points[labels == group]
        distinct = count_distinct(mine)
        k = max(1, min(MOST_PROTOTYPES, distinct, len(mine) // POINTS_PER_PROTOTYPE))
        prototypes = fit_kmeans(mine, k, starts=2).centres
        centres.append(prototypes)
        groups += [group] * len(prototypes)
    return Grouping(np.vstack(centres), np.array(groups, dtype=np.int64))
