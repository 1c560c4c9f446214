"""A first sync by one bulk export: Shopify writes a file, which is read in stretches.

A token holds the operation and how far the file was read, so that any task can go on. The file is
grouped: an object's line is followed by those of its own (`__parentId`). Where an export can't be
made, the listing's pages do instead; one that turns out short fails loudly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from kindred import log
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shopify import queries
from kindred.sources.shopify.asking import ask, base_url, items, part
from kindred.sources.shopify.listing import list_page, records_of, search_of
from kindred.sources.shopify.refusals import AccessDenied
from kindred.sources.shops.http import MAX_BYTES, Answer, AnswerUnusable, Client
from kindred.sources.shops.paces import Paced
from kindred.sources.shops.platform import Connection, Page, Stream, Window

#: Below so many objects pages are quicker than waiting for an export.
BULK_FROM: Final = 1_000
STRETCH: Final = 2_000_000
_POLL_SECONDS: Final = 15
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)\Z")
#: Where Shopify keeps exports; the shop's own host besides.
_HOSTS: Final = ("storage.googleapis.com", ".storage.googleapis.com", ".shopify.com")


@dataclass(frozen=True)
class Export:
    """How far an operation's file was read: bytes, and lines of whole objects."""

    operation: str
    offset: int = 0
    lines: int = 0

    def token(self) -> str:
        return json.dumps({"bulk": self.operation, "offset": self.offset, "lines": self.lines})

    @classmethod
    def of(cls, token: str | None) -> Export | None:
        """The export of a token; None for a token of a listing."""
        try:
            found = json.loads(token or "null")
            return cls(str(found["bulk"]), int(found["offset"]), int(found["lines"]))
        except (ValueError, KeyError, TypeError):
            return None


def start_export(
    connection: Connection, client: Client, stream: Stream, window: Window
) -> Page | None:
    """Order the file of a window; an empty page that leads to it. None: it can't be made.

    One that was ordered before, by a task that ended before it could say so, is taken up again.
    """
    bulk = queries.LISTINGS[stream.name].bulk
    if bulk is None or connection.options.get("bulk") == "off":
        return None
    query = bulk % search_of(window)
    try:
        operation = _running(connection, client, query)
        if operation is None:
            reply = ask(connection, client, queries.BULK_START, {"query": query})
            payload = reply.data.get("bulkOperationRunQuery") or {}
            operation = (payload.get("bulkOperation") or {}).get("id")
    except AccessDenied:
        return None
    if not operation:
        log.event("shopify_export_refused", severity="WARNING", stream=stream.name)
        return None
    return Page((), Export(operation).token(), objects=0)


def read_export(
    connection: Connection, client: Client, stream: Stream, window: Window, export: Export
) -> Page:
    """The next stretch of the file.

    Raises `Paced` while Shopify still writes it, which is no failure. Pages take over where it
    failed before any of it was read; afterwards `Unavailable` ``shop-export-lost``: the window has
    to start again.
    """
    state = _state(connection, client, export)
    status = state.get("status") if state else "EXPIRED"
    if status in ("CREATED", "RUNNING"):
        raise Paced(_POLL_SECONDS, "Shopify is still writing the export.")
    if status != "COMPLETED" or state is None:
        return _by_pages(connection, client, stream, window, export, str(status))
    expected = int(state.get("objectCount") or 0)
    if not state.get("url"):
        if expected:
            return _by_pages(connection, client, stream, window, export, "no file")
        return Page((), None, objects=0, total=0)
    stretch = _stretch(connection, client, str(state["url"]), export.offset)
    size = int(state.get("fileSize") or 0)
    if size and size != stretch.whole:
        return _by_pages(connection, client, stream, window, export, "file cut off")
    objects, lines, used = _objects(stretch, queries.LISTINGS[stream.name].nested)
    lines += export.lines
    is_last = export.offset + used >= stretch.whole
    if is_last and lines != expected:
        raise _lost(f"it holds {lines} of {expected} objects")
    records = records_of(connection, client, stream.name, objects)
    after = replace(export, offset=export.offset + used, lines=lines)
    roots = int(state.get("rootObjectCount") or 0)
    return Page(records, None if is_last else after.token(), len(objects), total=roots)


@dataclass(frozen=True)
class _Stretch:
    body: bytes
    whole: int  # length of the file
    is_end: bool


def _running(connection: Connection, client: Client, query: str) -> str | None:
    reply = ask(connection, client, queries.BULK_RECENT)
    for node in items(part(reply.data, "bulkOperations")):
        if node.get("query") == query and node.get("status") in ("CREATED", "RUNNING"):
            return str(node["id"])
    return None


