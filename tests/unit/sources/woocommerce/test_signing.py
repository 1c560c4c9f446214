"""Signatures as WooCommerce makes and checks them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.sources.woocommerce import signing
from kindred.sources.woocommerce.platform import WooCommerce
from shops.woocommerce import recordings
from shops.woocommerce.server import SECRET, Site
from shops.woocommerce.shop import Shop
from unit.sources.woocommerce.asked_shops import NOW, asked

ORDERS = "http://shop.example.com/wp-json/wc/v3/orders"


def test_a_signature_is_the_one_that_woocommerces_own_client_makes() -> None:
    # Made with the package `woocommerce` 3.0.0 of PyPI, for this time and nonce.
    asked_for = {
        "status": "any",
        "search": "a b",
        "modified_after": "2020-01-01T00:00:00",
        "dates_are_gmt": "true",
    }
    made = signing.signed(
        "GET", ORDERS, asked_for, "ck_x", "cs_y", timestamp=1_700_000_000, nonce="abc"
    )
    assert made["oauth_signature"] == "7MACycgCG63uIpvTUF6jN4rgOJidQGvNY2qYjUeGYP4="


def test_the_secret_is_in_no_signed_request() -> None:
    made = signing.signed("GET", ORDERS, {}, "ck_x", SECRET, timestamp=1, nonce="n")
    assert SECRET not in signing.query(made)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_encoded_is_read_back(text: str) -> None:
    found = signing.encoded(text)
    assert unquote(found) == text
    assert found.isascii()
    assert not set(found) & set(" +&=#?/")


@pytest.mark.parametrize("permalinks", [True, False])
def test_a_shop_without_tls_checks_signatures_of_reading_and_of_writing(permalinks: bool) -> None:
    with asked(Site(Shop(orders=5), permalinks=permalinks)) as shop:
        probe = shop.platform.probe(shop.connection, shop.client, now=NOW)
    assert probe.capabilities["discounts"].state == "partial"
    assert ("path" in probe.options) is not permalinks
    assert all("consumer_secret" not in one.params for one in shop.site.asked)
    assert all("authorization" not in one.headers for one in shop.site.asked)


def test_each_request_has_a_nonce_of_its_own() -> None:
    with asked(Site(Shop(orders=5))) as shop:
        shop.count("orders")
        shop.count("orders")
    nonces = [one.params["oauth_nonce"] for one in shop.site.asked]
    assert len(set(nonces)) == len(nonces) == 2


def test_a_shop_whose_clock_is_wrong_says_so_in_the_hint() -> None:
    with asked(Site(Shop(orders=5))) as shop:
        late = WooCommerce(clock=lambda: NOW - timedelta(days=400))
        with pytest.raises(InvalidInput) as refused:
            late.probe(shop.connection, shop.client, now=NOW)
    assert refused.value.code == "access-ended"
    assert "Invalid timestamp" in refused.value.message
    assert "clock" in refused.value.hint


@pytest.mark.skipif(recordings.folder() is None, reason="KINDRED_SPECS names no recordings")
def test_every_recorded_delivery_of_a_real_shop_verifies() -> None:
    signed = [
        (headers["x-wc-webhook-signature"], body, secret)
        for headers, body, secret in recordings.deliveries()
        if "x-wc-webhook-signature" in headers
    ]
    assert len(signed) >= 10
    for signature, body, secret in signed:
        assert signing.is_from_shop(body, signature, [secret])
        assert signing.is_from_shop(body, signature, ["another", secret])
        assert not signing.is_from_shop(body, signature, ["another"])
        assert not signing.is_from_shop(body + b" ", signature, [secret])


def test_an_empty_secret_signs_nothing() -> None:
    signature = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()
    assert not signing.is_from_shop(b"{}", signature, [""])
    assert not signing.is_from_shop(b"{}", "", ["secret"])
    assert not signing.is_from_shop(b"{}", "é", ["secret"])
