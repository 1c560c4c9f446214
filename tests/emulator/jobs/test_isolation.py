"""A source's data never leaves its place: every path that a server touches, recorded.

Not by looking at what the code means to do, but at every request it sends to Firestore and Storage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import proto
import pytest
from emulator.places import document_of, estate_of, make_upload, some_customers
from emulator.workers import Works
from google.auth.transport.requests import AuthorizedSession
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from kindred.paths import Source
from kindred.segments import service as segments
from kindred.uploads import service as uploads
from kindred.uploads.payloads import RowEdit, UploadOptions

CONTENT = some_customers(40)


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
            if not any(_is_at(touched.split(" ", 1)[1], place) for place in allowed)
        }


def _is_at(path: str, place: str) -> bool:
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
                yield f"{inside.split(root, 1)[-1].lstrip('/')}/{everywhere}{name}".lstrip("/")
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
    original_request = AuthorizedSession.request

    def send(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        record.http(method, url, kwargs.get("data"))
        return original_request(self, method, url, *args, **kwargs)

    monkeypatch.setattr(AuthorizedSession, "request", send)
    return record


def allowed_for(source: Source) -> tuple[str, ...]:
    """The places of one source, and the named exceptions within the same merchant."""
    return (
        source.document,
        source.derived,
        str(source.raw_folder),
        f"users/{source.uid}/column_mappings",
    )


def same_file_query(source: Source) -> str:
    return f"run_query users/{source.uid}/csv_uploads"


def ready_source(works: Works, **fields: Any) -> Source:
    source = make_upload(CONTENT, **fields)
    assert uploads.start_upload(source, "orders.csv", now=works.clock())
    works.until_idle(source)
    assert document_of(source)["status"] == "ready", document_of(source)["error"]
    return source


def test_the_recorder_sees_what_is_touched(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    seen = {entry.split(" ", 1)[1] for entry in touched.paths}
    for path in estate_of(source).places:
        assert path in seen, f"{path} was written unseen"


def test_processing_stays_within_its_source(works: Works, touched: Touched) -> None:
    source = make_upload(CONTENT, column_mapping={"customer_id": "Customer ID"})
    touched.paths.clear()
    assert uploads.start_upload(source, "orders.csv", now=works.clock())
    works.until_idle(source)
    assert document_of(source)["status"] == "ready"
    assert touched.outside(*allowed_for(source)) == {same_file_query(source)}
    assert not [path for path in touched.paths if "data_sources" in path]


def test_every_use_of_a_source_stays_within_it(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    uses: dict[str, Any] = {
        "find": lambda: segments.find_customer(source, _some_customer(source)),
        "get": lambda: segments.get_customer(source, _some_customer(source)),
        "export as CSV": lambda: segments.export_segments(source, "csv"),
        "export as JSON": lambda: segments.export_segments(source, "json"),
        "preview a segment": lambda: segments.preview_segment(
            source, {"orders": {"days": 90, "is": ">=", "value": 1}}
        ),
        "compare": lambda: segments.compare_sources(source, source),
        "list rows": lambda: uploads.list_rows(source, 0, 10),
        "preview": lambda: uploads.preview_upload(source, None, None),
        "regenerate": lambda: _regenerate(works, source),
    }
    for name, use in uses.items():
        touched.paths.clear()
        use()
        assert touched.paths, name
        assert touched.outside(*allowed_for(source)) == set(), name


def _some_customer(source: Source) -> str:
    for path, document in estate_of(source).documents.items():
        if "/customers/" in path:
            return str(document["customer_ids"][0])
    raise AssertionError("no customers")


def _regenerate(works: Works, source: Source) -> None:
    uploads.regenerate(source, UploadOptions(as_of=date(2026, 6, 1)), now=works.clock())
    works.until_idle(source)


def test_an_edit_touches_the_old_version_and_the_new_one(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    touched.paths.clear()
    edits = [RowEdit(row=0, column="City", value="Rome")]
    told = uploads.edit_rows(source, edits, editor_uid=source.uid, now=works.clock())
    version = Source(source.uid, "csv", told["upload_id"])
    assert touched.outside(*allowed_for(source), *allowed_for(version)) == set()
    before = estate_of(source)
    touched.paths.clear()
    assert uploads.start_upload(version, "orders.csv", now=works.clock())
    works.until_idle(version)
    outside = touched.outside(*allowed_for(version)) - {same_file_query(version)}
    assert all(
        _is_at(path.split(" ", 1)[1], source.document) or source.derived in path for path in outside
    ), "a version reads what it builds on"
    assert estate_of(source) == before, "and leaves it as it was"


def test_deleting_a_source_touches_nothing_beside_it(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    neighbour = make_upload(CONTENT, uid=source.uid)
    shop = Source(source.uid, "shopify", source.id)
    twin = make_upload(CONTENT, uid=f"{source.uid}x")
    before = [estate_of(other) for other in (neighbour, twin)]
    touched.paths.clear()
    uploads.delete_source(source, now=works.clock())
    works.until_idle(source)
    # Deleting a collection asks for all that lies between two names, which are the source's.
    assert touched.outside(*allowed_for(source)) <= {"run_query **/*"}
    assert not [path for path in touched.paths if shop.collection in path]
    assert estate_of(source).places == set()
    assert [estate_of(other) for other in (neighbour, twin)] == before


def test_a_shops_places_and_a_files_places_never_meet() -> None:
    csv, shop = Source("m", "csv", "s1"), Source("m", "shopify", "s1")
    assert not _is_at(shop.document, csv.document)
    assert not _is_at(csv.document, shop.document)
    assert not _is_at(shop.derived, csv.derived)
    assert not _is_at(csv.derived, shop.derived)
    longer = Source("m", "csv", "s10")
    assert not longer.derived.startswith(csv.derived)
    assert not str(longer.raw_folder).startswith(str(csv.raw_folder))
    assert not longer.document.startswith(f"{csv.document}/")
