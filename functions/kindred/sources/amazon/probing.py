"""What a seller's account gives: found out by asking, once, when it is connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput
from kindred.sources.amazon import (
    asking,
    marketplaces,
    notifications,
    orders,
    signing_in,
    values,
)
from kindred.sources.amazon.marketplaces import BY_ID, Marketplace
from kindred.sources.shops import fields
from kindred.sources.shops.platform import (
    Capability,
    CapabilityName,
    Connection,
    Probe,
    StreamName,
)

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_ALWAYS: Final = "PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT"
#: Where Amazon shows orders from 2016 on; everywhere else for two years.
_SINCE_2016: Final = frozenset({"JP", "AU", "SG"})
_TWO_YEARS: Final = timedelta(days=730)
_LOOKED_AT: Final = timedelta(days=30)
_LAG: Final = timedelta(minutes=3)


def included(connection: Connection) -> str:
    """Which parts of an order are asked for; never its recipient, whom nobody here needs."""
    return f"BUYER,{_ALWAYS}" if connection.options.get("buyers", "yes") == "yes" else _ALWAYS


def oldest_order(connection: Connection, at: datetime) -> datetime:
    """The oldest change of an order that Amazon shows at a time."""
    countries = {BY_ID[place].country for place in connection.options["marketplaces"].split(",")}
    return datetime(2016, 1, 1, tzinfo=UTC) if countries <= _SINCE_2016 else at - _TWO_YEARS


def probe(connection: Connection, client: Client, *, now: datetime) -> Probe:
    """Where the seller sells, in which currency, and what the app may read."""
    found, _ = asking.ask(connection, client, asking.PARTICIPATIONS)
    with fields.promised_shape("Amazon"):
        name, markets = _markets(connection, asking.objects(found, "payload"))
    seller = connection.options["seller_id"]
    options = dict(connection.options) | {"marketplaces": ",".join(market.id for market in markets)}
    chosen = replace(connection, options=options, currency=markets[0].currency)
    buyers, sample = _sample(chosen, client, now)
    options["buyers"] = "no" if buyers == "refused" else "yes"
    since = oldest_order(chosen, now)
    oldest: dict[StreamName, datetime] = {"orders": since, "returns": since}
    return Probe(
        name=name,
        currency=markets[0].currency,
        zone=markets[0].zone,
        capabilities=_capabilities(
            chosen, markets, buyers, sample,
            has_products=_may_list(chosen, client),
            has_refunds=_may_see_refunds(chosen, client, now),
        ),
        shop=signing_in.shop_name(seller, markets),
        options=options,
        oldest=oldest,
    )  # fmt: skip


def _markets(
    connection: Connection, rows: list[dict[str, Any]]
) -> tuple[str, tuple[Marketplace, ...]]:
    """The shop's name and the marketplaces that are read: those chosen, else all there are."""
    there = {}
    for row in rows:
        place = BY_ID.get(str((row.get("marketplace") or {}).get("id")))
        if place is not None and (row.get("participation") or {}).get("isParticipating"):
            there[place.id] = (place, values.text(row.get("storeName")))
    asked = marketplaces.named(connection.options.get("marketplaces", ""))
    missing = [market.country for market in asked if market.id not in there]
    if missing or not there:
        sold = ", ".join(place.country for place, _ in there.values()) or "none that we know"
        raise InvalidInput(
            f"This seller doesn't sell in {missing[0] if missing else 'any marketplace'}.",
            code="amazon-marketplace-not-sold-in",
            hint=f"Its marketplaces in this region: {sold}.",
        )
    currency = connection.options.get("currency")
    chosen = asked or tuple(p for p, _ in there.values() if currency in (None, p.currency))
    if not chosen:
        raise InvalidInput(
            f"This seller doesn't sell in {currency}.",
            code="amazon-marketplace-not-sold-in",
            hint=f"Its currencies: {', '.join(sorted({p.currency for p, _ in there.values()}))}.",
        )
    marketplaces.together(chosen)
    name = next((name for m in chosen if (name := there[m.id][1])), None)
    return name or "Amazon", chosen


def _sample(
    connection: Connection, client: Client, now: datetime
) -> tuple[str, list[dict[str, Any]]]:
    """Whether buyers are told of (``told``, ``silent``, ``refused``, ``unknown``), and orders."""
    params = {
        "lastUpdatedAfter": values.iso(now - _LOOKED_AT),
        "lastUpdatedBefore": values.iso(now - _LAG),
        "marketplaceIds": connection.options["marketplaces"],
        "maxResultsPerPage": "100",
    }
    try:
        found, _ = asking.ask(
            connection, client, asking.SEARCH_ORDERS,
            params=params | {"includedData": included(connection)},
        )  # fmt: skip
    except asking.RoleMissing:
        found, _ = asking.ask(
            connection, client, asking.SEARCH_ORDERS, params=params | {"includedData": _ALWAYS}
        )
        return "refused", asking.objects(found, "orders")
    rows = asking.objects(found, "orders")
    fields.records(
        rows, orders.record, "Amazon"
    )  # a shop whose orders can't be read isn't connected
    if not rows:
        return "unknown", rows
    told = any(orders.buyer(row.get("buyer")).customer_id for row in rows)
    return "told" if told else "silent", rows


