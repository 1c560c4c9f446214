"""WooCommerce as a platform: addresses and keys, the probe, the recordings of a real shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from kindred.errors import InvalidInput, NotAllowed
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Platform, Window
from kindred.sources.woocommerce import authorizing, probing
from kindred.sources.woocommerce.platform import WooCommerce, base_url
from shops.serving import running
from shops.woocommerce import recordings
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import Shop
from unit.sources.woocommerce.asked_shops import ALL, NOW, STREAMS, Unpaced, asked, connection

KEYS = {"consumer_key": KEY, "consumer_secret": SECRET}


def test_it_keeps_the_protocol() -> None:
    platform: Platform = WooCommerce()
    assert platform.kind == "woocommerce"
    assert [stream.cursor for stream in platform.streams if stream.name == "customers"] == [
        "created"
    ]
    assert (
        platform.renew(connection("https://shop.example.com"), Client(Unpaced()), now=NOW) is None
    )


@pytest.mark.parametrize(
    ("typed", "shop"),
    [
        ("shop.example.com", "https://shop.example.com"),
        ("https://Shop.Example.com/", "https://shop.example.com"),
        ("https://example.com/shop/", "https://example.com/shop"),
        ("https://example.com/shop/wp-json/wc/v3/", "https://example.com/shop"),
        ("https://example.com/wp-admin/admin.php?page=wc", "https://example.com"),
        ("https://example.com:8443/", "https://example.com:8443"),
        ("https://example.com:443", "https://example.com"),
        ("http://shop.example.com", "http://shop.example.com"),
        ("http://shop.example.com:80/x", "http://shop.example.com/x"),
    ],
)
def test_an_address_is_taken_as_merchants_type_it(typed: str, shop: str) -> None:
    assert base_url(typed, local=False) == shop


@pytest.mark.parametrize(
    "typed",
    [
        None, "", "ftp://shop.example.com", "http://127.0.0.1:8099", "https://localhost",
        "https://169.254.169.254/latest", "https://user:pw@shop.example.com", "https://10.0.0.1",
        "http://shop.internal", "https://shop", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_inside_a_network_is_refused(typed: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        WooCommerce().accept(typed, KEYS, local=False)
    assert refused.value.code == "shop-address-refused"


def test_keys_are_looked_at_before_anybody_is_asked() -> None:
    platform = WooCommerce()
    shop, keys, options = platform.accept("shop.example.com", KEYS, local=False)
    assert (shop, keys.mode, options) == ("https://shop.example.com", "basic", {})
    assert platform.accept("http://shop.example.com", KEYS, local=False)[1].mode == "oauth1"
    assert SECRET not in repr(keys)
    for wrong in ({}, {**KEYS, "consumer_key": SECRET}, {**KEYS, "consumer_secret": "cs_1 2"}):
        with pytest.raises(InvalidInput) as refused:
            platform.accept("shop.example.com", wrong, local=False)
        assert refused.value.code == "keys-unusable"
        assert SECRET not in refused.value.message


def test_a_shop_is_known_by_the_shape_of_its_keys() -> None:
    assert WooCommerce().recognise(None, KEYS)
    assert not WooCommerce().recognise("https://shop.example.com", {"access_token": "shpat_x"})
    assert not WooCommerce().recognise("https://x.myshopify.com", {})


def test_the_probe_says_who_the_shop_is_and_what_it_gives() -> None:
    with asked(Site(Shop(orders=50))) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
        writes = [one for one in shop.site.asked if one.method != "GET"]
    assert (probe.name, probe.currency, probe.zone) == ("Made-up shop", "EUR", "Europe/Berlin")
    assert probe.oldest["orders"] == datetime(2024, 1, 1, 8, tzinfo=UTC)
    states = {name: one.state for name, one in probe.capabilities.items()}
    assert states == {
        "customers": "full", "orders": "full", "products": "full", "abandoned": "partial",
        "reviews": "full", "messages": "none", "browsing": "none", "webhooks": "full",
        "discounts": "partial",
    }  # fmt: skip
    partly = [one for one in probe.capabilities.values() if one.state != "full"]
    assert all(one.reason for one in partly)
    assert len(writes) == 1
    assert shop.shop.coupons == {}  # asking whether it may write made nothing


def test_keys_that_may_only_read_bring_data_but_no_webhooks_and_no_coupons() -> None:
    with asked(Site(Shop(orders=5), permission="read")) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
        with pytest.raises(NotAllowed, match="write permissions"):
            shop.platform.subscribe(shop.connection, shop.client, "https://k.example/h", "s")
    assert probe.capabilities["webhooks"].state == probe.capabilities["discounts"].state == "none"
    assert "Read/Write" in probe.capabilities["webhooks"].instead
    assert probe.capabilities["orders"].state == "full"


def test_a_wordpress_without_woocommerce_is_told_apart_from_no_wordpress() -> None:
    with asked(Site(Shop(orders=1), namespaces=("wp/v2",))) as shop:
        with pytest.raises(InvalidInput, match="no WooCommerce") as blog:
            shop.platform.probe(shop.connection, shop.client, now=NOW)
        assert blog.value.code == "no-woocommerce"
    site = Site(Shop(orders=1))
    site.faults.append(lambda _: (404, {"Content-Type": "text/html"}, b"<p>no</p>"))
    with asked(site) as shop, pytest.raises(InvalidInput, match="at that address"):
        shop.platform.probe(shop.connection, shop.client, now=NOW)
    assert all("oauth_signature" not in one.params for one in site.asked)  # no keys to strangers


@pytest.mark.parametrize(
    ("name", "offset", "zone"),
    [
        ("Europe/Paris", 1, "Europe/Paris"), ("", 0, "UTC"), ("", 2, "Etc/GMT-2"),
        ("", -5, "Etc/GMT+5"), ("", "5.5", "Asia/Kolkata"), ("Mars/Base", 0, "UTC"),
        ("../../etc/passwd", 0, "UTC"), ("", 99, "UTC"),
    ],
)  # fmt: skip
def test_the_shops_clock_is_a_zone_that_everybody_knows(
    name: str, offset: object, zone: str
) -> None:
    assert probing.zone_of(Fields({"timezone_string": name, "gmt_offset": offset}, "x")) == zone


def test_a_large_shop_is_listed_page_by_page() -> None:
    """50,000 orders exist, and of the last day only its own are asked for."""
    with asked(Site(Shop(orders=50_000))) as shop:
        assert shop.count("orders") == 50_003
        last_day = Window(datetime(2026, 11, 19, 12, tzinfo=UTC), NOW)
        pages = list(shop.pages("orders", last_day))
        requests = len([one for one in shop.site.asked if one.path.endswith("/orders")])
    objects = sum(page.objects for page in pages)
    assert objects == pages[-1].total
    assert 0 < objects < 2_000
    assert requests <= objects / 50 + 5


# WooCommerce's own way to hand out keys ------------------------------------------------------


def test_a_merchant_is_sent_to_the_shop_to_agree() -> None:
    url = authorizing.authorize_url(
        "https://shop.example.com/x", state="s t", return_url="https://k.example/r",
        callback_url="https://k.example/c",
    )  # fmt: skip
    assert url == (
        "https://shop.example.com/x/wc-auth/v1/authorize?app_name=Kindred&scope=read_write"
        "&user_id=s%20t&return_url=https%3A%2F%2Fk.example%2Fr"
        "&callback_url=https%3A%2F%2Fk.example%2Fc"
    )


def test_keys_come_back_only_with_the_state_that_nobody_else_knows() -> None:
    sent = {"key_id": 1, "user_id": "state", "key_permissions": "read_write", **KEYS}
    keys = authorizing.keys_of_callback(json.dumps(sent).encode(), "state")
    assert keys.values["consumer_secret"] == SECRET
    for body in (b"", b"[]", b"{", json.dumps({**sent, "user_id": "other"}).encode()):
        with pytest.raises(NotAllowed):
            authorizing.keys_of_callback(body, "state")
    with pytest.raises(NotAllowed):
        authorizing.keys_of_callback(json.dumps({**sent, "user_id": ""}).encode(), "")
    for wrong in ({"key_permissions": "write"}, {"consumer_key": "x"}, {"consumer_secret": None}):
        with pytest.raises(InvalidInput):
            authorizing.keys_of_callback(json.dumps({**sent, **wrong}).encode(), "state")


# The recordings of a real shop ---------------------------------------------------------------

needs_recordings = pytest.mark.skipif(
    recordings.folder() is None, reason="KINDRED_SPECS names no recordings"
)


@needs_recordings
def test_what_a_real_shop_answered_becomes_records() -> None:
    site = recordings.RecordedSite()
    platform = WooCommerce()
    with running(site) as address:
        client = Client(Unpaced(), local=True)
        real = connection(address)

        def records(stream: str) -> list[object]:
            page = platform.fetch(real, client, STREAMS[stream], ALL, None)
            assert page.objects
            return list(page.records)

        (review,) = records("reviews")
        customers = records("customers")
        products = records("products")
        (cart,) = records("abandoned")
    assert (review.person.email, review.text) == ("bob@example.com", "Nice")  # type: ignore[attr-defined]
    assert [one.id for one in customers] == ["2"]  # type: ignore[attr-defined]
    assert {one.id for one in products} == {"10", "11", "12"}  # type: ignore[attr-defined]
    assert cart.person.email == "cart@example.com"  # type: ignore[attr-defined]


@needs_recordings
def test_a_real_shops_orders_are_walked_to_their_end() -> None:
    class Recorded(recordings.RecordedSite):
        """Pages of two, of which one order is in both, as one page of three."""

        def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
            status, kinds, _ = super().answer(method, target, headers, body)
            pages = [recordings.recorded(f"orders_page{page}")["body"] for page in (1, 2)]
            both = {one["id"]: one for page in pages for one in page}
            made = json.dumps(list(both.values())).encode()
            return status, {**kinds, "X-WP-Total": str(len(both))}, made

    site = Recorded()
    with running(site) as address:
        page = WooCommerce().fetch(
            connection(address), Client(Unpaced(), local=True), STREAMS["orders"],
            Window(datetime(2020, 1, 1, tzinfo=UTC), ALL.end), None,
        )  # fmt: skip
    assert [one.id for one in page.records] == ["13", "15"]
    assert (page.objects, page.next) == (3, None)
    assert "dates_are_gmt=true" in site.asked[0]
