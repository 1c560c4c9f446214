"""How far customers of a frame belong to each kind of each axis, and the archetypes that follow.

Level 1 keeps the strongest label per axis, level 2 adds whether it is clear, level 3 keeps the two
strongest in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kindred.segments.fuzzy.axes import AXES, FALLING_FEATURES, KINDS, UNTOLD, FuzzyAxis
from kindred.segments.fuzzy.knots import Knots

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
LEVELS = (1, 2, 3)
CLEAR = 0.7  # degree from which a label is held clearly


@dataclass(frozen=True)
class Memberships:
    """Degrees by axis: (customers, 4) in the order of KINDS; every row sums to 1."""

    degrees: Mapping[str, Floats]

    def labels(self, axis: FuzzyAxis) -> NDArray[np.object_]:
        """The strongest label of an axis, in words."""
        words = np.array(axis.words, dtype=object)
        labels: NDArray[np.object_] = words[np.argmax(self.degrees[axis.name], axis=1)]
        return labels

    def archetypes(self, level: int) -> Codes:
        """Each customer's archetype as a number, which :func:`spell_archetype` puts into words.

        Numbers rather than words, since there may be very many customers.
        """
        count = len(next(iter(self.degrees.values())))
        codes: Codes = np.zeros(count, dtype=np.int64)
        for axis in AXES:
            codes = codes * len(_phrases(axis, level)) + _digits(self.degrees[axis.name], level)
        return codes


def find_memberships(customers: pd.DataFrame, knots: Mapping[str, Knots]) -> Memberships:
    """Degrees of every customer on every axis; columns are those of the customers' file."""
    return Memberships({axis.name: _degrees(customers, axis, knots) for axis in AXES})


def spell_archetype(code: int, level: int) -> dict[str, str]:
    """The words of an archetype by axis."""
    spelled: dict[str, str] = {}
    for axis in reversed(AXES):
        phrases = _phrases(axis, level)
        code, digit = divmod(code, len(phrases))
        spelled[axis.name] = phrases[digit]
    return {axis.name: spelled[axis.name] for axis in AXES}


def _degrees(customers: pd.DataFrame, axis: FuzzyAxis, knots: Mapping[str, Knots]) -> Floats:
    degrees = np.zeros((len(customers), len(KINDS)))
    knot = knots.get(axis.name)
    if knot is None:
        degrees[:, UNTOLD] = 1
        return degrees
    value = customers[knot.feature].to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(value)
    rise = np.interp(value[known], [knot.low, knot.middle, knot.high], [0.0, 1.0, 2.0])
    if axis.falling or knot.feature in FALLING_FEATURES:
        rise = 2 - rise
    degrees[known, 0] = np.clip(1 - rise, 0, 1)
    degrees[known, 2] = np.clip(rise - 1, 0, 1)
    degrees[known, 1] = 1 - degrees[known, 0] - degrees[known, 2]
    degrees[~known, UNTOLD] = 1
    return degrees


def _digits(degrees: Floats, level: int) -> Codes:
    """Which of an axis's phrases each customer has, by number."""
    rows = np.arange(len(degrees))
    digits: Codes = np.argmax(degrees, axis=1).astype(np.int64)
    if level == 2:
        digits = digits * 2 + (degrees[rows, digits] >= CLEAR).astype(np.int64)
    if level == 3:
        rest = degrees.copy()
        rest[rows, digits] = -1
        second = np.argmax(rest, axis=1).astype(np.int64)
        second = np.where(rest[rows, second] > 0, second, digits)
        digits = digits * len(KINDS) + second
    return digits


def _phrases(axis: FuzzyAxis, level: int) -> Sequence[str]:
    words = axis.words
    if level == 1:
        return words
    if level == 2:
        return [f"{how}{word}" for word in words for how in ("rather ", "")]
    return [a if a == b else f"{a}, then {b}" for a in words for b in words]
