"""Origins are written as browsers send them, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.keys.origins import check_origin, is_origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example",
        "https://shop.example:8443",
        "https://xn--mller-kva.example",
        "https://[2001:db8::1]",
        "https://[2001:db8::1]:8443",
        "http://localhost:5173",
        "http://127.0.0.1:8000",
    ],
)
def test_an_origin_of_a_page_is_taken_as_it_is(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "*", "https://", "https://*", "https://*.shop.example", "shop.example"),
        *("http://shop.example", "https://Shop.example", "https://shop.example/", "ftp://a.b"),
        *("https://shop.example:443", "http://localhost:80", "https://a.b:65536", "https://a.b:0"),
        *("https://a.b:080", "https://user@shop.example", "https://shop.example?x", "https://a..b"),
        *("https://müller.example", "https://a.b\n", "https://a.b\r\nSet-Cookie: x", "https://.a"),
        *("https://a.b, https://c.d", "https://a b", "HTTPS://a.b", "https://-a.b", "http://[::1]"),
        "https://" + "a" * 64 + ".example",
        "https://" + ".".join(["abcdefghi"] * 26),
    ],
)
def test_what_no_browser_sends_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        check_origin(text)


@given(st.text(max_size=40))
def test_what_is_taken_can_stand_in_a_header(text: str) -> None:
    for origin in (text, f"https://{text}", f"https://a.b:{text}"):
        if is_origin(origin):
            assert origin.isascii()
            assert origin.isprintable()
            assert " " not in origin
