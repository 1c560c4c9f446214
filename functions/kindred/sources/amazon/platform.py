"""Amazon as a platform: which streams a seller's account has, and how each is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput, NotAllowed
from kindred.sources.amazon import (
    asking,
    listings,
    marketplaces,
    notifications,
    order_pages,
    orders,
    probing,
    refunds,
    signing_in,
    values,
)
from kindred.sources.shops import fields
from kindred.sources.shops.platform import (
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
from kindred.sources.shops.records import Record

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

#: Amazon refuses an end younger than two minutes by its own clock.
_LAG: Final = timedelta(minutes=3)


class Amazon:
    """Keeps `Platform`. Options: ``region``, ``seller_id``, ``marketplaces``, ``buyers``; of a
    queue ``queue_url`` and ``queue_region``.
    """

    kind = "amazon"
    streams: tuple[Stream, ...] = (
        Stream("orders", "updated", lag=_LAG),
        # What was deleted is in no list, so everything is listed again each week.
        Stream("products", "updated", lag=_LAG, full_every=timedelta(days=7)),
        # A refund is listed up to two days late, by the time it was posted; at most 180 days.
        Stream(
            "returns", "created", lag=_LAG, overlap=timedelta(days=3), longest=timedelta(days=90)
        ),
    )

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return marketplaces.is_amazon(shop_url) or signing_in.looks_like_amazons(given)

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        return signing_in.accept(shop_url, given, local=local)

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        return signing_in.renew(connection, client, now=now)

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        return probing.probe(connection, client, now=now)

    def fetch(
        self, connection: Connection, client: Client, stream: Stream, window: Window,
        token: str | None,
    ) -> Page:  # fmt: skip
        if stream.name == "orders":
            return order_pages.page(connection, client, window, token)
        if stream.name == "products":
            return listings.page(connection, client, window, token)
        if stream.name == "returns":
            return _returns(connection, client, window, token)
        raise _not_here(stream)

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        if stream.name != "products":
            return None
        return listings.count(connection, client, window)

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        """An order that isn't found says nothing: after two years Amazon hides it."""
        if stream.name == "orders":
            params = {"includedData": probing.included(connection)}
            found, _ = asking.ask(connection, client, asking.GET_ORDER, object_id, params=params)
            if found is None:
                return ()
            return fields.records([found.get("order")], orders.record, "Amazon")
        if stream.name == "products":
            return listings.read(connection, client, object_id)
        if stream.name == "returns":
            params = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": object_id}
            found, _ = asking.ask(connection, client, asking.TRANSACTIONS, params=params)
            return _refunds(connection, found)
        raise _not_here(stream)

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        raise NotAllowed(
            "Amazon sends no webhooks.",
            code="hook-refused",
            hint="Its notices come by an SQS queue, which is asked.",
        )

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        """The merchant's own queue, where there is one: Amazon writes to no address of ours."""
        if not notifications.has_queue(connection):
            return ()
        place = connection.options["queue_url"]
        return (Subscription(id=place, topic="ORDER_CHANGE", url=place, is_active=True),)

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        return None


def _returns(connection: Connection, client: Client, window: Window, token: str | None) -> Page:
    """Without a marketplace: with one, what US sellers send themselves would be left out."""
    start = window.start or window.end - timedelta(days=90)
    params = {"postedAfter": values.iso(start), "postedBefore": values.iso(window.end)}
    if token is not None:
        params["nextToken"] = token
    found, _ = asking.ask(connection, client, asking.TRANSACTIONS, params=params)
    payload = (found or {}).get("payload")
    rows = asking.objects(payload, "transactions")
    following = values.text(payload.get("nextToken")) if isinstance(payload, dict) else None
    return Page(_refunds(connection, found), following, len(rows))


def _refunds(connection: Connection, found: dict[str, Any] | None) -> Sequence[Record]:
    rows = asking.objects((found or {}).get("payload"), "transactions")
    places = connection.options["marketplaces"].split(",")
    return fields.records(
        rows,
        lambda row: refunds.record(
            row, places, marketplaces.currency(connection.options["marketplaces"])
        ),
        "Amazon",
    )


def _not_here(stream: Stream) -> InvalidInput:
    return InvalidInput(f"Amazon has no {stream.name}.", code="stream-unknown")
