"""Flipkart as a platform: which streams a seller's account has, and how each is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput
from kindred.sources.flipkart import asking, listings, notifications, orders, returns, signing_in
from kindred.sources.flipkart import values as read_values
from kindred.sources.shops import fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import (
    Capability,
    CapabilityName,
    Connection,
    Credentials,
    Delivery,
    Hook,
    Page,
    Probe,
    Stream,
    Subscription,
    Window,
)
from kindred.sources.shops.records import OrderRecord, Record

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_FILTER: Final = "/sellers/v3/shipments/filter"
#: Flipkart lists shipments by where they are: a list of each, with the states it has.
_TURNS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("preDispatch", ("APPROVED", "PACKING_IN_PROGRESS", "FORM_FAILED", "PACKED",
                     "READY_TO_DISPATCH")),
    ("postDispatch", ("PICKUP_COMPLETE", "SHIPPED", "DELIVERED", "RETURN_REQUESTED", "RETURNED",
                      "COMPLETED")),
    ("cancelled", ("CANCELLED",)),
)  # fmt: skip
_SOURCES: Final = ("customer_return", "courier_return")
_BEGINNING: Final = datetime(2007, 9, 1, tzinfo=UTC)  # Flipkart's own; a filter needs a start
_PAGE: Final = 20
_AT_ONCE: Final = 100  # ids of one question about shipments


class Flipkart:
    """Keeps `Platform`."""

    kind = "flipkart"
    streams: tuple[Stream, ...] = (
        Stream("orders", "updated", longest=timedelta(days=30)),
        Stream("returns", "updated", longest=timedelta(days=30)),
        Stream("products", "full", full_every=timedelta(days=1)),
    )

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return signing_in.is_flipkart(shop_url) or {"app_id", "app_secret"} <= set(given)

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        return signing_in.accept(shop_url, given, local=local)

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        return signing_in.renew(connection, client, now=now)

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        """Proved by asking for a day's shipments; Flipkart tells nothing of the seller."""
        window = Window(now - timedelta(days=1), now)
        _shipments(connection, client, window, f"{len(_TURNS) - 1}|")
        return Probe("Flipkart", read_values.CURRENCY, read_values.ZONE, _CAPABILITIES)

    def fetch(
        self, connection: Connection, client: Client, stream: Stream, window: Window,
        token: str | None,
    ) -> Page:  # fmt: skip
        if stream.name == "orders":
            return _orders(connection, client, window, token)
        if stream.name == "returns":
            return _returns(connection, client, window, token)
        if stream.name == "products":
            return listings.page(connection, client, token)
        raise _not_here(stream)

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        return None

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        """``object_id`` of an order may be ``shipment:…``, as notifications name it.

        What isn't found says nothing: Flipkart shows old orders and returns no more.
        """
        if stream.name == "orders":
            name, colon, shipment = object_id.partition(":")
            wanted = [object_id]
            if colon and name == "shipment":
                wanted = orders.order_ids(_details(connection, client, "shipmentIds", [shipment]))
            shipments = _details(connection, client, "orderIds", wanted)
            there = set(orders.order_ids(shipments))
            return _of(shipments, [one for one in wanted if one in there])
        if stream.name == "returns":
            found, _ = asking.ask(
                connection, client, "GET", "/sellers/v2/returns",
                params={"returnIds": object_id.partition("/")[0]},
            )  # fmt: skip
            rows = read_values.objects(found, "returnItems") if found else []
            return _refunds(connection, client, rows)
        if stream.name == "products":
            return listings.read(connection, client, object_id)
        raise _not_here(stream)

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        return notifications.verify(delivery, secrets)

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        """Flipkart's own people register addresses, when they are written to."""
        return ()

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        return None


def _orders(connection: Connection, client: Client, window: Window, token: str | None) -> Page:
    """A page of shipments, and each of its orders with all its shipments as they are now."""
    shipments, following = _shipments(connection, client, window, token or "0|")
    wanted = orders.order_ids(shipments)
    whole = _details(connection, client, "orderIds", wanted)
    there = set(orders.order_ids(whole))
    found = _of(whole, [one for one in wanted if one in there])
    # What the second question doesn't know is kept as the list told it.
    found += _of(shipments, [one for one in wanted if one not in there])
    return Page(found, following, len(shipments))


def _of(shipments: list[dict[str, Any]], ids: Iterable[str]) -> list[OrderRecord]:
    return fields.records(ids, lambda order_id: orders.record(order_id, shipments), "Flipkart")


