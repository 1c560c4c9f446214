"""Flipkart's OAuth: a seller's own app by id and secret, a partner's by the seller's consent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from kindred import addresses
from kindred.errors import InvalidInput
from kindred.sources.flipkart import asking
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Connection, Credentials

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_AGREE: Final = "/oauth-service/oauth/authorize"
_SIGN_IN: Final = "/oauth-service/oauth/token"
_SCOPE: Final = "Seller_Api"
_ID: Final = re.compile(r"[0-9A-Za-z-]{8,80}", re.ASCII)
_SECRET: Final = re.compile(r"[\x21-\x7e]{8,200}", re.ASCII)
_ADDRESS: Final = re.compile(r"(?:[a-z]+://)?(?:[a-z0-9-]+\.)*flipkart\.(?:com|net)(?:[/:?#].*)?")
_EARLY: Final = timedelta(minutes=5)
_LONGEST: Final = 100 * 86_400  # seconds; Flipkart's tokens live sixty days


def is_flipkart(shop_url: str | None) -> bool:
    """Whether an address is Flipkart's."""
    return _ADDRESS.fullmatch((shop_url or "").strip().lower()) is not None


def accept(
    shop_url: str | None, given: Mapping[str, str], *, local: bool
) -> tuple[str, Credentials, Mapping[str, str]]:
    """As `Platform.accept`. ``given``: ``app_id``, ``app_secret``, and for a partner's app the
    ``code`` of the seller's consent with its ``redirect_uri``; ``seller_id`` where it is known.
    """
    got = {name: value.strip() for name, value in given.items() if value.strip()}
    app = got.get("app_id", "")
    secret = got.get("app_secret", "")
    if not _ID.fullmatch(app) or not _SECRET.fullmatch(secret):
        wrong = "application id" if not _ID.fullmatch(app) else "application secret"
        raise InvalidInput(
            f"Flipkart's {wrong} is missing, or isn't one.",
            code="flipkart-keys",
            hint="Make an app at api.flipkart.net/oauth-register (self access), and copy its id "
            "and secret.",
        )
    values = {"app_id": app, "app_secret": secret}
    if "code" in got:
        if "redirect_uri" not in got:
            raise InvalidInput(
                "Flipkart's code is of no use without the address it was sent to.",
                code="flipkart-redirect",
                hint="Give redirect_uri, as it is registered with the app.",
            )
        values |= {name: got[name] for name in ("code", "redirect_uri", "state") if name in got}
    options = {}
    if "base" in got:
        if not local:
            raise InvalidInput("Flipkart's address is fixed.", hint="Leave `base` out.")
        addresses.parse_url(got["base"], local=True)
        options["base"] = got["base"].rstrip("/")
    mode = "authorization_code" if "code" in values else "client_credentials"
    return got.get("seller_id") or app, Credentials(mode, values), options


def authorize_url(given: Mapping[str, str], *, state: str, redirect_uri: str, local: bool) -> str:
    """Where a seller is sent to let a partner's app in. ``state`` is the caller's, unguessable.

    Raises as `accept`, and without a ``seller_id``: an app may be let in by several sellers, and
    Flipkart never says by which, so that two would be taken for one shop.
    """
    if not given.get("seller_id", "").strip():
        raise InvalidInput(
            "The seller id is missing.",
            code="credentials-incomplete",
            hint="Give seller_id: Flipkart doesn't say which seller has agreed. It stands in "
            "Seller Hub under Manage Profile.",
        )
    _, credentials, options = accept(None, given, local=local)
    asked = {
        "client_id": credentials.values["app_id"],
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": _SCOPE,
        "state": state,
    }
    return f"{options.get('base', asking.HOST)}{_AGREE}?{urlencode(asked)}"


def exchange_code(
    client: Client,
    given: Mapping[str, str],
    *,
    code: str,
    state: str,
    redirect_uri: str,
    now: datetime,
) -> tuple[str, Credentials, Mapping[str, str]]:
    """As `accept`, with the tokens for the ``code`` that a seller's browser has brought.

    Raises `InvalidInput` ``access-ended`` for a code that Flipkart doesn't take (any more).
    """
    consent = {**given, "code": code, "state": state, "redirect_uri": redirect_uri}
    shop, credentials, options = accept(None, consent, local=client.local)
    opened = Connection("flipkart", shop, credentials, options=options)
    renewed = renew(opened, client, now=now)
    assert renewed is not None  # a code opens nothing by itself
    return shop, renewed, options


def renew(connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
    """As `Platform.renew`. A partner's refresh token may be replaced: the new one is kept."""
    old = connection.credentials
    if old.values.get("access_token") and old.expires_at and old.expires_at > now + _EARLY:
        return None
    said = _token(connection, client, _grant(old))
    kept = {n: v for n, v in old.values.items() if n not in ("code", "redirect_uri", "state")}
    kept["access_token"] = said["access_token"]
    if isinstance(said.get("refresh_token"), str):
        kept["refresh_token"] = said["refresh_token"]
    try:
        seconds = min(max(int(said.get("expires_in") or 3600), 0), _LONGEST)
    except (TypeError, ValueError, OverflowError):
        seconds = 3600
    return replace(old, values=kept, expires_at=now + timedelta(seconds=seconds))


def _grant(old: Credentials) -> dict[str, str]:
    if "refresh_token" in old.values:
        return {"grant_type": "refresh_token", "refresh_token": old.values["refresh_token"]}
    if "code" in old.values:
        names = [name for name in ("code", "redirect_uri", "state") if name in old.values]
        return {"grant_type": "authorization_code", **{name: old.values[name] for name in names}}
    if old.mode == "authorization_code":
        raise _ended(old.mode)
    return {"grant_type": "client_credentials", "scope": _SCOPE}


def _token(connection: Connection, client: Client, params: Mapping[str, str]) -> dict[str, Any]:
    values = connection.credentials.values
    answer = asking.paced(
        client,
        "GET",
        asking.host(connection, client) + _SIGN_IN,
        params=params,
        basic=(values["app_id"], values["app_secret"]),
    )
    if answer.status in (400, 401, 403):
        raise _ended(connection.credentials.mode)
    said = answer.json()
    if (
        answer.status == 200
        and isinstance(said, dict)
        and isinstance(said.get("access_token"), str)
    ):
        return said
    raise AnswerUnusable("Flipkart's answer to a request for a token can't be read.")


def _ended(mode: str) -> InvalidInput:
    if mode == "authorization_code":
        return InvalidInput(
            "The seller's consent at Flipkart has ended, or the app's keys have.",
            code="access-ended",
            hint="Connect Flipkart again, and agree there: a consent lasts 180 days. If that "
            "doesn't help, see whether the app is active and its secret the present one.",
        )
    return InvalidInput(
        "Flipkart doesn't accept these keys.",
        code="access-ended",
        hint="See whether the app is still active and its secret the present one, and give both "
        "again.",
    )
