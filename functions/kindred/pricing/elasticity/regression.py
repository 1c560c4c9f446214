"""How demand follows price, unit by unit, with what all units have in common partialled out.

    log pieces = elasticity x log price + own controls + common controls + effect of the week

by generalised least squares, and by Poisson quasi-likelihood (iterated weights), which sees weeks
without a sale. Weeks are weighed by what lasts in demand (`lasting`). Errors allow for what that
misses (Newey, West) and for the error of the common effects; where plain errors are larger, those
count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kindred.pricing.elasticity.design import Unit, common_weeks
from kindred.pricing.elasticity.lasting import USUAL, Law, Past, learn_law
from kindred.pricing.elasticity.partialling import Rows, Shared, Slope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ITERATIONS: Final = 25


def fit_logs(
    units: Sequence[Unit], weeks: int, start: Law = USUAL
) -> tuple[list[Slope | None], Law]:
    """Least squares on logs; weeks without a sale aren't seen. None: nothing to be learned.

    Also returned: how what moves demand lasts.
    """
    number = common_weeks(list(units), weeks)
    effects = int(number.max(initial=-1)) + 1
    blocks = [_log_rows(unit, number) for unit in units]
    first = Shared.solve(blocks, effects, start)
    law = learn_law([Past(one.week, one.noise, first.left(one), one.own) for one in blocks], start)
    shared = Shared.solve(blocks, effects, law)
    return [shared.slope(rows) for rows in blocks], law


def _log_rows(unit: Unit, number: NDArray[np.int64]) -> Rows:
    import numpy as np

    sold = unit.pieces > 0
    sold[0] = False  # what was before it isn't known
    week = unit.week[sold]
    own = np.column_stack([unit.log_price, unit.own])[sold]
    noise = np.full(len(week), 1 / max(float(unit.pieces.mean()), 0.5))
    return Rows(unit.told[sold], own, unit.common[sold], number[week], noise, week)


def fit_counts(units: Sequence[Unit], weeks: int, law: Law) -> list[Slope | None]:
    """Poisson quasi-likelihood on pieces; weeks without a sale are seen."""
    import numpy as np

    number = common_weeks(list(units), weeks)
    effects = int(number.max(initial=-1)) + 1
    means = [0.5 * unit.pieces + 0.5 * unit.pieces.mean() for unit in units]
    for _ in range(_ITERATIONS):
        blocks = [
            _count_rows(unit, number, mean) for unit, mean in zip(units, means, strict=True)
        ]
        shared = Shared.solve(blocks, effects, law)
        earlier = means
        means = [_next(shared, rows, mean) for rows, mean in zip(blocks, means, strict=True)]
        moved = [np.abs(np.log(new / old)).max() for new, old in zip(means, earlier, strict=True)]
        if max(moved, default=0.0) < 1e-3:
            break
    return [shared.slope(rows) for rows in blocks]


def _count_rows(unit: Unit, number: NDArray[np.int64], mean: Array) -> Rows:
    """One step of the iteration: what least squares has to explain."""
    import numpy as np

    target = np.log(mean) + (unit.pieces - mean) / mean
    known = slice(1, None)  # what was before the first week isn't known
    week = unit.week[known]
    own = np.column_stack([unit.log_price, unit.own])[known]
    return Rows(target[known], own, unit.common[known], number[week], 1 / mean[known], week)


def _next(shared: Shared, rows: Rows, mean: Array) -> Array:
    """What is expected after a step; a step is bounded, since some overshoot."""
    import numpy as np

    earlier = np.log(mean[1:])
    linear = np.clip(np.clip(shared.fitted(rows), -12, 18), earlier - 2, earlier + 2)
    return np.concatenate([mean[:1], np.exp(linear)])
