"""Signatures of Standard Webhooks 1.0: how a receiver knows that a message is ours.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
KEY_BYTES: Final = 32  # the specification: 24 to 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}\Z")


def to_secret(key: bytes) -> str:
    """A key as people copy it: its base64 behind ``whsec_``."""
    return PREFIX + base64.b64encode(key).decode()


def to_key(secret: str) -> bytes:
    """The key of a secret; raises ValueError for what is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as err:
        raise ValueError("A secret is base64 behind whsec_.") from err
    if not 24 <= len(key) <= 64:
        raise ValueError("A secret has 24 to 64 bytes.")
    return key


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC-SHA256 over ``id.timestamp.body``.

    Raises ValueError for an id with a full stop or anything else that could be read as two parts.
    """
    if not _ID.match(message_id):
        raise ValueError("A message's id is letters, digits, '-' and '_'.")
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(to_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, with a signature by every secret that holds."""
    signatures = [sign(secret, message_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
