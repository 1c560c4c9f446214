"""Asks one WooCommerce shop: where its interface lies, how requests are signed, what refusals mean.

It is the outside of this folder: it reads the clock and makes the nonces that signatures need.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput, NotAllowed, NotFound, Unavailable
from kindred.sources.shops.http import Answer, AnswerUnusable, Throttled
from kindred.sources.shops.platform import Connection
from kindred.sources.shops.quoting import without_secrets
from kindred.sources.woocommerce import signing

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

#: The site sets limits, not WooCommerce: all that is asked of a shop counts together.
OPERATION: Final = "rest"
#: What PHP says when a page of results was too much for it.
_TOO_MUCH: Final = re.compile(rb"Allowed memory size of|Maximum execution time of", re.IGNORECASE)


class TooMuch(Unavailable):
    """The shop failed at a page; fewer objects may be within its means."""

    default_code = "shop-overstrained"


def utc_now() -> datetime:
    return datetime.now(UTC)


class Asking:
    """Requests to one shop's REST interface, version 3.

    ``options`` holds what was found out of the shop: ``path`` ``route`` where it has no pretty
    permalinks, ``keys`` ``query`` where its host drops the Authorization header, ``home`` where it
    signs with another address than the one that it is asked by.
    """

    def __init__(
        self,
        connection: Connection,
        client: Client,
        *,
        clock: Callable[[], datetime] = utc_now,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._shop = connection.shop.rstrip("/")
        self._keys = connection.credentials.values
        self._client = client
        self._clock = clock
        self._nonce = nonce
        self.options = dict(connection.options)

    @property
    def is_plain(self) -> bool:
        """Whether the shop is asked without TLS, so that requests are signed."""
        return self._shop.startswith("http://")

    def list_of(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], int | None]:
        """``(objects, how many there are in all)``; None where the shop doesn't say.

        Raises `TooMuch` where a smaller ``per_page`` may help, and what `ask` does.
        """
        try:
            answer = self.ask("GET", path, params)
        except Unavailable as err:
            if err.code in ("shop-unreachable", "shop-failing", "shop-answer-too-large"):
                raise TooMuch(err.message, code=err.code, hint=err.hint) from err
            raise
        found = _json(answer)
        if not isinstance(found, list):
            raise AnswerUnusable(
                f"The shop answered with no list where {path} were asked for.",
                hint="A plugin or a cache may change what the shop answers.",
            )
        total = answer.headers.get("x-wp-total", "")
        return found, int(total) if re.fullmatch(r"[0-9]{1,12}", total) else None

    def object_of(self, path: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """One object; empty where it is gone."""
        answer = self.ask("GET", path, params or {}, allowed={404, 410})
        found = _json(answer)
        if answer.status in (404, 410):
            if isinstance(found, dict) and found.get("code") == "rest_no_route":
                raise _refusal(answer, "GET", path, is_plain=self.is_plain)
            return {}
        if not isinstance(found, dict):
            raise AnswerUnusable(f"The shop answered with no object where {path} was asked for.")
        return found

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        allowed: Collection[int] = (),
    ) -> Answer:
        """An answer of a status below 300, or one of ``allowed``.

        Raises `InvalidInput` ``access-ended`` for keys that are refused, `NotAllowed` for a right
        that they lack, `NotFound` for what the shop hasn't, and what the client does.
        """
        given = dict(params or {})
        answer = self._send(method, path, given, body)
        if answer.status == 401 and not self.is_plain and self.options.get("keys") != "query":
            # Some hosts drop the Authorization header. Over https the keys may stand in the query.
            again = self._send(method, path, given, body, keys="query")
            if again.status != 401:
                self.options["keys"] = "query"
                answer = again
        if answer.status < 300 or answer.status in allowed:
            return answer
        raise _refusal(answer, method, path, is_plain=self.is_plain)

    def index(self, route: str | None = None) -> Answer:
        """What the site says of itself to anybody; no keys are sent. Of any status."""
        way = route or self.options.get("path", "pretty")
        url = f"{self._shop}/?rest_route=/" if way == "route" else f"{self._shop}/wp-json/"
        return self._paced("GET", url)

    def _send(
        self, method: str, path: str, params: dict[str, str], body: Any, *, keys: str | None = None
    ) -> Answer:
        way = keys or self.options.get("keys", "header")
        key, secret = self._keys["consumer_key"], self._keys["consumer_secret"]
        where = f"/wp-json/wc/v3/{path}"
        if self.options.get("path") == "route":
            where = "/"
            params = {"rest_route": f"/wc/v3/{path}", **params}
        basic = None
        if self.is_plain:
            # The shop signs with its home address, which has no slash at its end.
            home = self.options.get("home", self._shop)
            params = signing.signed(
                method, (home + where).rstrip("/"), params, key, secret,
                timestamp=int(self._clock().timestamp()), nonce=self._nonce(),
            )  # fmt: skip
        elif way == "query":
            params = {**params, "consumer_key": key, "consumer_secret": secret}
        else:
            basic = (key, secret)
        url = self._shop + where
        if params:
            url += f"?{signing.query(params)}"
        return self._paced(method, url, body, basic)

    def _paced(
        self, method: str, url: str, body: Any = None, basic: tuple[str, str] | None = None
    ) -> Answer:
        paces = self._client.paces
        paces.take(OPERATION)
        try:
            return self._client.ask(
                method, url, json_body=body, basic=basic, over_http=self.is_plain
            )
        except Throttled as err:
            paces.refuse(OPERATION, err.seconds)
            raise


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except AnswerUnusable as err:
        if _TOO_MUCH.search(answer.body[:100_000]):
            raise TooMuch(
                "The shop's server ran out of memory or time.",
                hint="We ask for less at once. If it goes on, raise memory_limit in PHP.",
            ) from None
        raise err from None


def said(answer: Answer) -> tuple[str, str]:
    """``(code, message)`` of a refusal; empty where it isn't one of WordPress."""
    try:
        found = answer.json()
    except AnswerUnusable:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    code, message = found.get("code"), found.get("message")
    return (
        code if isinstance(code, str) and re.fullmatch(r"[a-z_-]{1,80}", code) else "",
        without_secrets(message, 160) if isinstance(message, str) else "",
    )


