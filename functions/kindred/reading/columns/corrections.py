"""What columns tell of each other, once each has its field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.column_map import ColumnMap, Guess
from kindred.reading.columns.confidence import GUESSED, SURE
from kindred.reading.columns.header_scores import score_header
from kindred.reading.columns.profiles import Profile

# Shares are of a column's filled cells. They were chosen on the corpus: `scripts/measure-reading
# mapping` finds all fields and no false one with them; where a test says more, it stands beside.
_STATUS_SHARE: Final = 0.5  # of a further status are words that we know
# A reference of each order: test_a_reference_of_each_order_is_no_product.
_REFERENCE_ROWS: Final = 20  # fewer show nothing
_REFERENCE_REPEATS: Final = 1.02  # rows to a reference: orders of several lines have more
_WHOLE_SHARE: Final = 0.95  # of a quantity are whole numbers
_MOST_PIECES: Final = 100  # what is mostly bought at once is less
_DEARER: Final = 2  # times the highest quantity: a price is more
# A name of who bought, as of goods: fewer names than e-mails come again, longer ones describe.
_NAMES_TO_EMAILS: Final = 0.8
_NAME_WORDS: Final = 4
_OF_GOODS: Final = ("quantity", "unit_price", "product_id")
_DATE_SHARE: Final = 0.9  # of a column of dates
_DATE_ROLES: Final = ("order_date", "event_time", "first_order", "last_order")
#: Pieces of headers of dates on which nothing was bought.
_OTHER_DATES: Final = (
    "ship", "deliver", "paid", "pay", "update", "birth", "due", "cancel", "return", "expir",
)  # fmt: skip
#: ``line_item_1``: a name and its number.
_NUMBERED = re.compile(r"(.*\D)(\d{1,3})$")


def correct(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """``mapping`` with what its columns tell of each other; what the merchant gave stays."""
    mapping = _join_numbered_items(mapping)
    mapping = _take_surer_date(mapping)
    mapping = _take_sole_date(mapping, profiles)
    mapping = _swap_pieces(mapping, profiles)
    mapping = _take_name_of_who(mapping, profiles)
    mapping = _add_statuses(mapping, profiles)
    return _drop_reference(mapping, profiles)


def _join_numbered_items(mapping: ColumnMap) -> ColumnMap:
    """What was bought may stand in one column per item: ``line_item_1``, ``line_item_2`` …"""
    for role in ("product_name", "line_items"):
        guess = mapping.guesses.get(role)
        first = guess and _NUMBERED.match(headers.key(mapping.names[guess.columns[0]]))
        if not guess or not first or role in mapping.given:
            continue
        others = mapping.without("product_name", "line_items")
        stem, taken = first.group(1), others.used() | set(mapping.personal)
        by_number: dict[int, int] = {}
        for column, name in enumerate(mapping.names):
            other = _NUMBERED.match(headers.key(name))
            if other and other.group(1) == stem and column not in taken:
                by_number.setdefault(int(other.group(2)), column)
        columns = tuple(by_number[number] for number in sorted(by_number))
        return others.with_("product_name", Guess(columns, guess.confidence))
    return mapping


def _take_surer_date(mapping: ColumnMap) -> ColumnMap:
    """Of a time of events and one of orders in one file, the order's is the one named surer."""
    event, order = mapping.guesses.get("event_time"), mapping.guesses.get("order_date")
    if event is None or order is None or mapping.given & {"event_time", "order_date"}:
        return mapping

    def named(guess: Guess) -> float:
        return score_header(mapping.names[guess.columns[0]]).get("order_date", 0.0)

    if mapping.has("event_type") or named(event) <= named(order):
        return mapping
    return mapping.with_("event_time", order).with_("order_date", event)


def _take_sole_date(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """The only column of dates is when it happened, whatever it is called."""
    dates = [column for column, profile in enumerate(profiles) if profile.date > _DATE_SHARE]
    if len(dates) != 1 or any(
        (guess := mapping.guesses.get(role)) and guess.confidence >= SURE for role in _DATE_ROLES
    ):
        return mapping
    name = headers.key(mapping.names[dates[0]])
    if any(word in name for word in _OTHER_DATES) or mapping.given & set(_DATE_ROLES):
        return mapping
    taken = [role for role, guess in mapping.guesses.items() if dates[0] in guess.columns]
    return mapping.without(*taken).with_("order_date", Guess((dates[0],), GUESSED))


def _swap_pieces(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """An 'amount' of a few, beside a price that is far more, is how many."""
    amount, price = mapping.guesses.get("amount"), mapping.column("unit_price")
    if amount is None or price is None or mapping.has("quantity") or "amount" in mapping.given:
        return mapping
    pieces, prices = profiles[amount.columns[0]], profiles[price]
    is_few = pieces.integer > _WHOLE_SHARE and 0 < pieces.high <= _MOST_PIECES
    if is_few and pieces.high < prices.high / _DEARER:
        return mapping.without("amount").with_("quantity", amount)
    return mapping


def _take_name_of_who(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """A 'name' beside an e-mail is whose it is, unless it is of goods, which come again."""
    guess, email = mapping.guesses.get("product_name"), mapping.column("email")
    if guess is None or email is None or "product_name" in mapping.given or len(guess.columns) > 1:
        return mapping
    if any(map(mapping.has, ("name", "first_name", "last_name", *_OF_GOODS))):
        return mapping
    column = guess.columns[0]
    name, named = profiles[column], score_header(mapping.names[column])
    is_persons = _NAMES_TO_EMAILS <= name.distinct / max(1, profiles[email].distinct) <= 1
    if named.get("name", 0.0) < SURE or not is_persons or name.words > _NAME_WORDS:
        return mapping
    return mapping.without("product_name").with_("name", guess)


def _add_statuses(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """Further statuses that take orders back: one tells of the order, one of the payment."""
    guess = mapping.guesses.get("status")
    if guess is None or "status" in mapping.given:
        return mapping
    left_out = mapping.used() | set(mapping.personal)
    more = tuple(
        column
        for column, (name, profile) in enumerate(zip(mapping.names, profiles, strict=True))
        if column not in left_out
        and profile.undone > 0
        and profile.status > _STATUS_SHARE
        and score_header(name).get("status", 0.0) >= SURE
    )
    return mapping.with_("status", replace(guess, columns=(*guess.columns, *more)))


def _drop_reference(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """A reference that is another in each order is the order's, not a product's."""
    order, product = mapping.column("order_id"), mapping.column("product_id")
    if order is None or product is None or mapping.has("product_name"):
        return mapping
    if "product_id" in mapping.given or mapping.has("quantity"):
        return mapping
    is_each_orders = all(
        profile.count >= _REFERENCE_ROWS and profile.repeats < _REFERENCE_REPEATS
        for profile in (profiles[order], profiles[product])
    )
    return mapping.without("product_id") if is_each_orders else mapping
