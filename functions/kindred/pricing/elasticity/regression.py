"""How demand follows price, unit by unit, with what all units have in common partialled out.

    log pieces = elasticity x log price + own controls + common controls + effect of the week

by generalised least squares, and by Poisson quasi-likelihood (iterated weights), which sees weeks
without a sale. Weeks are weighed by what lasts in demand (`lasting`). Errors allow for weeks that
are noisier than others and for the error of the common effects; where plain errors are larger,
those count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kindred.pricing.elasticity.design import Unit, common_weeks
from kindred.pricing.elasticity.lasting import USUAL, Law, Past, learn_law
from kindred.pricing.elasticity.partialling import Rows, Shared, Slope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ITERATIONS: Final = 25

Laws = Mapping[str, Law]  # by product


def learn_laws(units: Sequence[Unit], weeks: int) -> Laws:
    """How what moves demand lasts, by product."""
    effects, number = _effects(units, weeks)
    blocks = [_log_rows(unit, number, USUAL) for unit in units]
    shared = Shared.solve(blocks, effects)
    pasts = [Past(rows.week, rows.noise, shared.left(rows), rows.own) for rows in blocks]
    shop = learn_law(pasts, USUAL)
    return {
        unit.product_id: learn_law([past], shop) for unit, past in zip(units, pasts, strict=True)
    }


def fit_logs(units: Sequence[Unit], weeks: int, laws: Laws) -> list[Slope | None]:
    """Least squares on logs; weeks without a sale aren't seen. None: nothing to be learned."""
    effects, number = _effects(units, weeks)
    blocks = [_log_rows(unit, number, laws[unit.product_id]) for unit in units]
    shared = Shared.solve(blocks, effects)
    return [shared.slope(rows) for rows in blocks]


def _effects(units: Sequence[Unit], weeks: int) -> tuple[int, NDArray[np.int64]]:
    """How many effects of weeks there are, and the number of each week's."""
    number = common_weeks(list(units), weeks)
    return int(number.max(initial=-1)) + 1, number


def _log_rows(unit: Unit, number: NDArray[np.int64], law: Law) -> Rows:
    import numpy as np

    sold = unit.pieces > 0
    sold[0] = False  # what was before it isn't known
    week = unit.week[sold]
    own = np.column_stack([unit.log_price, unit.own])[sold]
    noise = np.full(len(week), 1 / max(float(unit.pieces.mean()), 0.5))
    return Rows(unit.told[sold], own, unit.common[sold], number[week], noise, week, law)


def fit_counts(units: Sequence[Unit], weeks: int, laws: Laws) -> list[Slope | None]:
    """Poisson quasi-likelihood on pieces; weeks without a sale are seen."""
    import numpy as np

    effects, number = _effects(units, weeks)
    means = [0.5 * unit.pieces + 0.5 * unit.pieces.mean() for unit in units]
    for _ in range(_ITERATIONS):
        blocks = [
            _count_rows(unit, number, mean, laws[unit.product_id])
            for unit, mean in zip(units, means, strict=True)
        ]
        shared = Shared.solve(blocks, effects)
        earlier = means
        means = [_next(shared, rows, mean) for rows, mean in zip(blocks, means, strict=True)]
        moved = [np.abs(np.log(new / old)).max() for new, old in zip(means, earlier, strict=True)]
        if max(moved, default=0.0) < 1e-3:
            break
    return [shared.slope(rows) for rows in blocks]


def _count_rows(unit: Unit, number: NDArray[np.int64], mean: Array, law: Law) -> Rows:
    """One step of the iteration: what least squares has to explain."""
    import numpy as np

    target = np.log(mean) + (unit.pieces - mean) / mean
    known = slice(1, None)  # what was before the first week isn't known
    week = unit.week[known]
    own = np.column_stack([unit.log_price, unit.own])[known]
    return Rows(target[known], own, unit.common[known], number[week], 1 / mean[known], week, law)


def _next(shared: Shared, rows: Rows, mean: Array) -> Array:
    """What is expected after a step; a step is bounded, since some overshoot."""
    import numpy as np

    earlier = np.log(mean[1:])
    linear = np.clip(np.clip(shared.fitted(rows), -12, 18), earlier - 2, earlier + 2)
    return np.concatenate([mean[:1], np.exp(linear)])
