"""What segments are like, measured on the engine: sizes, means, medians, effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table


def measure(customers: Table, columns: Iterable[str]) -> Table:
    """Per segment: size, money, RFM means, and mean, median, spread of each column."""
    names = list(columns)
    numbers = {f"{name}__mean": customers[name].mean() for name in names}
    numbers |= {f"{name}__median": customers[name].median() for name in names}
    return customers.group_by("segment_key").aggregate(
        customer_count=_.count(),
        revenue=_.monetary.sum(),
        r=_.r.mean(),
        f=_.f.mean(),
        m=_.m.mean(),
        **numbers,
    )


def measure_all(customers: Table, columns: Iterable[str]) -> Table:
    """One row with the same over all customers, under the segment key ''."""
    return measure(customers.filter(_.frequency > 0).mutate(segment_key=ibis.literal("")), columns)


def metrics_of(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, dict[str, float]]:
    """``{feature: {mean, median}}`` of the columns that a row of :func:`measure` holds."""
    return {
        name: {
            "mean": round(float(row[f"{name}__mean"]) + 1e-10, 6),
            "median": round(float(row[f"{name}__median"]) + 1e-10, 6),
        }
        for name in columns
        if pd.notna(row[f"{name}__mean"])
    }


@dataclass(frozen=True)
class Effects:
    """Where each segment stands: ``profile`` from the shop's mean, ``effect`` against the others.

    Both per segment and axis, in standard deviations; effects are Cohen's d.
    """

    profile: Mapping[str, Mapping[str, float]]
    effect: Mapping[str, Mapping[str, float]]


def moments(coordinates: Table, axes: Sequence[str]) -> Table:
    """Per segment: count, sum and sum of squares of every axis."""
    sums = {f"{axis}__sum": coordinates[axis].sum() for axis in axes}
    squares = {f"{axis}__squares": (coordinates[axis] ** 2).sum() for axis in axes}
    return coordinates.group_by("segment_key").aggregate(n=_.count(), **sums, **squares)


def effects_from(sums: pd.DataFrame, axes: Sequence[str], weights: Sequence[float]) -> Effects:
    """Profiles and effects from :func:`moments`; ``weights`` undo the axes' weights."""
    count = sums["n"].to_numpy(dtype=float)
    everyone = count.sum()
    profile: dict[str, dict[str, float]] = {key: {} for key in sums["segment_key"]}
    effect: dict[str, dict[str, float]] = {key: {} for key in sums["segment_key"]}
    for axis, weight in zip(axes, weights, strict=True):
        total = sums[f"{axis}__sum"].to_numpy(dtype=float) / weight
        square = sums[f"{axis}__squares"].to_numpy(dtype=float) / weight**2
        spread = np.sqrt(max(square.sum() / everyone - (total.sum() / everyone) ** 2, 1e-12))
        rest = np.maximum(everyone - count, 1)
        here, there = total / count, (total.sum() - total) / rest
        inside = square - count * here**2 + (square.sum() - square) - rest * there**2
        pooled = np.sqrt(np.maximum(inside / max(everyone - 2, 1), 1e-4 * spread**2 + 1e-12))
        for index, key in enumerate(sums["segment_key"]):
            profile[key][axis] = float((here[index] - total.sum() / everyone) / spread)
            effect[key][axis] = float(np.clip((here[index] - there[index]) / pooled[index], -9, 9))
    return Effects(profile, effect)
