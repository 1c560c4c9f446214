"""Gamma-Gamma: what a customer spends a purchase, shrunk towards the shop by how few there were.

Fader and Hardie (2013), 'The Gamma-Gamma model of monetary value'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from kindred.insights.histories import Floats


@dataclass(frozen=True)
class GammaGamma:
    p: float
    q: float
    v: float

    def expected(self, repeats: Floats, mean_amount: Floats) -> Floats:
        """Expected spend of a purchase; the shop's own mean for those with no repeat purchase."""
        x = np.asarray(repeats, dtype=float)
        z = np.where(x > 0, np.nan_to_num(mean_amount), 0.0)
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + max(self.q, 1.05) - 1))

    def simulate(
        self, repeats: Floats, mean_amount: Floats, purchases: Floats, rng: np.random.Generator
    ) -> Floats:
        """What so many purchases bring: the customer's scale first, then the purchases."""
        x = np.asarray(repeats, dtype=float)
        z = np.where(x > 0, np.nan_to_num(mean_amount), 0.0)
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
    return GammaGamma(float(p), float(q), float(v) * unit)
