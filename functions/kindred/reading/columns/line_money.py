"""A line's own money where headers say too little: told by price, quantity and what is taken off.

Price times quantity less the discount is the line's money; goods, tax and shipping less the
discount is what was paid for an order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final

from kindred.reading.columns.arithmetic import (
    ENOUGH,
    Cells,
    Equation,
    Numbers,
    is_mostly,
    numbers_of,
    sums_to,
)
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import GUESSED, NAMED
from kindred.reading.columns.fields import MONEY, TOTALS
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile

# Shares are of a column's filled cells. `tests/slow/reading/test_structure.py` holds them, and
# `scripts/measure-reading mapping`.
_NUMBERS: Final = 0.9  # of a column of money
_PIECES_REPEAT: Final = 1.5  # rows to a quantity: a number of the row doesn't come again
_MOST_PIECES: Final = 1000  # a column with more counts something else
_HUNDREDTH: Final = Decimal("0.011")  # what rounding may leave


def choose_lines(
    mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]
) -> ColumnMap:
    """``mapping`` with the lines' money under ``amount``, and what it is made of.

    ``rows`` are a sample of the file; what the merchant gave stays.
    """
    columns = list(zip(*rows, strict=True))
    steps: tuple[_Step, ...] = (
        _take_sole_money,
        _take_pieces,
        _take_line_money,
        _take_discount,
    )
    for step in steps:
        mapping = step(mapping, profiles, columns)
    return mapping


_Step = Callable[[ColumnMap, Sequence[Profile], Sequence[Cells]], ColumnMap]


def _is_money(profile: Profile) -> bool:
    """Whether a column holds sums: numbers, with cents in some or a sign of money."""
    return profile.number > _NUMBERS and (profile.integer < _NUMBERS or profile.money_sign > 0.5)


def _take_sole_money(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """The only column of sums is what was paid, unless it is named as something else."""
    if any(map(mapping.has, (*MONEY, "event_type"))) or mapping.given & set(MONEY):
        return mapping
    sums = [c for c in range(len(columns)) if _is_money(profiles[c])]
    if len(sums) != 1 or sums[0] not in mapping.free():
        return mapping
    named = score_header(mapping.names[sums[0]])
    if any(score >= NAMED for role, score in named.items() if role not in MONEY):
        return mapping
    if not any(named.get(role, 0.0) for role in MONEY):
        return mapping  # what isn't called money at all is asked about
    return mapping.with_("amount", Guess((sums[0],), GUESSED))


def _take_pieces(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """How many at which price, where both times each other are a line's money.

    Less a discount, perhaps; one of the two may be known already.
    """
    if mapping.has("quantity", "unit_price") or mapping.given & {*MONEY, "quantity"}:
        return mapping
    free = [c for c in mapping.free() if profiles[c].number > _NUMBERS and profiles[c].distinct > 1]
    known = mapping.column("quantity")
    counts = (
        [known]
        if known is not None
        else [
            c
            for c in free
            if profiles[c].integer > _NUMBERS
            and profiles[c].repeats > _PIECES_REPEAT
            and 0 < profiles[c].high <= _MOST_PIECES
        ]
    )
    mapped = mapping.column("unit_price")
    prices = [c for c in free if _is_money(profiles[c])] if mapped is None else [mapped]
    totals = [c for role in TOTALS if (c := mapping.column(role)) is not None]
    totals += [c for c in free if _is_money(profiles[c])]
    discount = mapping.column("discount")
    taken_off = [discount] if discount is not None else [c for c in free if profiles[c].zero > 0]
    values = {c: numbers_of(columns[c]) for c in {*counts, *prices, *totals, *taken_off}}
    for count, price, total in product(counts, prices, totals):
        if len({count, price, total}) < 3 or not _has_several(values[count]):
            continue
        goods = [_product(p, q) for p, q in zip(values[price], values[count], strict=True)]
        offs = [None, *(c for c in taken_off if c not in (count, price, total))]
        for off in offs:
            less = [None] * len(goods) if off is None else values[off]
            if not _is_difference(goods, less, values[total]):
                continue
            found = mapping
            if known is None:
                found = found.with_("quantity", Guess((count,), GUESSED))
            if mapped is None:
                found = found.with_("unit_price", Guess((price,), GUESSED))
            if off is not None and discount is None:
                found = found.with_("discount", Guess((off,), GUESSED))
            if not any(map(found.has, TOTALS)):
                found = found.with_("amount", Guess((total,), GUESSED))
            return found.told_by(Equation((price, count), total))
    return mapping


def _has_several(counts: Numbers) -> bool:
    """Whether more than one was bought often enough to show what a count does."""
    return sum(count is not None and count > 1 for count in counts) >= ENOUGH


def _take_line_money(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """Price times quantity, less what was taken off, is the line's money and not the order's."""
    price, pieces = mapping.column("unit_price"), mapping.column("quantity")
    whole = next((c for role in TOTALS if (c := mapping.column(role)) is not None), None)
    if price is None or pieces is None or whole is None or mapping.given & {*MONEY, "quantity"}:
        return mapping
    values = {c: numbers_of(columns[c]) for c in (price, pieces, whole)}
    goods = [_product(p, q) for p, q in zip(values[price], values[pieces], strict=True)]
    if _is_difference(goods, [None] * len(goods), values[whole]):
        return mapping
    free = [c for c in mapping.free() if profiles[c].number > _NUMBERS]
    values |= {c: numbers_of(columns[c]) for c in free}
    discount = mapping.column("discount")
    for line in (c for c in free if _is_money(profiles[c])):
        if not _is_lower(values[line], values[whole]):
            continue
        if _is_difference(goods, [None] * len(goods), values[line]):
            return _exchanged(mapping, whole, line).told_by(Equation((price, pieces), line))
        if _is_less_in_some(goods, values[line]) and not _is_less_in_some(goods, values[whole]):
            return _exchanged(mapping, whole, line)
        for off in [c for c in (discount, *free) if c is not None and c != line]:
            taken = numbers_of(columns[off])
            is_less = any(taken) and _is_lower(taken, values[line])
            if is_less and _is_difference(goods, taken, values[line]):
                changed = _exchanged(mapping, whole, line).told_by(Equation((price, pieces), line))
                if changed.has("discount"):
                    return changed
                return changed.with_("discount", Guess((off,), GUESSED))
    return mapping


def _product(price: Decimal | None, pieces: Decimal | None) -> Decimal | None:
    return None if price is None or pieces is None else price * pieces


def _is_difference(goods: Numbers, taken: Numbers, line: Numbers) -> bool:
    """Whether ``goods`` less ``taken`` is ``line`` in nearly all rows, whatever the signs."""
    return is_mostly(
        [
            abs(abs(g) - abs(t or Decimal()) - abs(n)) <= _HUNDREDTH
            for g, t, n in zip(goods, taken, line, strict=True)
            if g is not None and n is not None and g
        ]
    )


def _is_less_in_some(goods: Numbers, line: Numbers) -> bool:
    """Whether a line's money is what its goods cost on most lines, and else less: discounted."""
    pairs = [
        (abs(g), abs(n))
        for g, n in zip(goods, line, strict=True)
        if g is not None and n is not None
    ]
    equal = sum(abs(g - n) <= _HUNDREDTH for g, n in pairs)
    return is_mostly([n <= g + _HUNDREDTH for g, n in pairs]) and 2 * equal > len(pairs)


