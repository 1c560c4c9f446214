"""Who fits a definition: asked of the engine, or row by row, with equal results.

What isn't known of a customer (NULL) fits no condition; `not` turns that round like any other no.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from kindred.segments.definitions.conditions import (
    All,
    AnyOf,
    Definition,
    EventsIn,
    InBucket,
    InSegment,
    Not,
    OrdersIn,
    Trait,
)

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def members(
    definition: Definition,
    customers: Table,
    orders: Table | None,
    events: Table | None,
    *,
    as_of: date,
) -> Table:
    """``customers`` that fit, with all of their columns.

    ``customers`` has the columns of a run's customers' file; ``orders`` and ``events`` are the
    canonical tables.
    """
    windows = _windows(definition)
    table = customers
    for name, leaf in windows.items():
        counted = (
            _count_orders(leaf, orders, as_of)
            if isinstance(leaf, OrdersIn)
            else _count_events(leaf, events, as_of)
        )
        if counted is None:
            table = table.mutate(**{name: ibis.literal(0.0)})
            continue
        counted = counted.rename({name: "counted"})
        table = table.left_join(counted, "customer_id").drop("customer_id_right")
        table = table.mutate(**{name: table[name].fill_null(0.0)})
    names = {leaf: name for name, leaf in windows.items()}
    fitting = table.filter(_expression(definition, table, names))
    return fitting.drop(*windows) if windows else fitting


def is_member(
    definition: Definition,
    customer: Mapping[str, Any],
    orders: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
    *,
    as_of: date,
) -> bool:
    """The same answer for one customer, from a row of each table."""
    match definition:
        case All(parts):
            return all(is_member(p, customer, orders, events, as_of=as_of) for p in parts)
        case AnyOf(parts):
            return any(is_member(p, customer, orders, events, as_of=as_of) for p in parts)
        case Not(part):
            return not is_member(part, customer, orders, events, as_of=as_of)
        case Trait(column, comparison, value):
            return _compare(customer.get(column), comparison, value)
        case InSegment(keys):
            return customer.get("segment_key") in keys
        case InBucket():
            return _bucket(definition, str(customer["customer_id"])) < definition.share
        case OrdersIn():
            return _compare(_orders_of(definition, orders, as_of), definition.comparison,
                            definition.value)  # fmt: skip
        case EventsIn():
            counted = [
                event
                for event in events
                if event["event_type"] == definition.event_type
                and _in_window(event["event_at"], definition.days, as_of)
            ]
            return _compare(float(len(counted)), definition.comparison, definition.value)


def _orders_of(leaf: OrdersIn, orders: Sequence[Mapping[str, Any]], as_of: date) -> float:
    counted = [
        line
        for line in orders
        if _in_window(line["ordered_at"], leaf.days, as_of)
        and (leaf.category is None or line["category"] == leaf.category)
        and (leaf.product_id is None or line["product_id"] == leaf.product_id)
    ]
    if leaf.measure == "amount":
        return float(sum(line["amount"] for line in counted))
    return float(len({line["order_id"] for line in counted if line["kind"] == "sale"}))


def _windows(definition: Definition) -> dict[str, OrdersIn | EventsIn]:
    """The parts that need a look at orders or events, each once, with a name for its column."""
    leaves: list[OrdersIn | EventsIn] = []

    def walk(part: Definition) -> None:
        match part:
            case All(parts) | AnyOf(parts):
                for inner in parts:
                    walk(inner)
            case Not(inner):
                walk(inner)
            case OrdersIn() | EventsIn() if part not in leaves:
                leaves.append(part)

    walk(definition)
    return {f"window_{i}": leaf for i, leaf in enumerate(leaves)}


def _expression(definition: Definition, table: Table, windows: Mapping[Any, str]) -> BooleanValue:
    match definition:
        case All(parts):
            each = [_expression(part, table, windows) for part in parts]
            return ibis.and_(*each)
        case AnyOf(parts):
            return ibis.or_(*(_expression(part, table, windows) for part in parts))
        case Not(part):
            return ~_expression(part, table, windows)
        case Trait(column, comparison, value):
            if column not in table.columns:
                return ibis.literal(False)
            return _compared(table[column], comparison, value)
        case InSegment(keys):
            return table.segment_key.isin(list(keys))
        case InBucket(seed, share):
            digest = (ibis.literal(f"{seed}:") + table.customer_id).hexdigest("md5")
            return digest.substr(0, 8) < _edge(share)
        case OrdersIn() | EventsIn():
            return _compared(table[windows[definition]], definition.comparison, definition.value)


def _compared(column: Any, comparison: str, value: Any) -> BooleanValue:
    if comparison == "in":
        return column.isin(list(value)).fill_null(False)
    return _OPERATORS[comparison](column, value).fill_null(False)


def _compare(known: Any, comparison: str, value: Any) -> bool:
    if known is None or known != known:  # unknown, or NaN from a frame
        return False
    return bool(known in value if comparison == "in" else _OPERATORS[comparison](known, value))


def _count_orders(leaf: OrdersIn, orders: Table | None, as_of: date) -> Table | None:
    if orders is None:
        return None
    lines = orders.filter(
        _.customer_id.notnull(),
        _.ordered_at >= ibis.literal(as_of - timedelta(days=leaf.days)),
        _.ordered_at < ibis.literal(as_of),
    )
    if leaf.category is not None:
        lines = lines.filter(_.category == leaf.category)
    if leaf.product_id is not None:
        lines = lines.filter(_.product_id == leaf.product_id)
    measured = (
        lines.amount.sum().cast("float64")
        if leaf.measure == "amount"
        else lines.order_id.nunique(where=lines.kind == "sale").cast("float64")
    )
    return lines.group_by("customer_id").aggregate(counted=measured)


def _count_events(leaf: EventsIn, events: Table | None, as_of: date) -> Table | None:
    if events is None:
        return None
    seen = events.filter(
        _.customer_id.notnull(),
        _.event_type == leaf.event_type,
        _.event_at >= ibis.literal(as_of - timedelta(days=leaf.days)),
        _.event_at < ibis.literal(as_of),
    )
    return seen.group_by("customer_id").aggregate(counted=_.count().cast("float64"))


def _in_window(when: datetime, days: int, as_of: date) -> bool:
    midnight = datetime.combine(as_of, datetime.min.time())
    return midnight - timedelta(days=days) <= when < midnight


def _bucket(leaf: InBucket, customer_id: str) -> float:
    digest = hashlib.md5(f"{leaf.seed}:{customer_id}".encode(), usedforsecurity=False).hexdigest()
    return 0.0 if digest[:8] < _edge(leaf.share) else 1.0


def _edge(share: float) -> str:
    """The first eight digits of a digest from which customers are outside."""
    return "g" if share >= 1 else f"{int(share * 16**8):08x}"
