"""Exact money of shops: what a figure may be, and how one sum is divided over several lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

#: Four places, as `kindred.tables.MONEY` has them.
UNIT: Final = Decimal("0.0001")
#: What `kindred.tables.MONEY` can't hold any more. Far below it, so that sums over a shop fit too.
TOO_LARGE: Final = Decimal(10) ** 12


class UnusableAmount(ValueError):
    """A figure that is no amount of money: not a number, endless, or larger than any shop's."""


def exact(amount: Decimal) -> Decimal:
    """``amount`` with four places, halves to even so that sums don't drift.

    Raises `UnusableAmount`.
    """
    if not amount.is_finite() or abs(amount) >= TOO_LARGE:
        raise UnusableAmount
    return amount.quantize(UNIT, ROUND_HALF_EVEN)


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``total`` (four places) in as many parts as there are weights, which add up to it exactly.

    In proportion to the weights, where a negative one counts as none; in equal parts where all are
    none. Each part is within one unit of its share: shares are rounded towards zero, and the units
    that are left go one by one to those that lost most, the first of them where it is equal
    (largest remainder, Hamilton's method).
    """
    if not weights:
        return []
    units = [max(0, _units(weight)) for weight in weights]
    if not any(units):
        units = [1] * len(units)
    whole, amount = sum(units), abs(_units(total))
    parts = [amount * unit // whole for unit in units]
    lost = sorted(range(len(parts)), key=lambda i: (-(amount * units[i] % whole), i))
    for i in lost[: amount - sum(parts)]:
        parts[i] += 1
    return [(Decimal(part) * UNIT).copy_sign(total) for part in parts]


def _units(amount: Decimal) -> int:
    return int(amount.scaleb(4).to_integral_value(ROUND_HALF_EVEN))
