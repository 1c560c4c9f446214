"""What Shopify tells by webhook: verified by its bytes, and registered where it is missing.

A webhook says that something happened; what it is now is always read again. None of this needs a
living token but registering: a shop that took the app away can still say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from kindred import log
from kindred.errors import InvalidInput
from kindred.sources.shopify import queries, values
from kindred.sources.shopify.asking import ask, items, next_cursor, part
from kindred.sources.shopify.refusals import AccessDenied, refuse_user_errors
from kindred.sources.shopify.signing import check_body
from kindred.sources.shops.http import AnswerUnusable, Client
from kindred.sources.shops.platform import Connection, Delivery, Hook, StreamName, Subscription

#: What is registered. Shopify's three topics of privacy can't be: they stand in the app's settings.
TOPICS: Final = (
    "APP_UNINSTALLED", "APP_SCOPES_UPDATE",
    "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_MERGE",
    "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
    "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "REFUNDS_CREATE",
    "PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE",
    "CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE",
)  # fmt: skip
#: What takes something away, or gives it out. Headers are under no signature, and one app's secret
#: signs for all of its shops: so these count for the shop alone that their body names.
_BY_BODY: Final = frozenset({"uninstalled", "redact_shop", "redact_customer", "data_request"})
_STREAMS: Final[Mapping[str, StreamName]] = {
    "customers": "customers",
    "orders": "orders",
    "products": "products",
    "checkouts": "abandoned",
}


def verified(delivery: Delivery, secrets: Sequence[str]) -> Hook:
    """What a webhook says. Raises `NotAllowed` unless one of the secrets signed its bytes."""
    check_body(delivery.body, _header(delivery, "hmac-sha256"), secrets)
    topic = _header(delivery, "topic").lower()
    try:
        body = json.loads(delivery.body, parse_float=str)
    except (ValueError, RecursionError):
        body = None
    said = body if isinstance(body, dict) else {}
    hook = _hook(topic, said)
    needs_shop = hook["what"] in _BY_BODY
    shop = _shop_of(said) if needs_shop else _header(delivery, "shop-domain")
    return Hook(
        id=_header(delivery, "webhook-id") or None,
        at=_when(_header(delivery, "triggered-at")),
        shop=shop.lower() or None,
        needs_shop=needs_shop,
        **hook,
    )


def _shop_of(body: Mapping[str, Any]) -> str:
    """The shop by its own name: the webhooks of privacy, and a shop itself, name it differently."""
    named = body.get("myshopify_domain") or body.get("shop_domain")
    return named if isinstance(named, str) else ""


def _hook(topic: str, body: Mapping[str, Any]) -> dict[str, Any]:
    match topic:
        case "app/uninstalled":
            return {"what": "uninstalled"}
        case "app/scopes_update":
            return {"what": "scopes_changed"}
        case "shop/redact":
            return {"what": "redact_shop"}
        case "customers/redact":
            return _of_customer("redact_customer", body)
        case "customers/data_request":
            return _of_customer("data_request", body)
        case "customers/merge":
            return _merged(body)
        case "customers/email_marketing_consent_update":
            return _about("changed", "customers", body.get("customer_id"))
        case "refunds/create":
            return _about("changed", "orders", body.get("order_id"))
    kind, _, event = topic.partition("/")
    stream = _STREAMS.get(kind)
    if stream is None:
        return {"what": "ignored"}
    return _about("deleted" if event == "delete" else "changed", stream, body.get("id"))


def _about(what: str, stream: StreamName, number: object) -> dict[str, Any]:
    """A hook about one object; ignored where it names none."""
    text = str(number) if isinstance(number, int | str) and not isinstance(number, bool) else ""
    if not (text.isascii() and text.isdigit()):
        return {"what": "ignored"}
    return {"what": what, "stream": stream, "object_id": text}


def _of_customer(what: str, body: Mapping[str, Any]) -> dict[str, Any]:
    customer = body.get("customer")
    return _about(what, "customers", customer.get("id") if isinstance(customer, dict) else None)


def _merged(body: Mapping[str, Any]) -> dict[str, Any]:
    if body.get("status") not in (None, "completed"):
        return {"what": "ignored"}
    try:
        gone = values.number_of(body.get("admin_graphql_api_customer_deleted_id"))
        kept = values.number_of(body.get("admin_graphql_api_customer_kept_id"))
    except AnswerUnusable:
        return {"what": "ignored"}
    return {"what": "merged", "stream": "customers", "object_id": gone, "other_id": kept}


def subscribe(connection: Connection, client: Client, url: str) -> list[Subscription]:
    """Register what is missing at ``url``; what there is then.

    A topic that the app's scopes don't allow is left out, and said in the log.
    """
    found = _registered(connection, client, url)
    have = {subscription.topic for subscription in found}
    for topic in TOPICS:
        if topic in have:
            continue
        try:
            reply = ask(
                connection,
                client,
                queries.WEBHOOK_CREATE,
                {"topic": topic, "webhook": {"uri": url, "format": "JSON"}},
            )
            payload = refuse_user_errors(reply.data.get("webhookSubscriptionCreate"))
        except InvalidInput as err:
            if not isinstance(err, AccessDenied) and err.code != "shop-refused":
                raise
            log.event("shopify_topic_refused", severity="WARNING", topic=topic)
            continue
        made = part(payload, "webhookSubscription")
        found.append(Subscription(made["id"], made["topic"], made["uri"], is_active=True))
    return found


def unsubscribe(connection: Connection, client: Client, url: str) -> None:
    """Remove all that lead to ``url``; what is gone already is fine."""
    for subscription in _registered(connection, client, url):
        ask(connection, client, queries.WEBHOOK_DELETE, {"id": subscription.id})


def _registered(connection: Connection, client: Client, url: str) -> list[Subscription]:
    found: list[Subscription] = []
    after: str | None = None
    while True:
        reply = ask(connection, client, queries.WEBHOOKS, {"uri": url, "after": after})
        page = part(reply.data, "webhookSubscriptions")
        found += [
            Subscription(node["id"], node["topic"], node["uri"], is_active=True)
            for node in items(page)
            if node["uri"] == url
        ]
        after = next_cursor(page, after)
        if after is None:
            return found


def _header(delivery: Delivery, name: str) -> str:
    """A header by its name of today, or the one of Shopify's newer events."""
    headers = delivery.headers
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""


def _when(text: str) -> datetime | None:
    try:
        return values.time_of(text)
    except AnswerUnusable:
        return None
