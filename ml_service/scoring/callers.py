"""Who may call: the functions' identity on Cloud Run, a shared token on the emulators."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from scoring.settings import Settings

#: How far our clock and Google's may be apart: a token is often used within its first second.
CLOCK_SKEW_SECONDS: Final = 10
MOST_REMEMBERED: Final = 100


class CallerRefused(Exception):
    """No caller that this service knows."""


class KeysUnavailable(Exception):
    """Google's keys can't be had just now, so that nobody can be told from anybody."""


class Verify(Protocol):
    """Checks an identity token and returns its claims.

    Raises ``ValueError`` when it is no good, :class:`KeysUnavailable` when that can't be told.
    """

    def __call__(self, token: str, audience: str) -> dict[str, Any]: ...


def check_caller(authorization: str | None, settings: Settings, verify: Verify) -> None:
    """Raise :class:`CallerRefused` unless the ``Authorization`` header names a known caller."""
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise CallerRefused("Send 'Authorization: Bearer …'.")
    if settings.token:
        if not hmac.compare_digest(token.encode(), settings.token.encode()):
            raise CallerRefused("That token isn't the one this service was started with.")
        return
    try:
        claims = verify(token, settings.audience)
    except ValueError as err:
        raise CallerRefused("That identity token isn't valid for this service.") from err
    if not claims.get("email_verified") or claims.get("email") not in settings.callers:
        raise CallerRefused("That identity may not call this service.")


def remember(verify: Verify, *, clock: Callable[[], float] = time.time) -> Verify:
    """``verify``, asked once for each token: one that was good stays so until it ends.

    Asking fetches Google's keys, and a caller sends hundreds of requests with one token.
    """
    known: dict[tuple[str, str], dict[str, Any]] = {}

    def check(token: str, audience: str) -> dict[str, Any]:
        claims = known.get((token, audience))
        if claims is None or claims.get("exp", 0) <= clock():
            claims = verify(token, audience)
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[token, audience] = claims
        return claims

    return check


def verify_google_token(token: str, audience: str) -> dict[str, Any]:
    """Claims of an identity token signed by Google for ``audience``."""
    # Imported here: the emulators' shared token needs none of it.
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.auth.transport.requests import Request
    from google.oauth2 import id_token

    try:
        claims: dict[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
            token, Request(), audience, clock_skew_in_seconds=CLOCK_SKEW_SECONDS
        )
    except TransportError as err:
        raise KeysUnavailable from err
    except GoogleAuthError as err:
        raise ValueError("not signed by Google") from err
    return claims
