"""From a request to an answer, by the table: path, method, key, body, limit, work."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Request, Response

from kindred import log
from kindred.api import refusals
from kindred.api.bodies import read_json
from kindred.api.refusals import Refusal, refusal_of
from kindred.api.table import Asked, Json, Route, at
from kindred.errors import KindredError
from kindred.keys.gate import Gate, TooManyBadKeys
from kindred.keys.key import KeyHolder
from kindred.keys.origins import is_origin
from kindred.wire import Payload, parse

#: Of every answer. Nothing may keep one, show it as a page, or guess what it is.
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Vary": "Origin",
}
#: What a page may read of an answer beside its body.
_SHOWN_TO_PAGES: Final = "Retry-After"
_BEARER: Final = re.compile(r"(?i:bearer) +(\S+)\Z")
_PREFLIGHT_SECONDS: Final = 600


@dataclass(frozen=True)
class Server:
    """What answers requests: the table, and who lets in."""

    routes: Sequence[Route]
    gate: Callable[[], Gate]
    clock: Callable[[], datetime]

    def answer(self, request: Request) -> Response:
        """The answer to any request; whatever is sent, none is an error of ours."""
        shared: dict[str, str] = {}  # headers for a page that may read the answer
        try:
            status, body, headers = self._serve(request, shared)
        except KindredError as err:
            refusal = refusal_of(err)
            log.event("api_refused", severity="NOTICE", code=refusal.code, status=refusal.status)
            status, body, headers = refusal.status, _error(refusal), refusal.headers
        except Exception as err:  # noqa: BLE001 - a shop page has to go on
            reference = uuid.uuid4().hex[:12]
            log.failure("api_failed", err, reference=reference)
            refusal = refusals.failed(reference)
            status, body, headers = refusal.status, _error(refusal), refusal.headers
        text = body if isinstance(body, Json) else json.dumps(body, ensure_ascii=False)
        content = b"" if body is None else text.encode()
        made = Response(content, status, {**HEADERS, **headers, **shared})
        if body is None:
            del made.headers["Content-Type"]
        else:
            made.content_type = "application/json"
        return made

    def _serve(
        self, request: Request, shared: dict[str, str]
    ) -> tuple[int, Any, Mapping[str, str]]:
        routes = at(self.routes, request.path)
        if not routes:
            raise refusals.no_such_path()
        allowed = _allowed(routes)
        if request.method == "OPTIONS":
            return 204, None, {"Allow": allowed, **_preflight(request, allowed)}
        # werkzeug sends no body with the answer to HEAD.
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            raise refusals.other_methods(allowed)
        now = self.clock()
        holder = self._let_in(request, route, now)
        origin = request.headers.get("Origin")
        if holder and origin:
            shared["Access-Control-Allow-Origin"] = origin
            shared["Access-Control-Expose-Headers"] = _SHOWN_TO_PAGES
        if holder:
            self._count(holder, 1, now)  # also what turns out to be no request
        body = _body(request, route) if route.bodies else None
        if holder:
            self._count(holder, route.units(body) - 1, now)
        return 200, route.serve(Asked(holder, body, now)), {}

    def _count(self, holder: KeyHolder, units: int, now: datetime) -> None:
        seconds = self.gate().take(holder, units, now=now) if units else 0
        if seconds:
            raise refusals.too_many(seconds)

    def _let_in(self, request: Request, route: Route, now: datetime) -> KeyHolder | None:
        if route.scope is None:
            return None
        found = _BEARER.match(request.headers.get("Authorization", ""))
        if found is None:
            raise refusals.no_key()
        origin = request.headers.get("Origin")
        try:
            holder = self.gate().verify(found[1], route.scope, origin, now=now)
        except TooManyBadKeys as err:
            raise refusals.too_many(err.seconds) from err
        if holder is None or (route.is_for_servers and holder.is_public):
            raise refusals.no_key()
        return holder


def _body(request: Request, route: Route) -> Payload:
    value = read_json(request)
    return parse(route.form_of(value), value)


def _allowed(routes: Mapping[str, Route]) -> str:
    also = ("HEAD",) if "GET" in routes else ()
    return ", ".join((*routes, *also, "OPTIONS"))


def _preflight(request: Request, allowed: str) -> dict[str, str]:
    """What a browser asks before it sends a key: without the key, so any origin is told the same.

    Whether the page may read the answer is decided with the key at hand.
    """
    origin = request.headers.get("Origin", "")
    if not is_origin(origin):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }


def _error(refusal: Refusal) -> dict[str, Any]:
    return {"error": refusal.as_dict()}
