"""What a shop gives: who it is, what the app may read, how far back orders go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from kindred.sources.shopify import queries, values
from kindred.sources.shopify.asking import API_VERSION, Reply, ask, items, part
from kindred.sources.shopify.refusals import AccessDenied
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import (
    Capability,
    CapabilityName,
    Connection,
    Probe,
    StreamName,
)

_FULL: Final = Capability("full")
_READ: Final[Mapping[StreamName, str]] = {
    "customers": "read_customers",
    "orders": "read_orders",
    "products": "read_products",
    "abandoned": "read_orders",
}
#: Fields that Shopify keeps from an app, in a merchant's words.
_WORDS: Final[Mapping[str, str]] = {
    "defaultEmailAddress": "e-mail addresses",
    "emailAddress": "e-mail addresses",
    "email": "e-mail addresses",
    "defaultPhoneNumber": "phone numbers",
    "phoneNumber": "phone numbers",
    "phone": "phone numbers",
    "firstName": "names",
    "lastName": "names",
    "name": "names",
    "defaultAddress": "addresses",
    "displayAddress": "addresses",
    "billingAddress": "addresses",
    "city": "addresses",
    "countryCodeV2": "addresses",
    "customer": "who bought",
    "unitCost": "what products cost you",
    "inventoryItem": "what products cost you",
    "inventoryQuantity": "how much is in stock",
    "product": "which products were bought",
    "variant": "which products were bought",
}
_PROTECTED: Final = (
    "Ask Shopify to approve protected customer data for the app (Partner Dashboard)."
)
_ALWAYS: Final[Mapping[CapabilityName, Capability]] = {
    "reviews": Capability(
        "none",
        "Shopify's interface has no reviews: they lie with review apps.",
        "Import your review app's export as a CSV file.",
    ),
    "messages": Capability(
        "none",
        "Shopify's interface has no messages.",
        "Connect your help desk, or import its export as a CSV file.",
    ),
    "browsing": Capability(
        "none",
        "Shopify tells apps of no browsing.",
        "Send events from your storefront.",
    ),
}


def probe(connection: Connection, client: Client) -> Probe:
    """Ask the shop who it is and what it gives; proves that the credentials open it."""
    reply = ask(connection, client, queries.PROBE)
    shop = part(reply.data, "shop")
    scopes = scopes_of(reply)
    currency = shop.get("currencyCode")
    oldest: dict[StreamName, datetime] = {}
    found: dict[CapabilityName, Capability] = {}
    for stream in ("customers", "orders", "products", "abandoned"):
        found[stream] = _stream(connection, client, stream, scopes, oldest)
    found["webhooks"] = _webhooks(connection)
    found["discounts"] = _discounts(scopes)
    if reply.version not in (None, API_VERSION):
        found = {name: _aged(capability, reply.version) for name, capability in found.items()}
    return Probe(
        name=str(shop.get("name") or connection.shop),
        currency=currency if re.fullmatch(r"[A-Z]{3}", str(currency)) else None,
        zone=_zone(shop.get("ianaTimezone")),
        capabilities={**found, **_ALWAYS},
        shop=shop.get("myshopifyDomain"),
        oldest=oldest,
    )


def scopes_of(reply: Reply) -> frozenset[str]:
    """What the app may do in this shop."""
    granted = (reply.data.get("currentAppInstallation") or {}).get("accessScopes") or []
    return frozenset(str(scope.get("handle")) for scope in granted)


def has_scope(scopes: frozenset[str], scope: str) -> bool:
    """Whether a scope was given; writing includes reading."""
    return scope in scopes or scope.replace("read_", "write_", 1) in scopes


def _stream(
    connection: Connection,
    client: Client,
    stream: StreamName,
    scopes: frozenset[str],
    oldest: dict[StreamName, datetime],
) -> Capability:
    scope = _READ[stream]
    if not has_scope(scopes, scope):
        return Capability(
            "none",
            f"The app lacks the scope {scope}.",
            f"Give the app {scope} in Shopify, and connect the shop again.",
        )
    try:
        reply = ask(connection, client, queries.SAMPLES[stream])
    except AccessDenied:
        return Capability(
            "none",
            "Shopify doesn't let the app read this.",
            "Whoever installs the app needs the permission for abandoned checkouts."
            if stream == "abandoned"
            else _PROTECTED,
        )
    if stream == "orders":
        return _orders(reply, scopes, oldest)
    return _kept_back(reply)


def _orders(reply: Reply, scopes: frozenset[str], oldest: dict[StreamName, datetime]) -> Capability:
    first: list[Any] = items(part(reply.data, "orders"))
    since = values.time_of(first[0]["createdAt"]) if first else None
    if since is not None:
        oldest["orders"] = since
    kept = _kept_back(reply)
    if "read_all_orders" in scopes:
        return kept
    reason = "Shopify shows this app the orders of the last 60 days only"
    reason += f", from {since:%Y-%m-%d} on." if since else "."
    return Capability(
        "partial",
        f"{reason} {kept.reason}".strip(),
        "Ask Shopify for the scope read_all_orders, or import older orders as a CSV file. "
        f"{kept.instead}".strip(),
    )


def _kept_back(reply: Reply) -> Capability:
    """Full, or partial with what Shopify keeps from the app."""
    if not reply.denied:
        return _FULL
    words = sorted({_WORDS.get(field, field) for field in reply.denied})
    return Capability("partial", f"Shopify keeps from this app: {', '.join(words)}.", _PROTECTED)


def _webhooks(connection: Connection) -> Capability:
    if connection.credentials.values.get("client_secret"):
        return _FULL
    return Capability(
        "none",
        "Without the app's secret nobody can tell whether a webhook is Shopify's.",
        "Give the app's API secret key too. Until then the shop is asked every hour.",
    )


def _discounts(scopes: frozenset[str]) -> Capability:
    needed = {
        "write_discounts": "codes",
        "write_customers": "discounts for segments",
        "write_draft_orders": "draft orders",
    }
    lacking = [scope for scope in needed if scope not in scopes]
    if not lacking:
        return _FULL
    if "write_discounts" in lacking:
        return Capability(
            "none",
            "The app lacks the scope write_discounts.",
            "Give the app write_discounts in Shopify, and connect the shop again.",
        )
    return Capability(
        "partial",
        f"The app can't make {', '.join(needed[scope] for scope in lacking)}.",
        f"Give the app {', '.join(lacking)} in Shopify, and connect the shop again.",
    )


def _aged(capability: Capability, served: str | None) -> Capability:
    """What is full only as far as another version's answers mean the same."""
    if capability.state != "full":
        return capability
    return replace(
        capability,
        state="partial",
        reason=f"Shopify answered in version {served} where {API_VERSION} was asked for.",
        instead="Bring Kindred up to date. Until then figures may lack what has changed.",
    )


def _zone(name: object) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (KeyError, ValueError, OSError):
        return "UTC"
