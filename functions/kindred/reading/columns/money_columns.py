"""Which of several money columns the goods stand in, told by how their values add up.

What is paid is goods and tax, and shipping perhaps; what the shop is left with is what was paid
less fees; a line is a price times its quantity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.arithmetic import (
    MOSTLY,
    Cells,
    Equation,
    Numbers,
    adds_up,
    are_pieces,
    multiplies,
    numbers_of,
    sums_to,
)
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.confidence import NAMED
from kindred.reading.columns.fields import TOTALS
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.value_scores import looks_like_ids

# Shares are of a column's filled cells. `tests/slow/reading/test_sums.py` holds them, and
# `scripts/measure-reading mapping`: orders and money agree in 126 of 126 exports.
_NUMBERS: Final = 0.9  # of a column of money
_HIGHEST_QUANTITY: Final = 1000  # a column with more counts something else
_MOST_PIECES: Final = 100  # what is mostly bought at once is less
_DEARER: Final = 2  # times how many there are: a price of a unit or less is none
#: What stands between the goods and what was paid.
_EXTRAS: Final = ("tax", "shipping", "discount")
#: Roles that this decides: where the merchant said what one of them is, all stay as they are.
_DECIDED: Final = frozenset({*TOTALS, "unit_price", "quantity", "orders_count"})
_FEES: Final = frozenset(
    {"fee", "fees", "commission", "gebühr", "gebuhr", "frais", "comision", "tarifa"}
)


def choose_goods(
    mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]
) -> ColumnMap:
    """``mapping`` with the goods' money under ``amount`` where another column was taken for it.

    ``rows`` are a sample of the file. Where the merchant said what any of these columns is, all
    stay as they are.
    """
    if mapping.given & _DECIDED:
        return mapping
    columns = list(zip(*rows, strict=True))
    values: dict[int, Numbers] = {
        c: numbers_of(columns[c]) for c in _money_columns(mapping, profiles)
    }
    steps = (_drop_count, _before_fees, _before_unseen_fees, _before_tax, _times_quantity)
    for choose in steps:
        mapping = choose(mapping, profiles, columns, values)
    return mapping


def _money_columns(mapping: ColumnMap, profiles: Sequence[Profile]) -> list[int]:
    """Columns of numbers that hold a total, or are called like one."""
    mapped = {c for role in TOTALS if (c := mapping.column(role)) is not None}
    free = _free_numbers(mapping, profiles)
    return sorted(
        c
        for c in {*mapped, *free}
        if profiles[c].number > _NUMBERS and (c in mapped or _is_named(mapping.names[c], TOTALS))
    )


def _free_numbers(mapping: ColumnMap, profiles: Sequence[Profile]) -> list[int]:
    """Columns of numbers that have no field yet."""
    return [c for c in mapping.free() if profiles[c].number > _NUMBERS]


def _is_named(name: str, roles: Sequence[str]) -> bool:
    return any(score_header(name).get(role, 0) >= NAMED for role in roles)


def _whole(mapping: ColumnMap, values: dict[int, Numbers]) -> int | None:
    """The column that is taken for the money so far."""
    return next((c for role in TOTALS if (c := mapping.column(role)) in values), None)


def _drop_count(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    _columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """An 'amount' of a few that parts a far higher total into whole cents is how many."""
    count = mapping.column("amount")
    if count not in values or mapping.has("quantity") or not _is_few(profiles[count]):
        return mapping
    for total in values:
        pairs = [
            (c, t)
            for c, t in zip(values[count], values[total], strict=True)
            if c is not None and t is not None and c
        ]
        dearer = sum(abs(t) >= _DEARER * abs(c) for c, t in pairs)
        if (
            total != count
            and pairs
            and dearer >= MOSTLY * len(pairs)
            and are_pieces(values[count], values[total])
        ):
            guess = mapping.guesses["amount"]
            changed = _exchanged(mapping, count, total, "").without("orders_count")
            return changed.with_("quantity", replace(guess, columns=(count,), alternatives=()))
    return mapping


def _is_few(profile: Profile) -> bool:
    return profile.integer > MOSTLY and profile.distinct > 1 and 0 < profile.high <= _MOST_PIECES


def _before_fees(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """What the shop is left with after fees is no customer's money: what they paid is."""
    left = _whole(mapping, values)
    if left is None:
        return mapping
    extras = [c for role in _EXTRAS if (c := mapping.column(role)) is not None]
    free = [c for c in _free_numbers(mapping, profiles) if not looks_like_ids(profiles[c])]
    terms = dict.fromkeys([*values, *extras, *free])
    del terms[left]
    numbers = {c: numbers_of(columns[c]) for c in [left, *terms]}
    for equation in sums_to(left, list(terms), numbers):
        fees = [c for c in equation.terms if _is_fee(mapping.names[c])]
        others = [c for c in equation.terms if c not in (*extras, *fees)]
        paid = max(others, key=lambda c: profiles[c].high, default=left)
        if fees and paid != left and _is_lowered(equation, fees[0], numbers):
            values[paid] = numbers[paid]
            return _exchanged(mapping, left, paid, "").told_by(equation)
    return mapping


