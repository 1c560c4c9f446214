"""What is known of an arm from counts and sums, and by how much one differs from another. Pure.

The unit is the customer: quotes of one customer aren't independent of each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Moments:
    """A mean over ``n`` customers, and the variance between them."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Effect:
    """How an arm differs from the control: an estimate with its standard error.

    ``n`` are the customers of both, ``degrees`` those of freedom after Welch and Satterthwaite.
    """

    estimate: float
    error: float
    degrees: float
    n: int


@dataclass(frozen=True)
class Interval:
    """An estimate, where it lies with a stated certainty, and how likely chance alone is."""

    estimate: float
    low: float
    high: float
    p: float


def proportion(successes: int, n: int) -> Moments:
    """A share of customers."""
    share = successes / n if n else 0.0
    return Moments(n, share, share * (1 - share))


def proportion_of_few(successes: int, n: int) -> Moments:
    """The same with half a success and half a failure more, so that none isn't taken for never."""
    share = (successes + 0.5) / (n + 1)
    return Moments(n + 1, share, share * (1 - share))


def mean(n: int, total: float, squares: float) -> Moments:
    """A mean over customers, from the sum of their values and that of the squares."""
    if n < 2:
        return Moments(n, total / n if n else 0.0, 0.0)
    return Moments(n, total / n, max(0.0, (squares - total * total / n) / (n - 1)))


@dataclass(frozen=True)
class PairSums:
    """Sums over customers of two values, their squares and their product."""

    n: int
    top: float
    bottom: float
    top_squares: float
    bottom_squares: float
    products: float


def ratio(sums: PairSums) -> Moments:
    """One total in another (pieces returned of pieces bought), its variance by the delta method.

    The customers are the units, so that one who buys much doesn't count as many.
    """
    top = mean(sums.n, sums.top, sums.top_squares)
    bottom = mean(sums.n, sums.bottom, sums.bottom_squares)
    if sums.n < 2 or bottom.mean == 0:
        return Moments(sums.n, 0.0, 0.0)
    share = top.mean / bottom.mean
    covariance = (sums.products - sums.top * sums.bottom / sums.n) / (sums.n - 1)
    spread = top.variance + share**2 * bottom.variance - 2 * share * covariance
    return Moments(sums.n, share, max(0.0, spread / bottom.mean**2))


def difference(control: Moments, arm: Moments) -> Effect | None:
    """By how much the arm's mean is higher; None where that can't be said."""
    if control.n < 2 or arm.n < 2:
        return None
    error = math.sqrt(control.variance / control.n + arm.variance / arm.n)
    return _effect(control, arm, arm.mean - control.mean, error)


def lift(control: Moments, arm: Moments) -> Effect | None:
    """By which share of the control's mean the arm's is higher; None where that can't be said.

    The error by the delta method: the control's mean isn't known exactly either.
    """
    if control.n < 2 or arm.n < 2 or control.mean == 0:
        return None
    base = abs(control.mean)  # less of a loss is a rise
    of_arm = arm.variance / arm.n / base**2
    of_control = control.variance * arm.mean**2 / control.n / base**4
    estimate = (arm.mean - control.mean) / base
    return _effect(control, arm, estimate, math.sqrt(of_arm + of_control))


def scaled_difference(control: Moments, arm: Moments) -> Effect | None:
    """The difference, in shares of the control's mean as it came out.

    Says that there is one exactly where `difference` does. Of sums with a heavy tail `lift` does so
    too often while there are few orders: a control that is low by chance has a low error too.
    """
    effect = difference(control, arm)
    if effect is None or control.mean == 0:
        return None
    base = abs(control.mean)
    return Effect(effect.estimate / base, effect.error / base, effect.degrees, effect.n)


def _effect(control: Moments, arm: Moments, estimate: float, error: float) -> Effect | None:
    # As GrowthBook: where all customers of an arm are alike, nothing tells how much chance there is
    if control.variance <= 0 or arm.variance <= 0 or not math.isfinite(error) or error <= 0:
        return None
    parts = [(side.variance / side.n, side.n - 1) for side in (control, arm)]
    degrees = sum(part for part, _ in parts) ** 2 / sum(part**2 / n for part, n in parts)
    return Effect(estimate, error, degrees, control.n + arm.n)
