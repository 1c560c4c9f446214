"""Webhooks: what a delivery says, and which ones the shop is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kindred.errors import NotAllowed
from kindred.sources.shops.platform import Delivery, Hook
from kindred.sources.woocommerce.hooks import TOPICS
from kindred.sources.woocommerce.platform import WooCommerce
from shops.woocommerce import recordings
from shops.woocommerce.server import Site, delivery
from shops.woocommerce.shop import Shop
from unit.sources.woocommerce.asked_shops import asked

URL = "https://kindred.example/hooks/woocommerce/token"
ORDER = {"id": 7, "status": "processing", "date_modified_gmt": "2026-11-20T10:00:00"}


def hook(headers: dict[str, str], body: bytes, *secrets: str) -> Hook:
    return WooCommerce().verify(Delivery("POST", URL, headers, body), secrets or ("secret",))


def sent(topic: str, made: Any) -> Hook:
    return hook(*delivery(topic, made, "secret"))


def test_created_and_updated_with_the_same_bytes_are_one_event() -> None:
    created, updated = sent("order.created", ORDER), sent("order.updated", ORDER)
    assert created.id == updated.id
    assert (created.what, created.stream, created.object_id) == ("changed", "orders", "7")
    assert str(created.at) == "2026-11-20 10:00:00+00:00"
    later = sent("order.updated", {**ORDER, "date_modified_gmt": "2026-11-20T10:00:01"})
    assert later.id != created.id


@pytest.mark.parametrize(
    ("topic", "made", "what", "stream"),
    [
        ("order.deleted", {"id": 7}, "deleted", "orders"),
        ("order.restored", ORDER, "changed", "orders"),
        ("customer.updated", {"id": 3}, "changed", "customers"),
        ("product.deleted", {"id": 3}, "deleted", "products"),
        ("order.updated", {**ORDER, "status": "checkout-draft"}, "changed", "abandoned"),
        ("coupon.created", {"id": 3}, "ignored", None),
        ("action.some_plugin", {"id": 3}, "ignored", None),
        ("order.updated", [1], "ignored", None),
        ("order.updated", {**ORDER, "date_modified_gmt": "soon"}, "changed", "orders"),
    ],
)
def test_a_delivery_says_what_to_read_again(
    topic: str, made: Any, what: str, stream: str | None
) -> None:
    found = sent(topic, made)
    assert (found.what, found.stream) == (what, stream)


def test_an_error_that_the_shop_signed_changes_nothing() -> None:
    """A product that was deleted before its delivery: the profile stays untouched."""
    gone = {"code": "woocommerce_rest_product_invalid_id", "data": {"status": 404}}
    assert sent("product.updated", gone).what == "ignored"


def test_the_first_unsigned_form_is_a_ping_and_no_other_unsigned_body_is() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert hook(form, b"webhook_id=4").what == "ping"
    for body in (b"webhook_id=4&x=1", b"webhook_id=", b'{"id":1}', b"", b"webhook_id=4\n"):
        with pytest.raises(NotAllowed):
            hook(form, body)


def test_a_forged_or_altered_delivery_is_refused() -> None:
    headers, body = delivery("order.updated", ORDER, "secret")
    with pytest.raises(NotAllowed):
        hook(headers, body + b" ")
    with pytest.raises(NotAllowed):
        hook(headers, json.dumps(json.loads(body)).encode())  # the same, written anew
    with pytest.raises(NotAllowed):
        hook({**headers, "x-wc-webhook-signature": "x"}, body)
    with pytest.raises(NotAllowed):
        hook(headers, b"webhook_id=4")


def test_the_secret_before_is_good_while_secrets_change() -> None:
    headers, body = delivery("order.updated", ORDER, "old")
    assert hook(headers, body, "new", "old").what == "changed"
    with pytest.raises(NotAllowed):
        hook(headers, body, "new")


@pytest.mark.skipif(recordings.folder() is None, reason="KINDRED_SPECS names no recordings")
def test_the_deliveries_of_a_real_shop_are_understood() -> None:
    found = [hook(headers, body, secret).what for headers, body, secret in recordings.deliveries()]
    assert found.count("ping") == 3
    assert found.count("ignored") == 2  # a coupon, and an error with a good signature
    assert found.count("changed") == len(found) - 5


def test_webhooks_are_registered_once_and_again_when_one_is_lost_or_disabled() -> None:
    with asked(Site(Shop(orders=1))) as shop:
        platform = shop.platform
        made = platform.subscribe(shop.connection, shop.client, URL, "secret")
        assert sorted(one.topic for one in made) == sorted(TOPICS)
        assert all(one.is_active for one in made)
        kept = shop.shop.webhooks
        assert {one["secret"] for one in kept.values()} == {"secret"}

        before = len(shop.site.asked)
        again = platform.subscribe(shop.connection, shop.client, URL, "secret")
        assert again == made
        assert len(shop.site.asked) == before + 1  # only looked

        lost, disabled = list(kept)[2:4]
        topic = kept.pop(lost)["topic"]
        kept[disabled]["status"] = "disabled"  # after more than five failed deliveries
        healed = platform.subscribe(shop.connection, shop.client, URL, "secret")
        assert all(one.is_active for one in healed)
        assert topic in {one["topic"] for one in kept.values()}
        assert kept[disabled]["status"] == "active"

        platform.subscribe(shop.connection, shop.client, URL, "rotated")
        assert {one["secret"] for one in kept.values()} == {"rotated"}
        assert len(kept) == len(TOPICS)
        assert all("rotated" not in one["name"] for one in kept.values())


def test_only_our_own_webhooks_are_removed_and_twice_is_fine() -> None:
    with asked(Site(Shop(orders=1))) as shop:
        other = {"id": 99, "topic": "order.created", "delivery_url": "https://other.example/"}
        shop.shop.webhooks[99] = other
        shop.platform.subscribe(shop.connection, shop.client, URL, "secret")
        for _ in range(2):
            shop.platform.unsubscribe(shop.connection, shop.client, URL)
            assert list(shop.shop.webhooks) == [99]
