"""What columns without names hold, told by how their values go together.

An order has one date and one customer, who has several orders; a piece costs the same however many
are bought, and price times quantity is the total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from kindred.reading.columns.matching import SURE, ColumnMap, Guess, looks_like_ids
from kindred.reading.columns.profiles import Profile
from kindred.reading.values import numbers

_ENOUGH = 5  # groups or rows that show something
_MOSTLY = 0.95
_OFTEN = 1.5  # the same quantity is bought again and again, a number of the row isn't
_FEW_PIECES = 100  # what is mostly bought at once is less

Cells = Sequence[str | None]


def tell(mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]) -> ColumnMap:
    """``mapping``, which the values of each column led to, with what ``rows`` tell of them."""
    columns = list(zip(*rows, strict=True))
    return _figures(_people(mapping, profiles, columns), profiles, columns)


def _people(mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]) -> ColumnMap:
    """Which ids are of orders, each with one date, and which of who has several of them."""
    when, email = mapping.column("order_date"), mapping.column("email")
    if when is None:
        return mapping
    others = mapping.without("customer_id", "order_id")
    ids = [c for c, p in enumerate(profiles) if c not in others.used() and looks_like_ids(p)]
    orders = [c for c in ids if _decides(columns[c], columns[when])]
    first = orders[0] if orders else when
    people = [
        c
        for c in (ids if email is None else [email])
        if c not in orders and _decides(columns[first], columns[c])
    ]
    if not people:
        return mapping
    told = others.with_("order_id", _guess(first)) if orders else others
    if email is not None:
        return told
    return told.with_("customer_id", _guess(max(people, key=lambda c: profiles[c].distinct)))


def _decides(one: Cells, other: Cells) -> bool:
    """Whether rows with the same value of ``one`` have the same of ``other``."""
    groups: dict[str, list[str]] = defaultdict(list)
    for a, b in zip(one, other, strict=True):
        if a and b:
            groups[a].append(b)
    several = [len(set(group)) == 1 for group in groups.values() if len(group) > 1]
    return len(several) >= _ENOUGH and sum(several) >= _MOSTLY * len(several)


def _figures(
    mapping: ColumnMap, profiles: Sequence[Profile], columns: Sequence[Cells]
) -> ColumnMap:
    """Price and quantity where they make the total, or where a product's price stays the same."""
    others = mapping.without("amount")
    free = [c for c in range(len(columns)) if c not in others.used()]
    values = {c: values_of(columns[c]) for c in free if profiles[c].number > _MOSTLY}
    counts = [
        c
        for c in values
        if profiles[c].integer > _MOSTLY and profiles[c].repeats > _OFTEN and _is_few(values[c])
    ]
    money = [c for c in values if c not in counts and profiles[c].integer < _MOSTLY]
    for quantity in counts:
        for price, total in permutations(money, 2):
            if multiply(values[quantity], values[price], values[total]):
                found = others.with_("amount", _guess(total))
                return found.with_("unit_price", _guess(price)).with_("quantity", _guess(quantity))
    products = [c for c in free if profiles[c].letters > 0.6 or looks_like_ids(profiles[c])]
    products.sort(key=lambda c: -profiles[c].words)  # a name rather than a number
    for quantity in counts:
        for price in money:
            for product in products:
                if _stays(columns[product], values[price], values[quantity]):
                    found = others.with_("product_name", _guess(product))
                    found = found.with_("unit_price", _guess(price))
                    return found.with_("quantity", _guess(quantity))
    return mapping


def _guess(column: int) -> Guess:
    return Guess((column,), SURE)


def values_of(cells: Cells) -> list[Decimal | None]:
    """The numbers of a column."""
    given = [cell or "" for cell in cells]
    votes = numbers.decimal_votes(Counter(given).items())
    fmt = numbers.choose(*votes, default=".")
    return [numbers.parse(cell, fmt) for cell in given]


def _is_few(values: Sequence[Decimal | None]) -> bool:
    known = sorted(v for v in values if v is not None)
    return bool(known) and known[0] < known[-1] and 0 < known[len(known) // 2] <= _FEW_PIECES


def multiply(
    quantity: Sequence[Decimal | None],
    price: Sequence[Decimal | None],
    total: Sequence[Decimal | None],
) -> bool:
    """Whether price times quantity is the total, where more than one was bought."""
    cent = Decimal("0.011")
    agree = [
        abs(q * p - t) <= cent
        for q, p, t in zip(quantity, price, total, strict=True)
        if q is not None and p is not None and t is not None and q != 1 and p
    ]
    return len(agree) >= _ENOUGH and sum(agree) >= _MOSTLY * len(agree)


def _stays(
    product: Cells, price: Sequence[Decimal | None], quantity: Sequence[Decimal | None]
) -> bool:
    """Whether most products that are bought in several quantities have one price in them."""
    bought: dict[str, dict[Decimal, set[Decimal]]] = defaultdict(lambda: defaultdict(set))
    for name, p, q in zip(product, price, quantity, strict=True):
        if name and p is not None and q is not None and q > 0:
            bought[name][p].add(q)
    several = [
        any(len(quantities) > 1 for quantities in prices.values())
        for prices in bought.values()
        if len(set().union(*prices.values())) > 1
    ]
    return len(several) >= _ENOUGH and sum(several) > 0.5 * len(several)
