"""Which platform a shop is on is told by its address and its keys, and never asked with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput, KindredError
from kindred.sources.shops import connecting
from kindred.sources.shops.http import Answer
from kindred.sources.shops.recognising import (
    clean_address,
    index_url,
    is_woocommerce,
    recognise,
)


class Told:
    """A platform that is told by one word in the address, or by the name of a key."""

    def __init__(self, word: str, key: str) -> None:
        self.word, self.key = word, key

    def recognise(self, shop_url: str | None, given: Mapping[str, str]) -> bool:
        return self.word in (shop_url or "") or self.key in given


PLATFORMS: dict[str, Any] = {
    "shopify": lambda: Told("myshopify.com", "access_token"),
    "woocommerce": lambda: Told("woo.example", "consumer_key"),
    "amazon": lambda: Told("amazon", "refresh_token"),
}


@pytest.mark.parametrize(
    ("address", "given_", "kind"),
    [
        ("https://tea.myshopify.com", {}, "shopify"),
        (None, {"access_token": "shpat_1"}, "shopify"),
        ("https://tea.example.com", {"consumer_key": "ck_1"}, "woocommerce"),
        ("https://tea.myshopify.com", {"access_token": "shpat_1"}, "shopify"),
        (None, {"refresh_token": "Atzr|x"}, "amazon"),
        ("https://tea.example.com", {}, None),
        (None, {"password": "x"}, None),
    ],
    ids=str,
)
def test_one_platform_is_told(
    address: str | None, given_: dict[str, str], kind: str | None
) -> None:
    assert recognise(address, given_, PLATFORMS) == kind


@pytest.mark.parametrize(
    ("address", "given_"),
    [
        ("https://tea.myshopify.com", {"consumer_key": "ck_1"}),
        (None, {"access_token": "shpat_1", "consumer_key": "ck_1"}),
        ("https://amazon.woo.example", {}),
    ],
    ids=str,
)
def test_what_could_be_two_platforms_is_asked_back(
    address: str | None, given_: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        recognise(address, given_, PLATFORMS)
    assert refused.value.code == "platform-ambiguous"
    assert " or " in refused.value.message
    assert "platform" in refused.value.hint
    assert not [value for value in given_.values() if value in str(refused.value.as_dict())]


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (None, None),
        ("  ", None),
        ("tea.example.com", "https://tea.example.com"),
        (" https://tea.example.com/shop ", "https://tea.example.com/shop"),
        ("http://tea.example.com", "http://tea.example.com"),
        ("tea.example.com:8443", "https://tea.example.com:8443"),
        ("tea", "https://tea"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str | None, clean: str | None) -> None:
    assert clean_address(typed) == clean


@pytest.mark.parametrize(
    "typed",
    ["https://a b.example", "https:\\\\a.example", "a\nb", "https://a.example\r\nHost: b", "\x00"],
)
def test_an_address_with_signs_that_none_has_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_address(typed)
    assert refused.value.code == "shop-address-refused"
    assert typed not in refused.value.message


def test_a_very_long_address_is_refused() -> None:
    with pytest.raises(InvalidInput):
        clean_address("a" * 2001)


@given(st.text(max_size=100))
def test_any_text_is_an_address_none_or_refused(text: str) -> None:
    try:
        clean = clean_address(text)
    except InvalidInput:
        return
    assert clean is None or ":" in clean


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://tea.example.com", "https://tea.example.com/wp-json/"),
        ("https://tea.example.com/", "https://tea.example.com/wp-json/"),
        ("https://tea.example.com/wp-admin/", "https://tea.example.com/wp-json/"),
        ("https://tea.example.com/shop/?a=b#c", "https://tea.example.com/shop/wp-json/"),
    ],
)
def test_a_site_is_asked_at_one_place(address: str, asked: str) -> None:
    assert index_url(address) == asked


@pytest.mark.parametrize(
    ("index", "is_it"),
    [
        ({"namespaces": ["wp/v2", "wc/v3"]}, True),
        ({"namespaces": ["wp/v2"]}, False),
        ({"namespaces": "wc/v3"}, False),
        ({"namespaces": None}, False),
        ([], False),
        ("wc/v3", False),
        (None, False),
    ],
    ids=str,
)
def test_a_site_says_whether_it_has_woocommerce(index: object, is_it: bool) -> None:
    assert is_woocommerce(index) is is_it


# Asking ------------------------------------------------------------------------------------

HOSTILE = (
    "http://169.254.169.254/latest/meta-data",
    "https://127.0.0.1",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://localhost",
    "https://metadata.google.internal",
    "https://user:pass@tea.example.com",
    "https://tea.example.com:22",
    "ftp://tea.example.com",
    "file:///etc/passwd",
    "gopher://tea.example.com",
    "javascript:alert(1)",
)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "PLATFORMS", PLATFORMS)


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_inside_is_never_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object, **__: object) -> None:
        raise AssertionError("something was asked")

    monkeypatch.setattr("requests.Session.send", reached)
    with pytest.raises(KindredError) as refused:
        connecting._find_platform(clean_address(address), {})
    assert refused.value.code in ("shop-address-refused", "platform-unknown")


def test_a_site_is_asked_without_what_the_merchant_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    class Client:
        def ask(self, *what: object, **more: object) -> Answer:
            asked.append((*what, *more.items()))
            return Answer(200, {}, b'{"namespaces": ["wc/v3"]}')

    monkeypatch.setattr(connecting, "client", Client)
    given_ = {"user": "ann", "app_password": "abcd efgh"}
    assert connecting._find_platform("https://tea.example.com", given_) == "woocommerce"
    assert len(asked) == 1
    assert not [value for value in given_.values() if value in str(asked)]


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"namespaces": ["wp/v2"]}'])
def test_a_site_that_says_something_else_is_of_no_platform(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Client:
        def ask(self, *_: object, **__: object) -> Answer:
            return Answer(200, {}, body)

    monkeypatch.setattr(connecting, "client", Client)
    with pytest.raises(InvalidInput) as refused:
        connecting._find_platform("https://tea.example.com", {})
    assert refused.value.code == "platform-unknown"
