"""One GraphQL request to a shop, paced by its cost; what its refusals mean is in `refusals`.

Shopify answers most faults with HTTP 200 and a list of `errors`, a throttle among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from kindred import log
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shopify.refusals import (
    AccessDenied,
    TooCostly,
    check_status,
    code_of,
    field_of,
    message_of,
    stale_token,
)
from kindred.sources.shops.http import Answer, AnswerUnusable, Client, Throttled
from kindred.sources.shops.platform import Connection
from kindred.sources.shops.quoting import without_secrets

API_VERSION: Final = "2026-10"
#: Shopify counts the points of one shop and app in one bucket.
OPERATION: Final = "graphql"
_LONGEST_WAIT: Final = 3600.0
_PATIENCE: Final = 6  # how often a patient question is asked again after a throttle


@dataclass(frozen=True)
class Reply:
    """What came. ``denied``: fields kept from the app, which are null; ``cost``: as requested."""

    data: Mapping[str, Any]
    denied: frozenset[str]
    cost: float | None
    at: datetime | None  # the shop's own clock
    version: str | None  # that answered


def base_url(connection: Connection) -> str:
    """Where the shop is: its host by https, or as it is for one on this machine."""
    return connection.shop if "://" in connection.shop else f"https://{connection.shop}"


def ask(
    connection: Connection,
    client: Client,
    query: str,
    variables: Mapping[str, Any] | None = None,
    *,
    cost: float = 10,
    patient: bool = False,
) -> Reply:
    """The data of a query. ``cost``: how many points it is thought to take.

    ``patient``: for what completes a page that was half read. After a throttle it is asked again,
    once the pace has waited, since beginning the page anew might never end.

    Raises `Throttled` with how long to wait, `TooCostly`, `AccessDenied` where nothing of it may
    be read, `InvalidInput` ``access-ended`` where the token opens nothing any more, and
    `Unavailable` for what may pass.
    """
    for _ in range(_PATIENCE if patient else 0):
        try:
            return _ask_once(connection, client, query, variables, cost)
        except _ThrottledByShop as wait:
            cost = max(cost, wait.cost)
    return _ask_once(connection, client, query, variables, cost)


class _ThrottledByShop(Throttled):
    """The shop refused, and the pace knows it by now. ``cost``: what the query wants."""

    def __init__(self, seconds: float, cost: float) -> None:
        super().__init__(seconds)
        self.cost = cost


def _ask_once(
    connection: Connection,
    client: Client,
    query: str,
    variables: Mapping[str, Any] | None,
    cost: float,
) -> Reply:
    token = connection.credentials.values.get("access_token", "")
    if not token:
        raise stale_token()
    client.paces.take(OPERATION, cost)
    try:
        answer = client.ask(
            "POST",
            f"{base_url(connection)}/admin/api/{API_VERSION}/graphql.json",
            headers={"X-Shopify-Access-Token": token},
            json_body={"query": query, "variables": dict(variables or {})},
        )
    except Throttled as err:
        client.paces.refuse(OPERATION, err.seconds)
        raise
    at = clock_of(answer)
    check_status(answer.status, ends_at=connection.credentials.expires_at, at=at)
    body = answer.json()
    if not isinstance(body, dict):
        raise AnswerUnusable("Shopify's answer isn't an object.", hint="We try again.")
    requested = _learn(client, body)
    data, denied = _data(client, body, requested)
    return Reply(data, denied, requested, at, _version(answer))


def part(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object that has to be in an answer. Raises `AnswerUnusable` where it isn't."""
    found = holder.get(name)
    if not isinstance(found, dict):
        raise AnswerUnusable(f"Shopify left out {name}.", hint="We try again.")
    return found


def items(connection: Mapping[str, Any]) -> list[Any]:
    """The nodes of a GraphQL connection. Raises `AnswerUnusable` where any is missing."""
    nodes = connection.get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise AnswerUnusable("Shopify left out a list that was asked for.", hint="We try again.")
    return nodes


