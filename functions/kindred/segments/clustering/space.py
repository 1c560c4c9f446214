"""The space customers are compared in: learned once, applied anywhere.

An axis takes a feature, pulls what rests on few orders towards the shop's mean, transforms and
scales it, and cuts it at three deviations, so that one wholesale buyer can't stretch the space.
:func:`fit_space` learns on a sample; :meth:`Space.coordinates` is a table expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import FloatingValue, Table

from kindred.segments.clustering.axes import AXES, AxisKind

CUT = 3.0  # standard deviations
TAILS = (0.01, 0.99)  # quantiles outside which values don't count for the scale
LEAST_WEIGHT = 0.05  # below, an axis says too little to be of use
LEAST_SCALE = 1e-9  # below, all customers have the same value
#: Of customers with several orders, to learn from them how far few orders are to be trusted.
FEWEST_REPEAT = 10
USUAL_PULL = 3.0  # where there are fewer of them
PULL_BOUNDS = (0.05, 50.0)
LEAST_BETWEEN = 0.02  # of the variance seen, which lies between customers at the least
DIGITS = 6  # coordinates are rounded, so that the order of a parallel sum can't show


@dataclass(frozen=True)
class Axis:
    """One fitted axis: all that is needed to place any customer on it."""

    name: str
    feature: str
    log: bool
    evidence: str | None
    pull: float  # -1: evidence is itself the weight, 0-1
    mean: float  # of the transformed feature, towards which few orders are pulled
    centre: float
    scale: float
    weight: float


@dataclass(frozen=True)
class Space:
    axes: tuple[Axis, ...]

    @property
    def names(self) -> list[str]:
        return [axis.name for axis in self.axes]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; :meth:`from_dict` makes the same space of it."""
        return {"axes": [asdict(axis) for axis in self.axes]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Space:
        return cls(tuple(Axis(**axis) for axis in stored["axes"]))

    def coordinates(self, features: Table) -> Table:
        """``customer_id`` and one DOUBLE per axis; 0 is the shop's mean."""
        return features.select(
            "customer_id", **{axis.name: _coordinate(features, axis) for axis in self.axes}
        )


def _coordinate(features: Table, axis: Axis) -> FloatingValue:
    value = features[axis.feature].cast("float64")
    if axis.log:
        value = (value.clip(lower=0) + 1).ln()
    if axis.evidence:
        value = value.fill_null(axis.mean)
        n = features[axis.evidence].cast("float64").fill_null(0)
        trust = n if axis.pull < 0 else n / (n + axis.pull) if axis.pull > 0 else ibis.literal(1.0)
        value = axis.mean + trust * (value - axis.mean)
    placed = ((value.fill_null(axis.centre) - axis.centre) / axis.scale).clip(-CUT, CUT)
    return steady_round(placed * axis.weight, DIGITS)


def steady_round(value: FloatingValue, digits: int) -> FloatingValue:
    """Rounded so that the last bits of a sum, which depend on the order of rows, can't show.

    A little is added first. Numbers exactly between two neighbours, which are common in means of
    prices, would otherwise be rounded up or down by chance.
    """
    return (value + 10.0 ** -(digits + 4)).round(digits)


def fit_space(sample: pd.DataFrame, kinds: Sequence[AxisKind] = AXES) -> Space:
    """Learn the axes that the sample supports: those with at least two different values."""
    fitted = [axis for kind in kinds if (axis := _fit_axis(sample, kind)) is not None]
    return Space(tuple(fitted))


def _fit_axis(sample: pd.DataFrame, kind: AxisKind) -> Axis | None:
    if kind.feature not in sample:
        return None
    raw = sample[kind.feature].to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(raw)
    if known.sum() < 2 or np.ptp(raw[known]) == 0:
        return None
    value = np.log1p(np.clip(raw, 0, None)) if kind.log else raw
    pull, trust = _trust(sample, kind, value, known)
    weights = trust if kind.evidence else known.astype(float)
    mean = float(np.average(value[known], weights=weights[known] + 1e-12))
    shrunk = mean + trust[known] * (value[known] - mean)
    low, high = np.quantile(shrunk, TAILS)
    cut = np.clip(shrunk, low, high)
    share_known = float(known.mean())
    # Customers without the feature stand at the centre, and count for the scale.
    centre = float(cut.mean())
    scale = float(np.sqrt(((cut - centre) ** 2).sum() / len(raw)))
    if scale < LEAST_SCALE:
        return None
    reliability = float(trust[known].mean()) * share_known
    weight = kind.weight * float(np.sqrt(reliability))
    if weight < LEAST_WEIGHT:
        return None
    numbers = {"pull": pull, "mean": mean, "centre": centre, "scale": scale, "weight": weight}
    return Axis(
        kind.name,
        kind.feature,
        kind.log,
        kind.evidence,
        **{k: float(f"{v:.10g}") for k, v in numbers.items()},
    )


def _trust(
    sample: pd.DataFrame, kind: AxisKind, value: np.ndarray, known: np.ndarray
) -> tuple[float, np.ndarray]:
    """How far each customer's value is believed: n / (n + pull).

    With the spread between a customer's own orders at hand, `pull` is the ratio of the variance
    within customers to that between them, as in a one-way analysis of variance.
    """
    if kind.evidence is None:
        return 0.0, known.astype(float)
    n = sample[kind.evidence].to_numpy(dtype=float, na_value=np.nan)
    n = np.nan_to_num(n)
    if kind.pull < 0:
        return -1.0, np.clip(n, 0, 1) * known
    pull = kind.pull if kind.spread is None else _ratio(sample[kind.spread], n, value, known)
    return pull, n / (n + pull) * known if pull > 0 else known.astype(float)


def _ratio(spread: pd.Series[float], n: np.ndarray, value: np.ndarray, known: np.ndarray) -> float:
    within_each = spread.to_numpy(dtype=float, na_value=np.nan)
    repeat = known & (n > 1) & np.isfinite(within_each)
    if repeat.sum() < FEWEST_REPEAT:
        return USUAL_PULL
    degrees = n[repeat] - 1
    within = float(np.average(within_each[repeat], weights=degrees))
    observed = float(np.var(value[repeat]))
    between = observed - within * float(np.mean(1 / n[repeat]))
    between = max(between, observed * LEAST_BETWEEN, 1e-12)
    return float(np.clip(within / between, *PULL_BOUNDS))
