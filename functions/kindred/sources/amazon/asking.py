"""Requests to Amazon's Selling Partner API: to which host, how often, and what a refusal means.

Rates and bursts are those of the API models; an answer's header tells an account's own rate.
"""

from __future__ import annotations

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput, NotAllowed, Unavailable
from kindred.sources.shops.http import Answer, AnswerUnusable, Client, Throttled
from kindred.sources.shops.quoting import without_secrets

if TYPE_CHECKING:
    from kindred.sources.shops.platform import Connection

HOSTS: Final = {
    region: f"https://sellingpartnerapi-{region}.amazon.com" for region in ("na", "eu", "fe")
}
_TOKENS: Final = "https://api.amazon.com"
_KEPT: Final = b"-._~"  # RFC 3986, 2.3, besides letters and digits


@dataclass(frozen=True)
class Operation:
    """One operation of the API: its own bucket of ``burst`` requests, ``rate`` a second."""

    name: str
    path: str
    rate: float
    burst: int


SEARCH_ORDERS: Final = Operation("searchOrders", "/orders/2026-01-01/orders", 0.0056, 20)
GET_ORDER: Final = Operation("getOrder", "/orders/2026-01-01/orders/{}", 0.5, 30)
SEARCH_LISTINGS: Final = Operation("searchListingsItems", "/listings/2021-08-01/items/{}", 5, 5)
GET_LISTING: Final = Operation("getListingsItem", "/listings/2021-08-01/items/{}/{}", 5, 10)
PARTICIPATIONS: Final = Operation(
    "getMarketplaceParticipations", "/sellers/v1/marketplaceParticipations", 0.016, 15
)
TRANSACTIONS: Final = Operation("listTransactions", "/finances/2024-06-19/transactions", 0.5, 10)
OPERATIONS: Final = (
    SEARCH_ORDERS, GET_ORDER, SEARCH_LISTINGS, GET_LISTING, PARTICIPATIONS, TRANSACTIONS,
)  # fmt: skip


class RoleMissing(NotAllowed):
    """The seller's app may not ask this: a role wasn't given to it, or was taken away."""

    default_code = "amazon-role-missing"


class PageEnded(InvalidInput):
    """Amazon doesn't know a page's token any more: its list has to begin anew."""

    default_code = "page-ended"


def host(connection: Connection, client: Client) -> str:
    """Where the API of the connection's region is; a test's own server where one is allowed."""
    if client.local and connection.options.get("base"):
        return connection.options["base"]
    return HOSTS[connection.options["region"]]


def token_host(connection: Connection, client: Client) -> str:
    """Where access tokens are had."""
    if client.local and connection.options.get("base"):
        return connection.options["base"]
    return _TOKENS


def ask(
    connection: Connection,
    client: Client,
    operation: Operation,
    *parts: str,
    params: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any] | None, Answer]:
    """The answer's JSON object, None where the object isn't there (404), and the answer itself.

    Raises `RoleMissing`, `PageEnded`, `InvalidInput` for what Amazon refuses, `Throttled` and
    `Unavailable` for what passes.
    """
    client.paces.take(operation.name)
    try:
        answer = client.ask(
            "GET",
            host(connection, client) + operation.path.format(*map(quoted, parts)),
            headers={"x-amz-access-token": connection.credentials.values.get("access_token", "")},
            params=params,
        )
    except Throttled as err:
        # Amazon sends no Retry-After: one more request fits in when one more has come into the
        # bucket.
        seconds = max(err.seconds, 1 / operation.rate)
        client.paces.refuse(operation.name, seconds)
        raise Throttled(seconds, "Amazon asks us to wait.") from None
    if answer.status == 404:
        return None, answer
    if answer.status != 200:
        raise _refusal(operation, answer, paging=_has_token(params))
    client.paces.learn(
        operation.name, capacity=operation.burst, per_second=_rate(answer, operation)
    )
    found = answer.json()
    if not isinstance(found, dict):
        raise AnswerUnusable("Amazon's answer has another shape than it promises.")
    return found, answer


def objects(found: object, name: str) -> list[dict[str, Any]]:
    """The list of objects under ``name``; `AnswerUnusable` where it is anything else."""
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerUnusable(f"Amazon's answer has no {name}.")
    return rows


def next_token(found: Mapping[str, Any] | None, token: str | None) -> str | None:
    """The token of the next page; `AnswerUnusable` for the same one again, which never ends."""
    pagination = (found or {}).get("pagination")
    following = pagination.get("nextToken") if isinstance(pagination, dict) else None
    if following is None or following == "":
        return None
    if not isinstance(following, str) or following == token:
        raise AnswerUnusable("Amazon gives the same page again and again.")
    return following


def answered_at(answer: Answer) -> datetime:
    """When Amazon answered, by its own clock."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        raise AnswerUnusable("Amazon's answer doesn't say when it was given.") from None


def quoted(part: str) -> str:
    """A piece of a path, so that it stays one piece: RFC 3986's percent encoding of UTF-8.

    Raises `InvalidInput` for what would be no piece: nothing, or dots alone.
    """
    if not part.strip("."):
        raise InvalidInput("That id can't be Amazon's.", code="amazon-id-unusable")
    return "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte in _KEPT else f"%{byte:02X}"
        for byte in part.encode()
    )


def _has_token(params: Mapping[str, str] | None) -> bool:
    return any(name in (params or {}) for name in ("paginationToken", "pageToken", "nextToken"))


def _rate(answer: Answer, operation: Operation) -> float:
    """What the answer says an account may ask per second; the model's where it says nothing."""
    try:
        rate = float(answer.headers.get("x-amzn-ratelimit-limit", ""))
    except ValueError:
        return operation.rate
    return rate if 0 < rate < 1000 else operation.rate


def _refusal(operation: Operation, answer: Answer, *, paging: bool) -> Exception:
    code, message = _said(answer)
    if answer.status in (401, 403):
        if "expired" in message.lower():
            return Unavailable(
                "Amazon's access token has ended.",
                code="shop-token-ended",
                hint="A new one is asked for, and the sync goes on by itself.",
            )
        return RoleMissing(
            f"Amazon doesn't let this app use {operation.name}.",
            hint="Give the app its role in Seller Central under Apps and Services > Develop Apps, "
            "then authorise it again and connect with the new refresh token.",
        )
    if answer.status == 400 and paging and "token" in message.lower():
        return PageEnded(
            "Amazon has forgotten where its list was left.",
            hint="What was there before stays; the next sync begins this part anew.",
        )
    return InvalidInput(
        f"Amazon refused {operation.name} ({answer.status} {code}: {message}).",
        code="amazon-refused",
        hint="See whether the seller id and the marketplaces are right.",
    )


def _said(answer: Answer) -> tuple[str, str]:
    """Code and message of the first error, cut short, without what looks like a key."""
    try:
        first = answer.json()["errors"][0]
        return without_secrets(str(first["code"]), 60), without_secrets(str(first["message"]), 200)
    except (AnswerUnusable, LookupError, TypeError):
        return "", ""