def _is_fee(name: str) -> bool:
    """Whether a column is what a platform keeps; what customers pay for shipping isn't."""
    return not _FEES.isdisjoint(headers.tokens(name)) and not _is_named(name, ("shipping", "tax"))


def _is_lowered(equation: Equation, fee: int, numbers: Mapping[int, Numbers]) -> bool:
    """Whether a fee makes the total lower, whatever its sign in the file."""
    sign = equation.signs[equation.terms.index(fee)]
    return sum(value for value in numbers[fee] if value is not None) * sign < 0


def _is_above(one: Numbers, other: Numbers) -> bool:
    """Whether one is more than the other in nearly all rows, in size."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return bool(pairs) and sum(abs(a) > abs(b) for a, b in pairs) >= MOSTLY * len(pairs)


def _before_unseen_fees(
    mapping: ColumnMap,
    _profiles: Sequence[Profile],
    _columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """Of three totals, the payout is below what was paid in all rows and isn't the goods'.

    A discount is no fee: it leaves most rows as they are, or has a column of its own.
    """
    left, goods = mapping.column("amount"), mapping.column("subtotal")
    if left not in values or goods not in values or mapping.has("discount"):
        return mapping
    if headers.is_without_tax(mapping.names[left]) or mapping.has("tax"):
        return mapping
    for paid in values:
        if (
            paid not in (left, goods)
            and _is_above(values[paid], values[left])
            and _are_unequal(values[goods], values[left])
            and not _is_above(values[goods], values[paid])
            and _is_within(values[goods], values[paid])
        ):
            return _exchanged(mapping, left, goods, "")
    return mapping


def _are_unequal(one: Numbers, other: Numbers) -> bool:
    pairs = list(zip(one, other, strict=True))
    return sum(a != b for a, b in pairs) >= MOSTLY * len(pairs)


def _is_within(one: Numbers, other: Numbers) -> bool:
    """Whether one is never more than the other, in size."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return len(pairs) > 1 and all(abs(a) <= abs(b) for a, b in pairs)


def _before_tax(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """Of two totals that differ by the tax, and shipping perhaps, the lower is the goods'."""
    tax, shipping = mapping.column("tax"), mapping.column("shipping")
    if tax is None or profiles[tax].number < _NUMBERS:
        return mapping
    taxes = numbers_of(columns[tax])
    added = [[taxes]]
    if shipping is not None and profiles[shipping].number > _NUMBERS:
        added.append([taxes, numbers_of(columns[shipping])])
    whole = _whole(mapping, values)
    if whole is None:
        return mapping
    for goods in values:
        if goods != whole and any(adds_up(values[goods], one, values[whole]) for one in added):
            return _exchanged(mapping, whole, goods, "order_total")
    return mapping


def _times_quantity(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """An amount that makes another total when it is multiplied is the price of one."""
    price = mapping.column("amount")
    if price not in values or mapping.has("unit_price"):
        return mapping
    free = set(range(len(mapping.names))) - mapping.used()
    mapped = (mapping.column("quantity"), mapping.column("orders_count"))
    counts = [
        c
        for c in sorted(free | {c for c in mapped if c is not None})
        if profiles[c].integer > MOSTLY
        and profiles[c].distinct > 1
        and profiles[c].high <= _HIGHEST_QUANTITY
    ]
    for count in counts:
        pieces = numbers_of(columns[count])
        for total in values:
            if total not in (price, count) and multiplies(pieces, values[price], values[total]):
                guess = mapping.guesses["amount"]
                others = _exchanged(mapping, price, total, "unit_price").without("orders_count")
                others = others.with_("quantity", replace(guess, columns=(count,)))
                return others.told_by(Equation((price, count), total))
    return mapping


def _exchanged(mapping: ColumnMap, old: int, new: int, to: str) -> ColumnMap:
    """``new`` under ``amount``; ``old``, which stood for it, under ``to`` if that is free."""
    role = next(role for role in TOTALS if mapping.column(role) == old)
    guess = mapping.guesses[role]
    changed = mapping.without(role, *(r for r in TOTALS if mapping.column(r) == new))
    if to and not changed.has(to):
        changed = changed.with_(to, replace(guess, columns=(old,)))
    return changed.with_("amount", replace(guess, columns=(new,), alternatives=(old,)))
