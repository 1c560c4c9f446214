"""Webhooks of WooCommerce: what a delivery says, and which ones a shop is asked for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kindred.errors import NotAllowed
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Delivery, Hook, StreamName, Subscription
from kindred.sources.woocommerce import signing
from kindred.sources.woocommerce.asking import Asking
from kindred.sources.woocommerce.mapping import is_draft

#: ``created`` too: a new order fires no ``updated``.
TOPICS: Final = tuple(
    f"{what}.{event}"
    for what, events in (
        ("customer", ("created", "updated", "deleted")),
        ("order", ("created", "updated", "deleted", "restored")),
        ("product", ("created", "updated", "deleted", "restored")),
    )
    for event in events
)
_STREAMS: Final[Mapping[str, StreamName]] = {
    "customer": "customers",
    "order": "orders",
    "product": "products",
}
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")


def read(delivery: Delivery, secrets: Sequence[str]) -> Hook:
    """What a delivery says; raises `NotAllowed` where no secret made its signature.

    The first delivery of a new webhook is a form with its number and no signature: a ping.
    """
    signature = delivery.headers.get("x-wc-webhook-signature", "")
    if not signature and _PING.fullmatch(delivery.body):
        return Hook(id=None, what="ping")
    if not signing.is_from_shop(delivery.body, signature, secrets):
        raise NotAllowed(
            "That webhook isn't from the connected shop.",
            code="hook-not-verified",
            hint="Its secret isn't the one that Kindred gave it; reconnect the shop.",
        )
    topic = delivery.headers.get("x-wc-webhook-topic", "")
    resource, _, event = topic.partition(".")
    stream = _STREAMS.get(resource)
    given = _object(delivery.body)
    object_id = given.id("id") if given else None
    if stream is None or given is None or object_id is None:
        # Other topics; and errors, which a shop signs and sends when an object is gone before its
        # delivery.
        return Hook(id=_mark(delivery), what="ignored")
    if event == "deleted":
        return Hook(_mark(delivery), "deleted", stream, object_id)
    try:
        at = given.time("date_modified_gmt") or given.time("date_created_gmt")
    except AnswerUnusable:
        at = None
    if stream == "orders" and is_draft(given):
        stream = "abandoned"
    # `created` and `updated` come with the same bytes: once is enough.
    same = hashlib.sha256(delivery.body).hexdigest()[:24]
    return Hook(f"{resource}-{object_id}-{same}", "changed", stream, object_id, at=at)


def _object(body: bytes) -> Fields | None:
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Fields(found, "a webhook") if isinstance(found, dict) else None


def _mark(delivery: Delivery) -> str | None:
    return delivery.headers.get("x-wc-webhook-delivery-id", "")[:100] or None


def subscribe(asking: Asking, url: str, secret: str) -> Sequence[Subscription]:
    """Make what is missing and enable what the shop has disabled after failed deliveries.

    A shop never shows a webhook's secret, so its name carries a mark of it: another mark means
    that the secret has changed.
    """
    mark = hashlib.sha256(secret.encode()).hexdigest()[:8]
    there = {given.text("topic", 100): given for given in _ours(asking, url)}
    return [_ensure(asking, there.get(topic), topic, url, secret, mark) for topic in TOPICS]


def _ensure(
    asking: Asking, there: Fields | None, topic: str, url: str, secret: str, mark: str
) -> Subscription:
    wanted = {"name": f"Kindred {topic} {mark}", "status": "active", "secret": secret}
    if there is None:
        made = asking.ask("POST", "webhooks", body={**wanted, "topic": topic, "delivery_url": url})
        there = Fields.read(made.json(), f"the webhook for {topic}")
    elif there.text("status", 40) != "active" or there.text("name") != wanted["name"]:
        changed = asking.ask("PUT", f"webhooks/{there.needed_id()}", body=wanted)
        there = Fields.read(changed.json(), f"the webhook for {topic}")
    return Subscription(there.needed_id(), topic, url, there.text("status", 40) == "active")


def unsubscribe(asking: Asking, url: str) -> None:
    """Remove all that deliver to ``url``."""
    for given in _ours(asking, url):
        asking.ask("DELETE", f"webhooks/{given.needed_id()}", {"force": "true"}, allowed={404, 410})


def _ours(asking: Asking, url: str) -> list[Fields]:
    ours: list[Fields] = []
    page = 0
    while True:
        page += 1
        found, _ = asking.list_of(
            "webhooks",
            {"per_page": "100", "page": str(page), "orderby": "id", "order": "asc"},
        )
        listed = [Fields.read(one, "a webhook") for one in found]
        ours += [one for one in listed if one.text("delivery_url", 2000) == url]
        if len(found) < 100 or page == 50:
            return ours
