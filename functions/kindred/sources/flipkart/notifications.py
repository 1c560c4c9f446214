"""Flipkart's notifications: signed over time, address and secret, and not over their body.

So a body is a rumour: it names a shipment or a return, which is always read again. Flipkart wants
every event answered, also those that say nothing to us, or it sends no more.
"""

from __future__ import annotations

import base64
import binascii
import email.utils
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from kindred.errors import NotAllowed
from kindred.sources.flipkart import values
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Delivery, Hook

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,80}", re.ASCII)
_MAX_BODY: Final = 1_000_000


def verify(delivery: Delivery, secrets: Sequence[str]) -> Hook:
    """As `Platform.verify`. ``secrets``: application secrets.

    ``X_Authorization: FKLOGIN base64(appId:SHA1(timestamp + url + method + secret))``. The
    documentation calls the timestamp the HTTP date of ``X_Date``; its own sample only comes out
    with that date's seconds since 1970. Either is accepted.
    """
    signature = _signature(delivery)
    stamps = list(_stamps(_header(delivery, "x_date")))
    for secret in secrets:
        for stamp in stamps:
            signed = f"{stamp}{delivery.url}{delivery.method}{secret}".encode()
            made = hashlib.sha1(signed, usedforsecurity=False).hexdigest()  # Flipkart's choice
            if hmac.compare_digest(made, signature):
                return _hook(delivery.body)
    raise _refused()


def _signature(delivery: Delivery) -> str:
    scheme, _, encoded = _header(delivery, "x_authorization").partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _refused() from None
    _, colon, signature = decoded.partition(":")
    if scheme != "FKLOGIN" or not colon or not re.fullmatch(r"[0-9a-fA-F]{40}", signature):
        raise _refused()
    return signature.lower()


def _stamps(date: str) -> Iterator[str]:
    """What may have been signed as the time of a notification."""
    if not date:
        raise _refused()
    yield date
    try:
        yield str(int(email.utils.parsedate_to_datetime(date).timestamp()))
    except (ValueError, TypeError, OverflowError):
        return


def _header(delivery: Delivery, name: str) -> str:
    """A header that has an underscore; on its way some servers write it as a hyphen."""
    return delivery.headers.get(name) or delivery.headers.get(name.replace("_", "-"), "")


def _hook(body: bytes) -> Hook:
    found: Any = None
    if len(body) <= _MAX_BODY:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            found = None
    said = found if isinstance(found, dict) else {}
    return_id, shipment_id = _id(said.get("returnId")), _id(said.get("shipmentId"))
    event = str(said.get("eventType", ""))
    digest = hashlib.sha256(body).hexdigest()[:32]  # the same for the same notice sent again
    if event.startswith("return") and return_id:
        return Hook(digest, "changed", "returns", return_id, at=_at(said))
    if event.startswith("shipment") and shipment_id:
        return Hook(digest, "changed", "orders", f"shipment:{shipment_id}", at=_at(said))
    return Hook(digest, "ignored")


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _at(said: dict[str, Any]) -> Any:
    try:
        return values.moment(said.get("timestamp"))
    except AnswerUnusable:
        return None


def _refused() -> NotAllowed:
    return NotAllowed("That isn't Flipkart's signature.", code="hook-refused")
