"""Totals of each customer that stand in parts: web and store, online and offline.

The parts of a total are named alike but for one word, and orders and money have the same parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from kindred.money import currency_codes
from kindred.reading.columns import headers
from kindred.reading.columns.arithmetic import Cells, numbers_of, sums_to
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import CERTAIN, NAMED, SURE
from kindred.reading.columns.fields import IDENTITY, MONEY
from kindred.reading.columns.header_families import families
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile

_NUMBERS: Final = 0.9  # of a column of figures
_WHOLE: Final = 0.95  # of a column of counts
_ONCE: Final = 1.1  # rows to a customer: a list of customers has fewer
#: Families of a word in a name of how many orders there were.
_COUNTS: Final = frozenset({"order", "several", "howmany"})
_ORDERS_ROLES: Final = ("unit_price", "product_id", "product_name")
#: Families of words that may say where or how was bought.
_CHANNELS: Final = frozenset({"seller", "phone", "email", "line", "city", "country"})
#: Words that make two figures of the same thing, not two parts of one.
_SAME_THING: Final = frozenset(
    {"min", "max", "avg", "average", "mean", "median", "first", "last", "total", "gross", "net"}
)

#: Part, as its word in the header -> its column.
Parts = Mapping[str, int]


def join_parts(mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]) -> ColumnMap:
    """``mapping`` of a list of customers with all parts of a total under its field.

    Two totals with the same parts are needed, one of money and one of orders. Where their sum has
    a column of its own, and where the merchant said what one of them is, nothing changes.
    """
    if mapping.given & {*MONEY, "orders_count"} or not _is_list(mapping, profiles):
        return mapping
    columns = list(zip(*rows, strict=True))
    by_parts: dict[frozenset[str], list[Parts]] = defaultdict(list)
    for parts in _groups(mapping, profiles):
        if not _has_sum(parts, profiles, columns):
            by_parts[frozenset(parts)].append(parts)
    for groups in by_parts.values():
        money = [parts for parts in groups if _is_money(parts, mapping, profiles)]
        counts = [p for p in groups if p not in money and _is_count(p, mapping, profiles)]
        if len(money) == 1 and len(counts) == 1:
            taken = {*money[0].values(), *counts[0].values()}
            old = [role for role, guess in mapping.guesses.items() if taken & set(guess.columns)]
            mapping = mapping.without(*old, *MONEY, "orders_count", "quantity")
            mapping = mapping.with_("amount", Guess(tuple(sorted(money[0].values())), SURE))
            return mapping.with_("orders_count", Guess(tuple(sorted(counts[0].values())), SURE))
    return mapping


def _is_list(mapping: ColumnMap, profiles: Sequence[Profile]) -> bool:
    order = mapping.guesses.get("order_id")
    if order and order.confidence >= CERTAIN:
        return False
    roles = (*IDENTITY, "order_id")
    who = next((c for role in roles if (c := mapping.column(role)) is not None), None)
    is_once = who is not None and 0 < profiles[who].repeats < _ONCE
    return is_once and not any(map(mapping.has, _ORDERS_ROLES))


def _groups(mapping: ColumnMap, profiles: Sequence[Profile]) -> list[Parts]:
    """Columns of figures whose names differ in one word, by that word."""
    groups: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for column, name in enumerate(mapping.names):
        words = headers.tokens(name)
        if profiles[column].number < _NUMBERS or len(words) < 2:
            continue
        for place, word in enumerate(words):
            if _may_be_part(word):
                groups[*words[:place], "", *words[place + 1 :]].setdefault(word, column)
    return [parts for parts in groups.values() if len(parts) > 1]


def _may_be_part(word: str) -> bool:
    known = families(word) - _CHANNELS
    return not known and word.upper() not in currency_codes() and word not in _SAME_THING


def _has_sum(parts: Parts, profiles: Sequence[Profile], columns: Sequence[Cells]) -> bool:
    """Whether another column holds what the parts add up to."""
    values = {c: numbers_of(columns[c]) for c, p in enumerate(profiles) if p.number > _NUMBERS}
    terms = tuple(parts.values())
    return any(
        set(equation.terms) == set(terms) and min(equation.signs) > 0
        for total in values.keys() - set(terms)
        for equation in sums_to(total, terms, values)
    )


def _is_money(parts: Parts, mapping: ColumnMap, profiles: Sequence[Profile]) -> bool:
    """Whether figures are called money, or have cents."""
    names = [mapping.names[c] for c in parts.values()]
    named = any(score_header(n).get(role, 0) >= NAMED for n in names for role in MONEY)
    words = {family for n in names for word in headers.tokens(n) for family in families(word)}
    has_cents = any(profiles[c].integer < _WHOLE for c in parts.values())
    return has_cents or ((named or "money" in words) and not words & {"howmany", "several"})


def _is_count(parts: Parts, mapping: ColumnMap, profiles: Sequence[Profile]) -> bool:
    whole = all(profiles[c].integer > _WHOLE for c in parts.values())
    names = [mapping.names[c] for c in parts.values()]
    words = {family for n in names for word in headers.tokens(n) for family in families(word)}
    listed = any(score_header(n).get("orders_count", 0) >= NAMED for n in names)
    return whole and (listed or bool(words & _COUNTS))
