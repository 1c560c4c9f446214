"""What prices do in a shop: for everybody, by product, and by product and segment. Pure.

Of the two fits the one that can be relied on speaks: logs where nearly every week has sales, the
counts where weeks without sales would be lost. Where both disagree by more than their errors, the
error grows by half of what is between them, and the verdict says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kindred.pricing.elasticity.panel import EVERYBODY, Panel
from kindred.pricing.elasticity.power import NeededTest, smallest_test

if TYPE_CHECKING:
    import pandas as pd

    from kindred.pricing.elasticity.design import Unit
    from kindred.pricing.elasticity.partialling import Slope
    from kindred.pricing.elasticity.regression import Laws

Verdict = Literal["identified", "uncertain", "not identifiable"]
Z90: Final = 1.6449  # intervals are of 90 %
#: An interval that reaches no further to each side than half of one, or than a quarter of the
#: value, is called identified.
_SHARP: Final = 0.5 / Z90
_SHARP_SHARE: Final = 0.25 / Z90
#: Above this error a unit's own past says nothing that others don't.
_MUTE: Final = 1.0
#: Of the log price, after what explains it: less is rounding.
_LEAST_MOVED: Final = 0.01
_LEAST_MOVES: Final = 3
#: Below so many pieces a week the price of a week is known from few lines, and in made-up shops
#: both fits lean towards zero, by .35 with one piece, less with the root of more. Units lean
#: together: no number of them makes up for it, so that it counts after they are pooled.
_FEW_PIECES: Final = 10
_LEAN: Final = 0.35
#: Where it is sold out in more weeks, what would have been sold is a guess too often.
_SOLD_OUT: Final = 0.1
_SOLD_WEEKS: Final = 0.9


@dataclass(frozen=True)
class Estimate:
    """An elasticity with its 90 % interval, None where the price hardly moved."""

    elasticity: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    why: str
    n_orders: int
    n_weeks: int
    needed: NeededTest | None

    @property
    def error(self) -> float:
        """Half of the interval as a standard error; endless where there is none."""
        if self.low is None or self.high is None:
            return math.inf
        return (self.high - self.low) / 2 / Z90


@dataclass(frozen=True)
class ShopWide:
    """The mean over products, its interval, and how far products differ."""

    elasticity: float | None
    low: float | None
    high: float | None
    spread: float | None
    products: int  # that it rests on
    weeks: int


@dataclass(frozen=True)
class Learnt:
    pooled: ShopWide
    products: Mapping[str, Mapping[str, Estimate]]  # by product, then segment or `EVERYBODY`
    segments: Mapping[str, ShopWide]


@dataclass(frozen=True)
class _Own:
    """What a unit's own past says: an endless error where it says nothing."""

    unit: Unit
    value: float
    error: float
    why: str
    slope: Slope | None = None

    @property
    def lean(self) -> float:
        pieces = float(self.unit.pieces.mean())
        return _LEAN / max(pieces, 0.5) ** 0.5 if pieces < _FEW_PIECES else 0.0


def learn(panel: Panel) -> Learnt:
    """Fit, check and pool everything that a panel can tell."""
    import scipy.linalg  # noqa: F401 - what isn't loaded yet can't be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # the same sums whatever the machine, and no idle spinning
        return _learn(panel)


def _learn(panel: Panel) -> Learnt:
    from kindred.pricing.elasticity.design import units_of
    from kindred.pricing.elasticity.pooling import pool

    nothing = ShopWide(None, None, None, None, 0, panel.weeks)
    units = units_of(panel.products, panel.products) if panel.weeks else []
    laws = _laws(units, panel.weeks)
    every = _fit(units, panel.weeks, laws)
    values, errors = _arrays(every)
    if not _seen(every):
        mute = {own.unit.product_id: {EVERYBODY: _mute(own)} for own in every}
        return Learnt(nothing, _with_unseen(panel, mute), {})
    drawn = pool(values, errors)
    shop = _wide_mean(drawn.mean, drawn.error, every, panel.weeks, drawn.between)
    found = {
        own.unit.product_id: {EVERYBODY: _estimate(own, drawn.values[place], drawn.errors[place])}
        for place, own in enumerate(every)
    }
    segments, cells = _learn_cells(panel, laws)
    for product_id, estimates in cells.items():
        found[product_id] = {**found.get(product_id, {}), **estimates}
    return Learnt(shop, _with_unseen(panel, found), segments)


def _learn_cells(
    panel: Panel, laws: Laws
) -> tuple[dict[str, ShopWide], dict[str, dict[str, Estimate]]]:
    """The same by segment: the customers of each are a shop of their own, then pooled."""
    import numpy as np

    from kindred.pricing.elasticity.design import units_of
    from kindred.pricing.elasticity.pooling import pool_cells

    if not len(panel.cells):
        return {}, {}
    by_segment: dict[str, list[_Own]] = {}
    for key, sold in panel.cells.groupby("segment_key", sort=True):
        by_segment[str(key)] = _fit(units_of(sold, panel.products), panel.weeks, laws)
    keys = [key for key, owns in by_segment.items() if _seen(owns)]
    ids = sorted({own.unit.product_id for owns in by_segment.values() for own in owns})
    row = {product_id: place for place, product_id in enumerate(ids)}
    values = np.zeros((len(ids), len(keys)))
    errors = np.full(values.shape, np.inf)
    for column, key in enumerate(keys):
        for own in by_segment[key]:
            values[row[own.unit.product_id], column] = own.value
            errors[row[own.unit.product_id], column] = own.error
    found: dict[str, dict[str, Estimate]] = {product_id: {} for product_id in ids}
    drawn = pool_cells(values, errors, _alike(by_segment)) if keys else None
    for key, owns in by_segment.items():
        for own in owns:
            made = _mute(own)
            if drawn is not None and key in keys:
                place = row[own.unit.product_id], keys.index(key)
                made = _estimate(own, drawn.values[place], drawn.errors[place])
            found[own.unit.product_id][key] = made
    if drawn is None:
        return {}, found
    segments = {
        key: _wide_mean(float(mean), float(error), by_segment[key], panel.weeks)
        for key, mean, error in zip(keys, drawn.means, drawn.mean_errors, strict=True)
    }
    return segments, found


