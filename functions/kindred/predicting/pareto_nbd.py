"""Pareto/NBD: customers buy at their own rate until, at any moment, they are gone.

Schmittlein, Morrison and Colombo (1987); formulas as in Fader and Hardie (2005), 'A note on
deriving the Pareto/NBD model', after Euler's transformation, by which every hypergeometric series
has positive, bounded terms and no power overflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from kindred.predicting.histories import Histories, grouped
from kindred.predicting.purchases import Floats

#: The weak prior on the logarithms of r, alpha, s and beta (alpha as a multiple of the shop's pace
#: and beta of its customers' age): its centre and its spread. Set by hand near published fits.
PRIOR_CENTRE: Final = np.log([0.6, 0.6, 0.6, 0.6])
PRIOR_SPREAD: Final = np.array([1.0, 1.2, 1.0, 1.2])
BOUNDS: Final = ((-7.0, 7.0), (-5.0, 9.0), (-6.0, 5.0), (-5.0, 9.0))

#: r, alpha, s and beta; each may be each customer's own.
Theta = tuple[Floats | float, Floats | float, Floats | float, Floats | float]


@dataclass(frozen=True)
class ParetoNBD:
    """Rates are Gamma(r, alpha), deaths Gamma(s, beta); alpha and beta in weeks."""

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float

    def chance_alive(self, histories: Histories) -> Floats:
        """P(still a customer)."""
        gone = _log_gone(self._theta, histories.repeats, histories.last, histories.age)
        here = _log_here(self._theta, histories.repeats, histories.age)
        return np.asarray(1 / (1 + np.exp(gone - here)))

    def chance_to_buy(self, histories: Histories, weeks: float) -> Floats:
        """P(at least one purchase within ``weeks``).

        Whoever is alive is as a new customer of a shop with their own parameters; no purchase is
        then the likelihood of none.
        """
        theta = (
            self.r + histories.repeats,
            self.alpha + histories.age,
            self.s,
            self.beta + histories.age,
        )
        none = np.zeros(len(histories))
        return np.asarray(
            self.chance_alive(histories) * -np.expm1(_log_likelihood(theta, none, none, weeks))
        )

    def expected_purchases(self, histories: Histories, weeks: float) -> Floats:
        """Expected number of purchases within ``weeks``."""
        rate = (self.r + histories.repeats) / (self.alpha + histories.age)
        since = self.beta + histories.age
        s = self.s if abs(self.s - 1) > 0.001 else 1.001
        lived = since / (s - 1) * -np.expm1((s - 1) * np.log(since / (since + weeks)))
        return np.asarray(self.chance_alive(histories) * rate * lived)

    @property
    def _theta(self) -> Theta:
        return self.r, self.alpha, self.s, self.beta


def fit(histories: Histories, *, strength: float = 0.0) -> ParetoNBD:
    """The likeliest parameters, or with ``strength`` > 0 the mode under a weak prior."""
    alike, weights = grouped(histories)
    age = max(float(histories.age.mean()), 0.1)
    pace = float(np.clip(histories.age.sum() / max(histories.repeats.sum(), 1.0), 0.1, 500.0))
    usual = PRIOR_CENTRE + np.log([1.0, pace, 1.0, age])

    def likelihood(logs: Floats) -> float:
        r, alpha, s, beta = np.exp(logs)
        each = _log_likelihood((r, alpha, s, beta), alike.repeats, alike.last, alike.age)
        return float((weights * each).sum())

    def cost(logs: Floats) -> float:
        like = likelihood(logs)
        prior = 0.5 * strength * float((((logs - usual) / PRIOR_SPREAD) ** 2).sum())
        return (prior - like) / weights.sum() if np.isfinite(like) else 1e6

    best = minimize(cost, usual, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-10})
    r, alpha, s, beta = (float(value) for value in np.exp(best.x))
    return ParetoNBD(r, alpha, s, beta, likelihood(best.x))


def _log_likelihood(theta: Theta, x: Floats, last: Floats, age: Floats | float) -> Floats:
    """Each customer's: still here, or gone at some moment since the last purchase."""
    r, alpha, s, beta = theta
    constant = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    both = np.logaddexp(_log_here(theta, x, age), _log_gone(theta, x, last, age))
    return np.asarray(constant + both)


def _log_here(theta: Theta, x: Floats, age: Floats | float) -> Floats:
    r, alpha, s, beta = theta
    return np.asarray(-(r + x) * np.log(alpha + age) - s * np.log(beta + age))


def _log_gone(theta: Theta, x: Floats, last: Floats, age: Floats | float) -> Floats:
    r, _, s, _ = theta
    since, until = (_log_term(theta, x, at) for at in (last, age))
    with np.errstate(divide="ignore"):
        between = since + np.log(-np.expm1(np.minimum(until - since, 0.0)))
    return np.asarray(np.log(s / (r + s + x)) + between)


def _log_term(theta: Theta, x: Floats, at: Floats | float) -> Floats:
    """Log of the paper's term of A0 at one moment; which form holds depends on alpha and beta."""
    r, alpha, s, beta = theta
    rate, death = np.log(alpha + at), np.log(beta + at)
    z = 1 - np.exp(-np.abs(rate - death))
    series = np.asarray(hyp2f1(1.0, np.where(rate >= death, r + x, s + 1.0), r + s + x + 1, z))
    power = np.where(
        rate >= death, -(r + x) * rate - s * death, (1 - r - x) * rate - (s + 1) * death
    )
    return np.asarray(power + np.log(series))