def _shipments(
    connection: Connection, client: Client, window: Window, token: str
) -> tuple[list[dict[str, Any]], str | None]:
    """``(shipments, next token)``; a token is ``which list|path of its page``."""
    turn, _, path = token.partition("|")
    kind, states = _TURNS[int(turn)]
    if path:
        found, _ = asking.ask(connection, client, "GET", path)
    else:
        since = {
            "from": read_values.iso(window.start or _BEGINNING),
            "to": read_values.iso(window.end),
        }
        body = {
            "filter": {"type": kind, "states": list(states), "modifiedDate": since},
            "pagination": {"pageSize": _PAGE},
            "sort": {"field": "modifiedDate", "order": "asc"},
        }
        found, _ = asking.ask(connection, client, "POST", _FILTER, json_body=body)
    more = (found or {}).get("nextPageUrl") if (found or {}).get("hasMore") is True else None
    following = _after(connection, client, int(turn), path, more, len(_TURNS))
    return read_values.objects(found, "shipments"), following


def _after(
    connection: Connection, client: Client, turn: int, path: str, more: Any, turns: int
) -> str | None:
    """The token after a page: its list's next page, the next list, or None at the end."""
    if more:
        following = asking.following(connection, client, more)
        if following == path:
            raise AnswerUnusable("Flipkart gives the same page again and again.")
        return f"{turn}|{following}"
    return f"{turn + 1}|" if turn + 1 < turns else None


def _details(
    connection: Connection, client: Client, name: str, ids: Iterable[str]
) -> list[dict[str, Any]]:
    """Shipments by ``shipmentIds``, ``orderIds`` or ``orderItemIds``."""
    wanted = list(ids)
    made: list[dict[str, Any]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = ",".join(wanted[start : start + _AT_ONCE])
        found, _ = asking.ask(
            connection, client, "GET", "/sellers/v3/shipments", params={name: some}
        )
        made += read_values.objects(found, "shipments") if found else []
    return made


def _returns(connection: Connection, client: Client, window: Window, token: str | None) -> Page:
    turn, _, path = (token or "0|").partition("|")
    if path:
        found, _ = asking.ask(connection, client, "GET", path)
    else:
        params = {
            "source": _SOURCES[int(turn)],
            "modifiedAfter": read_values.iso(window.start or _BEGINNING),
            "modifiedBefore": read_values.iso(window.end),
        }
        found, _ = asking.ask(connection, client, "GET", "/sellers/v2/returns", params=params)
    rows = read_values.objects(found, "returnItems")
    rows = [row if row.get("type") else row | {"type": _SOURCES[int(turn)]} for row in rows]
    more = (found or {}).get("nextUrl") if (found or {}).get("hasMore") is True else None
    following = _after(connection, client, int(turn), path, more, len(_SOURCES))
    return Page(_refunds(connection, client, rows), following, len(rows))


def _refunds(
    connection: Connection, client: Client, rows: list[dict[str, Any]]
) -> Sequence[Record]:
    ids = list(dict.fromkeys(read_values.needed(row, "orderItemId") for row in rows))
    shipments = _details(connection, client, "orderItemIds", ids)
    items: dict[str, list[orders.Part]] = {}
    for part in orders.parts_of(shipments):
        items.setdefault(part.item_id, []).append(part)
    return fields.records(rows, lambda row: returns.record(row, items), "Flipkart")


def _never(what: str, instead: str) -> Capability:
    return Capability("none", f"Flipkart doesn't give {what}.", instead)


_CAPABILITIES: Final[Mapping[CapabilityName, Capability]] = {
    "customers": _never(
        "who bought, on purpose: no name, no address, no id",
        "Orders, returns and products count. For customers, let buyers sign up on your own site, "
        "and connect that.",
    ),
    "orders": Capability(
        "partial",
        "In rupees (INR), with GST in the prices: Flipkart doesn't say how much.",
        "Compare sums within this source; take GST from Flipkart's tax report.",
    ),
    "products": Capability(
        "partial",
        "Listings have prices and stock, and no categories.",
        "Import a file of products for their categories and costs.",
    ),
    "abandoned": _never("carts that were left", "Look at Seller Hub's own reports."),
    "reviews": Capability(
        "partial",
        "Flipkart gives no reviews, but why a buyer sent goods back, and in which words.",
        "Returns' reasons and comments are read instead.",
    ),
    "messages": _never("messages and questions", "Answer them in Seller Hub."),
    "browsing": _never("what a person looked at", "Look at Seller Hub's traffic report."),
    "webhooks": Capability(
        "partial",
        "Flipkart registers the address for notifications by hand.",
        "Send Flipkart's seller API team this source's address. Until then shipments are read "
        "every hour.",
    ),
    "discounts": _never(
        "a way to lower a price for one buyer", "Make a promotion for a product in Seller Hub."
    ),
}


def _not_here(stream: Stream) -> InvalidInput:
    return InvalidInput(f"Flipkart has no {stream.name}.", code="stream-unknown")
