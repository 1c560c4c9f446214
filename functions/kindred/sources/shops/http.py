"""Asks shops over HTTP: one client, so that every request is bounded, honest and goes where it may.

A shop's address is typed in by a merchant and may be anybody's. So names that mean an address
inside are refused, at the moment of each connection; redirects to another host aren't followed;
what comes is read up to a limit; what claims to be JSON has to be.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from kindred import addresses
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shops import quoting
from kindred.sources.shops.guarded import CONNECT_SECONDS, Alarm, Guarded, Refused

if TYPE_CHECKING:
    from kindred.sources.shops.pacing import Paces

#: Hosts refuse clients without a name, and some that call themselves like Google's.
USER_AGENT: Final = "Kindred/1.0 (customer segments for merchants)"
READ_SECONDS: Final = 60  # between two bytes
TOTAL_SECONDS: Final = 120  # of one request, from its first byte to the answer's last
MAX_BYTES: Final = 30_000_000
_CHUNK: Final = 65_536
_PHP: Final = re.compile(rb"<b>(?:Warning|Notice|Deprecated|Fatal error)</b>", re.IGNORECASE)


class Throttled(Unavailable):
    """The shop wants to be asked later: in about ``seconds``. The hint is a sync's."""

    default_code = "shop-throttled"

    def __init__(
        self,
        seconds: float,
        message: str = "The shop asks us to wait.",
        *,
        hint: str = "The sync goes on by itself.",
    ) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class PageTooLarge(Unavailable):
    """A page was too much for the shop: ``token`` asks for the same place in smaller pages.

    ``reason`` is what went wrong, and says when the shop may be asked again.
    """

    def __init__(self, token: str, reason: Unavailable) -> None:
        super().__init__(reason.message, code=reason.code, hint=reason.hint)
        self.token = token
        self.reason = reason


class AnswerUnusable(Unavailable):
    """What came isn't what the interface promises: a web page, a PHP warning, half an answer."""

    default_code = "shop-answer-unusable"