def _is_lower(one: Numbers, other: Numbers) -> bool:
    """Whether one is at most the other in nearly all rows, and less in some."""
    pairs = [
        (abs(a), abs(b)) for a, b in zip(one, other, strict=True) if a is not None and b is not None
    ]
    return is_mostly([a <= b for a, b in pairs]) and any(a < b for a, b in pairs)


def _exchanged(mapping: ColumnMap, whole: int, line: int) -> ColumnMap:
    """The line's money as ``amount``; the other, if it is of the order, as that."""
    role = next(role for role in TOTALS if mapping.column(role) == whole)
    guess = mapping.guesses[role]
    changed = mapping.without(role)
    if not changed.has("order_total"):
        changed = changed.with_("order_total", guess)
    return changed.with_("amount", Guess((line,), max(guess.confidence, GUESSED), (whole,)))


def _take_discount(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """What is taken off goods, tax and shipping to give what was paid is a discount."""
    if mapping.has("discount") or not mapping.has("order_total"):
        return mapping
    paid = mapping.column("order_total")
    goods = mapping.column("subtotal") if mapping.has("subtotal") else mapping.column("amount")
    if paid is None or goods is None:
        return mapping
    known = [c for role in ("tax", "shipping") if (c := mapping.column(role)) is not None]
    free = [c for c in mapping.free() if _is_money(profiles[c]) or profiles[c].zero > 0]
    numbers: Mapping[int, Numbers] = {
        c: numbers_of(columns[c]) for c in dict.fromkeys([paid, goods, *known, *free])
    }
    for equation in sums_to(paid, [goods, *known, *free], numbers):
        signs = dict(zip(equation.terms, equation.signs, strict=True))
        new = [c for c in equation.terms if c in free]
        if signs.get(goods) == 1 and len(new) == 1 and signs[new[0]] == -1:
            return mapping.with_("discount", Guess((new[0],), GUESSED)).told_by(equation)
    return mapping
