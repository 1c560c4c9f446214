"""How one signs in to a shop: a pasted token, client credentials, OAuth, and app-only tokens.

| mode | values | a token lives |
|---|---|---|
| access_token | access_token, (client_secret) | until taken back; apps made in the admin by 2025 |
| client_credentials | client_id, client_secret | 24 h; apps of the shop's own organization |
| authorization_code | client_id, client_secret, refresh_token | 1 h; a refresh gives a new pair |
| app_only | client_id, client_secret, private_key, key_id | 1 h; nothing that could rotate away |

`client_secret` verifies webhooks in every mode. Shopify asks app-only tokens for a signed client
assertion, whose claims are those of RFC 7523: issuer and subject are the app, the audience is the
address that is asked. The four ways stand in one module since each is a few lines beside the others
and all renew alike.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from kindred.errors import InvalidInput
from kindred.sources.shopify.asking import base_url
from kindred.sources.shopify.refusals import access_ended
from kindred.sources.shopify.signing import check_callback
from kindred.sources.shops.http import AnswerUnusable, Client
from kindred.sources.shops.platform import Connection, Credentials

#: What an app asks for. `read_all_orders` needs Shopify's approval, and is left out without it.
SCOPES: Final = (
    "read_customers", "write_customers", "read_orders", "read_products", "read_inventory",
    "read_discounts", "write_discounts", "read_draft_orders", "write_draft_orders",
)  # fmt: skip
EARLY: Final = timedelta(minutes=5)  # so long before its end a token is renewed
_HANDLE = r"[a-z0-9][a-z0-9-]{0,60}"
_DOMAIN: Final = re.compile(rf"(?:https?://)?({_HANDLE}\.myshopify\.com)(?:[/?#].*)?\Z")
_ADMIN: Final = re.compile(rf"(?:https?://)?admin\.shopify\.com/store/({_HANDLE})(?:[/?#].*)?\Z")
_LOCAL: Final = re.compile(r"(http://(?:127\.0\.0\.1|localhost):[0-9]{1,5})/?\Z")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,255}\Z")
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "app_only": ("client_id", "client_secret", "private_key", "key_id"),
    "client_credentials": ("client_id", "client_secret"),
    "access_token": ("access_token",),
}


def shop_of(shop_url: str | None, *, local: bool = False) -> str:
    """A shop's host from what a merchant types: its name, its address, or its admin's.

    Checked before anything is asked, so that no other host ever is. ``local``: also
    ``http://127.0.0.1:PORT``, which stays as it is. Raises `InvalidInput`.
    """
    text = (shop_url or "").strip().rstrip("/").lower()
    if found := _LOCAL.match(text):
        if local:
            return found[1]
    elif found := _DOMAIN.match(text):
        return found[1]
    elif found := _ADMIN.match(text):
        return f"{found[1]}.myshopify.com"
    elif re.fullmatch(_HANDLE, text):
        return f"{text}.myshopify.com"
    raise InvalidInput(
        "That isn't a Shopify shop's own address.",
        code="shop-address-refused",
        hint="Give the one that ends with .myshopify.com. In Shopify: Settings, Domains.",
    )


def is_shopify(shop_url: str | None, given: Mapping[str, str]) -> bool:
    """Whether the address, or the shape of a key, is Shopify's."""
    text = (shop_url or "").strip().rstrip("/").lower()
    if _DOMAIN.match(text) or _ADMIN.match(text):
        return True
    return any(re.match(r"shp[a-z]{2}_[A-Za-z0-9]", value.strip()) for value in given.values())


def credentials_of(given: Mapping[str, str]) -> Credentials:
    """Credentials of what was typed in; the mode follows from which fields there are.

    Raises `InvalidInput` with what is missing. Without ``access_token`` they have to be renewed
    once before they open anything.
    """
    values = {name: value.strip() for name, value in given.items() if value and value.strip()}
    mode = next((m for m, needed in _FIELDS.items() if all(n in values for n in needed)), None)
    if mode is None:
        raise InvalidInput(
            "Something is missing to sign in to Shopify.",
            code="credentials-incomplete",
            hint="Give client ID and client secret of your app (Dev Dashboard, Settings), or the "
            "Admin API access token of an older custom app, which starts with shpat_.",
        )
    if mode == "access_token":
        return Credentials(mode, _pasted(values))
    for name in ("client_id", "client_secret"):
        if not _TOKEN.match(values[name]):
            raise _odd(name)
    if mode == "app_only":
        _private_key(values["private_key"])
    return Credentials(mode, {name: values[name] for name in _FIELDS[mode]})


def authorize_url(
    shop: str, client_id: str, redirect_uri: str, state: str, scopes: Sequence[str] = SCOPES
) -> str:
    """Where a merchant is sent to let the app in. ``state`` is the caller's, unguessable.

    Sign nothing of your own with the client secret: it would pass as Shopify's signature.
    """
    query = urlencode(
        {
            "client_id": client_id,
            "scope": ",".join(scopes),
            "redirect_uri": redirect_uri,
            "state": state,
        }
    )
    return f"{_root(shop)}/admin/oauth/authorize?{query}"