@dataclass(frozen=True)
class Answer:
    """What a shop answered. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(default="", repr=False)

    def json(self) -> Any:
        """The body as JSON; numbers with a point as text, so that money stays exact.

        Raises `AnswerUnusable` that says what came instead.
        """
        try:
            return json.loads(self.body, parse_float=str)
        except (ValueError, RecursionError):
            raise _unusable(self) from None

    @property
    def retry_after(self) -> float | None:
        """Seconds of a Retry-After; None for none, a date or nonsense."""
        value = self.headers.get("retry-after", "")
        try:
            seconds = float(value)
        except ValueError:
            return None
        return min(seconds, 86_400.0) if 0 <= seconds < float("inf") else None


@dataclass(frozen=True)
class Client:
    """Requests to one shop. ``local``: also to this machine and over http, for tests.

    ``max_bytes`` is the most that an answer may have unless a request says otherwise.
    ``total_seconds`` is for how long a request may go on, whatever trickles in; ``ends_at`` is when
    all of them have to be done, by `time.monotonic`. ``before`` is called before each request, and
    raises where the shop may not be asked any more.
    """

    paces: Paces
    local: bool = False
    max_bytes: int = MAX_BYTES
    total_seconds: float = TOTAL_SECONDS
    ends_at: float | None = None
    before: Callable[[], object] | None = None

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
        max_bytes: int | None = None,
        read_seconds: float = READ_SECONDS,
        over_http: bool = False,
    ) -> Answer:
        """One request; an answer of any status but 408, 429 and 5xx.

        ``over_http``: the platform may also be asked without TLS (its caller signs what it sends).
        Raises `Throttled` for 429, and for 503 that says when; `Unavailable` for other faults of
        the network and the server; `InvalidInput` for an address that may not be asked.
        """
        _check(url, local=self.local, over_http=over_http)
        if self.before is not None:
            self.before()
        try:
            answer = _send(
                method, url, self.local, max_bytes or self.max_bytes, read_seconds, self._seconds(),
                headers=headers, params=params, json_body=json_body, form=form, basic=basic,
            )  # fmt: skip
        except Refused:
            raise InvalidInput(
                "That address is inside a network, or means nothing.",
                code="shop-address-refused",
                hint="Give the shop's public address.",
            ) from None
        except (requests.RequestException, HTTPError, OSError) as err:
            raise Unavailable(
                f"The shop didn't answer ({type(err).__name__}).",
                code="shop-unreachable",
                hint="Look whether its address is right and the shop is up. We try again.",
            ) from None  # the original quotes the address with its query
        if answer.status == 429 or (answer.status == 503 and answer.retry_after is not None):
            raise Throttled(answer.retry_after if answer.retry_after is not None else 30)
        if answer.status == 408 or answer.status >= 500:
            raise Unavailable(
                f"The shop answered with {answer.status}.",
                code="shop-failing",
                hint="We try again. If it goes on, look into the shop's own error log.",
            )
        if 300 <= answer.status < 400:
            raise InvalidInput(
                "The shop sends us to another address.",
                code="shop-redirects",
                hint=f"Connect it by the address it has now: {_where(answer)}.",
            )
        return answer

    def _seconds(self) -> float:
        """For how long the next request may go on; below nothing: for no time at all."""
        if self.ends_at is None:
            return self.total_seconds
        return min(self.total_seconds, self.ends_at - time.monotonic())


def _where(answer: Answer) -> str:
    unknown = "look into your browser's address bar"
    try:
        parts = urlsplit(answer.headers.get("location", ""))
        host = parts.hostname
    except ValueError:
        return unknown
    if not host or parts.scheme not in ("http", "https"):
        return unknown
    return f"{parts.scheme}://{quoting.without_secrets(host, 100)}"


def _unusable(answer: Answer) -> AnswerUnusable:
    if _PHP.search(answer.body[:100_000]):
        return AnswerUnusable(
            "The shop's site prints PHP warnings into its answers.",
            code="shop-prints-warnings",
            hint="Switch WP_DEBUG_DISPLAY (or display_errors) off on the shop's server.",
        )
    kind = quoting.content_type(answer.headers.get("content-type", ""))
    title = quoting.title(answer.body) if "html" in kind else ""
    said = f": {title!r}" if title else ""
    return AnswerUnusable(
        f"The shop answered with {kind or 'no type'} where data were asked for{said}.",
        hint="A security plugin, a firewall or a maintenance page may stand in the way.",
    )


def _check(url: str, *, local: bool, over_http: bool) -> None:
    plain = url.split("?", 1)[0]
    if over_http and plain.lower().startswith("http://"):
        plain = f"https://{plain[7:]}"
        plain = re.sub(r"^(https://[^/:]+):80(?=/|$)", r"\1", plain)
    try:
        addresses.parse_url(plain, local=local)
    except InvalidInput:
        raise InvalidInput(
            "That address can't be a shop's.",
            code="shop-address-refused",
            hint="Give the shop's public address, such as https://shop.example.com.",
        ) from None


def _send(
    method: str,
    url: str,
    local: bool,
    max_bytes: int,
    read_seconds: float,
    total_seconds: float,
    *,
    headers: Mapping[str, str] | None,
    params: Mapping[str, str] | None,
    json_body: Any,
    form: Mapping[str, str] | None,
    basic: tuple[str, str] | None,
) -> Answer:
    with Alarm(total_seconds) as alarm, _Session() as session:
        session.trust_env = False  # no proxy, and no ~/.netrc that adds somebody's password
        for scheme in ("https://", "http://"):
            session.mount(scheme, Guarded(local, alarm))
        with session.request(
            method,
            url,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", **(headers or {})},
            params=params,
            json=json_body,
            data=form,
            auth=basic,
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > max_bytes:
                    raise Unavailable(
                        f"The shop's answer is larger than {max_bytes // 1_000_000} MB.",
                        code="shop-answer-too-large",
                        hint="Fewer objects are asked for next time.",
                    )
            alarm.check()  # a cut connection looks like an answer's end
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, found, bytes(body), url)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: to find the next address, all of the body would be read, however long it is."""
        return None
