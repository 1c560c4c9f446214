"""Who may call: the functions' identity on Cloud Run, a shared token on the emulators."""

from __future__ import annotations

import hmac
from typing import Any, Protocol

from scoring.settings import Settings


class CallerRefused(Exception):
    """No caller that this service knows."""


class Verify(Protocol):
    """Checks an identity token and returns its claims; raises ``ValueError`` when it is no good."""

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


def verify_google_token(token: str, audience: str) -> dict[str, Any]:
    """Claims of an identity token signed by Google for ``audience``."""
    # Imported here: the emulators' shared token needs none of it.
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request
    from google.oauth2 import id_token

    try:
        claims: dict[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
            token, Request(), audience
        )
    except GoogleAuthError as err:
        raise ValueError("not signed by Google") from err
    return claims
