"""BG/NBD and MBG/NBD: customers buy at their own rate until, after some purchase, they are gone.

Fader, Hardie and Lee (2005), 'Counting your customers the easy way', and Batislam, Denizel and
Filiztekin (2007), whose customers can also leave right after the first purchase. Fitted by maximum
likelihood, or, with ``strength`` > 0, as the mode under a weak prior that shrinks small shops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from kindred.predicting.histories import Floats, Histories

#: Logarithms of r, alpha (as a multiple of the shop's own pace), a, b that shops usually lie
#: around, and how far they spread.
USUAL = np.log([0.6, 0.6, 0.9, 3.0])
SPREAD = np.array([1.0, 1.2, 1.0, 1.2])


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

    def alive(self, known: Histories) -> Floats:
        """P(still a customer)."""
        return alive(np.array([self.r, self.alpha, self.a, self.b]), known, self.modified)

    def buys(self, known: Histories, weeks: float) -> Floats:
        """P(at least one purchase within ``weeks``)."""
        theta = np.array([self.r, self.alpha, self.a, self.b])
        return buys(theta, known, weeks, self.modified)

    def expected(self, known: Histories, weeks: float) -> Floats:
        """Expected number of purchases within ``weeks``."""
        x = known.repeats
        s, beta = self.r + x, self.alpha + known.age
        a = self.a if abs(self.a - 1) > 0.01 else 1.01
        kept = self.b + x + (1 if self.modified else 0)
        z = weeks / (beta + weeks)
        # (a+b+x-1)/(a-1) [1 - (beta/(beta+t))^s 2F1(s, kept; a+kept-1; z)], times P(alive)
        with np.errstate(over="ignore", invalid="ignore"):  # what isn't finite isn't used below
            series = hyp2f1(s, kept, a + kept - 1, z) * (1 - z) ** s
            count = (a + kept - 1) / (a - 1) * (1 - series)
        plain = s / beta * weeks
        safe = np.isfinite(count) & (count >= 0) & (count <= plain * 1.0001)
        return np.asarray(self.alive(known) * np.where(safe, count, plain))

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Parameter sets (count, 4) that are about as likely, for intervals."""
        centre = np.log([self.r, self.alpha, self.a, self.b])
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

    def buys(self, known: Histories, weeks: float) -> Floats:
        w = self.weight
        return np.asarray((1 - w) * self.bg.buys(known, weeks) + w * self.mbg.buys(known, weeks))

    def expected(self, known: Histories, weeks: float) -> Floats:
        w = self.weight
        return np.asarray(
            (1 - w) * self.bg.expected(known, weeks) + w * self.mbg.expected(known, weeks)
        )

    def draws(self, count: int, rng: np.random.Generator) -> list[tuple[Floats, bool]]:
        """Parameter sets about as likely as the best, each with whether it is MBG/NBD's."""
        modified = round(count * self.weight)
        drawn = [(theta, False) for theta in self.bg.draws(count - modified, rng)]
        return drawn + [(theta, True) for theta in self.mbg.draws(modified, rng)]


def alive(theta: Floats, known: Histories, modified: bool) -> Floats:
    r, alpha, a, b = theta
    x = known.repeats
    ratio = (r + x) * np.log((alpha + known.age) / (alpha + known.last))
    if modified:
        odds = np.exp(np.log(a) - np.log(b + x) + ratio)
    else:
        odds = np.where(x > 0, np.exp(np.log(a) - np.log(b + np.maximum(x, 1) - 1) + ratio), 0.0)
    return np.asarray(1 / (1 + odds))


def buys(theta: Floats, known: Histories, weeks: float, modified: bool) -> Floats:
    r, alpha = theta[0], theta[1]
    silent = ((alpha + known.age) / (alpha + known.age + weeks)) ** (r + known.repeats)
    return np.asarray(alive(theta, known, modified) * (1 - silent))


def simulate(
    theta: Floats,
    known: Histories,
    weeks: float,
    modified: bool,
    rng: np.random.Generator,
    *,
    likelier: Floats | float = 1.0,
    faster: float = 1.0,
) -> Floats:
    """One possible future: purchases of each customer within ``weeks``.

    ``likelier`` scales each customer's chance of still being one, ``faster`` everybody's pace: what
    the backtest taught beyond the model.
    """
    r, alpha, a, b = theta
    x = known.repeats
    lives = rng.random(len(known)) < alive(theta, known, modified) * likelier
    rate = rng.gamma(r + x, faster / (alpha + known.age))
    drop = np.clip(rng.beta(a, b + x + (1 if modified else 0)), 1e-9, 1.0)
    bought = rng.poisson(np.minimum(rate * weeks, 1e6))
    until = rng.geometric(drop)
    return np.asarray(np.where(lives, np.minimum(bought, until), 0), dtype=float)


