"""What a row of the file is: an order line, an order, a customer, a review or an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.confidence import CERTAIN
from kindred.reading.columns.fields import IDENTITY, MONEY
from kindred.reading.columns.profiles import Profile

ORDER_LINES: Final = "order_lines"
ORDERS: Final = "orders"
CUSTOMERS: Final = "customers"
REVIEWS: Final = "reviews"
EVENTS: Final = "events"
#: Of an order or its lines.
_FLAGS: Final = ("cancelled", "returned")

# Held by `tests/unit/reading/test_docs.py` (the guide's example of each shape) and
# `scripts/measure-reading mapping` (orders and money of all exports).
_TEXT_WORDS: Final = 2.5  # mean words of a cell, from which on it says something
_ORDER_REPEATS: Final = 1.02  # rows to an order: below, each row is an order of its own
_CUSTOMER_REPEATS: Final = 1.1  # rows to a customer: below, each row is one, but for doubled ones
_EVENT_SHARE: Final = 0.3  # of the cells are events that we know
_STATUS_SHARE: Final = 0.9  # of the cells are statuses: then they are no events


def detect_shape(mapping: ColumnMap, profiles: Sequence[Profile]) -> str:
    """One of the constants above, by the fields there are and whether customers repeat."""

    def values(role: str) -> Profile | None:
        column = mapping.column(role)
        return None if column is None else profiles[column]

    has = mapping.has
    money = any(has(role) for role in MONEY)
    event = values("event_type")
    if event and _is_event_log(mapping, event):
        return EVENTS
    if has("review_text") and (not money or (has("rating") and not has("quantity"))):
        text = None if _is_ordered(mapping) else values("review_text")
        if text is not None and (
            text.words > _TEXT_WORDS or has("rating") or "review_text" in mapping.given
        ):
            return REVIEWS
    if _is_customer_list(mapping, profiles):
        return CUSTOMERS
    order = values("order_id")
    if order is None or not order.distinct:
        return ORDERS if not (has("product_name") or has("product_id")) else ORDER_LINES
    return ORDERS if order.repeats < _ORDER_REPEATS else ORDER_LINES


def _is_ordered(mapping: ColumnMap) -> bool:
    """Whether orders carry reviews: each with its id, date and product's price."""
    when = mapping.guesses.get("order_date") or mapping.guesses.get("event_time")
    order = mapping.guesses.get("order_id")
    return bool(
        when and order and when.confidence >= CERTAIN and order.confidence >= CERTAIN
        and mapping.has("unit_price", "product_id")
    )  # fmt: skip


def _is_event_log(mapping: ColumnMap, event: Profile) -> bool:
    if not (mapping.has("event_time") or mapping.has("order_date")):
        return False
    if "event_type" in mapping.given:
        return True
    return event.event > _EVENT_SHARE and event.status < _STATUS_SHARE


def _is_customer_list(mapping: ColumnMap, profiles: Sequence[Profile]) -> bool:
    has = mapping.has
    order = mapping.guesses.get("order_id")
    ids = ("order_id",) if order and order.confidence < CERTAIN and has("last_order") else ()
    who = next((role for role in (*IDENTITY, *ids) if has(role)), None)
    if who is None or has("quantity") or has("product_id"):
        return False
    people = profiles[mapping.column(who) or 0]
    once = people.count > 0 and people.repeats < _CUSTOMER_REPEATS
    totals = has("orders_count") or has("last_order")
    if totals and once:
        return True
    if has("orders_count", "last_order") or (has("orders_count") and not has("order_id")):
        return True
    # A list of contacts: people, no orders at all.
    return once and not has("order_id") and not has("order_date") and not any(map(has, MONEY))


def mapping_for_shape(mapping: ColumnMap, shape: str) -> ColumnMap:
    """The mapping as it is meant in this shape: the same column may mean different things."""
    if shape == EVENTS:
        changed = mapping.without("review_text", "review_title", *_FLAGS)
        return _moved(changed, "order_date", "event_time")
    if shape == REVIEWS:
        changed = mapping.without("status", "event_type", *_FLAGS)
        for role in ("order_date", "first_order", "last_order"):
            changed = _moved(changed, role, "event_time")
        order = changed.guesses.get("order_id")
        return changed.without("order_id") if order and order.confidence < CERTAIN else changed
    if shape == CUSTOMERS:
        changed = mapping.without(
            "event_type", "event_time", "review_text", "review_title", "status", *_FLAGS
        )
        for role in ("order_total", "subtotal"):
            changed = _moved(changed, role, "amount")
        order = changed.guesses.get("order_id")
        if order and order.confidence < CERTAIN:
            changed = _moved(changed, "order_id", "customer_id")
        return _moved(changed, "order_date", "last_order")
    changed = mapping.without("orders_count", "event_type")
    if not changed.has("review_text"):
        changed = _moved(changed, "review_title", "product_name")  # a 'Title' that was bought
    for role in ("event_time", "first_order", "last_order"):
        changed = _moved(changed, role, "order_date")
    return changed


def _moved(mapping: ColumnMap, role: str, to: str) -> ColumnMap:
    """The mapping with the column of ``role`` under ``to``, unless that has one already."""
    guess = mapping.guesses.get(role)
    if guess is None:
        return mapping
    others = mapping.without(role)
    return others if others.has(to) else others.with_(to, guess)