def _state(connection: Connection, client: Client, export: Export) -> Mapping[str, Any] | None:
    reply = ask(connection, client, queries.BULK_STATE, {"id": export.operation}, cost=1)
    found = reply.data.get("bulkOperation")
    return found if isinstance(found, Mapping) else None


def _by_pages(
    connection: Connection,
    client: Client,
    stream: Stream,
    window: Window,
    export: Export,
    why: str,
) -> Page:
    log.event("shopify_export_failed", severity="WARNING", stream=stream.name, why=why)
    if export.offset:
        raise _lost(f"it ended as {why}")
    return list_page(connection, client, stream, window, None)


def _lost(why: str) -> Unavailable:
    return Unavailable(
        f"Shopify's export isn't whole: {why}.",
        code="shop-export-lost",
        hint="Nothing of it counts. The next sync starts this stretch again.",
    )


def _stretch(connection: Connection, client: Client, url: str, offset: int) -> _Stretch:
    """Some of the file from a place on; more where one object alone is longer."""
    _check_host(connection, url)
    length = STRETCH
    while True:
        answer = client.ask(
            "GET",
            url,
            headers={"Range": f"bytes={offset}-{offset + length - 1}", "Accept": "*/*"},
        )
        stretch = _cut(answer, offset)
        if stretch.is_end or _has_second_object(stretch.body) or length >= MAX_BYTES:
            return stretch
        length = min(length * 4, MAX_BYTES)


def _cut(answer: Answer, offset: int) -> _Stretch:
    found = _RANGE.match(answer.headers.get("content-range", ""))
    if answer.status == 206 and found and int(found[1]) == offset:
        whole = int(found[3])
        return _Stretch(answer.body, whole, offset + len(answer.body) >= whole)
    if answer.status == 200:  # a server that knows no ranges sends all of it
        return _Stretch(answer.body[offset:], len(answer.body), True)
    if answer.status in (403, 404, 410, 416):
        raise _lost(f"the file answered with {answer.status}")
    raise AnswerUnusable(f"The export's file answered with {answer.status}.", hint="We try again.")


def _has_second_object(body: bytes) -> bool:
    whole = body[: body.rfind(b"\n") + 1]
    return sum(1 for line in whole.splitlines() if b'"__parentId"' not in line) > 1


def _objects(
    stretch: _Stretch, nested: queries.Nested | None
) -> tuple[list[dict[str, Any]], int, int]:
    """Whole objects of a stretch, how many lines they took, and how many bytes.

    The last object of a stretch may go on in the next one, and is left to it.
    """
    body = stretch.body if stretch.is_end else stretch.body[: stretch.body.rfind(b"\n") + 1]
    objects: list[dict[str, Any]] = []
    lines = lines_before_last = used = used_before_last = 0
    for raw in body.split(b"\n"):
        length = len(raw) + 1
        if not raw.strip():
            used = min(used + length, len(body))
            continue
        node = _node(raw)
        if "__parentId" not in node:
            lines_before_last, used_before_last = lines, used
            if nested:
                node[nested.field] = {"nodes": [], "pageInfo": {"hasNextPage": False}}
            objects.append(node)
        else:
            if not objects or nested is None or node["__parentId"] != objects[-1]["id"]:
                raise _lost("its lines aren't grouped")
            objects[-1][nested.field]["nodes"].append(node)
        lines += 1
        used = min(used + length, len(body))
    if stretch.is_end:
        return objects, lines, len(body)
    if len(objects) < 2:
        raise _lost("one object is too long to read")
    return objects[:-1], lines_before_last, used_before_last


def _node(raw: bytes) -> dict[str, Any]:
    try:
        node = json.loads(raw, parse_float=str)
    except (ValueError, RecursionError):
        raise _lost("a line of it can't be read") from None
    if not isinstance(node, dict) or "id" not in node:
        raise _lost("a line of it is no object")
    return node


def _check_host(connection: Connection, url: str) -> None:
    """Exports lie with Shopify or the shop: nobody else is asked, whatever an answer says."""
    host = urlsplit(url).hostname or ""
    own = urlsplit(base_url(connection))
    if host == own.hostname or any(
        host == known or (known.startswith(".") and host.endswith(known)) for known in _HOSTS
    ):
        return
    raise InvalidInput(
        "Shopify's export lies at an address that isn't Shopify's.", code="shop-address-refused"
    )
