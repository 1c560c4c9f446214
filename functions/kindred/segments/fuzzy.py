"""Fuzzy archetypes: where a customer stands on eight axes, with shades, beside the hard segment.

On each axis a customer belongs to `low`, `middle` and `high` by degrees that sum to 1, measured
against the shop's own customers; where nothing is known, to `untold`. Level 1 keeps the strongest
label per axis, level 2 adds whether it is clear, level 3 keeps the two strongest in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVELS = (1, 2, 3)
KINDS = ("low", "middle", "high", "untold")
UNTOLD = 3
CLEAR = 0.7  # membership from which a label is held clearly


@dataclass(frozen=True)
class FuzzyAxis:
    """An axis, the features it is read from (the first that the file has), and its labels."""

    name: str
    features: tuple[str, ...]
    labels: tuple[str, str, str]
    falling: bool = False  # more of the feature means less of the axis


AXES = (
    FuzzyAxis("frequency", ("frequency",), ("seldom", "sometimes", "often")),
    FuzzyAxis("value", ("monetary",), ("small", "medium", "big")),
    FuzzyAxis(
        "exploration", ("category_variety", "category_breadth"), ("focused", "varied", "exploring")
    ),
    FuzzyAxis(
        "price_sensitivity",
        ("discount_share", "price_position"),
        ("full-price", "mixed", "bargain"),
    ),
    FuzzyAxis("cadence", ("gap_mean_days",), ("slow", "steady", "quick"), falling=True),
    FuzzyAxis("maturity", ("tenure_days",), ("new", "settled", "long-standing")),
    FuzzyAxis("repurchase", ("product_repetition",), ("ever-new", "partly-same", "same-again")),
    FuzzyAxis("returns", ("refund_share",), ("keeps", "returns-some", "returns-much")),
)
_FALLING = {"price_position"}  # dear means little price sensitivity


@dataclass(frozen=True)
class Memberships:
    """Degrees by axis: (customers, 4) in the order of KINDS; every row sums to 1."""

    degrees: Mapping[str, Floats]

    def labels(self, axis: str) -> NDArray[np.object_]:
        """Level 1 of one axis, in words."""
        labels: NDArray[np.object_] = _names(axis)[np.argmax(self.degrees[axis], axis=1)]
        return labels


def memberships(customers: pd.DataFrame) -> Memberships:
    """Degrees of every customer on every axis; columns are those of the customers' file."""
    return Memberships({axis.name: _degrees(customers, axis) for axis in AXES})


def _degrees(customers: pd.DataFrame, axis: FuzzyAxis) -> Floats:
    name = next((f for f in axis.features if f in customers and customers[f].notna().any()), None)
    degrees = np.zeros((len(customers), len(KINDS)))
    if name is None:
        degrees[:, UNTOLD] = 1
        return degrees
    value = customers[name].to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(value)
    low, middle, high = _knots(value[known])
    rise = np.interp(value[known], [low, middle, high], [0.0, 1.0, 2.0])
    if axis.falling or name in _FALLING:
        rise = 2 - rise
    degrees[known, 0] = np.clip(1 - rise, 0, 1)
    degrees[known, 2] = np.clip(rise - 1, 0, 1)
    degrees[known, 1] = 1 - degrees[known, 0] - degrees[known, 2]
    degrees[~known, UNTOLD] = 1
    return degrees


def _knots(value: Floats) -> tuple[float, float, float]:
    """Where low, middle and high are fully held: the shop's 10th, 50th and 90th percentiles.

    Where half of the customers share one value (no returns, one order), that is the low knot, and
    the others come from the customers above it.
    """
    low, middle, high = (float(q) for q in np.quantile(value, [0.1, 0.5, 0.9]))
    if low == middle:
        above = value[value > low]
        if len(above):
            middle, high = (float(q) for q in np.quantile(above, [0.4, 0.9]))
    step = max(abs(middle), 1.0) * 1e-9
    middle = max(middle, low + step)
    return low, middle, max(high, middle + step)


def archetype_codes(found: Memberships, level: int) -> tuple[NDArray[np.int64], list[list[str]]]:
    """Each customer's archetype at a level as a number, and per axis what its digits mean.

    Numbers rather than words, since there can be a hundred thousand customers.
    """
    total: NDArray[np.int64] = np.zeros(len(next(iter(found.degrees.values()))), dtype=np.int64)
    words: list[list[str]] = []
    for axis in AXES:
        digits, means = _digits(found.degrees[axis.name], axis.name, level)
        total = total * len(means) + digits
        words.append(means)
    return total, words


def _digits(degrees: Floats, axis: str, level: int) -> tuple[NDArray[np.int64], list[str]]:
    names = [str(name) for name in _names(axis)]
    first = np.argmax(degrees, axis=1).astype(np.int64)
    if level == 1:
        return first, names
    if level == 2:
        clear = degrees[np.arange(len(first)), first] >= CLEAR
        return first * 2 + clear, [f"{how}{n}" for n in names for how in ("rather ", "")]
    rest = degrees.copy()
    rest[np.arange(len(first)), first] = -1
    second = np.argmax(rest, axis=1).astype(np.int64)
    second = np.where(rest[np.arange(len(first)), second] > 0, second, first)
    pairs = [a if a == b else f"{a}, then {b}" for a in names for b in names]
    return first * len(names) + second, pairs


def top_archetypes(
    found: Memberships,
    value: Floats,
    *,
    level: int,
    by: str = "total_value",
    most: int = 20,
) -> list[dict[str, Any]]:
    """The leading archetypes of a level by ``total_value``, ``mean_value`` or ``members``.

    ``[{archetype: {axis: label}, members, total_value, mean_value}]``; by mean value, archetypes of
    fewer than five customers are left out.
    """
    codes, words = archetype_codes(found, level)
    kinds, inverse, members = np.unique(codes, return_inverse=True, return_counts=True)
    total = np.bincount(inverse, weights=np.nan_to_num(value), minlength=len(kinds))
    mean = total / members
    measure = {"total_value": total, "mean_value": mean, "members": members.astype(float)}[by]
    if by == "mean_value" and (members >= 5).any():
        measure = np.where(members >= 5, measure, -np.inf)
    order = np.lexsort((kinds, -measure))[:most]
    return [
        {
            "archetype": _spelled(int(kinds[i]), words),
            "members": int(members[i]),
            "total_value": round(float(total[i]), 2),
            "mean_value": round(float(mean[i]), 2),
        }
        for i in order
        if np.isfinite(measure[i])
    ]


def _spelled(code: int, words: Sequence[Sequence[str]]) -> dict[str, str]:
    spelled: dict[str, str] = {}
    for axis, means in zip(reversed(AXES), reversed(words), strict=True):
        code, digit = divmod(code, len(means))
        spelled[axis.name] = means[digit]
    return {axis.name: spelled[axis.name] for axis in AXES}


def _names(axis: str) -> NDArray[np.object_]:
    labels = next(a.labels for a in AXES if a.name == axis)
    return np.array([*labels, "untold"], dtype=object)
