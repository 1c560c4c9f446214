"""Which of several money columns the goods stand in, told by how their values add up.

What is paid is goods and tax, and shipping perhaps; what the shop is left with is what was paid
less fees; a line is a price times its quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kindred.reading.columns import headers
from kindred.reading.columns.matching import ColumnMap, header_scores
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.unnamed import Cells, multiply, values_of

_ENOUGH = 5  # rows that show something
_MOSTLY = 0.95
_CENT = Decimal("0.011")
_MONEY = ("amount", "subtotal", "order_total")
_SETTLED = frozenset({*_MONEY, "unit_price", "quantity", "orders_count"})
_FEES = frozenset({"fee", "fees", "commission", "gebühr", "gebuhr", "frais", "comision", "tarifa"})

Values = Sequence[Decimal | None]


def settle(mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]) -> ColumnMap:
    """``mapping`` with the goods' money under ``amount`` where another column was taken for it.

    Where the merchant said what any of these columns is, all stay as they are.
    """
    if mapping.given & _SETTLED:
        return mapping
    columns = list(zip(*rows, strict=True))
    money = _money_columns(mapping, profiles)
    if len(money) < 2:
        return mapping
    values: dict[int, Values] = {c: values_of(columns[c]) for c in money}
    for settled in (_before_fees, _before_tax, _times_quantity):
        mapping = settled(mapping, profiles, columns, values)
    return mapping


def _money_columns(mapping: ColumnMap, profiles: Sequence[Profile]) -> list[int]:
    named = {c for role in _MONEY if (c := mapping.column(role)) is not None}
    free = set(range(len(mapping.names))) - mapping.used() - set(mapping.personal)
    return sorted(
        c
        for c in named | free
        if profiles[c].number > 0.9
        and (c in named or any(header_scores(mapping.names[c]).get(r, 0) >= 0.5 for r in _MONEY))
    )


def _before_fees(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Values],
) -> ColumnMap:
    """What the shop is left with after a fee is no customer's money: what they paid is."""
    left = mapping.column("amount")
    fees = [
        c
        for c, name in enumerate(mapping.names)
        if not _FEES.isdisjoint(headers.tokens(name))
        and profiles[c].number > 0.9
        and not any(header_scores(name).get(role, 0) >= 0.5 for role in ("shipping", "tax"))
    ]
    if left not in values:
        return mapping
    for fee in fees:
        taken = values_of(columns[fee])
        for paid in values:
            if paid != left and _adds_up(values[left], [taken], values[paid]):
                return _exchanged(mapping, left, paid, "")
    return mapping


def _before_tax(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Values],
) -> ColumnMap:
    """Of two totals that differ by the tax, and shipping perhaps, the lower is the goods'."""
    tax, shipping = mapping.column("tax"), mapping.column("shipping")
    if tax is None or profiles[tax].number < 0.9:
        return mapping
    taxed = values_of(columns[tax])
    beside = [[taxed]]
    if shipping is not None and profiles[shipping].number > 0.9:
        beside.append([taxed, values_of(columns[shipping])])
    role = next((r for r in _MONEY if mapping.column(r) in values), None)
    whole = mapping.column(role) if role else None
    if whole is None:
        return mapping
    for goods in values:
        if goods != whole and any(_adds_up(values[goods], b, values[whole]) for b in beside):
            return _exchanged(mapping, whole, goods, "order_total")
    return mapping


def _times_quantity(
    mapping: ColumnMap,
    profiles: Sequence[Profile],
    columns: Sequence[Cells],
    values: dict[int, Values],
) -> ColumnMap:
    """An amount that makes another total when it is multiplied is the price of one."""
    price = mapping.column("amount")
    if price not in values or mapping.has("unit_price"):
        return mapping
    free = set(range(len(mapping.names))) - mapping.used()
    told = (mapping.column("quantity"), mapping.column("orders_count"))
    counts = [
        c
        for c in sorted(free | {c for c in told if c is not None})
        if profiles[c].integer > _MOSTLY and profiles[c].distinct > 1 and profiles[c].high <= 1000
    ]
    for count in counts:
        pieces = values_of(columns[count])
        for total in values:
            if total not in (price, count) and multiply(pieces, values[price], values[total]):
                guess = mapping.guesses["amount"]
                kept = _exchanged(mapping, price, total, "unit_price").without("orders_count")
                return kept.with_("quantity", replace(guess, columns=(count,)))
    return mapping


def _exchanged(mapping: ColumnMap, old: int, new: int, to: str) -> ColumnMap:
    """``new`` under ``amount``; ``old``, which stood for it, under ``to`` if that is free."""
    role = next(role for role in _MONEY if mapping.column(role) == old)
    guess = mapping.guesses[role]
    kept = mapping.without(role, *(r for r in _MONEY if mapping.column(r) == new))
    if to and not kept.has(to):
        kept = kept.with_(to, replace(guess, columns=(old,)))
    return kept.with_("amount", replace(guess, columns=(new,), alternatives=(old,)))


def _adds_up(base: Values, beside: Sequence[Values], total: Values) -> bool:
    """Whether ``total`` is ``base`` and what stands beside it, in rows where that is something."""
    agree = []
    for b, t, *more in zip(base, total, *beside, strict=True):
        if b is None or t is None or any(m is None for m in more) or not more[0]:
            continue
        added = sum((abs(m) for m in more if m is not None), Decimal())
        agree.append(abs(abs(b) + added - abs(t)) <= _CENT)
    return len(agree) >= _ENOUGH and sum(agree) >= _MOSTLY * len(agree)
