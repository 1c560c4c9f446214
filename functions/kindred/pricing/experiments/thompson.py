"""Thompson sampling: arms that bring more get more customers, as far as is known. Pure.

An arm's share of the customers is its chance to be the best. It is integrated, not drawn: the same
figures give the same shares.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from kindred.pricing.experiments.distributions import normal_tail
from kindred.pricing.experiments.statistics import Moments
from kindred.pricing.experiments.tallies import ArmTotals

#: Before every arm has so many customers and buyers, the arms' own weights stay.
ENOUGH_CUSTOMERS: Final = 50
ENOUGH_BUYERS: Final = 15
#: No arm gets less of the customers: what changes later has to be noticed.
LEAST: Final = 0.05
_STEPS: Final = 800
_FAR: Final = 8.0  # standard deviations, beyond which nothing is


def chances(arms: Sequence[ArmTotals]) -> tuple[float, ...]:
    """Each arm's chance to be the best; they add up to 1.

    Judged by margin per customer where all costs are known, else by revenue: by conversion the
    cheapest arm would always win.
    """
    judged = [_judged(arm, arms) for arm in arms]
    means = [one.mean for one in judged]
    highest = max(abs(mean) for mean in means)
    # Where all customers of an arm are alike, one more could still be another: none is certain.
    spreads = [
        max(math.sqrt(one.variance / one.n), highest / (one.n + 1)) if one.n else 0.0
        for one in judged
    ]
    if min(spreads) <= 0:  # nobody was asked, or nobody bought anything: all arms are alike
        return (1 / len(arms),) * len(arms)
    best = [_chance(i, means, spreads) for i in range(len(arms))]
    return tuple(chance / sum(best) for chance in best)


def thompson_weights(arms: Sequence[ArmTotals], weights: Sequence[float]) -> tuple[float, ...]:
    """The arms' shares of customers, in place of ``weights`` once enough is known of each."""
    if any(arm.customers < ENOUGH_CUSTOMERS or arm.buyers < ENOUGH_BUYERS for arm in arms):
        return tuple(weights)
    free = 1 - LEAST * len(arms)
    return tuple(LEAST + free * chance for chance in chances(arms))


def _chance(arm: int, means: Sequence[float], spreads: Sequence[float]) -> float:
    """How likely all others are below the arm: over its normal posterior, by the midpoint rule."""
    total = 0.0
    width = 2 * _FAR / _STEPS
    for step in range(_STEPS):
        z = -_FAR + (step + 0.5) * width
        value = means[arm] + z * spreads[arm]
        below = math.exp(-z * z / 2) * width / math.sqrt(2 * math.pi)
        for other in range(len(means)):
            if other != arm:
                below *= normal_tail((means[other] - value) / spreads[other])
        total += below
    return total


def _judged(arm: ArmTotals, arms: Sequence[ArmTotals]) -> Moments:
    if arm.margin is not None and all(other.margin is not None for other in arms):
        return arm.margin
    return arm.revenue
