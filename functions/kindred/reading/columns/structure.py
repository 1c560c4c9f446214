"""What depends on what in a file's rows: the roles of columns whose headers say too little.

An order has one date and one customer, who comes again; a line has one product, which has one
name, one id and one category. A column that breaks this isn't what it was taken for, and one that
keeps it is what is missing. Only columns without a role, or with one that the rows contradict, are
looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.columns.arithmetic import Cells
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import CERTAIN, GUESSED, NAMED
from kindred.reading.columns.dependencies import Rows
from kindred.reading.columns.fields import IDENTITY
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile
from kindred.reading.columns.value_scores import looks_like_ids

# Shares are of a column's filled cells, or of the values that more than one row has.
# `tests/slow/reading/test_structure.py` holds them, and `scripts/measure-reading mapping`.
_ENOUGH_ROWS: Final = 20  # fewer show nothing
_DETERMINES: Final = 0.95  # of those have one value of the other column
_CONTRADICTS: Final = 0.5  # fewer do
_PERSONS: Final = 0.9  # of the cells of names are two words or more, without digits
_LETTERS: Final = 0.8  # of the cells of a product's name or category
_COMES_AGAIN: Final = 1.2  # rows to a product or a customer
_EACH_ROW: Final = 1.02  # rows to a value: below, each row has its own
_ASKED: Final = 0.55  # shown, and asked about

_Step = Callable[[Rows, ColumnMap], ColumnMap]


def complete(mapping: ColumnMap, profiles: Sequence[Profile], rows: Sequence[Cells]) -> ColumnMap:
    """``mapping`` with what its rows contradict taken back, and what they show filled in.

    What the merchant gave stays.
    """
    seen = Rows(rows, profiles)
    events = mapping.column("event_type")
    is_log = events is not None and profiles[events].event > _CONTRADICTS
    if is_log or len(rows) < _ENOUGH_ROWS:
        return mapping
    steps: tuple[_Step, ...] = (
        _drop_coarser_customer,
        _exchange_order,
        _name_is_the_products,
        _take_order,
        _take_customer,
        _take_name_of_who,
        _exchange_product_id,
        _take_product_name,
        _take_product_id,
        _take_category,
    )
    for step in steps:
        mapping = step(seen, mapping)
    return mapping


def _who(mapping: ColumnMap) -> int | None:
    return next((c for role in IDENTITY if (c := mapping.column(role)) is not None), None)


def _product(mapping: ColumnMap) -> int | None:
    roles = ("product_name", "product_id")
    return next((c for role in roles if (c := mapping.column(role)) is not None), None)


def _is_named_else(mapping: ColumnMap, column: int, *roles: str) -> bool:
    """Whether a header surely names a field other than these, which has no column yet."""
    named = score_header(mapping.names[column])
    return any(
        score >= NAMED and not mapping.has(role)
        for role, score in named.items()
        if role not in roles
    )


# Orders and who ----------------------------------------------------------------------------


def _drop_coarser_customer(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """What several names or e-mails share is where they buy, or from whom: no customer's id."""
    guess = mapping.guesses.get("customer_id")
    if guess is None or "customer_id" in mapping.given:
        return mapping
    if score_header(mapping.names[guess.columns[0]]).get("customer_id", 0.0) >= CERTAIN:
        return mapping
    others = (mapping.column(role) for role in ("email", "name"))
    person = next((column for column in others if column is not None), None)
    if person is None or rows.per_value(guess.columns[0], person) < 2:
        return mapping
    return mapping.without("customer_id")


def _is_order(rows: Rows, mapping: ColumnMap, column: int) -> bool | None:
    """Whether a value of a column has one date and one customer; None: nothing comes again."""
    others = [c for c in (mapping.column("order_date"), _who(mapping)) if c not in (None, column)]
    shares = [rows.determines(column, other) for other in others if other is not None]
    told = [share for share in shares if share is not None]
    if not told:
        return None
    return min(told) >= _DETERMINES


