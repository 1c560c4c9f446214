"""What columns without names hold, told by how their values go together.

An order has one date and one customer, who has several orders; a piece costs the same however many
are bought, and price times quantity is the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import Final

from kindred.reading.columns.arithmetic import (
    ENOUGH,
    MOSTLY,
    Cells,
    Numbers,
    is_mostly,
    multiplies,
    numbers_of,
)
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import SURE
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.value_scores import looks_like_ids

# Held by `tests/slow/reading/test_unlike_columns.py`, which takes the headers off.
#: Mean times a value occurs: quantities come again and again, a number of the row doesn't.
_QUANTITY_REPEATS: Final = 1.5
_MOST_PIECES: Final = 100  # what is mostly bought at once is less
_PRODUCT_LETTERS: Final = 0.6  # share of the cells of a product's name that have letters
#: Share of the products whose price stays the same in several quantities: prices do change.
_PRICE_STAYS: Final = 0.5


def map_unnamed(
    mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]
) -> ColumnMap:
    """``mapping``, made by each column's own values, with what ``rows`` tell of them together."""
    columns = list(zip(*rows, strict=True))
    return _map_figures(_map_people(mapping, profiles, columns), profiles, columns)


def _map_people(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """Which ids are of orders, each with one date, and which of who has several of them."""
    when, email = mapping.column("order_date"), mapping.column("email")
    if when is None:
        return mapping
    others = mapping.without("customer_id", "order_id")
    ids = [c for c, p in enumerate(profiles) if c not in others.used() and looks_like_ids(p)]
    orders = [c for c in ids if _determines(columns[c], columns[when])]
    order = orders[0] if orders else when
    people = [
        c
        for c in (ids if email is None else [email])
        if c not in orders and _determines(columns[order], columns[c])
    ]
    if not people:
        return mapping
    mapped = others.with_("order_id", _guess(order)) if orders else others
    if email is not None:
        return mapped
    return mapped.with_("customer_id", _guess(max(people, key=lambda c: profiles[c].distinct)))


def _determines(one: Cells, other: Cells) -> bool:
    """Whether rows with the same value of ``one`` have the same of ``other``."""
    groups: dict[str, list[str]] = defaultdict(list)
    for a, b in zip(one, other, strict=True):
        if a and b:
            groups[a].append(b)
    return is_mostly([len(set(group)) == 1 for group in groups.values() if len(group) > 1])


def _map_figures(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """Price and quantity where they make the total, or where a product's price stays the same."""
    others = mapping.without("amount")
    free = [c for c in range(len(columns)) if c not in others.used()]
    values = {c: numbers_of(columns[c]) for c in free if profiles[c].number > MOSTLY}
    counts = [
        c
        for c in values
        if profiles[c].integer > MOSTLY
        and profiles[c].repeats > _QUANTITY_REPEATS
        and _is_few(values[c])
    ]
    money = [c for c in values if c not in counts and profiles[c].integer < MOSTLY]
    for quantity in counts:
        for price, total in permutations(money, 2):
            if multiplies(values[quantity], values[price], values[total]):
                mapped = others.with_("amount", _guess(total))
                mapped = mapped.with_("unit_price", _guess(price))
                return mapped.with_("quantity", _guess(quantity))
    for quantity in counts:
        for price in money:
            for product in _product_columns(free, profiles):
                if _price_stays(columns[product], values[price], values[quantity]):
                    mapped = others.with_("product_name", _guess(product))
                    mapped = mapped.with_("unit_price", _guess(price))
                    return mapped.with_("quantity", _guess(quantity))
    return mapping


def _product_columns(free: Sequence[int], profiles: Sequence[Profile]) -> list[int]:
    """Columns that may name a product, those with more words first: a name before a number."""
    products = [
        c for c in free if profiles[c].letters > _PRODUCT_LETTERS or looks_like_ids(profiles[c])
    ]
    return sorted(products, key=lambda c: -profiles[c].words)


def _guess(column: int) -> Guess:
    return Guess((column,), SURE)


def _is_few(values: Numbers) -> bool:
    """Whether numbers differ and are mostly such as pieces that are bought at once."""
    ordered = sorted(v for v in values if v is not None)
    return (
        bool(ordered)
        and ordered[0] < ordered[-1]
        and 0 < ordered[len(ordered) // 2] <= _MOST_PIECES
    )


def _price_stays(product: Cells, price: Numbers, quantity: Numbers) -> bool:
    """Whether most products that are bought in several quantities have one price in them."""
    bought: dict[str, dict[Decimal, set[Decimal]]] = defaultdict(lambda: defaultdict(set))
    for name, p, q in zip(product, price, quantity, strict=True):
        if name and p is not None and q is not None and q > 0:
            bought[name][p].add(q)
    stays = [
        any(len(quantities) > 1 for quantities in prices.values())
        for prices in bought.values()
        if len(set().union(*prices.values())) > 1
    ]
    return len(stays) >= ENOUGH and sum(stays) > _PRICE_STAYS * len(stays)
