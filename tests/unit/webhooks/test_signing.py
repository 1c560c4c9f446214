"""Signatures are those of Standard Webhooks, and a message's id can't be read in two ways."""

from __future__ import annotations

import base64

import pytest
from kindred.webhooks import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_sample_of_the_public_libraries_is_signed_as_they_sign_it() -> None:
    assert signing.sign(SECRET, ID, TIME, BODY) == SIGNATURE


def test_a_secret_without_its_prefix_is_the_same_secret() -> None:
    assert signing.sign(SECRET.removeprefix("whsec_"), ID, TIME, BODY) == SIGNATURE


@pytest.mark.parametrize(
    ("message_id", "timestamp", "body"),
    [("msg_other", TIME, BODY), (ID, TIME + 1, BODY), (ID, TIME, BODY + b" ")],
)
def test_a_signature_is_of_id_time_and_body(message_id: str, timestamp: int, body: bytes) -> None:
    assert signing.sign(SECRET, message_id, timestamp, body) != SIGNATURE


def test_a_message_carries_a_signature_by_every_secret_that_holds() -> None:
    other = signing.to_secret(bytes(range(32)))
    sent = signing.headers([other, SECRET], ID, TIME, BODY)
    assert sent["webhook-id"] == ID
    assert sent["webhook-timestamp"] == str(TIME)
    assert sent["webhook-signature"].split(" ") == [
        signing.sign(other, ID, TIME, BODY),
        SIGNATURE,
    ]


def test_a_new_secret_is_read_back_as_its_key() -> None:
    key = bytes(range(32))
    assert signing.to_key(signing.to_secret(key)) == key


@pytest.mark.parametrize("message_id", ["a.b", "", "a b", "a\r\nX-Evil: 1", "a\n", "é", "m" * 201])
def test_an_id_that_could_be_two_parts_or_two_headers_is_not_signed(message_id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        signing.sign(SECRET, message_id, TIME, BODY)


@pytest.mark.parametrize(
    "secret",
    ["whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode(), "whsec_MfKQ9r8\n"],
)
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        signing.sign(secret, ID, TIME, BODY)
