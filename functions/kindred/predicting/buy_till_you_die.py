"""BG/NBD and MBG/NBD: customers buy at their own rate until, after some purchase, they are gone.

Fader, Hardie and Lee (2005), 'Counting your customers the easy way', and Batislam, Denizel and
Filiztekin (2007), whose customers can also leave right after the first purchase. Fitted by maximum
likelihood, or, with ``strength`` > 0, as the mode under a weak prior that shrinks small shops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from kindred.predicting.histories import Histories, grouped
from kindred.predicting.laplace import posterior_covariance
from kindred.predicting.purchases import Floats

#: The weak prior on the logarithms of r, alpha (as a multiple of the shop's own pace), a and b: its
#: centre and its spread. Set by hand near published fits; docs/segments.md ('Measured') and
#: tests/slow/predicting/ tell how often intervals hold the truth with it.
PRIOR_CENTRE = np.log([0.6, 0.6, 0.9, 3.0])
PRIOR_SPREAD = np.array([1.0, 1.2, 1.0, 1.2])
PRIOR_CURVATURE = 1 / PRIOR_SPREAD**2 * 0.25  # errors never looser than twice the prior
LEAST_CURVATURE = 0.05
#: The search stays within, in the same logarithms.
BOUNDS = ((-7.0, 7.0), (-5.0, 9.0), (-6.0, 5.0), (-6.0, 7.0))
#: Without a prior there may be two hills: the second search starts this far from the first.
SECOND_START = np.array([-0.7, -0.7, -0.3, -0.4])


@dataclass(frozen=True)
class BuyTillYouDie:
    """Parameters of one of the two models, and how they may err."""

    r: float
    alpha: float  # weeks
    a: float
    b: float
    modified: bool  # MBG/NBD
    log_likelihood: float
    covariance: NDArray[np.float64]  # of the logarithms of r, alpha, a, b

    @property
    def theta(self) -> Floats:
        """r, alpha, a and b, as the functions below take them."""
        return np.array([self.r, self.alpha, self.a, self.b])

    def chance_alive(self, histories: Histories) -> Floats:
        """P(still a customer)."""
        return chance_alive(self.theta, histories, self.modified)

    def chance_to_buy(self, histories: Histories, weeks: float) -> Floats:
        """P(at least one purchase within ``weeks``)."""
        return chance_to_buy(self.theta, histories, weeks, self.modified)

    def expected_purchases(self, histories: Histories, weeks: float) -> Floats:
        """Expected number of purchases within ``weeks``."""
        x = histories.repeats
        s, beta = self.r + x, self.alpha + histories.age
        a = self.a if abs(self.a - 1) > 0.01 else 1.01
        stays = self.b + x + (1 if self.modified else 0)
        z = weeks / (beta + weeks)
        # (a+b+x-1)/(a-1) [1 - (beta/(beta+t))^s 2F1(s, stays; a+stays-1; z)], times P(alive)
        with np.errstate(over="ignore", invalid="ignore"):  # what isn't finite isn't used below
            series = hyp2f1(s, stays, a + stays - 1, z) * (1 - z) ** s
            count = (a + stays - 1) / (a - 1) * (1 - series)
        plain = s / beta * weeks
        safe = np.isfinite(count) & (count >= 0) & (count <= plain * 1.0001)
        return np.asarray(self.chance_alive(histories) * np.where(safe, count, plain))

    def draw_parameters(self, count: int, rng: np.random.Generator) -> Floats:
        """Parameter sets (count, 4) that are about as likely, for intervals."""
        centre = np.log(self.theta)
        drawn = rng.multivariate_normal(centre, self.covariance, size=count, method="eigh")
        return np.asarray(np.exp(np.clip(drawn, centre - 4, centre + 4)))


@dataclass(frozen=True)
class Mixture:
    """Both models, each with the weight that the data give it."""

    bg: BuyTillYouDie
    mbg: BuyTillYouDie

    @property
    def weight(self) -> float:
        """Of MBG/NBD: its likelihood over the sum of both."""
        apart = np.clip(self.bg.log_likelihood - self.mbg.log_likelihood, -50, 50)
        return float(1 / (1 + np.exp(apart)))

    def chance_to_buy(self, histories: Histories, weeks: float) -> Floats:
        w = self.weight
        bg, mbg = (model.chance_to_buy(histories, weeks) for model in (self.bg, self.mbg))
        return np.asarray((1 - w) * bg + w * mbg)

    def expected_purchases(self, histories: Histories, weeks: float) -> Floats:
        w = self.weight
        bg, mbg = (model.expected_purchases(histories, weeks) for model in (self.bg, self.mbg))
        return np.asarray((1 - w) * bg + w * mbg)

    def draw_parameters(self, count: int, rng: np.random.Generator) -> list[tuple[Floats, bool]]:
        """Parameter sets about as likely as the best, each with whether it is MBG/NBD's."""
        modified = round(count * self.weight)
        drawn = [(theta, False) for theta in self.bg.draw_parameters(count - modified, rng)]
        return drawn + [(theta, True) for theta in self.mbg.draw_parameters(modified, rng)]


