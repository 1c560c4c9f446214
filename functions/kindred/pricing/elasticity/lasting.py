"""What lasts of a week's demand: shocks that fade, beside chance that is gone the week after.

    covariance of two weeks = lasting x fades ^ weeks between them
    and of a week with itself, in addition: white + noise (one in so many pieces)

Weighing weeks by it (generalised least squares) takes off every column what earlier weeks foretell
of it. Where prices follow what was sold before, that is what keeps past demand apart from the
price's doing. The three figures follow from the shop's past, and a product's from its own, drawn to
the shop's, by restricted likelihood: it allows for what own controls take of a short past, which a
regression on earlier weeks doesn't.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Weeks = NDArray[np.int64]

#: What fades more slowly is a trend to so few weeks.
_LONGEST: Final = 0.98
#: Units that tell of what lasts; more make it no surer than it has to be.
_TELLING: Final = 16
_TRIALS: Final = 40


@dataclass(frozen=True)
class Law:
    """How what moves demand lasts; ``lasting`` and ``white`` are variances of log demand."""

    fades: float
    lasting: float
    white: float

    def root(self, week: Weeks, noise: Array) -> Array:
        """The lower Cholesky factor of the weeks' covariance."""
        import numpy as np

        left = self.lasting * self.fades ** np.arange(int(week.max(initial=0)) + 1)
        covariance = left[np.abs(week[:, None] - week[None, :])]
        covariance[np.diag_indices(len(week))] += self.white + noise
        made: Array = np.linalg.cholesky(covariance)
        return made


#: What is usual; where few weeks tell, a shop's is drawn to it.
USUAL: Final = Law(0.5, 0.015, 0.0025)


@dataclass(frozen=True)
class Past:
    """One unit's weeks: what common effects leave of its demand, and its own columns."""

    week: Weeks
    noise: Array
    left: Array
    own: Array


def learn_law(pasts: Sequence[Past], usual: Law) -> Law:
    """The law that makes the pasts of units likeliest, drawn to ``usual``."""
    import numpy as np
    from scipy.optimize import minimize

    told = pasts[:: -(-len(pasts) // _TELLING) or 1]
    first = _as_numbers(usual)

    def unlikely(numbers: Array) -> float:
        away = float(((numbers - first) ** 2).sum()) / 2
        return away - sum(_restricted(past, _as_law(numbers)) for past in told)

    simplex = np.vstack([first, first + np.eye(len(first))])
    options: Any = {"maxfev": _TRIALS, "xatol": 0.1, "fatol": 0.1, "initial_simplex": simplex}
    return _as_law(minimize(unlikely, first, method="Nelder-Mead", options=options).x)


def _restricted(past: Past, law: Law) -> float:
    """Restricted log-likelihood of one unit's past."""
    import numpy as np
    from scipy.linalg import solve_triangular

    root = law.root(past.week, past.noise)
    fresh = solve_triangular(root, np.column_stack([past.left, past.own]), lower=True)
    left, own = fresh[:, 0], fresh[:, 1:]
    inner = own.T @ own + 1e-9 * np.eye(own.shape[1])
    of_own = own.T @ left
    rest = float(left @ left - of_own @ np.linalg.solve(inner, of_own))
    return -float(np.log(np.diag(root)).sum()) - float(np.linalg.slogdet(inner)[1]) / 2 - rest / 2


def _as_numbers(law: Law) -> Array:
    import numpy as np

    share = law.fades / _LONGEST
    return np.array([math.log(share / (1 - share)), math.log(law.lasting), math.log(law.white)])


def _as_law(numbers: Array) -> Law:
    fades, lasting, white = (float(one) for one in numbers.clip(-12, 6))
    return Law(_LONGEST / (1 + math.exp(-fades)), math.exp(lasting), math.exp(white))
