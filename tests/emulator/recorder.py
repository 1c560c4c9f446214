"""Records every path that this process asks Firestore and Storage for, or writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import proto
import pytest
from google.auth.transport.requests import AuthorizedSession
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.types import CommitRequest, GetDocumentRequest, StructuredQuery
from kindred import direct, paths
from kindred.paths import Source


class Touched:
    """Every document, collection and file that this process asked for or wrote."""

    def __init__(self) -> None:
        self.paths: set[str] = set()

    def rpc(self, name: str, request: Any) -> None:
        self.paths |= {f"{name} {path}" for path in _named(request)}

    def http(self, method: str, url: str, body: object) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        found = re.search(r"/o/([^/]+)$", parts.path)
        names = [unquote(found[1])] if found else query.get("name", []) + query.get("prefix", [])
        if isinstance(body, bytes):
            # An upload says first, as JSON, where it goes; the content comes after.
            names += re.findall(r'"name":\s*"([^"]+)"', body[:2000].decode("latin1"))[:1]
        assert names or "upload_id" in query, f"which file is {method} {url}?"
        self.paths |= {f"{method} {name}" for name in names}

    def outside(self, *allowed: str) -> set[str]:
        """What lies neither at nor below one of the places."""
        return {
            touched
            for touched in self.paths
            if not any(is_at(touched.split(" ", 1)[1], place) for place in allowed)
        }


def is_at(path: str, place: str) -> bool:
    """Whether a path lies at or below a place."""
    return path == place or path.startswith(place if place.endswith("/") else f"{place}/")


def _named(request: Any) -> Iterator[str]:
    """The paths in a Firestore request: of documents, and of collections that are queried."""
    root = "/documents"

    def within(value: Any, parent: str) -> Iterator[str]:
        if isinstance(value, proto.Message):
            value = type(value).to_dict(value)
        if isinstance(value, dict):
            inside = value.get("parent") or parent
            for collection in value.get("from_") or value.get("from") or []:
                everywhere = "**/" if collection.get("all_descendants") else ""
                name = collection.get("collection_id") or "*"
                of = _source_of(value.get("where") or {})
                yield f"{inside.split(root, 1)[-1].lstrip('/')}/{everywhere}{name}{of}".lstrip("/")
            for key, item in value.items():
                if key == "parent" and "collection_id" in value:
                    yield f"{item.split(root, 1)[-1].lstrip('/')}"
                yield from within(item, inside)
        elif isinstance(value, list | tuple):
            for item in value:
                yield from within(item, parent)
        elif isinstance(value, str) and f"{root}/" in value and value != parent:
            yield value.split(f"{root}/", 1)[1]

    yield from within(request, "")


def _source_of(where: dict[str, Any]) -> str:
    """`` of kind/id`` where a query asks only for documents that name one source."""
    equal = {}
    for part in (where.get("composite_filter") or {}).get("filters") or []:
        asked = part.get("field_filter") or {}
        if asked.get("op") == StructuredQuery.FieldFilter.Operator.EQUAL:
            equal[asked["field"]["field_path"]] = asked["value"].get("string_value")
    kind, id_ = equal.get("source.kind"), equal.get("source.id")
    return f" of {kind}/{id_}" if kind and id_ else ""


def asked_about_prices(source: Source, *collections: str) -> set[str]:
    """Queries of a merchant's collections for what names this source alone."""
    user = paths.user_path(source.uid)
    return {f"run_query {user}/{name} of {source.kind}/{source.id}" for name in collections}


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch, quiet_place: None) -> Touched:
    """Records requests from here on."""
    record = Touched()
    calls = (
        "batch_get_documents", "batch_write", "commit", "create_document", "delete_document",
        "get_document", "list_collection_ids", "list_documents", "partition_query",
        "run_aggregation_query", "run_query", "update_document",
    )  # fmt: skip
    for name in calls:
        original = getattr(FirestoreClient, name)

        def call(
            self: Any,
            request: Any = None,
            *args: Any,
            _n: str = name,
            _o: Any = original,
            **kw: Any,
        ) -> Any:
            record.rpc(_n, request if request is not None else kw)
            return _o(self, request, *args, **kw)

        monkeypatch.setattr(FirestoreClient, name, call)
    ours = direct.call

    def straight(name: str, request: Any, *more: Any) -> Any:
        known = {
            "GetDocument": ("get_document", GetDocumentRequest),
            "Commit": ("commit", CommitRequest),
        }
        rpc, message = known[name]
        record.rpc(rpc, message.wrap(request))
        return ours(name, request, *more)

    monkeypatch.setattr(direct, "call", straight)
    original_request = AuthorizedSession.request

    def send(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        record.http(method, url, kwargs.get("data"))
        return original_request(self, method, url, *args, **kwargs)

    monkeypatch.setattr(AuthorizedSession, "request", send)
    return record
