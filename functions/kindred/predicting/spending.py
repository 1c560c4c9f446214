"""Gamma-Gamma: what a customer spends a purchase, shrunk towards the shop by how few there were.

Fader and Hardie (2013), 'The Gamma-Gamma model of monetary value'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from kindred.predicting.histories import Floats


@dataclass(frozen=True)
class GammaGamma:
    p: float
    q: float
    v: float
    covariance: NDArray[np.float64] = field(default_factory=lambda: np.eye(3) * 1e-6, repr=False)

    def draw(self, rng: np.random.Generator) -> GammaGamma:
        """Parameters that are about as likely, for intervals."""
        centre = np.log([self.p, self.q, self.v])
        drawn = rng.multivariate_normal(centre, self.covariance, method="eigh")
        p, q, v = np.exp(np.clip(drawn, centre - 1.5, centre + 1.5))
        # The mean p v / (q - 1) must exist, and not run away with a q that comes near 1.
        return GammaGamma(float(p), float(max(q, 1.3, 1 + (self.q - 1) / 2)), float(v))

    def expected(self, repeats: Floats, mean_amount: Floats) -> Floats:
        """Expected spend of a purchase; the shop's own mean for those with no repeat purchase."""
        x = np.asarray(repeats, dtype=float)
        z = np.where(x > 0, np.clip(np.nan_to_num(mean_amount), 0.0, None), 0.0)
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + max(self.q, 1.05) - 1))

    def simulate(
        self, repeats: Floats, mean_amount: Floats, purchases: Floats, rng: np.random.Generator
    ) -> Floats:
        """What so many purchases bring: the customer's scale first, then the purchases."""
        x = np.asarray(repeats, dtype=float)
        z = np.where(x > 0, np.clip(np.nan_to_num(mean_amount), 0.0, None), 0.0)
        scale = rng.gamma(self.p * x + self.q, 1 / (self.v + x * z))
        bought = np.asarray(purchases, dtype=float)
        spent = rng.gamma(np.maximum(self.p * bought, 1e-9)) / scale
        return np.asarray(np.where(bought > 0, spent, 0.0))


def fit(repeats: Floats, mean_amount: Floats, *, strength: float = 0.0) -> GammaGamma:
    """Maximum likelihood over customers with a repeat purchase; needs at least three of them.

    ``strength`` > 0 shrinks shops with few customers towards a usual spread of spending.
    """
    used = (repeats > 0) & (np.nan_to_num(mean_amount) > 0)
    x, z = repeats[used], mean_amount[used]
    unit = float(np.mean(z)) if len(z) else 1.0
    if len(x) < 3:
        return GammaGamma(2.0, 3.0, unit)
    z = z / unit  # so that the search starts near, whatever the currency

    def cost(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        like = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
            + (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(v + x * z)
        )  # fmt: skip
        prior = 0.5 * strength * float(((logs - np.log([4.0, 4.0, 2.0])) ** 2).sum())
        return float(-like.mean() + prior / len(x))

    found = minimize(
        cost, np.log([4.0, 4.0, 1.0]), method="L-BFGS-B",
        bounds=[(-3.0, 8.0), (np.log(1.1), 6.0), (-6.0, 8.0)], options={"ftol": 1e-13},
    )  # fmt: skip
    p, q, v = np.exp(found.x)
    return GammaGamma(float(p), float(q), float(v) * unit, _covariance(cost, found.x, len(x)))


def _covariance(cost: Callable[[Floats], float], at: Floats, customers: int) -> NDArray[np.float64]:
    """Inverse curvature at the best parameters (Laplace), bounded for flat directions."""
    step, size = 1e-3, len(at)
    moves = np.eye(size) * step
    curve = np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1):
            curve[i, j] = curve[j, i] = (
                cost(at + moves[i] + moves[j]) - cost(at + moves[i] - moves[j])
                - cost(at - moves[i] + moves[j]) + cost(at - moves[i] - moves[j])
            ) * customers / (4 * step * step)  # fmt: skip
    values, vectors = np.linalg.eigh(curve + np.eye(size))
    return np.asarray((vectors / np.maximum(values, 0.5)) @ vectors.T)