def _refusal(answer: Answer, method: str, path: str, *, is_plain: bool) -> Exception:
    code, message = said(answer)
    what = path.split("/", 1)[0]
    if answer.status == 401 and method == "GET":
        return _refused_keys(message, is_plain=is_plain)
    if not code:
        answer.json()  # says what came instead
    if answer.status in (401, 403):
        # Keys that may only read are refused like wrong ones, but by what writes alone.
        return NotAllowed(
            f"The shop doesn't let these keys use its {what}: {message}",
            code="shop-forbids",
            hint="Make keys of a user who may manage the shop, with the permission Read/Write, "
            "and look whether a security plugin blocks the REST interface.",
        )
    if answer.status in (404, 410):
        return NotFound(
            f"The shop has no {what}: {message}",
            code="stream-missing",
            hint="A plugin or a setting of the shop has switched them off.",
        )
    if answer.status < 500:
        return InvalidInput(
            f"The shop refused a request for its {what} ({answer.status} {code}): {message}",
            code="shop-refuses",
            hint="Look whether WooCommerce and WordPress are up to date.",
        )
    return Unavailable(f"The shop answered with {answer.status}.", code="shop-failing")


def _refused_keys(message: str, *, is_plain: bool) -> InvalidInput:
    """A wrong key, and right ones sent over plain http, get the same answer: both hints."""
    hint = (
        "Look whether key and secret are complete, belong together and weren't revoked "
        "(WooCommerce, Settings, Advanced, REST API). "
    )
    if is_plain:
        hint += (
            "The address starts with http://: if the shop has https, give that one; if not, its "
            "clock may be wrong by more than 15 minutes."
        )
    else:
        hint += (
            "If they are right, the shop may think that it is asked over plain http, which "
            "happens behind a proxy, or its host may drop the Authorization header."
        )
    return InvalidInput(
        f"The shop refused the keys: {message or 'it gives no reason'}",
        code="access-ended",
        hint=hint,
    )
