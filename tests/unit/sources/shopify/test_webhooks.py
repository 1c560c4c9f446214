"""What Shopify tells by itself: believed by its bytes, registered once, and without a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kindred.errors import NotAllowed
from kindred.sources.shopify.webhooks import TOPICS
from kindred.sources.shops.hooks import _check_shop
from kindred.sources.shops.platform import Delivery, Hook
from shops.shopify.connected import ConnectedShop

URL = "https://kindred.example/hooks/shopify/token-1"


def deliver(
    shop: ConnectedShop, topic: str, body: dict[str, Any], secrets: list[str] | None = None
) -> Hook:
    headers, raw = shop.server.webhook(topic, body)
    return shop.platform.verify(
        Delivery("POST", URL, headers, raw), secrets or [shop.server.client_secret]
    )


@pytest.mark.parametrize(
    ("topic", "body", "what", "stream", "number"),
    [
        ("customers/create", {"id": 1}, "changed", "customers", "1"),
        ("customers/update", {"id": 7064055069303}, "changed", "customers", "7064055069303"),
        ("customers/delete", {"id": 2}, "deleted", "customers", "2"),
        ("customers/email_marketing_consent_update", {"customer_id": 3},
         "changed", "customers", "3"),
        ("orders/create", {"id": 4}, "changed", "orders", "4"),
        ("orders/cancelled", {"id": 5}, "changed", "orders", "5"),
        ("orders/delete", {"id": 6}, "deleted", "orders", "6"),
        ("refunds/create", {"id": 7, "order_id": 8}, "changed", "orders", "8"),
        ("products/delete", {"id": 9}, "deleted", "products", "9"),
        ("checkouts/update", {"id": 10}, "changed", "abandoned", "10"),
        ("customers/redact", {"customer": {"id": 11}}, "redact_customer", "customers", "11"),
        ("customers/data_request", {"customer": {"id": 12}}, "data_request", "customers", "12"),
        ("shop/redact", {"shop_id": 1}, "redact_shop", None, None),
        ("app/uninstalled", {"id": 1}, "uninstalled", None, None),
        ("app/scopes_update", {"id": 1}, "scopes_changed", None, None),
        ("themes/publish", {"id": 1}, "ignored", None, None),
        ("orders/create", {}, "ignored", None, None),
        ("orders/create", {"id": True}, "ignored", None, None),
        ("orders/create", {"id": "1 OR 1"}, "ignored", None, None),
        ("customers/redact", {"customer": []}, "ignored", None, None),
    ],
)  # fmt: skip
def test_a_webhook_says_what_happened_to_what(
    topic: str,
    body: dict[str, Any],
    what: str,
    stream: str | None,
    number: str | None,
    shop: ConnectedShop,
) -> None:
    hook = deliver(shop, topic, {**body, "shop_domain": shop.server.shop.domain})
    assert (hook.what, hook.stream, hook.object_id) == (what, stream, number)
    assert (hook.id, hook.shop, hook.at) == (
        "webhook-1", "made-up.myshopify.com", shop.server.clock,
    )  # fmt: skip


@pytest.mark.parametrize("topic", ["shop/redact", "customers/redact", "customers/data_request",
                                   "app/uninstalled"])  # fmt: skip
def test_what_takes_away_is_of_the_shop_that_the_signed_body_names(
    topic: str, shop: ConnectedShop
) -> None:
    mine = shop.server.shop.domain
    body = {"id": 1, "customer": {"id": 1}}
    for named in ({"shop_domain": mine}, {"myshopify_domain": mine.upper()}):
        _check_shop(deliver(shop, topic, body | named), mine)
    for other in ({}, {"shop_domain": "other.myshopify.com"}, {"shop_domain": [mine]}):
        hook = deliver(shop, topic, body | other)  # whose headers say that it is this shop's
        with pytest.raises(NotAllowed, match="another shop"):
            _check_shop(hook, mine)
        _check_shop(hook, "http://127.0.0.1:8080")
    _check_shop(deliver(shop, "orders/create", {"id": 1}), mine)


def test_two_customers_that_became_one_say_who_goes_on(shop: ConnectedShop) -> None:
    body = {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
        "status": "completed",
    }
    hook = deliver(shop, "customers/merge", body)
    assert (hook.what, hook.object_id, hook.other_id) == ("merged", "2", "1")
    for odd in ({**body, "status": "failed"}, {"status": "completed"}):
        assert deliver(shop, "customers/merge", odd).what == "ignored"


def test_a_webhook_is_believed_by_its_very_bytes(shop: ConnectedShop) -> None:
    headers, raw = shop.server.webhook("orders/create", {"id": 1, "note": "Grüße"})
    again = json.dumps(json.loads(raw)).encode()
    assert again != raw
    secrets = [shop.server.client_secret]
    assert shop.platform.verify(Delivery("POST", URL, headers, raw), secrets).object_id == "1"
    with pytest.raises(NotAllowed):
        shop.platform.verify(Delivery("POST", URL, headers, again), secrets)


def test_a_webhook_signed_by_the_former_secret_passes_while_it_is_changed(
    shop: ConnectedShop,
) -> None:
    former, new = shop.server.client_secret, "shpss_new"
    assert deliver(shop, "orders/create", {"id": 1}, [new, former]).object_id == "1"
    with pytest.raises(NotAllowed):
        deliver(shop, "orders/create", {"id": 1}, [new])


def test_the_names_of_headers_of_newer_events_are_known_too(shop: ConnectedShop) -> None:
    headers, raw = shop.server.webhook("orders/create", {"id": 1})
    newer = {name.removeprefix("x-"): value for name, value in headers.items()}
    hook = shop.platform.verify(Delivery("POST", URL, newer, raw), [shop.server.client_secret])
    assert (hook.object_id, hook.id) == ("1", "webhook-1")


def test_a_shop_whose_token_is_dead_can_still_say_that_the_app_is_gone(
    shop: ConnectedShop,
) -> None:
    shop.server.tokens.clear()
    body = {"id": 1, "myshopify_domain": shop.server.shop.domain}
    hook = deliver(shop, "app/uninstalled", body)
    assert (hook.what, hook.shop) == ("uninstalled", shop.server.shop.domain)
    assert shop.server.requests == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null", b"\xff", b"[" * 100_000])
def test_a_signed_body_that_means_nothing_is_ignored(raw: bytes, shop: ConnectedShop) -> None:
    import base64
    import hashlib
    import hmac

    secret = shop.server.client_secret
    made = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    headers = {
        "x-shopify-topic": "orders/create",
        "x-shopify-hmac-sha256": base64.b64encode(made).decode(),
        "x-shopify-triggered-at": "yesterday",
    }
    hook = shop.platform.verify(Delivery("POST", URL, headers, raw), [secret])
    assert (hook.what, hook.id, hook.at) == ("ignored", None, None)


def test_every_topic_is_registered_once_however_often_it_is_asked(shop: ConnectedShop) -> None:
    for _ in range(2):
        found = shop.platform.subscribe(shop.connection, shop.client, URL, "unused")
        assert sorted(s.topic for s in found) == sorted(TOPICS)
        assert all(s.is_active and s.url == URL for s in found)
    assert len(shop.server.admin.webhooks) == len(TOPICS)


def test_a_webhook_that_shopify_dropped_is_registered_again(shop: ConnectedShop) -> None:
    shop.platform.subscribe(shop.connection, shop.client, URL, "unused")
    lost = next(iter(shop.server.admin.webhooks))
    topic = shop.server.admin.webhooks.pop(lost)["topic"]
    found = shop.platform.subscribe(shop.connection, shop.client, URL, "unused")
    assert topic in {s.topic for s in found}
    assert len(shop.server.admin.webhooks) == len(TOPICS)


def test_a_topic_that_the_scopes_dont_allow_leaves_the_others(
    shop: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = shop.server.admin._webhookSubscriptionCreate

    def refuse(topic: str, **given: Any) -> Any:
        if topic.startswith("CUSTOMERS"):
            return {"userErrors": [{"field": [], "message": "No permission for this topic"}]}
        return create(topic, **given)

    monkeypatch.setattr(shop.server.admin, "_webhookSubscriptionCreate", refuse, raising=False)
    found = shop.platform.subscribe(shop.connection, shop.client, URL, "unused")
    assert {s.topic for s in found} == {t for t in TOPICS if not t.startswith("CUSTOMERS")}


def test_another_place_of_ours_keeps_its_webhooks(shop: ConnectedShop) -> None:
    other = URL + "-other"
    for url in (URL, other):
        shop.platform.subscribe(shop.connection, shop.client, url, "unused")
    for _ in range(2):  # what is gone already is fine
        shop.platform.unsubscribe(shop.connection, shop.client, URL)
    assert {hook["uri"] for hook in shop.server.admin.webhooks.values()} == {other}
