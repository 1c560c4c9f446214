"""What to believe of an effect that nothing was known of before: a flat prior. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kindred.pricing.experiments.distributions import NORMAL, normal_tail
from kindred.pricing.experiments.statistics import Effect


@dataclass(frozen=True)
class Belief:
    """How likely the arm is better, and what is lost on average by a wrong choice.

    ``risk`` is lost by taking the arm where it is worse, ``risk_of_control`` by leaving it where it
    is better; both in the effect's own measure. ``low`` to ``high`` holds it with 95 %.
    """

    chance: float
    risk: float
    risk_of_control: float
    low: float
    high: float


def believe(effect: Effect, *, alpha: float = 0.05) -> Belief:
    """The normal posterior of an effect under a flat prior."""
    z = effect.estimate / effect.error
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    half = -NORMAL.inv_cdf(alpha / 2) * effect.error
    return Belief(
        chance=normal_tail(-z),
        risk=max(0.0, effect.error * (density - z * normal_tail(z))),
        risk_of_control=max(0.0, effect.error * (density + z * normal_tail(-z))),
        low=effect.estimate - half,
        high=effect.estimate + half,
    )
