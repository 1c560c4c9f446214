"""Pages of a stream: listed by GraphQL, with every page that lies in an object read to its end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from kindred import log
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shopify import mapping, queries, refunds, values
from kindred.sources.shopify.asking import Reply, ask, items, next_cursor, part
from kindred.sources.shopify.refusals import TooCostly
from kindred.sources.shops.http import AnswerUnusable, Client
from kindred.sources.shops.platform import Connection, Page, Stream, StreamName, Window
from kindred.sources.shops.records import Record

#: Of one object's nested pages after the first, largest first.
_INNER_SIZES: Final = (50, 20, 5, 1)


@dataclass(frozen=True)
class Place:
    """Where in a window a listing is. ``level``: how far pages were made smaller."""

    after: str | None = None
    level: int = 0
    cost: float = 10.0

    def token(self) -> str:
        return json.dumps({"after": self.after, "level": self.level, "cost": self.cost})

    @classmethod
    def of(cls, token: str | None) -> Place:
        if token is None:
            return cls()
        try:
            found = json.loads(token)
            return cls(str(found["after"]), int(found["level"]), float(found["cost"]))
        except (ValueError, KeyError, TypeError):
            raise InvalidInput(
                "That token isn't one of a listing.", code="token-unusable"
            ) from None


def search_of(window: Window) -> str:
    """The window as Shopify's search writes it, to whole seconds: windows that touch still do."""
    end = f"updated_at:<'{_second(window.end)}'"
    return end if window.start is None else f"updated_at:>='{_second(window.start)}' {end}"


def list_page(
    connection: Connection, client: Client, stream: Stream, window: Window, token: str | None
) -> Page:
    """One page of a window, as large as Shopify lets it be."""
    listing = queries.LISTINGS[stream.name]
    place = Place.of(token)
    search = search_of(window)
    while True:
        first, inner = listing.sizes[min(place.level, len(listing.sizes) - 1)]
        asked = {"first": first, "after": place.after, "query": search}
        if listing.nested:
            asked["inner"] = inner
        try:
            reply = ask(connection, client, listing.page, asked, cost=place.cost)
            break
        except TooCostly:
            if place.level + 1 >= len(listing.sizes):
                raise
            place = replace(place, level=place.level + 1)
    tell_denied(stream.name, reply)
    found = part(reply.data, listing.root)
    nodes = items(found)
    cursor = next_cursor(found, place.after)
    after = None
    if cursor is not None:
        after = replace(place, after=cursor, cost=reply.cost or place.cost).token()
    records = records_of(connection, client, stream.name, nodes)
    return Page(records, after, objects=len(nodes))


def count_window(
    connection: Connection, client: Client, stream: Stream, window: Window
) -> int | None:
    """How many objects Shopify says a window has; None where it only says "at least"."""
    query = queries.LISTINGS[stream.name].count
    reply = ask(connection, client, query, {"query": search_of(window)}, cost=1)
    found = reply.data.get("found")
    if not isinstance(found, Mapping) or found.get("precision") != "EXACT":
        return None
    return int(found["count"])


def read_one(
    connection: Connection, client: Client, stream: Stream, object_id: str
) -> tuple[Sequence[Record], Reply]:
    """One object's records; none where Shopify knows it no more. With the reply, for its clock."""
    if not object_id.isascii() or not object_id.isdigit():
        raise InvalidInput("That isn't the number of an object at Shopify.", code="id-unusable")
    listing = queries.LISTINGS[stream.name]
    asked: dict[str, Any] = {"id": values.gid_of(listing.gid, object_id)}
    if listing.nested:
        asked["inner"] = 5
    reply = ask(connection, client, listing.one, asked, cost=50)
    tell_denied(stream.name, reply)
    node = reply.data.get("object")
    if not node:
        return (), reply
    return records_of(connection, client, stream.name, [node]), reply


def records_of(
    connection: Connection, client: Client, stream: StreamName, nodes: Sequence[dict[str, Any]]
) -> list[Record]:
    """The records of whole objects: what Shopify cut off is asked for first."""
    nested = queries.LISTINGS[stream].nested
    for node in nodes:
        if nested:
            complete(connection, client, node, nested)
    match stream:
        case "customers":
            return [mapping.customer_record(node) for node in nodes]
        case "orders":
            orders: list[Record] = [mapping.order_record(node) for node in nodes]
            return orders + refunds_of(connection, client, nodes)
        case "products":
            return [
                record
                for node in nodes
                for record in mapping.product_records(node, connection.currency)
            ]
        case "abandoned":
            return [mapping.cart_record(node) for node in nodes]
        case _:
            raise InvalidInput(f"Shopify has no {stream}.", code="no-such-stream")


def complete(
    connection: Connection, client: Client, node: dict[str, Any], nested: queries.Nested
) -> None:
    """Read an object's nested pages to the end, into the first one."""
    found = part(node, nested.field)
    whole = items(found)
    cursor = next_cursor(found, None)
    level = 0
    while cursor is not None:
        asked = {"id": node["id"], "inner": _INNER_SIZES[level], "after": cursor}
        try:
            size = _INNER_SIZES[level]
            reply = ask(connection, client, nested.more, asked, cost=size, patient=True)
        except TooCostly:
            if level + 1 >= len(_INNER_SIZES):
                raise
            level += 1
            continue
        holder = reply.data.get("object")
        if not holder:
            raise Unavailable(
                "An object went away while it was read.",
                code="shop-object-changed",
                hint="We try again.",
            )
        more = part(holder, nested.field)
        whole += items(more)
        cursor = next_cursor(more, cursor)
    node[nested.field] = {"nodes": whole, "pageInfo": {"hasNextPage": False}}


def refunds_of(
    connection: Connection, client: Client, orders: Iterable[Mapping[str, Any]]
) -> list[Record]:
    """The refunds of orders, read by id some at a time."""
    ids = [refund["id"] for order in orders for refund in order.get("refunds") or []]
    records: list[Record] = []
    level = 0
    while ids:
        at_once, inner = queries.REFUND_SIZES[level]
        some = ids[:at_once]
        asked = {"ids": some, "inner": inner}
        try:
            reply = ask(
                connection, client, queries.REFUNDS, asked, cost=at_once * inner, patient=True
            )
        except TooCostly:
            if level + 1 >= len(queries.REFUND_SIZES):
                raise
            level += 1
            continue
        ids = ids[at_once:]
        nodes = items(reply.data)
        if len(nodes) != len(some):
            raise AnswerUnusable("Shopify left out refunds.", hint="We try again.")
        for node in nodes:
            for nested in queries.REFUND_NESTED:
                complete(connection, client, node, nested)
            records.append(refunds.refund_record(node))
    return records


def tell_denied(stream: str, reply: Reply) -> None:
    """Fields kept from the app are null, and the sync goes on: somebody should know."""
    if reply.denied:
        log.event(
            "shopify_fields_denied",
            severity="WARNING",
            stream=stream,
            fields=",".join(sorted(reply.denied))[:200],
        )


def _second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
