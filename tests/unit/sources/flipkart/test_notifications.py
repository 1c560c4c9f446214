"""Flipkart's notifications: whose they are is proved, what they say is read again."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import NotAllowed
from kindred.sources.flipkart.notifications import verify
from kindred.sources.shops.platform import Delivery, Hook
from shops.flipkart import shop as made_up

URL = "https://app.example.com/hooks/flipkart/made-up-token"
SPECS = Path(os.environ.get("KINDRED_SPECS", "nowhere"))
VECTORS = SPECS / "webhook_signature_vectors.json"


def delivered(body: Any, *, epoch: bool = True, url: str = URL, **headers: str) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery("POST", url, made_up.signed(URL, raw, epoch=epoch) | headers, raw)


def read(body: Any) -> Hook:
    return verify(delivered(body), [made_up.SECRET])


@pytest.mark.parametrize("epoch", [True, False])
def test_both_ways_to_write_the_time_are_signed_by_flipkart(epoch: bool) -> None:
    body = {"eventType": "shipment_delivered", "shipmentId": "d133588f-b0ac"}
    hook = verify(delivered(body, epoch=epoch), [made_up.SECRET])
    assert (hook.what, hook.stream, hook.object_id) == (
        "changed", "orders", "shipment:d133588f-b0ac",
    )  # fmt: skip


def test_while_a_secret_is_replaced_the_old_one_counts_too() -> None:
    body = {"eventType": "shipment_created", "shipmentId": "s1"}
    assert verify(delivered(body), ["a-new-secret", made_up.SECRET]).what == "changed"


def test_a_server_that_writes_hyphens_into_headers_is_understood() -> None:
    headers = {n.replace("_", "-"): v for n, v in made_up.signed(URL, b"{}").items()}
    assert verify(Delivery("POST", URL, headers, b"{}"), [made_up.SECRET]).what == "ignored"


def test_somebody_elses_signature_address_or_time_is_refused() -> None:
    good = delivered({"eventType": "shipment_created", "shipmentId": "s1"})
    later = {"x_date": "Fri, 20 Nov 2026 12:00:01 GMT"}
    plain = base64.b64encode(b"app:" + b"0" * 40).decode()
    for wrong, secrets in (
        (good, ["another-secret"]), (good, []),
        (Delivery("POST", URL + "x", good.headers, good.body), [made_up.SECRET]),
        (Delivery("GET", URL, good.headers, good.body), [made_up.SECRET]),
        (Delivery("POST", URL, dict(good.headers) | later, good.body), [made_up.SECRET]),
        (delivered({}, x_authorization=f"FKLOGIN {plain}"), [made_up.SECRET]),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            verify(wrong, secrets)


@given(header=st.text(max_size=60), date=st.text(max_size=40))
def test_no_header_opens_the_door_or_breaks_it(header: str, date: str) -> None:
    for scheme in ("", "FKLOGIN "):
        headers = {"x_authorization": scheme + header, "x_date": date}
        with pytest.raises(NotAllowed):
            verify(Delivery("POST", URL, headers, b"{}"), [made_up.SECRET])


@given(body=st.binary(max_size=200))
def test_no_body_breaks_it_and_none_is_believed(body: bytes) -> None:
    hook = read(body)
    assert hook.what in ("changed", "ignored")
    assert hook.object_id is None or len(hook.object_id) < 100


def test_what_says_nothing_to_us_is_answered_all_the_same() -> None:
    for body in ({}, [], "text", {"eventType": "listing_changed", "shipmentId": "s1"},
                 {"eventType": "shipment_created", "shipmentId": {"$ne": 1}},
                 {"eventType": "shipment_created", "shipmentId": "../../labels"}):  # fmt: skip
        assert read(body).what == "ignored"


def test_a_return_is_named_by_its_id() -> None:
    hook = read({"eventType": "return_created", "returnId": "R1", "shipmentId": "s1"})
    assert (hook.stream, hook.object_id) == ("returns", "R1")


def test_a_notice_that_comes_twice_is_told_by_its_bytes() -> None:
    body = {"eventType": "shipment_created", "shipmentId": "s1",
            "timestamp": "2026-11-20T17:30:00+05:30"}  # fmt: skip
    first, second = read(body), read(body)
    assert first == second
    assert first.id is not None
    assert first.at == made_up.NOW
    assert first.id != read(body | {"timestamp": "2026-11-20T17:30:01+05:30"}).id


@pytest.mark.skipif(not VECTORS.is_file(), reason="KINDRED_SPECS names no folder with vectors")
def test_flipkarts_own_sample_is_accepted() -> None:
    sample = json.loads(VECTORS.read_text("utf-8"))["flipkart_notification"]
    headers = {"x_date": sample["X_Date"], "x_authorization": sample["X_Authorization"]}
    delivery = Delivery(sample["method"], sample["url"], headers, b"{}")
    assert verify(delivery, [sample["app_secret"]]).what == "ignored"
    with pytest.raises(NotAllowed):
        verify(delivery, [sample["app_secret"][:-1]])


@pytest.mark.skipif(not SPECS.is_dir(), reason="KINDRED_SPECS names no folder with samples")
def test_every_sample_of_flipkarts_documentation_names_its_shipment() -> None:
    samples = sorted((SPECS / "flipkart/notifications").glob("*_2.json"))
    assert len(samples) > 5
    for path in samples:
        said = json.loads(path.read_text("utf-8"))
        hook = read(path.read_bytes())
        assert (hook.what, hook.object_id) == ("changed", f"shipment:{said['shipmentId']}"), path