def _exchange_order(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """An order's id with several days or customers, where another column has one: the other."""
    guess = mapping.guesses.get("order_id")
    if guess is None or "order_id" in mapping.given or len(guess.columns) > 1:
        return mapping
    when = mapping.column("order_date")
    share = None if when is None else rows.determines(guess.columns[0], when)
    if share is None or share >= _CONTRADICTS:
        return mapping
    others = [c for c in (*guess.alternatives, *rows.free(mapping)) if c not in guess.columns]
    for column in dict.fromkeys(others):
        named = score_header(mapping.names[column]).get("order_id", 0.0)
        if named and looks_like_ids(rows.profiles[column]) and _is_order(rows, mapping, column):
            taken = [r for r, g in mapping.guesses.items() if column in g.columns]
            return mapping.without(*taken, "order_id").with_(
                "order_id", replace(guess, columns=(column,), alternatives=guess.columns)
            )
    return mapping


def _take_order(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """What has one date and one customer, and lines of its own, is the order."""
    if mapping.has("order_id") or not mapping.has("order_date"):
        return mapping
    orders = [
        column
        for column in rows.free(mapping)
        if looks_like_ids(rows.profiles[column])
        and not _is_named_else(mapping, column, "order_id")
        and _is_order(rows, mapping, column)
        and rows.profiles[column].repeats > _EACH_ROW
    ]
    # A customer with a single order has one date too: an order is the finer of what is left.
    best = max(orders, key=lambda column: rows.profiles[column].distinct, default=None)
    return mapping if best is None else mapping.with_("order_id", Guess((best,), GUESSED))


def _name_is_the_products(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """A 'name' of which one customer has many is what was bought."""
    guess = mapping.guesses.get("name")
    if guess is None or "name" in mapping.given or mapping.has("product_name"):
        return mapping
    others = (mapping.column(role) for role in ("email", "customer_id", "phone"))
    who = next((column for column in others if column is not None), None)
    if who is None or len(guess.columns) > 1 or rows.per_value(who, guess.columns[0]) < 2:
        return mapping
    if rows.profiles[guess.columns[0]].repeats < _COMES_AGAIN:
        return mapping
    return mapping.without("name").with_("product_name", guess)


def _take_name_of_who(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """Names of people, one to a customer and one customer to each, are the customers'."""
    if any(map(mapping.has, ("name", "first_name", "last_name"))):
        return mapping
    who = _who(mapping)
    if who is None:
        return mapping
    for column in rows.free(mapping):
        if rows.profiles[column].person >= _PERSONS and rows.say_the_same(who, column):
            return mapping.with_("name", Guess((column,), GUESSED))
    return mapping


def _take_customer(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """Where nothing says who bought: what each order has one of, and comes again.

    It is asked about, unless names of people say the same.
    """
    order = mapping.column("order_id")
    if _who(mapping) is not None or order is None:
        return mapping
    people = [
        column
        for column in rows.free(mapping)
        if looks_like_ids(rows.profiles[column])
        and rows.profiles[column].repeats > _COMES_AGAIN
        and (rows.determines(order, column) or 0.0) >= _DETERMINES
        and not _is_named_else(mapping, column, *IDENTITY)
    ]
    best = max(people, key=lambda column: rows.profiles[column].distinct, default=None)
    if best is None:
        return mapping
    others = tuple(column for column in people if column != best)
    is_named = any(
        rows.profiles[column].person >= _PERSONS and rows.say_the_same(best, column)
        for column in rows.free(mapping)
    )
    return mapping.with_("customer_id", Guess((best,), GUESSED if is_named else _ASKED, others))


# Products ----------------------------------------------------------------------------------


def _exchange_product_id(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """A product's id comes again and has one name; what doesn't is a line's, or a category's."""
    guess = mapping.guesses.get("product_id")
    if guess is None or "product_id" in mapping.given or len(guess.columns) > 1:
        return mapping
    column, name = guess.columns[0], mapping.column("product_name")
    is_lines = rows.profiles[column].repeats < _EACH_ROW
    is_coarse = name is not None and rows.per_value(column, name) >= 2
    if not (is_lines or is_coarse):
        return mapping
    others = [
        c
        for c in rows.free(mapping)
        if looks_like_ids(rows.profiles[c])
        and rows.profiles[c].repeats > _COMES_AGAIN
        and not _is_named_else(mapping, c, "product_id")
        and (
            score_header(mapping.names[c]).get("product_id", 0.0) > 0
            if name is None
            else rows.say_the_same(c, name)
        )
    ]
    if not others:
        return mapping
    changed = mapping.with_("product_id", replace(guess, columns=(others[0],)))
    if is_coarse and not changed.has("category") and rows.profiles[column].letters > _LETTERS:
        return changed.with_("category", replace(guess, columns=(column,), alternatives=()))
    return changed


def _take_product_name(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """Words of which an order's lines, or a customer's orders, have several are what was bought."""
    whole = mapping.column("order_id") if mapping.has("order_id") else _who(mapping)
    if mapping.has("product_name") or whole is None:
        return mapping
    product = mapping.column("product_id")
    named = [
        column
        for column in rows.free(mapping)
        if rows.profiles[column].letters > _LETTERS
        and rows.profiles[column].repeats > _COMES_AGAIN
        and rows.profiles[column].distinct > 2
        and not _is_named_else(mapping, column, "product_name", "category", "review_title")
        and _is_words(rows.profiles[column])
    ]
    if product is not None:
        named = [column for column in named if rows.say_the_same(product, column)]
    elif (rows.determines(whole, whole) is None) or not named:
        return mapping
    else:
        named = [c for c in named if (rows.determines(whole, c) or 1.0) < _DETERMINES]
    best = max(
        named, key=lambda c: (rows.profiles[c].distinct, rows.profiles[c].words), default=None
    )
    return mapping if best is None else mapping.with_("product_name", Guess((best,), GUESSED))


def _is_words(profile: Profile) -> bool:
    """Whether cells are words of a language: no dates, addresses, states, places of money."""
    return (
        profile.date < 0.1 and profile.email < 0.1 and profile.status < 0.5
        and profile.country < 0.5 and profile.boolean < 0.5 and profile.length > 3
    )  # fmt: skip


def _take_product_id(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """An id with one name, which has one id, is the product's."""
    name = mapping.column("product_name")
    if (
        mapping.has("product_id")
        or name is None
        or len(mapping.guesses["product_name"].columns) > 1
    ):
        return mapping
    for column in rows.free(mapping):
        if (
            looks_like_ids(rows.profiles[column])
            and rows.profiles[column].repeats > _COMES_AGAIN
            and not _is_named_else(mapping, column, "product_id")
            and rows.say_the_same(name, column)
        ):
            return mapping.with_("product_id", Guess((column,), GUESSED))
    return mapping


def _take_category(rows: Rows, mapping: ColumnMap) -> ColumnMap:
    """The only words that each product has one of, and several products share: its category."""
    product = _product(mapping)
    if mapping.has("category") or product is None:
        return mapping
    found = [
        column
        for column in rows.free(mapping)
        if rows.profiles[column].letters > _LETTERS
        and _is_words(rows.profiles[column])
        and rows.profiles[column].distinct < rows.profiles[product].distinct
        and (rows.determines(product, column) or 0.0) >= _DETERMINES
        and not _is_named_else(mapping, column, "category")
    ]
    return mapping.with_("category", Guess((found[0],), GUESSED)) if len(found) == 1 else mapping
