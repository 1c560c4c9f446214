"""Login with Amazon: what a merchant gives, and the tokens that are had for it.

A private app's seller authorises it in Seller Central and copies a refresh token; the consent page
of a public app sends a code that is exchanged for one. Access tokens live an hour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred import addresses
from kindred.errors import InvalidInput
from kindred.sources.amazon import asking, marketplaces
from kindred.sources.shops.http import AnswerUnusable, Client, Throttled
from kindred.sources.shops.platform import Connection, Credentials

if TYPE_CHECKING:
    from kindred.sources.amazon.marketplaces import Marketplace

_REFRESH: Final = re.compile(r"Atzr\|[\x21-\x7e]{20,4000}", re.ASCII)
_CLIENT: Final = re.compile(r"amzn1\.application-oa2-client\.[0-9a-z]{10,64}", re.ASCII)
_SECRET: Final = re.compile(r"[\x21-\x7e]{20,300}", re.ASCII)
_SELLER: Final = re.compile(r"A[0-9A-Z]{8,20}", re.ASCII)
#: How a connected shop is called, see `shop_name`; new keys for it needn't say where it is again.
_NAME: Final = re.compile(r"(?P<seller_id>A[0-9A-Z]{8,20}):(?P<currency>[A-Z]{3})", re.ASCII)
_CODE: Final = re.compile(r"[\x21-\x7e]{5,2000}", re.ASCII)
_QUEUE: Final = re.compile(
    r"https://sqs\.(?P<region>[a-z0-9-]{5,25})\.amazonaws\.com/[0-9]{12}/[\w-]{1,80}", re.ASCII
)
_EARLY: Final = timedelta(minutes=5)


def looks_like_amazons(given: Mapping[str, str]) -> bool:
    """Whether keys have the shape of Amazon's."""
    return any(
        _REFRESH.fullmatch(v) or _CLIENT.fullmatch(v) for v in map(str.strip, given.values())
    )


def accept(
    shop_url: str | None, given: Mapping[str, str], *, local: bool
) -> tuple[str, Credentials, Mapping[str, str]]:
    """As `Platform.accept`. ``given``: ``client_id``, ``client_secret``, ``refresh_token`` or
    ``code``, ``seller_id``, ``marketplaces`` or ``region`` or ``currency``; for notices of changes
    ``queue_url`` with ``aws_access_key_id`` and ``aws_secret_access_key``. ``shop_url`` may be the
    name that `shop_name` gave.
    """
    named = _NAME.fullmatch(shop_url or "")
    got = named.groupdict() if named else {}
    got |= {name: value.strip() for name, value in given.items() if value.strip()}
    values = {
        "client_id": _shaped(got, "client_id", _CLIENT, "the app's LWA client identifier"),
        "client_secret": _shaped(got, "client_secret", _SECRET, "the app's LWA client secret"),
    }
    code = got.get("spapi_oauth_code") or got.get("code")
    if "refresh_token" in got or code is None:
        values["refresh_token"] = _shaped(got, "refresh_token", _REFRESH, "the refresh token")
    else:
        values["code"] = _shaped({"code": code}, "code", _CODE, "the code of Amazon's consent page")
        if "redirect_uri" in got:
            values["redirect_uri"] = got["redirect_uri"]
    seller = got.get("seller_id") or got.get("selling_partner_id", "")
    seller = _shaped({"seller_id": seller}, "seller_id", _SELLER, "the seller id")
    options = {"seller_id": seller, **_place(shop_url, got), **_queue(got, values)}
    if "base" in got:
        if not local:
            raise InvalidInput("Amazon's address is fixed.", hint="Leave `base` out.")
        addresses.parse_url(got["base"], local=True)
        options["base"] = got["base"].rstrip("/")
    chosen = marketplaces.named(options.get("marketplaces", ""))
    mode = "refresh_token" if "refresh_token" in values else "authorization_code"
    return shop_name(seller, chosen), Credentials(mode, values), options


def shop_name(seller: str, markets: tuple[Marketplace, ...]) -> str:
    """A seller's marketplaces of one currency are one shop."""
    return f"{seller}:{markets[0].currency}" if markets else seller


