"""Whether the figures of columns add up or multiply, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

from kindred.reading.values import numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Rows or groups that have to show something, for it to be no chance.
ENOUGH: Final = 5
#: Share of them that have to agree: exports hold a few rows that were corrected by hand.
MOSTLY: Final = 0.95
#: Rows that are enough where all agree to the cent: of so many, no two sums are equal by chance.
_ENOUGH_EXACT: Final = 3
_FILLED: Final = 2  # rows that have a figure of a term, for it to be one
#: Terms of a sum, and columns that are tried as such: more would explain anything.
_MOST_TERMS: Final = 5
_MOST_COLUMNS: Final = 9
#: Money differs by a rounded hundredth at most, and a little for what is no exact hundredth.
_CENT: Final = Decimal("0.011")

#: Cells of a column, and its numbers; None where there is none.
Cells = Sequence[str | None]
Numbers = Sequence[Decimal | None]


@dataclass(frozen=True)
class Equation:
    """Columns by their places: terms added with their signs, or multiplied, give the total."""

    terms: tuple[int, ...]
    total: int
    signs: tuple[int, ...] = ()  # 1 or -1 for each term; none where the terms are multiplied


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
    return is_mostly(agreeing) or (len(agreeing) >= _ENOUGH_EXACT and all(agreeing))


def sums_to(total: int, terms: Sequence[int], values: Mapping[int, Numbers]) -> Iterator[Equation]:
    """Sums and differences of ``terms`` that give ``total`` in nearly all rows, shortest first.

    A blank cell counts as 0. Each term of a sum has a figure in enough rows.
    """
    import numpy as np

    known = np.array([value is not None for value in values[total]])
    goal = _floats(values[total])[known]
    of_terms = {c: _floats(values[c])[known] for c in terms}
    told = [c for c in terms if np.count_nonzero(of_terms[c]) >= _FILLED][:_MOST_COLUMNS]
    for size in range(1, min(_MOST_TERMS, len(told)) + 1):
        for chosen in combinations(told, size):
            for signs in product((1, -1), repeat=size):
                if max(signs) > 0 and _are_equal(
                    sum(s * of_terms[c] for s, c in zip(signs, chosen, strict=True)), goal
                ):
                    yield Equation(chosen, total, signs)


def _floats(values: Numbers) -> NDArray[np.float64]:
    import numpy as np

    return np.array([float(value or 0) for value in values])


def _are_equal(one: NDArray[np.float64] | int, other: NDArray[np.float64]) -> bool:
    import numpy as np

    rows = len(other)
    equal = int(np.count_nonzero(np.abs(one - other) <= float(_CENT)))
    return equal == rows >= _ENOUGH_EXACT or (rows >= ENOUGH and equal >= MOSTLY * rows)


def multiplies(quantity: Numbers, price: Numbers, total: Numbers) -> bool:
    """Whether price times quantity is the total, in rows where more than one was bought."""
    return is_mostly(
        [
            abs(q * p - t) <= _CENT
            for q, p, t in zip(quantity, price, total, strict=True)
            if q is not None and p is not None and t is not None and q != 1 and p
        ]
    )


def are_pieces(count: Numbers, total: Numbers) -> bool:
    """Whether a count may be how many pieces make a total: it parts it into whole hundredths."""
    pairs = [
        (c, t) for c, t in zip(count, total, strict=True) if c is not None and t is not None and c
    ]
    parts = [(t * 100) % abs(c) == 0 for c, t in pairs if abs(c) > 1]
    return bool(parts) and sum(parts) >= MOSTLY * len(parts)
