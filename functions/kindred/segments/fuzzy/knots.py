"""Where each axis is fully `low`, `middle` and `high`: percentiles of the shop's own buyers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
from ibis import _
from ibis.expr.types import BooleanValue, Column, Table

from kindred.engine import Engine
from kindred.segments.fuzzy.axes import AXES, FuzzyAxis

#: Shares of buyers below the low, the middle and the high knot.
SHARES = (0.1, 0.5, 0.9)
#: The same for the middle and the high knot among buyers above the low one, where half of all
#: buyers share one value.
SHARES_ABOVE = (0.4, 0.9)


@dataclass(frozen=True)
class Knots:
    """The feature that an axis is read from, and its values at the knots, rising strictly."""

    feature: str
    low: float
    middle: float
    high: float


def find_knots(engine: Engine, buyers: Table) -> Mapping[str, Knots]:
    """By axis name; without the axes that the file holds nothing about."""
    known = engine.row(
        buyers.aggregate(
            **{name: is_known(buyers[name]).sum() for axis in AXES for name in axis.features}
        )
    )
    knots = {}
    for axis in AXES:
        feature = _feature_of(axis, known)
        if feature is not None:
            knots[axis.name] = _knots(engine, buyers, feature, int(known[feature]))
    return knots


def is_known(value: Column) -> BooleanValue:
    """Neither null nor NaN nor infinite."""
    number = value.cast("float64")
    return number.notnull() & ~number.isnan() & ~number.isinf()


def _feature_of(axis: FuzzyAxis, known: Mapping[str, int | None]) -> str | None:
    return next((name for name in axis.features if known[name]), None)


def _knots(engine: Engine, buyers: Table, feature: str, count: int) -> Knots:
    """The 10th, 50th and 90th percentiles.

    Where half of the buyers share one value (no returns, one order), that is the low knot, and the
    others come from the buyers above it.
    """
    values = buyers.select(value=buyers[feature].cast("float64")).filter(is_known(_.value))
    low, middle, high = _quantiles(engine, values, count, SHARES)
    if low == middle:
        above = values.filter(_.value > low)
        count_above = int(engine.value(above.count()))
        if count_above:
            middle, high = _quantiles(engine, above, count_above, SHARES_ABOVE)
    step = max(abs(middle), 1.0) * 1e-9
    middle = max(middle, low + step)
    return Knots(feature, low, middle, max(high, middle + step))


def _quantiles(engine: Engine, values: Table, count: int, shares: Sequence[float]) -> list[float]:
    """Quantiles as NumPy makes them: between two neighbours in order, in proportion.

    Engines differ in how they do this (some only roughly), so only the neighbours are asked for.
    """
    places = [(count - 1) * share for share in shares]
    pairs = [(math.floor(place), min(math.floor(place) + 1, count - 1)) for place in places]
    wanted = sorted({number for pair in pairs for number in pair})
    ordered = values.mutate(place=ibis.row_number().over(ibis.window(order_by=values.value)))
    frame = engine.fetch(ordered.filter(_.place.isin(wanted)), most=len(wanted))
    at = dict(zip(frame["place"].tolist(), frame["value"].tolist(), strict=True))
    return [
        float(np.quantile([at[first], at[second]], place - first))
        for place, (first, second) in zip(places, pairs, strict=True)
    ]