def next_cursor(connection: Mapping[str, Any], before: str | None) -> str | None:
    """Where the next page starts; None after the last.

    Raises `AnswerUnusable` for a page that leads to itself, which would never end.
    """
    info = connection.get("pageInfo") or {}
    if not info.get("hasNextPage"):
        return None
    cursor = info.get("endCursor")
    if not isinstance(cursor, str) or not cursor or cursor == before:
        raise AnswerUnusable("Shopify's pages lead nowhere.", hint="We try again.")
    return cursor


def clock_of(answer: Answer) -> datetime | None:
    """When the shop answered, by its own clock."""
    try:
        at = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _learn(client: Client, body: Mapping[str, Any]) -> float | None:
    """Tell the pace what Shopify says of its bucket; what the query was thought to cost."""
    cost = (body.get("extensions") or {}).get("cost") or {}
    state = cost.get("throttleStatus") or {}
    if state:
        client.paces.learn(
            OPERATION,
            capacity=_number(state.get("maximumAvailable")),
            per_second=_number(state.get("restoreRate")),
            available=_number(state.get("currentlyAvailable")),
        )
    return _number(cost.get("requestedQueryCost"))


def _data(
    client: Client, body: Mapping[str, Any], requested: float | None
) -> tuple[Mapping[str, Any], frozenset[str]]:
    errors = body.get("errors")
    data = body.get("data")
    if not errors:
        if not isinstance(data, dict):
            raise AnswerUnusable("Shopify answered without data.", hint="We try again.")
        return data, frozenset()
    if not isinstance(errors, list):
        said = without_secrets(errors, 200) if isinstance(errors, str) else "an odd error"
        raise AnswerUnusable(f"Shopify answered: {said}", hint="We try again.")
    codes = {code_of(error) for error in errors}
    if "THROTTLED" in codes:
        raise _throttled(client, body, requested)
    if "MAX_COST_EXCEEDED" in codes:
        raise TooCostly("Shopify won't answer that much at once.", hint="Smaller pages are asked.")
    if codes == {"ACCESS_DENIED"}:
        denied = frozenset(filter(None, (field_of(error) for error in errors)))
        if not isinstance(data, dict) or any(value is None for value in data.values()):
            raise AccessDenied(min(denied, default="this"))
        return data, denied
    if "SHOP_INACTIVE" in codes:
        raise InvalidInput(
            "The shop is closed at Shopify.",
            code="shop-closed",
            hint="Open it again in Shopify, or disconnect it here.",
        )
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"}:
        raise Unavailable(
            "Shopify failed at its own end.", code="shop-failing", hint="We try again."
        )
    said = without_secrets("; ".join(message_of(error) for error in errors[:2]), 300)
    raise AnswerUnusable(
        f"Shopify can't answer that: {said}", hint="This is a fault of ours. Please tell us."
    )


def _throttled(client: Client, body: Mapping[str, Any], requested: float | None) -> Unavailable:
    """How long to wait: until what the query wants has run in. More than fits never will."""
    state = ((body.get("extensions") or {}).get("cost") or {}).get("throttleStatus") or {}
    most = _number(state.get("maximumAvailable"))
    if requested is not None and most is not None and requested > most:
        return TooCostly("The query wants more than the bucket holds.", hint="Smaller pages help.")
    rate, left = _number(state.get("restoreRate")), _number(state.get("currentlyAvailable"))
    seconds = 5.0
    if requested is not None and rate and left is not None:
        seconds = min(max((requested - left) / rate, 0.5), _LONGEST_WAIT)
    client.paces.refuse(OPERATION, seconds)
    return _ThrottledByShop(seconds, requested or 0)


def _number(value: object) -> float | None:
    """A figure; JSON is read with its decimals as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _version(answer: Answer) -> str | None:
    """The version that answered. An old one is silently served by the next that lives: an alarm."""
    served = answer.headers.get("x-shopify-api-version")
    if served and served != API_VERSION:
        log.event(
            "shopify_version_differs",
            severity="WARNING",
            asked=API_VERSION,
            served=served[:20],
        )
    return served