def _wide_mean(
    mean: float, error: float, owns: Sequence[_Own], weeks: int, spread: float | None = None
) -> ShopWide:
    """A pooled mean with what its units lean by together."""
    seen = [own for own in owns if own.error < math.inf]
    half = Z90 * math.hypot(error, sum(own.lean for own in seen) / len(seen))
    return ShopWide(mean, mean - half, mean + half, spread, len(seen), weeks)


def _alike(by_segment: Mapping[str, Sequence[_Own]]) -> float:
    """How alike the errors of one product's segments are, over all products."""
    from kindred.pricing.elasticity.partialling import likeness

    by_product: dict[str, list[Slope | None]] = {}
    for owns in by_segment.values():
        for own in owns:
            by_product.setdefault(own.unit.product_id, []).append(own.slope)
    found = [likeness(slopes) for slopes in by_product.values()]
    pairs = sum(count for _, count in found)
    return min(max(sum(total for total, _ in found) / pairs, 0.0), 0.95) if pairs else 0.0


def _laws(units: Sequence[Unit], weeks: int) -> Laws:
    from kindred.pricing.elasticity.regression import learn_laws

    return learn_laws(units, weeks) if units else {}


def _fit(units: Sequence[Unit], weeks: int, laws: Laws) -> list[_Own]:
    from kindred.pricing.elasticity.regression import fit_counts, fit_logs

    if not units:
        return []
    logs, counts = fit_logs(units, weeks, laws), fit_counts(units, weeks, laws)
    return [_own(*three) for three in zip(units, logs, counts, strict=True)]


def _own(unit: Unit, logs: Slope | None, counts: Slope | None) -> _Own:
    """The fit that can be relied on, with what the other one makes doubtful."""
    mean = float(unit.pieces.mean())
    rarely = float((unit.pieces > 0).mean()) < _SOLD_WEEKS or mean < _FEW_PIECES
    first, second = (counts, logs) if rarely else (logs, counts)
    if unit.moves < _LEAST_MOVES or first is None or first.moved < _LEAST_MOVED:
        return _Own(unit, 0.0, math.inf, "price-hardly-moved")
    error, why = _wide(first, unit), "sold-out" if unit.sold_out > _SOLD_OUT else ""
    why = "few-sales" if mean < _FEW_PIECES else why
    if second is not None:
        apart = abs(first.value - second.value)
        if apart > 2 * max(error, _wide(second, unit)):
            error, why = math.hypot(error, apart / 2), "fits-disagree"
    if error > _MUTE:
        return _Own(unit, 0.0, math.inf, "too-little-data")
    return _Own(unit, first.value, error, why, first)


def _wide(slope: Slope, unit: Unit) -> float:
    """The error, larger where few weeks, or few changes of the price, tell of it (Student's t)."""
    from scipy.stats import t

    freedom = max(1.0, min(slope.freedom, unit.moves - 1))
    return float(slope.error * t.ppf(0.95, freedom) / Z90)


def _estimate(own: _Own, value: float, error: float) -> Estimate:
    if own.error == math.inf:
        return _mute(own)
    value, error = float(value), math.hypot(float(error), own.lean)
    low, high = value - Z90 * error, value + Z90 * error
    is_narrow = error <= max(_SHARP, _SHARP_SHARE * abs(value))
    sharp = is_narrow and high < 0 and not own.why
    told = own.why or ("" if sharp else "wide-interval")
    return Estimate(
        value, low, high, "identified" if sharp else "uncertain", told,
        *_extent(own.unit), None if sharp else _needed(own.unit),
    )  # fmt: skip


def _mute(own: _Own) -> Estimate:
    return Estimate(
        None, None, None, "not identifiable", own.why or "too-little-data",
        *_extent(own.unit), _needed(own.unit),
    )  # fmt: skip


def _with_unseen(
    panel: Panel, found: Mapping[str, Mapping[str, Estimate]]
) -> dict[str, dict[str, Estimate]]:
    """Products that were sold for too few weeks to be looked at are told as well."""
    made = {product_id: dict(estimates) for product_id, estimates in found.items()}
    if not panel.weeks:
        return made
    sold: pd.DataFrame = panel.products.groupby("product_id").agg(
        orders=("orders", "sum"), first=("week", "min"), last=("week", "max")
    )
    for product_id, row in sold.iterrows():
        if EVERYBODY in made.get(str(product_id), {}):
            continue
        weeks = int(row["last"] - row["first"]) + 1
        made.setdefault(str(product_id), {})[EVERYBODY] = Estimate(
            None, None, None, "not identifiable", "too-few-weeks", int(row["orders"]), weeks,
            smallest_test(float(row["orders"]) / weeks),
        )  # fmt: skip
    return made


def _extent(unit: Unit) -> tuple[int, int]:
    return int(unit.orders), len(unit.week)


def _needed(unit: Unit) -> NeededTest:
    return smallest_test(unit.orders / len(unit.week))


def _seen(owns: Sequence[_Own]) -> int:
    return sum(own.error < math.inf for own in owns)


def _arrays(owns: Sequence[_Own]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array([own.value for own in owns]), np.array([own.error for own in owns])
