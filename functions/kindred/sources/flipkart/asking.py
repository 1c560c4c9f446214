"""Requests to Flipkart: always to its one host, twice a second, with an access token."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shops.http import Answer, AnswerUnusable, Client, Throttled
from kindred.sources.shops.platform import Lacking

if TYPE_CHECKING:
    from kindred.sources.shops.platform import Connection

HOST: Final = "https://api.flipkart.net"
#: Flipkart publishes no limits; two requests a second have been fine.
_PER_SECOND: Final = 2.0
_OPERATION: Final = "rest"
_PATH: Final = re.compile(r"(?:/sellers)?(/v[23]/(?:shipments/filter|returns))(\?[\x21-\x7e]*)?")


def host(connection: Connection, client: Client) -> str:
    """Flipkart's host; a test's own server where one is allowed."""
    if client.local and connection.options.get("base"):
        return connection.options["base"]
    return HOST


def ask(
    connection: Connection,
    client: Client,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    json_body: object = None,
) -> tuple[dict[str, Any] | None, Answer]:
    """The answer's JSON object, None where the object isn't there (404), and the answer itself.

    Raises `InvalidInput` for what Flipkart refuses, `Throttled` and `Unavailable` for what passes.
    """
    token = connection.credentials.values.get("access_token", "")
    answer = paced(
        client, method, host(connection, client) + path,
        headers={"Authorization": f"Bearer {token}"}, params=params, json_body=json_body,
    )  # fmt: skip
    if answer.status == 404:
        return None, answer
    if answer.status != 200:
        raise _refusal(answer)
    found = answer.json()
    if not isinstance(found, dict):
        raise AnswerUnusable("Flipkart's answer has another shape than it promises.")
    return found, answer


def paced(client: Client, method: str, url: str, **arguments: Any) -> Answer:
    """One request at Flipkart's pace."""
    client.paces.take(_OPERATION)
    try:
        answer = client.ask(method, url, **arguments)
    except Throttled as err:
        client.paces.refuse(_OPERATION, err.seconds)
        raise
    client.paces.learn(_OPERATION, capacity=_PER_SECOND, per_second=_PER_SECOND)
    return answer


def following(connection: Connection, client: Client, said: object) -> str:
    """The path of a next page, which Flipkart gives as a URL or a path; asked at its own host only.

    Raises `AnswerUnusable` for one elsewhere: our token goes nowhere else.
    """
    found = str(said or "")
    home = host(connection, client)
    path = found.removeprefix(home) if found.startswith(f"{home}/") else found
    shape = _PATH.fullmatch(path)
    if shape is None or len(path) > 4000:
        raise AnswerUnusable("Flipkart's list goes on at an address that isn't Flipkart's.")
    return f"/sellers{shape[1]}{shape[2] or ''}"


def answered_at(answer: Answer) -> datetime:
    """When Flipkart answered, by its own clock."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        raise AnswerUnusable("Flipkart's answer doesn't say when it was given.") from None


def _refusal(answer: Answer) -> Exception:
    if answer.status == 401:
        return Unavailable(
            "Flipkart's access token has ended.",
            code="shop-token-ended",
            hint="A new one is asked for. If that goes on, connect Flipkart again.",
        )
    if answer.status == 403:
        return Lacking(
            "Flipkart doesn't let this app read that.",
            code="flipkart-scope-missing",
            hint="Give the app the scope Seller_Api in Flipkart's Developer Access.",
        )
    return InvalidInput(
        f"Flipkart refused the request ({answer.status}).",
        code=f"flipkart-refused-{answer.status}",
        hint="See whether the app is for a seller whose account is active.",
    )
