"""Whether the figures of columns add up or multiply, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from kindred.reading.values import numbers

#: Rows or groups that have to show something, for it to be no chance.
ENOUGH: Final = 5
#: Share of them that have to agree: exports hold a few rows that were corrected by hand.
MOSTLY: Final = 0.95
#: Money differs by a rounded hundredth at most, and a little for what is no exact hundredth.
_CENT: Final = Decimal("0.011")

#: Cells of a column, and its numbers; None where there is none.
Cells = Sequence[str | None]
Numbers = Sequence[Decimal | None]


def is_mostly(agreeing: Sequence[bool]) -> bool:
    """Whether enough rows or groups show something, and nearly all the same."""
    return len(agreeing) >= ENOUGH and sum(agreeing) >= MOSTLY * len(agreeing)


def numbers_of(cells: Cells) -> list[Decimal | None]:
    """The numbers of a column, with its own decimal mark."""
    texts = [cell or "" for cell in cells]
    votes = numbers.decimal_votes(Counter(texts).items())
    number_format = numbers.choose(*votes, default=".")
    return [numbers.parse(text, number_format) for text in texts]


def adds_up(base: Numbers, added: Sequence[Numbers], total: Numbers) -> bool:
    """Whether ``total`` is ``base`` and what is added, in rows where the first of that isn't 0."""
    agreeing = []
    for b, t, *more in zip(base, total, *added, strict=True):
        if b is None or t is None or any(m is None for m in more) or not more[0]:
            continue
        extra = sum((abs(m) for m in more if m is not None), Decimal())
        agreeing.append(abs(abs(b) + extra - abs(t)) <= _CENT)
    return is_mostly(agreeing)


def multiplies(quantity: Numbers, price: Numbers, total: Numbers) -> bool:
    """Whether price times quantity is the total, in rows where more than one was bought."""
    return is_mostly(
        [
            abs(q * p - t) <= _CENT
            for q, p, t in zip(quantity, price, total, strict=True)
            if q is not None and p is not None and t is not None and q != 1 and p
        ]
    )
