"""Signatures of WooCommerce: of requests over plain http, and of webhooks.

OAuth 1.0a with one leg (RFC 5849 without a token), HMAC-SHA256, in the query, as WooCommerce checks
it; over https it takes the keys themselves.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

_UNRESERVED: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)


def encoded(text: str) -> str:
    """Percent-encoded as RFC 3986 and OAuth want it: all but letters, digits and ``-._~``."""
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8")
    )


def query(params: Mapping[str, str]) -> str:
    """``a=1&b=2``, each name and value encoded."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in params.items())


def signed(
    method: str, url: str, params: Mapping[str, str], key: str, secret: str,
    *, timestamp: int, nonce: str,
) -> dict[str, str]:  # fmt: skip
    """``params`` with those of OAuth, the signature last. ``url``: without a query.

    ``timestamp``: seconds; the shop takes them up to 15 minutes from its own clock. ``nonce``: a
    new one for each request, also for a repetition.
    """
    given = {
        **params,
        "oauth_consumer_key": key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(timestamp),
    }
    ordered = query(dict(sorted(given.items())))
    base = "&".join((method.upper(), encoded(url), encoded(ordered)))
    digest = hmac.new(f"{secret}&".encode(), base.encode(), hashlib.sha256).digest()
    return {**given, "oauth_signature": base64.b64encode(digest).decode()}


def is_from_shop(body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether one of ``secrets`` made a webhook's signature: base64 HMAC-SHA256 of its bytes."""
    given = signature.encode("utf-8", "replace")
    return any(
        hmac.compare_digest(
            base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()), given
        )
        for secret in secrets
        if secret
    )