def shop_of_callback(
    params: Mapping[str, str], secrets: Sequence[str], *, now: datetime, local: bool = False
) -> str:
    """The shop of a callback that Shopify signed. The caller compares ``state``.

    Raises `NotAllowed` for a wrong signature or an old link, `InvalidInput` for another host.
    """
    check_callback(params, secrets, now=now)
    return shop_of(params.get("shop"), local=local)


def exchange_code(
    client: Client, shop: str, *, client_id: str, client_secret: str, code: str, now: datetime
) -> Credentials:
    """The tokens for a callback's ``code``: an hour's, with a refresh token (`expiring`)."""
    values = {"client_id": client_id, "client_secret": client_secret}
    reply = _ask_token(client, _root(shop), {**values, "code": code, "expiring": "1"})
    return _credentials("authorization_code", values, reply, now)


def renew(connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
    """New credentials where the present ones end soon or aren't there yet; None: still good.

    Raises `InvalidInput` ``access-ended`` where only the merchant can go on.
    """
    held = connection.credentials
    values = dict(held.values)
    if held.mode == "access_token":
        return None
    soon = held.expires_at is not None and held.expires_at - now <= EARLY
    if values.get("access_token") and not soon:
        return None
    root = base_url(connection)
    match held.mode:
        case "client_credentials":
            asked = {k: values[k] for k in ("client_id", "client_secret")}
            reply = _ask_token(client, root, {**asked, "grant_type": "client_credentials"})
        case "app_only":
            reply = _ask_token(client, root, _asserted(values, root, now))
        case "authorization_code":
            if not values.get("refresh_token"):
                raise access_ended("there is no refresh token.")
            asked = {k: values[k] for k in ("client_id", "client_secret", "refresh_token")}
            reply = _ask_token(client, root, {**asked, "grant_type": "refresh_token"})
        case _:
            raise InvalidInput(f"{held.mode!r} is no way to sign in.", code="mode-unknown")
    return _credentials(held.mode, values, reply, now)


def _pasted(values: Mapping[str, str]) -> dict[str, str]:
    token = values["access_token"]
    if token.startswith("shpss_"):
        raise InvalidInput(
            "That is the app's secret, not its access token.",
            code="credentials-wrong-kind",
            hint="The token starts with shpat_. Newer apps have none: give client ID and secret.",
        )
    if not _TOKEN.match(token):
        raise _odd("access_token")
    kept = {"access_token": token}
    if secret := values.get("client_secret"):
        kept["client_secret"] = secret
    return kept


def _odd(name: str) -> InvalidInput:
    return InvalidInput(
        f"The {name.replace('_', ' ')} has signs in it that none has.",
        code="credentials-malformed",
        hint="Copy it again, without spaces or quotation marks.",
    )


def _root(shop: str) -> str:
    return shop if "://" in shop else f"https://{shop}"


def _ask_token(client: Client, root: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
    answer = client.ask("POST", f"{root}/admin/oauth/access_token", json_body=dict(asked))
    if answer.status in (400, 401, 403, 404):
        raise access_ended(_why(answer.body))
    reply = answer.json()
    if not isinstance(reply, dict) or not isinstance(reply.get("access_token"), str):
        raise AnswerUnusable("Shopify's answer holds no token.", hint="We try again.")
    return reply


def _why(body: bytes) -> str:
    """Shopify's word for its refusal, where it is one of OAuth's."""
    try:
        said = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = ""
    return {
        "invalid_grant": "the grant has ended or was used.",
        "invalid_request": "the request was refused.",
        "invalid_client": "client ID and secret don't belong together.",
        "app_not_installed": "the app isn't installed in this shop.",
        "shop_not_permitted": "the app belongs to another organization than the shop.",
    }.get(said if isinstance(said, str) else "", "it gave no token.")


def _credentials(
    mode: str, values: Mapping[str, str], reply: Mapping[str, Any], now: datetime
) -> Credentials:
    kept = {**values, "access_token": str(reply["access_token"])}
    if isinstance(reply.get("refresh_token"), str):
        kept["refresh_token"] = reply["refresh_token"]
    try:
        lives = int(reply["expires_in"])
    except (KeyError, ValueError, TypeError):
        return Credentials(mode, kept)
    return Credentials(mode, kept, expires_at=now + timedelta(seconds=lives))


def _asserted(values: Mapping[str, str], root: str, now: datetime) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": values["client_id"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": client_assertion(
            client_id=values["client_id"],
            key_id=values["key_id"],
            private_key=values["private_key"],
            audience=f"{root}/admin/oauth/access_token",
            now=now,
        ),
    }


def client_assertion(
    *, client_id: str, key_id: str, private_key: str, audience: str, now: datetime
) -> str:
    """A JSON Web Token by which the app says who it is, for five minutes (RFC 7523, RS256)."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    head = {"alg": "RS256", "kid": key_id, "typ": "JWT"}
    issued = int(now.timestamp())
    once = hashlib.sha256(f"{client_id} {audience} {now.isoformat()}".encode()).hexdigest()[:32]
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": issued,
        "exp": issued + 300,
        "jti": once,
    }
    message = f"{_part(head)}.{_part(claims)}".encode()
    signature = _private_key(private_key).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return f"{message.decode()}.{_base64(signature)}"


def _private_key(pem: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise InvalidInput(
            "The private key isn't an RSA key in PEM form without a password.",
            code="credentials-malformed",
            hint="Paste the whole file, from -----BEGIN to END-----.",
        )
    return key


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
