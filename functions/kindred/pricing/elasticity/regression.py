"""How demand follows price, unit by unit, with what all units have in common partialled out.

    log pieces = elasticity x log price + own controls + common controls + effect of the week

by least squares, and by Poisson quasi-likelihood (iterated weights), which sees weeks without a
sale. What earlier weeks foretell is taken off first, as it was learned from other weeks. Errors
allow for what lasts from week to week (Newey, West) and for the error of the common effects; where
plain errors are larger, those count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kindred.pricing.elasticity.design import SPANS, Unit, before, common_weeks
from kindred.pricing.elasticity.partialling import Rows, Shared, Slope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ITERATIONS: Final = 25
_FOLDS: Final = 5


def fit_logs(units: Sequence[Unit], weeks: int) -> tuple[list[Slope | None], Array]:
    """Least squares on logs; weeks without a sale aren't seen. None: nothing to be learned.

    Also returned: how far earlier weeks' demand foretells this one's, by `SPANS`.
    """

    number = common_weeks(list(units), weeks)
    effects = int(number.max(initial=-1)) + 1
    memory = _memory([_lagged_rows(unit, number) for unit in units], effects, weeks)
    blocks = [_log_rows(unit, number, memory) for unit in units]
    shared = Shared.solve(blocks, effects)
    return [shared.slope(rows) for rows in blocks], memory


def _memory(blocks: Sequence[Rows], effects: int, weeks: int) -> Array:
    """How far earlier weeks foretell a week, learned from weeks of other folds: weeks by spans.

    Folds are spells of weeks, not rows: neighbours, and one week's products, share their chance.
    """
    import numpy as np

    fold = np.arange(weeks) * _FOLDS // weeks
    memory = np.zeros((weeks, len(SPANS)))
    for left_out in range(_FOLDS):
        others = [_at(rows, fold[rows.number] != left_out) for rows in blocks]
        found = Shared.solve(others, effects).value[: len(SPANS)]
        memory[fold == left_out] = found
    return memory


def _at(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    return Rows(
        rows.target[kept], rows.own[kept], rows.common[kept], rows.week[kept], rows.weight[kept],
        rows.number[kept],
    )  # fmt: skip


def _lagged_rows(unit: Unit, number: NDArray[np.int64]) -> Rows:
    """Earlier demand and prices beside the controls; the former come first."""
    import numpy as np

    told, price = unit.told, unit.log_price
    dearer = [before(price, *span) for span in SPANS[1:]]
    return _rows(
        unit,
        number,
        told,
        np.column_stack([price, unit.own, before(price, 1, 1)]),
        np.column_stack([*_earlier(unit), unit.common, *dearer]),
    )


def _log_rows(unit: Unit, number: NDArray[np.int64], memory: Array) -> Rows:
    """What earlier weeks didn't foretell, of every column.

    Earlier demand is a control all the same: prices follow it, so that what ``memory`` leaves of it
    must not be taken for the price's doing.
    """
    import numpy as np

    own = np.column_stack([unit.log_price, unit.own])
    told, own, common = (_fresh(one, memory[unit.week]) for one in (unit.told, own, unit.common))
    return _rows(unit, number, told, own, np.column_stack([*_earlier(unit), common]))


def _earlier(unit: Unit) -> list[Array]:
    return [before(unit.told, *span) for span in SPANS]


def _rows(unit: Unit, number: NDArray[np.int64], target: Array, own: Array, common: Array) -> Rows:
    import numpy as np

    sold = unit.pieces > 0
    sold[0] = False  # what was before it isn't known
    week = unit.week[sold]
    return Rows(target[sold], own[sold], common[sold], number[week], np.ones(len(week)), week)


def _fresh(values: Array, memory: Array) -> Array:
    """What earlier weeks didn't foretell."""
    shape = (-1, *(1,) * (values.ndim - 1))
    made: Array = values - sum(
        memory[:, place].reshape(shape) * before(values, *span) for place, span in enumerate(SPANS)
    )
    return made


def fit_counts(units: Sequence[Unit], weeks: int, memory: Array) -> list[Slope | None]:
    """Poisson quasi-likelihood on pieces; weeks without a sale are seen."""
    import numpy as np

    number = common_weeks(list(units), weeks)
    effects = int(number.max(initial=-1)) + 1
    made = []
    for unit in units:
        own = _fresh(np.column_stack([unit.log_price, unit.own]), memory[unit.week])
        made.append(
            (own, np.column_stack([*_earlier(unit), _fresh(unit.common, memory[unit.week])]))
        )
    means = [0.5 * unit.pieces + 0.5 * unit.pieces.mean() for unit in units]
    blocks: list[Rows] = []
    for _ in range(_ITERATIONS):
        blocks = [
            _count_rows(unit, number, mean, own, common)
            for unit, mean, (own, common) in zip(units, means, made, strict=True)
        ]
        shared = Shared.solve(blocks, effects)
        earlier = means
        means = [_next(shared, rows, mean) for rows, mean in zip(blocks, means, strict=True)]
        moved = [np.abs(np.log(new / old)).max() for new, old in zip(means, earlier, strict=True)]
        if max(moved, default=0.0) < 1e-3:
            break
    return [shared.slope(rows) for rows in blocks]


def _count_rows(
    unit: Unit, number: NDArray[np.int64], mean: Array, own: Array, common: Array
) -> Rows:
    """One step of the iteration: what least squares with weights has to explain."""
    import numpy as np

    target = np.log(mean) + (unit.pieces - mean) / mean
    known = slice(1, None)  # what was before the first week isn't known
    week = unit.week[known]
    return Rows(target[known], own[known], common[known], number[week], mean[known], week)


def _next(shared: Shared, rows: Rows, mean: Array) -> Array:
    """What is expected after a step; a step is bounded, since some overshoot."""
    import numpy as np

    earlier = np.log(mean[1:])
    linear = np.clip(np.clip(shared.fitted(rows), -12, 18), earlier - 2, earlier + 2)
    return np.concatenate([mean[:1], np.exp(linear)])
