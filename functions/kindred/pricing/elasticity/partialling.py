"""Regressions of many units at once, with what they have in common partialled out.

Each unit's own columns are projected out of the common ones (Frisch, Waugh, Lovell), these are
solved for together, and the rest gives each unit its own coefficients: generalised least squares,
exactly. Nothing is regularised, so that nothing has to be learned from other folds of weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kindred.pricing.elasticity.lasting import Law

    Array = NDArray[np.float64]

_RIDGE: Final = 1e-8  # for common columns that say the same twice


@dataclass(frozen=True)
class Slope:
    """An elasticity, its standard error and the degrees of freedom that this rests on."""

    value: float
    error: float
    freedom: float
    moved: float  # standard deviation of the log price that the unit's controls don't explain
    influence: Array  # of each week on the value


@dataclass(frozen=True)
class Rows:
    """A unit's rows in one fit: what is explained, by what, and how much chance is in it."""

    target: Array
    own: Array  # the price first
    common: Array
    effect: NDArray[np.int64]  # the number of the week's effect, or -1
    noise: Array  # variance of the target by chance alone
    week: NDArray[np.int64]
    law: Law

    def root(self) -> Array:
        return self.law.root(self.week, self.noise)


@dataclass(frozen=True)
class Shared:
    """The common coefficients, and their covariance but for the noise."""

    value: Array
    inverse: Array
    effects: int
    units: int

    @classmethod
    def solve(cls, blocks: Sequence[Rows], effects: int) -> Shared:
        import numpy as np

        size = (blocks[0].common.shape[1] if blocks else 0) + effects
        normal, right = np.zeros((size, size)), np.zeros(size)
        for rows in blocks:
            owned = rows.own.shape[1]
            every = np.column_stack([rows.own, rows.target, _columns(rows, effects)])
            fresh = _fresh(rows.root(), every)
            rest = _without(fresh[:, owned:], _basis(fresh[:, :owned]))
            normal += rest[:, 1:].T @ rest[:, 1:]
            right += rest[:, 1:].T @ rest[:, 0]
        normal[np.diag_indices(size)] += _RIDGE * max(1.0, float(np.trace(normal)) / max(size, 1))
        inverse = np.linalg.pinv(normal, hermitian=True)
        return cls(inverse @ right, inverse, effects, max(1, len(blocks)))

    def left(self, rows: Rows) -> Array:
        """What common columns leave of a unit's target."""
        made: Array = rows.target - _columns(rows, self.effects) @ self.value
        return made

    def fitted(self, rows: Rows) -> Array:
        """The linear predictor of a unit's rows."""
        import numpy as np

        left = self.left(rows)
        fresh = _fresh(rows.root(), np.column_stack([left, rows.own]))
        own = np.linalg.lstsq(fresh[:, 1:], fresh[:, 0], rcond=None)[0]
        made: Array = rows.target - left + rows.own @ own
        return made

    def slope(self, rows: Rows) -> Slope | None:
        """The coefficient of the price in one unit."""
        import numpy as np

        # The common ones cost each unit its part.
        freedom = len(rows.target) - rows.own.shape[1] - len(self.value) / self.units
        if freedom < 4:
            return None
        root = rows.root()
        fresh = _fresh(root, np.column_stack([self.left(rows), rows.own]))
        others = _basis(fresh[:, 2:])
        left, price = _without(fresh[:, :2], others).T
        power, whole = float(price @ price), float(fresh[:, 1] @ fresh[:, 1])
        if power < 1e-9 * max(whole, 1e-9):
            return None
        value = float(price @ left) / power
        rest = left - value * price
        plain = float(rest @ rest) / freedom
        # Few changes of a price decide much: each week is judged by a fit without it (HC3).
        alone = np.clip(1 - price**2 / power - (others**2).sum(axis=1), 0.1, 1)
        judged = float(((price * rest / alone) ** 2).sum())
        spread = _back(root, price) @ _columns(rows, self.effects)
        carried = plain * float(spread @ self.inverse @ spread) / power**2
        variance = max(plain / power, judged / power**2) + carried
        moved = _without(rows.own[:, :1], _basis(rows.own[:, 1:]))[:, 0]
        influence = np.zeros(int(rows.week.max()) + 1)
        influence[rows.week] = price * rest / power
        return Slope(value, variance**0.5, freedom, float(moved.std()), influence)


def _fresh(root: Array, columns: Array) -> Array:
    """What earlier weeks don't foretell of columns, in units of its chance."""
    from scipy.linalg import solve_triangular

    made: Array = solve_triangular(root, columns, lower=True, check_finite=False)
    return made


def _back(root: Array, column: Array) -> Array:
    from scipy.linalg import solve_triangular

    made: Array = solve_triangular(root, column, lower=True, trans="T", check_finite=False)
    return made


def likeness(slopes: Sequence[Slope | None]) -> tuple[float, int]:
    """Sum of the correlations between errors of every two slopes, and how many pairs there are.

    Of sums over neighbouring weeks, as errors are: what lasts in a product's demand moves all of
    its segments for weeks, while the chance in each of them is gone the week after.
    """
    import numpy as np

    known = [slope.influence for slope in slopes if slope is not None]
    if len(known) < 2:
        return 0.0, 0
    table = np.zeros((len(known), max(len(one) for one in known)))
    for place, one in enumerate(known):
        table[place, : len(one)] = one
    weeks = _neighbours(table.shape[1])
    together = table @ table.T
    for apart in range(1, min(weeks, table.shape[1] - 1) + 1):
        later = table[:, apart:] @ table[:, :-apart].T
        together += (1 - apart / (weeks + 1)) * (later + later.T)
    size = np.sqrt(np.maximum(np.diag(together), 0))
    usable = size > 0
    sizes = np.outer(size[usable], size[usable])
    alike = np.clip(together[np.ix_(usable, usable)] / sizes, -1, 1)
    many = int(usable.sum())
    return float(np.triu(alike, 1).sum()), many * (many - 1) // 2


def _neighbours(weeks: int) -> int:
    """How many weeks apart scores are looked at together."""
    return int(4 * (weeks / 100) ** (2 / 9)) + 1


def _columns(rows: Rows, effects: int) -> Array:
    import numpy as np

    dummies = np.zeros((len(rows.effect), effects))
    known = rows.effect >= 0
    dummies[np.nonzero(known)[0], rows.effect[known]] = 1
    return np.hstack([rows.common, dummies])


def _basis(columns: Array) -> Array:
    """An orthonormal basis of what columns span; columns that add nothing are left out."""
    import numpy as np

    sizes, turned = np.linalg.eigh(columns.T @ columns)
    kept: Any = sizes > 1e-10 * max(float(sizes.max(initial=0)), 1e-12)
    made: Array = columns @ (turned[:, kept] / np.sqrt(sizes[kept]))
    return made


def _without(columns: Array, basis: Array) -> Array:
    return columns - basis @ (basis.T @ columns)
