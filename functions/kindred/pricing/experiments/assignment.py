"""Who gets which arm of a price test: a hash of the customer, the same everywhere. Pure.

GrowthBook's public hash specification, version 2: FNV-1a over the seed and the customer, twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from kindred.pricing.payloads import Arm, PriceTest

_OFFSET, _PRIME, _32_BITS = 0x811C9DC5, 0x01000193, 0xFFFFFFFF
_STEPS = 10_000


@dataclass(frozen=True)
class Assignment:
    """The arm of a customer, None for the holdout, and the chance with which it was given."""

    arm: Arm | None
    propensity: float


def assign(
    test: PriceTest, customer_id: str, weights: tuple[float, ...] | None = None
) -> Assignment:
    """The arm of ``customer_id``.

    ``weights`` in place of the test's, and those in place of its arms' own: with Thompson sampling
    customers near a border change arms from day to day, without it nobody ever does.
    """
    if unit_interval(f"{test.seed}:holdout", customer_id) < test.holdout:
        return Assignment(None, test.holdout)
    given = weights or _weights(test)
    point, reached = unit_interval(test.seed, customer_id) * sum(given), 0.0
    for arm, weight in zip(test.arms, given, strict=True):  # noqa: B007 - the one it stops at
        reached += weight
        if point < reached:
            break
    return Assignment(arm, (1 - test.holdout) * weight / sum(given))


def _weights(test: PriceTest) -> tuple[float, ...]:
    if test.thompson and len(test.weights) == len(test.arms):
        return test.weights
    return tuple(arm.weight for arm in test.arms)


def unit_interval(seed: str, value: str) -> float:
    """A number in [0, 1) that follows from the two, in steps of a ten-thousandth."""
    return fnv1a32(str(fnv1a32(seed + value))) % _STEPS / _STEPS


def fnv1a32(text: str) -> int:
    """The 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    result = _OFFSET
    for byte in text.encode():
        result = (result ^ byte) * _PRIME & _32_BITS
    return result