def log_likelihood(
    theta: Floats,
    known: Histories,
    modified: bool,
    counts: tuple[Floats, NDArray[np.intp]] | None = None,
) -> Floats:
    """Per customer; ``theta`` is r, alpha, a, b.

    ``counts``: the distinct numbers of repeats and where each customer's stands among them; gamma
    functions are dear, and customers share a few numbers.
    """
    r, alpha, a, b = theta
    x, where = counts or np.unique(known.repeats, return_inverse=True)
    rate = (gammaln(r + x) - gammaln(r) + r * np.log(alpha))[where]
    here = -(r + known.repeats) * np.log(alpha + known.age)
    gone = -(r + known.repeats) * np.log(alpha + known.last)
    if modified:
        stayed = betaln(a, b + x + 1) - betaln(a, b)
        left = betaln(a + 1, b + x) - betaln(a, b)
    else:
        stayed = betaln(a, b + x) - betaln(a, b)
        left = np.where(x > 0, betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b), -np.inf)
    return np.asarray(rate + np.logaddexp(stayed[where] + here, left[where] + gone))


def fit(known: Histories, *, modified: bool = False, strength: float = 0.0) -> BuyTillYouDie:
    """The likeliest parameters; customers with equal histories are counted together."""
    grouped, weights = _grouped(known)
    counts = np.unique(grouped.repeats, return_inverse=True)
    usual = USUAL + np.array([0.0, np.log(_pace(known)), 0.0, 0.0])

    def cost(logs: Floats) -> float:
        theta = np.exp(logs)
        like = float((weights * log_likelihood(theta, grouped, modified, counts)).sum())
        prior = 0.5 * strength * float((((logs - usual) / SPREAD) ** 2).sum())
        return (prior - like) / weights.sum() if np.isfinite(like) else 1e6

    bounds = [(-7.0, 7.0), (-5.0, 9.0), (-6.0, 5.0), (-6.0, 7.0)]
    best = None
    starts = [usual, usual + np.array([-0.7, -0.7, -0.3, -0.4])]
    for start in starts if strength == 0 else starts[:1]:  # under a prior there is one hill
        found = minimize(
            cost, start, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-13 if strength == 0 else 1e-9, "gtol": 1e-8},
        )  # fmt: skip
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    theta = np.exp(best.x)
    r, alpha, a, b = (float(value) for value in theta)
    return BuyTillYouDie(
        r,
        alpha,
        a,
        b,
        modified=modified,
        log_likelihood=float((weights * log_likelihood(theta, grouped, modified)).sum()),
        covariance=_covariance(cost, best.x, float(weights.sum())),
    )


def _pace(known: Histories) -> float:
    """Weeks between purchases, over all customers: the scale that alpha lies on."""
    weeks = float(known.age.sum()) / max(float(known.repeats.sum()), 1.0)
    return float(np.clip(weeks, 0.1, 500.0))


def _grouped(known: Histories) -> tuple[Histories, Floats]:
    table = np.column_stack([known.repeats, known.last, known.age])
    _rows, first, counts = np.unique(table, axis=0, return_index=True, return_counts=True)
    return known.pick(first), counts.astype(float)


def _covariance(cost, at: Floats, customers: float) -> NDArray[np.float64]:  # type: ignore[no-untyped-def]
    """Inverse curvature of the posterior at its mode (Laplace), kept within the prior's spread."""
    step, size = 1e-3, len(at)
    curve = np.zeros((size, size))
    moves = np.eye(size) * step
    for i in range(size):
        for j in range(i + 1):
            curve[i, j] = curve[j, i] = (
                cost(at + moves[i] + moves[j]) - cost(at + moves[i] - moves[j])
                - cost(at - moves[i] + moves[j]) + cost(at - moves[i] - moves[j])
            ) * customers / (4 * step * step)  # fmt: skip
    curve += np.diag(1 / SPREAD**2) * 0.25  # never looser than twice the prior
    values, vectors = np.linalg.eigh(curve)
    values = np.maximum(values, 0.05)
    return np.asarray((vectors / values) @ vectors.T)
