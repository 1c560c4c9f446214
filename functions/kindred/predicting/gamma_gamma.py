"""Gamma-Gamma: what a customer spends per purchase; the fewer there were, the nearer to the shop's.

Fader and Hardie (2013), 'The Gamma-Gamma model of monetary value'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from kindred.predicting.laplace import posterior_covariance
from kindred.predicting.purchases import Floats

#: The prior on the logarithms of p, q and v (v as a multiple of the shop's mean purchase), with a
#: spread of 1, and where the search starts. Set by hand near published fits, as BG/NBD's.
PRIOR_CENTRE = np.log([4.0, 4.0, 2.0])
PRIOR_CURVATURE = np.ones(3)
LEAST_CURVATURE = 0.5
START = np.log([4.0, 4.0, 1.0])
BOUNDS = ((-3.0, 8.0), (np.log(1.1), 6.0), (-6.0, 8.0))
FEWEST_CUSTOMERS = 3  # with a repeat purchase; with fewer, p and q are as follows
DEFAULT_P, DEFAULT_Q = 2.0, 3.0
#: The mean p v / (q - 1) must exist, and not run away when q comes near 1.
LEAST_Q, LEAST_DRAWN_Q = 1.05, 1.3


@dataclass(frozen=True)
class GammaGamma:
    """Parameters of the model, and how they may err."""

    p: float
    q: float
    v: float
    covariance: NDArray[np.float64] = field(default_factory=lambda: np.eye(3) * 1e-6, repr=False)

    def draw_parameters(self, rng: np.random.Generator) -> GammaGamma:
        """Parameters that are about as likely, for intervals."""
        centre = np.log([self.p, self.q, self.v])
        drawn = rng.multivariate_normal(centre, self.covariance, method="eigh")
        p, q, v = np.exp(np.clip(drawn, centre - 1.5, centre + 1.5))
        least = max(LEAST_DRAWN_Q, 1 + (self.q - 1) / 2)
        return GammaGamma(float(p), float(max(q, least)), float(v))

    def expected_amount(self, repeats: Floats, mean_amount: Floats) -> Floats:
        """Expected spend of a purchase; the shop's own mean for those with no repeat purchase."""
        x, z = _counted(repeats, mean_amount)
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + max(self.q, LEAST_Q) - 1))

    def simulate_amounts(
        self, repeats: Floats, mean_amount: Floats, purchases: Floats, rng: np.random.Generator
    ) -> Floats:
        """What so many purchases bring: the customer's scale first, then the purchases."""
        x, z = _counted(repeats, mean_amount)
        scale = rng.gamma(self.p * x + self.q, 1 / (self.v + x * z))
        bought = np.asarray(purchases, dtype=float)
        spent = rng.gamma(np.maximum(self.p * bought, 1e-9)) / scale
        return np.asarray(np.where(bought > 0, spent, 0.0))


def _counted(repeats: Floats, mean_amount: Floats) -> tuple[Floats, Floats]:
    """The formulas' x and z: who sent back more than they bought counts as having spent nothing."""
    x = np.asarray(repeats, dtype=float)
    return x, np.where(x > 0, np.clip(np.nan_to_num(mean_amount), 0.0, None), 0.0)


def fit(repeats: Floats, mean_amount: Floats, *, strength: float = 0.0) -> GammaGamma:
    """Maximum likelihood over customers with a repeat purchase; below three, usual values.

    ``strength`` > 0 shrinks shops with few customers towards a usual spread of spending.
    """
    used = (repeats > 0) & (np.nan_to_num(mean_amount) > 0)
    x, z = repeats[used], mean_amount[used]
    unit = float(np.mean(z)) if len(z) else 1.0
    if len(x) < FEWEST_CUSTOMERS:
        return GammaGamma(DEFAULT_P, DEFAULT_Q, unit)
    z = z / unit  # so that the search starts near, whatever the currency

    def cost(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        like = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
            + (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(v + x * z)
        )  # fmt: skip
        prior = 0.5 * strength * float(((logs - PRIOR_CENTRE) ** 2).sum())
        return float(-like.mean() + prior / len(x))

    best = minimize(cost, START, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-13})
    p, q, v = np.exp(best.x)
    covariance = posterior_covariance(
        cost,
        best.x,
        len(x),
        prior_curvature=PRIOR_CURVATURE,
        least_curvature=LEAST_CURVATURE,
    )
    return GammaGamma(float(p), float(q), float(v) * unit, covariance)
