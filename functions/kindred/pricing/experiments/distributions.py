"""Student's t and the chi-square distribution on `math` alone: loading scipy takes longer. Pure.

The incomplete beta and gamma functions by their continued fractions and series, as in chapter 6 of
Numerical Recipes (3rd edition); tests compare them with scipy's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import NormalDist
from typing import Final

NORMAL: Final = NormalDist()
_TINY: Final = 1e-300
_MOST_STEPS: Final = 10_000
#: From so many degrees of freedom on, t is the normal distribution to nine decimals and more.
_NEARLY_NORMAL: Final = 1e9


def normal_tail(z: float) -> float:
    """How likely a standard normal value is above ``z``; exact far out too."""
    return math.erfc(z / math.sqrt(2)) / 2


def t_tails(t: float, degrees: float) -> float:
    """How likely Student's t is as far from zero as ``t``, on either side."""
    if abs(t) > 1e100:
        return 0.0
    if degrees > _NEARLY_NORMAL:
        return 2 * normal_tail(abs(t))
    far = t * t / (degrees + t * t)
    return _beta(degrees / 2, 0.5, degrees / (degrees + t * t), far)


def t_quantile(tails: float, degrees: float) -> float:
    """The positive t whose two tails together are ``tails``."""
    low, high = 0.0, 2.0
    while t_tails(high, degrees) > tails and high < 1e90:
        low, high = high, high * 2
    t = min(max(-NORMAL.inv_cdf(tails / 2), low), high)
    while high - low > 1e-13 * high:
        over = t_tails(t, degrees) - tails
        low, high = (t, high) if over > 0 else (low, t)
        step = t + over / (2 * _t_density(t, degrees))  # Newton's, as long as it stays between
        if abs(step - t) <= 1e-13 * t:
            break
        t = step if low < step < high else (low + high) / 2
        if not low < t < high:
            break
    return t


def _t_density(t: float, degrees: float) -> float:
    log_one = -_log_beta(0.5, degrees / 2) - math.log(degrees) / 2
    return math.exp(log_one - (degrees + 1) / 2 * math.log1p(t * t / degrees)) or _TINY


def chi_square_tail(value: float, degrees: int) -> float:
    """How likely a chi-square of so many degrees of freedom is above ``value``."""
    a, x = degrees / 2, value / 2
    if x <= 0:
        return 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for step in range(1, _MOST_STEPS):
            term *= x / (a + step)
            total += term
            if term < total * 1e-16:
                break
        return 1 - front * total
    return front / _lentz(x + 1 - a, lambda i: (-i * (i - a), x + 2 * i + 1 - a))


def _beta(a: float, b: float, x: float, y: float) -> float:
    """The regularised incomplete beta function of ``x``; ``y`` is what is left of it to 1."""
    if x <= 0 or y <= 0:
        return float(y <= 0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, y, x)
    log_x, log_y = (math.log(z) if z < 0.5 else math.log1p(-w) for z, w in ((x, y), (y, x)))
    front = math.exp(a * log_x + b * log_y - _log_beta(min(a, b), max(a, b)))

    def step(i: int) -> tuple[float, float]:
        m = i // 2
        if i % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0

    return front / a / _lentz(1.0, step)


def _log_beta(small: float, large: float) -> float:
    """The logarithm of the beta function; two large gammas would leave few decimals."""
    if small == 0.5 and large > 1e4:
        ratio = math.log(large) / 2 - 1 / (8 * large) + 1 / (192 * large**3)
        return math.lgamma(small) - ratio
    return math.lgamma(small) + math.lgamma(large) - math.lgamma(small + large)


def _lentz(first: float, step: Callable[[int], tuple[float, float]]) -> float:
    """The continued fraction ``first + a1 / (b1 + a2 / (b2 + ...))``, by Lentz's method."""
    value = c = first or _TINY
    d = 0.0
    for a, b in _steps(step):
        d = 1 / ((b + a * d) or _TINY)
        c = (b + a / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def _steps(step: Callable[[int], tuple[float, float]]) -> Iterator[tuple[float, float]]:
    return (step(i) for i in range(1, _MOST_STEPS))
