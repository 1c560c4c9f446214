"""Exact prices, and the one place where they become whole minor units. Pure.

Mode: half up, away from zero at .5. Level: the price of one piece, once, after every effect.
Percentages come as floats of documents and are read as they are written: 0.1 is a tenth.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

from kindred.money import minor_digits

_HUNDRED = Decimal(100)


@lru_cache(maxsize=1024, typed=True)
def share(percent: float | Decimal) -> Decimal:
    """A percentage as a share, exactly as it is written."""
    return Decimal(str(percent)) / _HUNDRED


def less(price: Decimal, percent: float | Decimal) -> Decimal:
    """``price`` with a percentage taken off, not rounded."""
    return price * (1 - share(percent))


def more(price: Decimal, percent: float) -> Decimal:
    """``price`` with a percentage put on, not rounded."""
    return price * (1 + share(percent))


def nearest(price: Decimal) -> int:
    """Whole minor units, half up."""
    return int(price.to_integral_value(ROUND_HALF_UP))


def at_least(price: Decimal) -> int:
    """The lowest whole price that isn't below ``price``."""
    return int(price.to_integral_value(ROUND_CEILING))


def at_most(price: Decimal) -> int:
    """The highest whole price that isn't above ``price``."""
    return int(price.to_integral_value(ROUND_FLOOR))


def charmed(price: int, charm: int | None, currency: str) -> int:
    """The highest price, at most ``price``, that ends in the digits of ``charm``.

    99 ends 15.30 in .99: 14.99. Where a currency has no minor units the digits are its last two
    (1530 yen: 1499), where it has three, its last three (15.300 dinars with 990: 14.990). A price
    lower than the digits, or that would be given away, stays as it is.
    """
    if charm is None:
        return price
    cycle = 10 ** (_digits(currency) or 2)
    ending = charm % cycle
    result = price - (price - ending) % cycle
    return result if result > 0 else price


def decimal_text(minor: int, currency: str) -> str:
    """``1499`` euro cents as ``14.99``: how replies spell a price."""
    return f"{Decimal(minor).scaleb(-_digits(currency)):f}"


@lru_cache(maxsize=256)
def _digits(currency: str) -> int:
    return minor_digits(currency)