def chance_alive(theta: Floats, histories: Histories, modified: bool) -> Floats:
    """P(still a customer); ``theta`` is r, alpha, a, b here and below."""
    r, alpha, a, b = theta
    x = histories.repeats
    ratio = (r + x) * np.log((alpha + histories.age) / (alpha + histories.last))
    if modified:
        odds = np.exp(np.log(a) - np.log(b + x) + ratio)
    else:
        odds = np.where(x > 0, np.exp(np.log(a) - np.log(b + np.maximum(x, 1) - 1) + ratio), 0.0)
    return np.asarray(1 / (1 + odds))


def chance_to_buy(theta: Floats, histories: Histories, weeks: float, modified: bool) -> Floats:
    """P(at least one purchase within ``weeks``)."""
    r, alpha = theta[0], theta[1]
    silent = ((alpha + histories.age) / (alpha + histories.age + weeks)) ** (r + histories.repeats)
    return np.asarray(chance_alive(theta, histories, modified) * (1 - silent))


def simulate_purchases(
    theta: Floats,
    histories: Histories,
    weeks: float,
    modified: bool,
    rng: np.random.Generator,
    *,
    alive_factor: Floats | float = 1.0,
    pace_factor: float = 1.0,
) -> Floats:
    """One possible future: purchases of each customer within ``weeks``.

    ``alive_factor`` scales each customer's chance of still being one, ``pace_factor`` everybody's
    pace: what the shop's own past taught beyond the model.
    """
    r, alpha, a, b = theta
    x = histories.repeats
    lives = rng.random(len(histories)) < chance_alive(theta, histories, modified) * alive_factor
    rate = rng.gamma(r + x, pace_factor / (alpha + histories.age))
    drop = np.clip(rng.beta(a, b + x + (1 if modified else 0)), 1e-9, 1.0)
    bought = rng.poisson(np.minimum(rate * weeks, 1e6))
    until = rng.geometric(drop)
    return np.asarray(np.where(lives, np.minimum(bought, until), 0), dtype=float)


def log_likelihood(
    theta: Floats,
    histories: Histories,
    modified: bool,
    counts: tuple[Floats, NDArray[np.intp]] | None = None,
) -> Floats:
    """Each customer's.

    ``counts``: the distinct numbers of repeats, and which of them each customer has. Gamma
    functions are slow, and customers share a few numbers.
    """
    r, alpha, a, b = theta
    x, where = counts or np.unique(histories.repeats, return_inverse=True)
    rate = (gammaln(r + x) - gammaln(r) + r * np.log(alpha))[where]
    here = -(r + histories.repeats) * np.log(alpha + histories.age)
    gone = -(r + histories.repeats) * np.log(alpha + histories.last)
    if modified:
        stayed = betaln(a, b + x + 1) - betaln(a, b)
        left = betaln(a + 1, b + x) - betaln(a, b)
    else:
        stayed = betaln(a, b + x) - betaln(a, b)
        left = np.where(x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b), -np.inf)
    return np.asarray(rate + np.logaddexp(stayed[where] + here, left[where] + gone))


def fit(histories: Histories, *, modified: bool = False, strength: float = 0.0) -> BuyTillYouDie:
    """The likeliest parameters; customers with equal histories are counted together."""
    alike, weights = grouped(histories)
    counts = np.unique(alike.repeats, return_inverse=True)
    usual = PRIOR_CENTRE + np.array([0.0, np.log(_pace(histories)), 0.0, 0.0])

    def cost(logs: Floats) -> float:
        theta = np.exp(logs)
        like = float((weights * log_likelihood(theta, alike, modified, counts)).sum())
        prior = 0.5 * strength * float((((logs - usual) / PRIOR_SPREAD) ** 2).sum())
        return (prior - like) / weights.sum() if np.isfinite(like) else 1e6

    best = _minimum(cost, usual, has_prior=strength > 0)
    theta = np.exp(best)
    r, alpha, a, b = (float(value) for value in theta)
    return BuyTillYouDie(
        r,
        alpha,
        a,
        b,
        modified=modified,
        log_likelihood=float((weights * log_likelihood(theta, alike, modified)).sum()),
        covariance=posterior_covariance(
            cost,
            best,
            float(weights.sum()),
            prior_curvature=PRIOR_CURVATURE,
            least_curvature=LEAST_CURVATURE,
        ),
    )


def _minimum(cost: Callable[[Floats], float], start: Floats, *, has_prior: bool) -> Floats:
    """The lowest point of ``cost``; under a prior there is one hill, so one search is enough."""
    starts = [start] if has_prior else [start, start + SECOND_START]
    ends = [
        minimize(
            cost, at, method="L-BFGS-B", bounds=BOUNDS,
            options={"maxiter": 500, "ftol": 1e-9 if has_prior else 1e-13, "gtol": 1e-8},
        )
        for at in starts
    ]  # fmt: skip
    return np.asarray(min(ends, key=lambda end: float(end.fun)).x)


def _pace(histories: Histories) -> float:
    """Weeks between purchases, over all customers: the scale that alpha lies on."""
    weeks = float(histories.age.sum()) / max(float(histories.repeats.sum()), 1.0)
    return float(np.clip(weeks, 0.1, 500.0))
