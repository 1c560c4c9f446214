"""A confidence sequence: right however often it is looked at, and whenever one stops. Pure.

Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: Time-uniform central limit theory and asymptotic
confidence sequences (2103.06476), equations 9, 155 and 161, as GrowthBook uses them.
"""

from __future__ import annotations

import math
from typing import Final

from kindred.pricing.experiments.statistics import Effect, Interval

#: Customers at which the interval is tightest for its certainty: GrowthBook's default.
TUNING: Final = 5_000


def always_valid(effect: Effect, *, alpha: float = 0.05, tuning: float = TUNING) -> Interval:
    """The interval and p-value that hold at every look at once."""
    spread = -2 * math.log(alpha)
    rho2 = (spread + math.log(spread + 1)) / tuning
    weight = effect.n * rho2 + 1
    root = 2 * weight * math.log(math.sqrt(weight) / alpha) / (effect.n * rho2)
    half = effect.error * math.sqrt(root)
    z2 = (effect.estimate / effect.error) ** 2
    log_evidence = z2 * (weight - 1) / (2 * weight) - math.log(weight) / 2
    p = math.exp(-max(0.0, log_evidence))
    return Interval(effect.estimate, effect.estimate - half, effect.estimate + half, p)
