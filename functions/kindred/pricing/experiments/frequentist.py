"""Welch's t-test: right if it is looked at once, at an end that was set before. Pure."""

from __future__ import annotations

from kindred.pricing.experiments.distributions import t_quantile, t_tails
from kindred.pricing.experiments.statistics import Effect, Interval


def t_test(effect: Effect, *, alpha: float = 0.05) -> Interval:
    """The two-sided test that there is no effect, and the interval that goes with it."""
    half = t_quantile(alpha, effect.degrees) * effect.error
    p = t_tails(effect.estimate / effect.error, effect.degrees)
    return Interval(effect.estimate, effect.estimate - half, effect.estimate + half, p)
