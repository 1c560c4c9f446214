"""The smallest price test that would tell what the past can't. Pure.

Half of the customers, drawn by chance, are asked a price that is 10 % lower. The test has to tell
an elasticity of -2 from one of -1 (where a lower price stops paying for itself) at 5 %, one-sided,
in 80 of 100 cases. Orders are counted as independent: log of the ratio of two counts has the
variance 4 / orders, and the price moves that log by elasticity x log(1 / .9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

#: What the lower price takes off.
CUT: Final = 0.1
#: How far apart two elasticities are that have to be told apart.
APART: Final = 1.0
_Z: Final = 1.6449 + 0.8416  # 5 % one-sided, and 80 %


@dataclass(frozen=True)
class NeededTest:
    """Orders in both arms together, and weeks in which so many come at today's pace."""

    orders: int
    weeks: int


def smallest_test(orders_per_week: float) -> NeededTest:
    """At least one whole week, since weekdays differ."""
    moved = APART * math.log(1 / (1 - CUT))
    orders = math.ceil(4 * (_Z / moved) ** 2)
    return NeededTest(orders, max(1, math.ceil(orders / max(orders_per_week, 0.01))))
