"""Which of several money columns the goods stand in, told by how their values add up.

What is paid is goods and tax, and shipping perhaps; what the shop is left with is what was paid
less fees; a line is a price times its quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.arithmetic import (
    MOSTLY,
    Cells,
    Numbers,
    adds_up,
    multiplies,
    numbers_of,
)
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.confidence import NAMED
from kindred.reading.columns.fields import TOTALS
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile

# Shares are of a column's filled cells. `tests/slow/reading/test_sums.py` holds them, and
# `scripts/measure-reading mapping`: orders and money agree in 126 of 126 exports.
_NUMBERS: Final = 0.9  # of a column of money
_HIGHEST_QUANTITY: Final = 1000  # a column with more counts something else
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
    money = _money_columns(mapping, profiles)
    if len(money) < 2:
        return mapping
    values: dict[int, Numbers] = {c: numbers_of(columns[c]) for c in money}
    for choose in (_before_fees, _before_tax, _times_quantity):
        mapping = choose(mapping, profiles, columns, values)
    return mapping


def _money_columns(mapping: ColumnMap, profiles: Sequence[Profile]) -> list[int]:
    """Columns of numbers that hold a total, or are called like one."""
    mapped = {c for role in TOTALS if (c := mapping.column(role)) is not None}
    free = set(range(len(mapping.names))) - mapping.used() - set(mapping.personal)
    return sorted(
        c
        for c in mapped | free
        if profiles[c].number > _NUMBERS and (c in mapped or _is_named(mapping.names[c], TOTALS))
    )


def _is_named(name: str, roles: Sequence[str]) -> bool:
    return any(score_header(name).get(role, 0) >= NAMED for role in roles)


def _before_fees(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Numbers],
) -> ColumnMap:
    """What the shop is left with after a fee is no customer's money: what they paid is."""
    left = mapping.column("amount")
    fees = [
        c
        for c, name in enumerate(mapping.names)
        if not _FEES.isdisjoint(headers.tokens(name))
        and profiles[c].number > _NUMBERS
        and not _is_named(name, ("shipping", "tax"))
    ]
    if left not in values:
        return mapping
    for fee in fees:
        fee_values = numbers_of(columns[fee])
        for paid in values:
            if paid != left and adds_up(values[left], [fee_values], values[paid]):
                return _exchanged(mapping, left, paid, "")
    return mapping


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
    role = next((role for role in TOTALS if mapping.column(role) in values), None)
    whole = mapping.column(role) if role else None
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
                return others.with_("quantity", replace(guess, columns=(count,)))
    return mapping


def _exchanged(mapping: ColumnMap, old: int, new: int, to: str) -> ColumnMap:
    """``new`` under ``amount``; ``old``, which stood for it, under ``to`` if that is free."""
    role = next(role for role in TOTALS if mapping.column(role) == old)
    guess = mapping.guesses[role]
    changed = mapping.without(role, *(r for r in TOTALS if mapping.column(r) == new))
    if to and not changed.has(to):
        changed = changed.with_(to, replace(guess, columns=(old,)))
    return changed.with_("amount", replace(guess, columns=(new,), alternatives=(old,)))