def _may_list(connection: Connection, client: Client) -> bool:
    params = {"marketplaceIds": connection.options["marketplaces"], "pageSize": "1"}
    try:
        asking.ask(
            connection, client, asking.SEARCH_LISTINGS, connection.options["seller_id"],
            params=params,
        )  # fmt: skip
    except asking.RoleMissing:
        return False
    return True


def _may_see_refunds(connection: Connection, client: Client, now: datetime) -> bool:
    params = {
        "postedAfter": values.iso(now - timedelta(days=1)),
        "postedBefore": values.iso(now - _LAG),
    }
    try:
        asking.ask(connection, client, asking.TRANSACTIONS, params=params)
    except asking.RoleMissing:
        return False
    return True


def _capabilities(
    connection: Connection,
    markets: tuple[Marketplace, ...],
    buyers: str,
    sample: list[dict[str, Any]],
    *,
    has_products: bool,
    has_refunds: bool,
) -> Mapping[CapabilityName, Capability]:
    return {
        "customers": _customers(buyers),
        "orders": _orders(markets, sample, has_refunds),
        "products": Capability("full")
        if has_products
        else Capability(
            "none",
            "The app has no role for listings.",
            "Give it the role Product Listing and authorise it again.",
        ),
        "abandoned": _never("carts that were left", "Look at Brand Analytics in Seller Central."),
        "reviews": _never("reviews' texts", "Import them as a file, where you have them."),
        "messages": _never("buyers' messages", "Answer them in Seller Central."),
        "browsing": _never(
            "what a person looked at",
            "Business Reports in Seller Central count visits of each product.",
        ),
        "webhooks": _webhooks(connection),
        "discounts": _never(
            "discounts for single buyers",
            "Make coupons and promotions in Seller Central; writing to buyers for marketing is "
            "forbidden.",
        ),
    }


def _webhooks(connection: Connection) -> Capability:
    if notifications.has_queue(connection):
        return Capability(
            "partial",
            "Your queue tells of orders that change, not of products and refunds.",
            "Those are read every hour, and at once when you sync.",
        )
    return Capability(
        "none",
        "Amazon tells of changes by a queue (SQS) alone, and this source has none.",
        "Orders are read every hour, and at once when you sync. To hear of changes within minutes, "
        "rotate the credentials and give a queue with its keys.",
    )


def _customers(buyers: str) -> Capability:
    if buyers == "refused":
        return Capability(
            "none",
            "The app has no role for buyers, so orders can't be put together by who bought.",
            "Ask Amazon for the role, and connect again. Until then orders and products count.",
        )
    if buyers == "silent":
        return Capability(
            "none",
            "None of the last month's orders names its buyer: Amazon does so only for orders that "
            "the seller sends.",
            "Orders and products count; customers of your own shop come from that shop's source.",
        )
    return Capability(
        "partial",
        "Amazon names no customers. Who bought again is known by a made-up address, only of "
        "orders that the seller sends, and kept as a fingerprint: there is no name and no address.",
        "Offers go only to people who opted in with you, from a source of your own.",
    )


def _orders(
    markets: tuple[Marketplace, ...], sample: list[dict[str, Any]], has_refunds: bool
) -> Capability:
    # searchOrders: a hundred orders at 0.0056 requests a second.
    reasons = ["Amazon gives some 48,000 orders a day, so a large shop's first sync takes days."]
    instead = ["Import orders as a file to begin at once."]
    if not {market.country for market in markets} <= _SINCE_2016:
        reasons.append("Amazon shows two years of orders.")
        instead.append("Older ones come by a file too.")
    if not has_refunds:
        reasons.append("The app has no role for finances, so refunds are unknown.")
        instead.append("Give it the role Finance and Accounting and authorise it again.")
    if any(orders.holds_tax(row) for row in sample):
        reasons.append("Prices hold a tax that Amazon doesn't tell of.")
        instead.append("Compare them within this source.")
    return Capability("partial", " ".join(reasons), " ".join(instead))


def _never(what: str, instead: str) -> Capability:
    return Capability("none", f"Amazon doesn't give {what}.", instead)