def renew(connection: Connection, client: Client, *, now: datetime) -> Credentials | None:
    """As `Platform.renew`. Amazon's refresh tokens don't rotate, but one that comes is kept."""
    old = connection.credentials
    if old.values.get("access_token") and old.expires_at and old.expires_at > now + _EARLY:
        return None
    form = {name: old.values[name] for name in ("client_id", "client_secret")}
    if "refresh_token" in old.values:
        form |= {"grant_type": "refresh_token", "refresh_token": old.values["refresh_token"]}
    else:
        form |= {"grant_type": "authorization_code", "code": old.values["code"]}
        if "redirect_uri" in old.values:
            form["redirect_uri"] = old.values["redirect_uri"]
    said = _tokens(connection, client, form)
    kept = {name: v for name, v in old.values.items() if name not in ("code", "redirect_uri")}
    kept["access_token"] = said["access_token"]
    kept["refresh_token"] = said.get("refresh_token") or old.values.get("refresh_token", "")
    if not kept["refresh_token"]:
        raise AnswerUnusable("Amazon gave no refresh token for the code.")
    seconds = min(int(said.get("expires_in") or 3600), 86_400)
    return replace(
        old, mode="refresh_token", values=kept, expires_at=now + timedelta(seconds=seconds)
    )


def _tokens(connection: Connection, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    client.paces.take("token")
    try:
        answer = client.ask(
            "POST", f"{asking.token_host(connection, client)}/auth/o2/token", form=form
        )
    except Throttled as err:
        client.paces.refuse("token", err.seconds)
        raise
    said = answer.json()
    if (
        answer.status == 200
        and isinstance(said, dict)
        and isinstance(said.get("access_token"), str)
    ):
        return said
    error = said.get("error") if isinstance(said, dict) else None
    if error in ("invalid_client", "unauthorized_client"):
        raise InvalidInput(
            "Amazon doesn't know this app, or not with this secret.",
            code="access-ended",
            hint="Copy the LWA client identifier and secret of the app anew. A secret ends after "
            "180 days: make a new one in the Developer Console.",
        )
    if error in ("invalid_grant", "access_denied", "invalid_request"):
        raise InvalidInput(
            "Amazon doesn't accept the seller's authorisation any more.",
            code="access-ended",
            hint="It ends after a year, or when the seller withdraws it. Authorise the app again "
            "in Seller Central and connect with the new refresh token.",
        )
    raise AnswerUnusable("Amazon's answer to a request for a token can't be read.")


def _place(shop_url: str | None, got: Mapping[str, str]) -> dict[str, str]:
    """Region and marketplaces, as far as they were said."""
    chosen = marketplaces.named(got.get("marketplaces", ""))
    of_url = marketplaces.of_address(shop_url)
    if not chosen and of_url:
        chosen = (of_url,)
    marketplaces.together(chosen)
    currency = "" if chosen else got.get("currency", "").upper()
    region = got.get("region", "").lower() or (chosen[0].region if chosen else "")
    region = region or marketplaces.region_of(currency)
    if region not in marketplaces.REGIONS:
        raise InvalidInput(
            "It isn't clear in which of Amazon's regions the shop is.",
            code="amazon-region-needed",
            hint="Give marketplaces, such as DE, FR, or a currency, or the region: na, eu (with "
            "India) or fe.",
        )
    if chosen and chosen[0].region != region:
        raise InvalidInput(
            f"The marketplace {chosen[0].country} isn't in the region {region}.",
            code="amazon-regions",
            hint=f"Leave the region out, or give {chosen[0].region}.",
        )
    where = {"region": region}
    if chosen:
        where["marketplaces"] = ",".join(market.id for market in chosen)
    elif currency:
        where["currency"] = currency
    return where


def _queue(got: Mapping[str, str], values: dict[str, str]) -> dict[str, str]:
    if "queue_url" not in got:
        return {}
    found = _QUEUE.fullmatch(got["queue_url"])
    if found is None:
        raise InvalidInput(
            "That isn't the URL of an SQS queue.",
            code="amazon-queue-unusable",
            hint="It looks like https://sqs.eu-west-1.amazonaws.com/123456789012/orders.",
        )
    for name in ("aws_access_key_id", "aws_secret_access_key"):
        values[name] = _shaped(got, name, re.compile(r"[\x21-\x7e]{16,128}"), "a key of the queue")
    return {"queue_url": got["queue_url"], "queue_region": found["region"]}


def _shaped(got: Mapping[str, str], name: str, shape: re.Pattern[str], what: str) -> str:
    value = got.get(name, "")
    if shape.fullmatch(value):
        return value
    hints = {
        "client_id": "It begins with amzn1.application-oa2-client.",
        "refresh_token": "It begins with Atzr| and is shown once, when the app is authorised.",
        "seller_id": "Seller Central shows it under Settings > Account Info > Your Merchant Token.",
    }
    raise InvalidInput(
        f"{'This is not' if value else 'What is missing is'} {what}.",
        code=f"amazon-{name.replace('_', '-')}",
        hint=hints.get(name, "Copy it from the app in Seller Central > Develop Apps."),
    )
