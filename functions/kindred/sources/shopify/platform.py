"""Shopify, as every platform is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from kindred.sources.shopify import authorization, bulk, listing, probing, queries, webhooks
from kindred.sources.shopify.asking import ask, items, part
from kindred.sources.shopify.values import number_of
from kindred.sources.shops.http import AnswerUnusable
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
from kindred.sources.shops.records import CartRecord, CustomerRecord, OrderRecord, Record

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

#: Orders are never listed anew: an app without `read_all_orders` would lose what has become too
#: old to be read. Deleted products and customers that no webhook told of are found by listing.
STREAMS: Final = (
    Stream("customers", "updated", full_every=timedelta(days=7)),
    Stream("orders", "updated"),
    Stream("products", "updated", full_every=timedelta(days=1)),
    Stream("abandoned", "updated"),
)


class Shopify:
    """The Admin GraphQL interface of a Shopify shop."""

    kind = "shopify"
    streams: tuple[Stream, ...] = STREAMS

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return authorization.is_shopify(shop_url, given)

    def accept(
        self, shop_url: str | None, given: Mapping[str, str], *, local: bool
    ) -> tuple[str, Credentials, Mapping[str, str]]:
        shop = authorization.shop_of(shop_url, local=local)
        return shop, authorization.credentials_of(given), {}

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
        return authorization.renew(connection, client, now=now)

    def probe(self, connection: Connection, client: Client, *, now: datetime) -> Probe:
        return probing.probe(connection, client)

    def fetch(
        self,
        connection: Connection,
        client: Client,
        stream: Stream,
        window: Window,
        token: str | None,
    ) -> Page:
        """One page; of a shop's whole past, where it is long, a stretch of a bulk export."""
        export = bulk.Export.of(token)
        if export is not None:
            return bulk.read_export(connection, client, stream, window, export)
        if token is None and window.start is None and queries.LISTINGS[stream.name].bulk:
            many = listing.count_window(connection, client, stream, window)
            if many is not None and many >= bulk.BULK_FROM:
                page = bulk.start_export(connection, client, stream, window)
                if page is not None:
                    return page
        return listing.list_page(connection, client, stream, window, token)

    def count(
        self, connection: Connection, client: Client, stream: Stream, window: Window
    ) -> int | None:
        return listing.count_window(connection, client, stream, window)

    def read(
        self, connection: Connection, client: Client, stream: Stream, object_id: str
    ) -> Sequence[Record]:
        """One object as it is now; a deleted record where it is gone.

        Nothing for a product that is gone (its variants' ids aren't known any more: the daily
        listing finds them), and for an order that may only have become too old to be read.
        """
        records, reply = listing.read_one(connection, client, stream, object_id)
        if records or stream.name == "products":
            return records
        if reply.at is None:
            raise AnswerUnusable("Shopify's answer has no date.", hint="We try again.")
        match stream.name:
            case "customers":
                return [CustomerRecord(id=object_id, updated_at=reply.at, is_deleted=True)]
            case "orders" if _would_be_readable(connection, client, object_id):
                return [OrderRecord(id=object_id, updated_at=reply.at, is_deleted=True)]
            case "abandoned":
                return [CartRecord(id=object_id, updated_at=reply.at, is_deleted=True)]
        return ()

    def verify(self, delivery: Delivery, secrets: Sequence[str]) -> Hook:
        return webhooks.verified(delivery, secrets)

    def subscribe(
        self, connection: Connection, client: Client, url: str, secret: str
    ) -> Sequence[Subscription]:
        """``secret`` isn't used: Shopify signs with the app's own."""
        return webhooks.subscribe(connection, client, url)

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        webhooks.unsubscribe(connection, client, url)


def _would_be_readable(connection: Connection, client: Client, object_id: str) -> bool:
    """Whether an order that can't be found is gone, and not merely older than 60 days.

    Shopify counts its ids upwards: one above the oldest readable order's is younger than it.
    """
    if "read_all_orders" in probing.scopes_of(ask(connection, client, queries.SCOPES)):
        return True
    first = items(part(ask(connection, client, queries.OLDEST_ORDER).data, "orders"))
    return bool(first) and int(object_id) > int(number_of(first[0]["id"]))
