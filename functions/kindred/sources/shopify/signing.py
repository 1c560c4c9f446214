"""Signatures of what claims to come from Shopify: callbacks of signing in, and webhooks.

Both are HMAC-SHA256 by the app's client secret, of the query and of the body's very bytes. While
the secret is being changed Shopify may use the former one for up to an hour: several are tried.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from kindred.errors import NotAllowed

#: How far a callback's time may lie from ours, as in Shopify's own library.
CALLBACK_SECONDS: Final = 90


def check_body(body: bytes, signature: str, secrets: Sequence[str]) -> None:
    """Raises `NotAllowed` where none of the secrets made the signature of these bytes."""
    given = signature.strip().encode("utf-8", "replace")
    good = False
    for secret in filter(None, secrets):
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        good |= hmac.compare_digest(base64.b64encode(digest), given)
    if not good:
        raise NotAllowed(
            "That isn't signed by this shop's Shopify app.",
            code="signature-wrong",
            hint="Has the app's secret been changed? Give the new one.",
        )


def check_callback(params: Mapping[str, str], secrets: Sequence[str], *, now: datetime) -> None:
    """Raises `NotAllowed` for a callback that isn't signed by the app's secret, or is too old."""
    given = params.get("hmac", "").strip().lower().encode("utf-8", "replace")
    signed = {k: v for k, v in params.items() if k not in ("hmac", "signature")}
    messages = (_plain(signed), _encoded(signed))
    good = False
    for secret in filter(None, secrets):
        for message in messages:
            made = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
            good |= hmac.compare_digest(made.encode(), given)
    if not good:
        raise NotAllowed("That link isn't signed by Shopify.", code="signature-wrong")
    stamp = params.get("timestamp", "")
    at = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 13 else 0
    if abs(now.timestamp() - at) > CALLBACK_SECONDS:
        raise NotAllowed(
            "That link from Shopify is too old.",
            code="callback-too-old",
            hint="Start connecting the shop again.",
        )


def _plain(params: Mapping[str, str]) -> str:
    """As Shopify's documentation writes it, what divides being escaped so that nothing moves."""
    pairs = (
        f"{key.replace('%', '%25').replace('=', '%3D')}={value.replace('%', '%25')}"
        for key, value in sorted(params.items())
    )
    return "&".join(pair.replace("&", "%26") for pair in pairs)


def _encoded(params: Mapping[str, str]) -> str:
    """As Shopify's own library for JavaScript writes it."""
    return urlencode(sorted(params.items()))
