"""Signing in to a shop, in each way, and staying signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput, NotAllowed, Unavailable
from kindred.sources.shopify import authorization
from kindred.sources.shopify.platform import Shopify
from kindred.sources.shops.platform import Credentials
from shops.shopify.connected import ConnectedShop
from shops.shopify.server import Instead

SHOP = "my-shop.myshopify.com"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def app(shop: ConnectedShop) -> dict[str, str]:
    return {"client_id": shop.server.client_id, "client_secret": shop.server.client_secret}


def sign_in(shop: ConnectedShop, credentials: Credentials) -> Credentials | None:
    """Renew what a connection with these credentials has; keep it on the connection."""
    shop.connection = replace(shop.connection, credentials=credentials)
    new = shop.platform.renew(shop.connection, shop.client, now=shop.server.clock)
    if new is not None:
        shop.connection = replace(shop.connection, credentials=new)
    return new


@pytest.mark.parametrize(
    "text",
    ["my-shop", "My-Shop.myshopify.com", "https://my-shop.myshopify.com/admin?x=1",
     "http://my-shop.myshopify.com/", "admin.shopify.com/store/my-shop",
     "https://admin.shopify.com/store/my-shop/orders"],
)  # fmt: skip
def test_a_shop_is_known_by_any_of_its_addresses(text: str) -> None:
    assert authorization.shop_of(text) == SHOP


@pytest.mark.parametrize(
    "text",
    ["", None, "https://www.my-brand.example", "my-shop.myshopify.com.evil.example",
     "https://evil.example/my-shop.myshopify.com", "my-shop.myshopify.com@evil.example",
     "user@my-shop.myshopify.com", "my_shop", "-shop.myshopify.com", "a b.myshopify.com",
     "my-shop.myshopify.com:8080", "http://127.0.0.1:9", "http://localhost:80",
     "http://169.254.169.254", "my-shop.myshopify.com\n.evil.example",
     "https://admin.shopify.com/store/", "https://admin.shopify.com.evil.example/store/x"],
)  # fmt: skip
def test_no_other_host_is_ever_taken_for_a_shop(text: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        authorization.shop_of(text)
    assert ".myshopify.com" in refused.value.hint


@given(st.text(max_size=60))
def test_whatever_is_typed_names_a_shop_at_shopify_or_nothing(text: str) -> None:
    try:
        shop = authorization.shop_of(text)
    except InvalidInput:
        return
    assert shop.endswith(".myshopify.com")
    assert urlsplit(f"https://{shop}/x").hostname == shop


@pytest.mark.parametrize(
    ("url", "values", "is_it"),
    [
        (SHOP, {}, True),
        ("https://admin.shopify.com/store/x", {}, True),
        ("https://shop.example.com", {"token": "shpat_0123456789abcdef"}, True),
        ("https://shop.example.com", {"consumer_key": "ck_1"}, False),
        ("my-shop", {}, False),
        (None, {}, False),
    ],
)
def test_a_shop_is_recognised_by_its_address_or_its_keys(
    url: str | None, values: Mapping[str, str], is_it: bool
) -> None:
    assert Shopify().recognise(url, values) is is_it


def test_this_machine_is_a_shop_for_tests_only(shop: ConnectedShop) -> None:
    values = {"access_token": shop.server.token}
    found, credentials, options = shop.platform.accept(shop.server.url, values, local=True)
    assert (found, credentials.mode, options) == (shop.server.url, "access_token", {})
    with pytest.raises(InvalidInput):
        shop.platform.accept(shop.server.url, values, local=False)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "credentials-incomplete"),
        ({"client_id": "0123456789abcdef0"}, "credentials-incomplete"),
        ({"access_token": "shpss_0123456789abcdef0123"}, "credentials-wrong-kind"),
        ({"access_token": "short"}, "credentials-malformed"),
        ({"access_token": "shpat_0123456789abcdef\r\nX: y"}, "credentials-malformed"),
        (
            {"client_id": "with space 0123456789", "client_secret": "x" * 20},
            "credentials-malformed",
        ),
    ],
)
def test_what_is_wrong_with_keys_is_said(values: Mapping[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Shopify().accept(SHOP, values, local=False)
    assert refused.value.code == code
    assert refused.value.hint
    for value in values.values():
        assert value not in str(refused.value.as_dict())


def test_a_pasted_token_is_never_renewed(shop: ConnectedShop) -> None:
    assert sign_in(shop, shop.connection.credentials) is None


def test_client_credentials_sign_in_and_again_before_the_day_is_over(
    shop: ConnectedShop,
) -> None:
    first = sign_in(shop, authorization.credentials_of(app(shop)))
    assert first is not None
    assert first.expires_at is not None
    assert shop.page("customers", shop.window()).objects > 0
    assert sign_in(shop, first) is None
    shop.server.clock = first.expires_at - timedelta(minutes=5)
    second = sign_in(shop, first)
    assert second is not None
    assert second.values["access_token"] != first.values["access_token"]
    assert shop.page("customers", shop.window()).objects > 0


def test_a_wrong_secret_means_connecting_again(shop: ConnectedShop) -> None:
    wrong = authorization.credentials_of({**app(shop), "client_secret": "wrong" * 5})
    with pytest.raises(InvalidInput) as ended:
        sign_in(shop, wrong)
    assert ended.value.code == "access-ended"
    assert "client ID and secret" in ended.value.message


def test_a_merchant_lets_the_app_in_and_it_stays(shop: ConnectedShop) -> None:
    url = authorization.authorize_url(
        shop.server.url, shop.server.client_id, "https://kindred.example/callback", "state-1"
    )
    asked = parse_qs(urlsplit(url).query)
    assert asked["redirect_uri"] == ["https://kindred.example/callback"]
    assert "read_orders" in asked["scope"][0].split(",")
    back = shop.server.authorize(urlsplit(url).query)
    params = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    secrets = [shop.server.client_secret]
    now = shop.server.clock
    assert params["state"] == "state-1"
    name = authorization.shop_of_callback(params, secrets, now=now, local=True)
    assert name == shop.server.url
    with pytest.raises(NotAllowed):
        authorization.shop_of_callback({**params, "shop": SHOP}, secrets, now=now)
    made = authorization.exchange_code(shop.client, name, **app(shop), code=params["code"], now=now)
    assert made.expires_at is not None
    assert made.expires_at - now <= timedelta(hours=1)
    assert sign_in(shop, made) is None
    assert shop.page("customers", shop.window()).objects > 0
    with pytest.raises(InvalidInput):  # a code is good once
        authorization.exchange_code(shop.client, name, **app(shop), code=params["code"], now=now)


def test_each_refresh_gives_a_pair_and_a_lost_answer_loses_nothing(shop: ConnectedShop) -> None:
    made = authorization.exchange_code(
        shop.client, shop.server.url, **app(shop), code=shop.server.code(), now=shop.server.clock
    )
    shop.server.forward(3600)
    lost = sign_in(shop, made)
    kept = sign_in(shop, made)  # the answer before was never stored
    assert lost is not None
    assert kept is not None
    assert kept.values["refresh_token"] != made.values["refresh_token"]
    shop.server.forward(3600)
    after = sign_in(shop, kept)
    assert after is not None
    with pytest.raises(InvalidInput) as ended:  # its successor has been used
        sign_in(shop, replace(made, expires_at=shop.server.clock))
    assert ended.value.code == "access-ended"


def test_app_only_tokens_need_no_secret_on_the_way_and_nothing_rotates(
    shop: ConnectedShop,
) -> None:
    shop.server.public_key = key().public_key()
    given = {**app(shop), "private_key": pem(key()), "key_id": "key-1"}
    first = sign_in(shop, authorization.credentials_of(given))
    assert first is not None
    assert first.mode == "app_only"
    assert "refresh_token" not in first.values
    sent = shop.server.requests[-1]["asked"]
    assert shop.server.client_secret not in str(sent)
    assert sent["grant_type"] == "client_credentials"
    shop.server.forward(3600)
    assert sign_in(shop, first) is not None
    assert shop.page("customers", shop.window()).objects > 0


def test_an_assertion_of_another_key_opens_nothing(shop: ConnectedShop) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shop.server.public_key = other.public_key()
    given = {**app(shop), "private_key": pem(key()), "key_id": "key-1"}
    with pytest.raises(InvalidInput) as ended:
        sign_in(shop, authorization.credentials_of(given))
    assert ended.value.code == "access-ended"


@pytest.mark.parametrize("text", ["no key", pem(ec.generate_private_key(ec.SECP256R1()))])
def test_a_private_key_that_cant_be_used_is_refused_at_once(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        authorization.credentials_of(
            {"client_id": "i" * 20, "client_secret": "s" * 20, "private_key": text, "key_id": "k"}
        )
    assert refused.value.code == "credentials-malformed"
    assert text not in str(refused.value.as_dict())


def test_no_secret_is_shown_by_credentials(shop: ConnectedShop) -> None:
    credentials = authorization.credentials_of(app(shop))
    assert shop.server.client_secret not in repr(credentials)


def test_a_token_that_shopify_cant_give_now_is_asked_for_again(shop: ConnectedShop) -> None:
    shop.server.instead = [Instead(503), Instead(200, b"<html>"), Instead(200, b"{}")]
    for _ in range(3):
        with pytest.raises(Unavailable):
            sign_in(shop, authorization.credentials_of(app(shop)))
    assert sign_in(shop, authorization.credentials_of(app(shop))) is not None
