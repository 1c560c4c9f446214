"""From a platform's request to our answer: path, size, the body's very bytes, then the work.

Whatever is sent, none is an error of ours, and whoever has no right address learns nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask import Request, Response

from kindred import log, settings
from kindred.errors import InvalidInput, KindredError, NotAllowed, NotFound, Unavailable
from kindred.sources.shops import authorizations, connecting, hooks
from kindred.sources.shops.hook_addresses import (
    HookToken,
    callback_url,
    hook_url,
    parse_path,
)
from kindred.sources.shops.platform import Delivery
from kindred.sources.shops.platforms import PLATFORMS

#: The largest order that we know of is some hundred kilobytes.
MAX_BYTES: Final = 5_000_000
#: What a shop answers to who was sent there: keys and a state, from anybody until that is read.
MAX_CALLBACK_BYTES: Final = 10_000
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
_STATUS: Final[tuple[tuple[type[KindredError], int], ...]] = (
    (NotFound, 404),
    (NotAllowed, 401),
    (InvalidInput, 400),
    (Unavailable, 503),
)


def answer(request: Request, *, now: datetime) -> Response:
    """The answer to any request."""
    try:
        return _serve(request, now)
    except KindredError as err:
        status = next((code for kind, code in _STATUS if isinstance(err, kind)), 409)
        log.event("hook_refused", severity="NOTICE", code=err.code, status=status)
        return _plain(status)
    except Exception as err:  # noqa: BLE001 - the platform sends it again
        log.failure("hook_failed", err, reference=uuid.uuid4().hex[:12])
        return _plain(500)


def _serve(request: Request, now: datetime) -> Response:
    place = parse_path(request.path)
    if place is None or place.kind not in PLATFORMS:
        return _plain(404)
    if place.token is None:
        return _take_answer(request, place.kind, now)
    if request.method != "POST":
        return _plain(405, {"Allow": "POST"})
    return _hear(request, place.token, now)


def _hear(request: Request, token: HookToken, now: datetime) -> Response:
    body = _read(request, MAX_BYTES)
    if body is None:
        return _plain(413)
    url = hook_url(settings.PUBLIC_URL, token)
    hooks.receive(token, Delivery(request.method, url, _headers(request), body), now=now)
    return _plain(200)


def _take_answer(request: Request, kind: str, now: datetime) -> Response:
    """Take the answer of a shop whose merchant was asked to agree.

    A browser that brings it goes on in the web app; a server that sends it is told whether it
    was taken.
    """
    if request.method not in ("GET", "POST"):
        return _plain(405, {"Allow": "GET, POST"})
    body = _read(request, MAX_CALLBACK_BYTES)
    if body is None:
        return _plain(413)
    query = request.query_string.decode("ascii", "replace")
    url = f"{callback_url(settings.PUBLIC_URL, kind)}{'?' if query else ''}{query}"
    delivery = Delivery(request.method, url, _headers(request), body)
    try:
        id_ = authorizations.answer(kind, delivery, connecting.client(), now=now)
    except KindredError as err:
        if request.method != "GET":
            raise
        log.event("authorization_refused", severity="NOTICE", kind=kind, code=err.code)
        return _redirect(authorizations.return_url(None, err.code))
    return _redirect(authorizations.return_url(id_)) if request.method == "GET" else _plain(200)


def _read(request: Request, most: int) -> bytes | None:
    """The body's very bytes, before anything parses them; None for too many."""
    if (request.content_length or 0) > most:
        return None
    request.max_content_length = most + 1  # a body of unknown length is cut there
    from werkzeug.exceptions import RequestEntityTooLarge

    try:
        body: bytes = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
    return body if len(body) <= most else None


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _redirect(url: str) -> Response:
    return Response(b"", 303, {**HEADERS, "Location": url})


def _plain(status: int, more: Mapping[str, str] | None = None) -> Response:
    made = Response(b"", status, {**HEADERS, **(more or {})})
    del made.headers["Content-Type"]
    return made
