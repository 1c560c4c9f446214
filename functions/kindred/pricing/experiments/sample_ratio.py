"""Whether customers came into the arms as often as they should have. Pure.

If not, something keeps customers of an arm from being seen, and no other figure can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kindred.pricing.experiments.distributions import chi_square_tail

#: Chance alone alarms in one test of a thousand.
ALARM: Final = 0.001
#: Customers to be expected of every arm; of fewer, chi-square alarms too often.
_LEAST_EXPECTED: Final = 5


@dataclass(frozen=True)
class SampleRatio:
    """How likely so uneven a split is by chance, and whether that is past belief."""

    p: float
    alarm: bool


def check_ratio(customers: Sequence[int], weights: Sequence[float]) -> SampleRatio:
    """Pearson's chi-square of the arms' customers against their ``weights``.

    No alarm as long as there are too few customers to tell.
    """
    total, whole = sum(customers), sum(weights)
    expected = [total * weight / whole for weight in weights]
    if len(customers) < 2 or min(expected) < _LEAST_EXPECTED:
        return SampleRatio(1.0, alarm=False)
    value = sum((n - e) ** 2 / e for n, e in zip(customers, expected, strict=True))
    p = chi_square_tail(value, len(customers) - 1)
    return SampleRatio(p, alarm=p < ALARM)
