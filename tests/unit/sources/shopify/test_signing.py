"""Who may say something: callbacks of signing in, and webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import NotAllowed
from kindred.sources.shopify.signing import check_body, check_callback

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECRET = "shpss_secret"
PARAMS = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvcw",
    "shop": "some-shop.myshopify.com",
    "state": "0.6784241404160823",
    "timestamp": str(int(NOW.timestamp())),
}


def signed(text: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_a_callback_signed_over_its_sorted_query_passes() -> None:
    text = "&".join(f"{key}={value}" for key, value in sorted(PARAMS.items()))
    check_callback({**PARAMS, "hmac": signed(text), "signature": "old"}, [SECRET], now=NOW)


def test_a_callback_signed_over_its_encoded_query_passes() -> None:
    params = {**PARAMS, "host": "YWRtaW4="}
    text = "&".join(f"{key}={value.replace('=', '%3D')}" for key, value in sorted(params.items()))
    check_callback({**params, "hmac": signed(text)}, [SECRET], now=NOW)


def test_a_callback_passes_by_the_former_secret_while_it_is_changed() -> None:
    text = "&".join(f"{key}={value}" for key, value in sorted(PARAMS.items()))
    check_callback({**PARAMS, "hmac": signed(text, "old")}, [SECRET, "old"], now=NOW)


@pytest.mark.parametrize("name", PARAMS)
def test_a_callback_with_any_part_changed_is_refused(name: str) -> None:
    text = "&".join(f"{key}={value}" for key, value in sorted(PARAMS.items()))
    with pytest.raises(NotAllowed):
        check_callback({**PARAMS, name: "other", "hmac": signed(text)}, [SECRET], now=NOW)


def test_parts_of_a_callback_cant_be_moved_into_one_another() -> None:
    """`a=1&b=2` signed as two parts isn't one part that holds the other."""
    text = "a=1&b=2&timestamp=" + PARAMS["timestamp"]
    moved = {"a": "1&b=2", "timestamp": PARAMS["timestamp"], "hmac": signed(text)}
    with pytest.raises(NotAllowed):
        check_callback(moved, [SECRET], now=NOW)


@pytest.mark.parametrize("seconds", [-91, 91, 86_400])
def test_an_old_callback_is_refused(seconds: int) -> None:
    text = "&".join(f"{key}={value}" for key, value in sorted(PARAMS.items()))
    with pytest.raises(NotAllowed) as refused:
        check_callback(
            {**PARAMS, "hmac": signed(text)}, [SECRET], now=NOW + timedelta(seconds=seconds)
        )
    assert refused.value.code == "callback-too-old"


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=3))
def test_a_body_passes_by_its_very_bytes_and_no_others(body: bytes, more: bytes) -> None:
    made = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    signature = base64.b64encode(made).decode()
    check_body(body, signature, ["former", SECRET])
    with pytest.raises(NotAllowed):
        check_body(body + more, signature, ["former", SECRET])


@pytest.mark.parametrize("signature", ["", "x", "ä", "A" * 44])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(NotAllowed):
        check_body(b"{}", signature, [SECRET])


def test_no_secret_opens_nothing() -> None:
    empty = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()
    for secrets in ([], [""]):
        with pytest.raises(NotAllowed):
            check_body(b"{}", empty, secrets)
