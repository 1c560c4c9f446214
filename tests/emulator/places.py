"""A source in the emulators, seen and changed from the server's side."""

from __future__ import annotations

import io
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from kindred import clients, settings
from kindred.paths import CSV, Source
from kindred.texts import service as texts_service

SAMPLES = Path(__file__).parents[2] / "samples"
#: Nothing listens to this bucket: what tests put here by hand starts no function.
QUIET_BUCKET = "kindred-quiet.test"


def address(name: str) -> str:
    """An emulator's address with its scheme."""
    found = os.environ.get(name, "")
    if not found:
        pytest.fail(f"{name} isn't set: run this ring by scripts/test emulator", pytrace=False)
    return found if found.startswith("http") else f"http://{found}"


@pytest.fixture
def quiet_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kindred package of this process works on the emulators, where no trigger hears of it."""
    monkeypatch.setattr(settings, "ML_SERVICE_URL", "")
    yield from _at(monkeypatch, f"demo-quiet-{uuid.uuid4().hex[:8]}", QUIET_BUCKET)


@pytest.fixture
def behind_the_doors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kindred package of this process is one more server of the system under test."""
    address("CLOUD_TASKS_EMULATOR_HOST")
    yield from _at(monkeypatch, os.environ["GCLOUD_PROJECT"], os.environ["STORAGE_BUCKET"])


def _at(monkeypatch: pytest.MonkeyPatch, project: str, bucket: str) -> Iterator[None]:
    for needed in ("FIRESTORE_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        address(needed)
    monkeypatch.setattr(settings, "ON_EMULATOR", True)
    monkeypatch.setattr(settings, "PROJECT", project)
    monkeypatch.setattr(settings, "BUCKET", bucket)
    _forget_clients()
    yield
    _forget_clients()


def _forget_clients() -> None:
    clients.firestore.cache_clear()
    clients.bucket.cache_clear()
    texts_service.connected.cache_clear()


def make_upload(
    content: bytes, *, file_name: str = "orders.csv", uid: str | None = None, **fields: Any
) -> Source:
    """A source as its client leaves it: the document, and the file if there is any."""
    source = Source(uid or f"merchant-{uuid.uuid4().hex[:8]}", CSV, f"u{uuid.uuid4().hex[:8]}")
    document = {
        "status": "waiting_for_file",
        "file_name": file_name,
        "label": "Orders",
        "generate_segments": True,
        "created_at": datetime.now(UTC),
        "uploaded_by": source.uid,
        "column_mapping": None,
        "options": {},
        "based_on": None,
        **fields,
    }
    clients.firestore().document(source.document).set(document)
    if content:
        clients.bucket().blob(source.raw_file(file_name)).upload_from_string(content)
    return source


def document_of(source: Source) -> dict[str, Any]:
    return clients.firestore().document(source.document).get().to_dict() or {}


def change_document(source: Source, **fields: Any) -> None:
    clients.firestore().document(source.document).update(fields)


@dataclass(frozen=True)
class Estate:
    """Everything a source has: documents by path, files by path."""

    documents: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, bytes]

    @property
    def places(self) -> set[str]:
        return {*self.documents, *self.files}


def estate_of(source: Source) -> Estate:
    """Every document at and below the source, and every file of its folders."""
    root = clients.firestore().document(source.document)
    documents = {}
    snapshot = root.get()
    if snapshot.exists:
        documents[root.path] = snapshot.to_dict() or {}
    for collection in root.collections():
        for found in collection.stream():
            documents[found.reference.path] = found.to_dict() or {}
    folders = [source.derived, *([source.raw_folder] if source.raw_folder else [])]
    files = {
        blob.name: blob.download_as_bytes()
        for folder in folders
        for blob in clients.bucket().list_blobs(prefix=folder)
    }
    return Estate(documents, files)


def likeness(estate: Estate, source: Source) -> dict[str, Any]:
    """An estate without what may differ between two runs of one file: ids, times, attempts."""
    known = {source.uid: "UID", source.id: "UPLOAD"}
    runs = {
        document["run_id"] for document in estate.documents.values() if "run_id" in document
    } | {str(document.get(name)) for document in estate.documents.values() for name in _RUN_FIELDS}
    known |= {run: f"RUN{n}" for n, run in enumerate(sorted(runs - {"None"}))}
    return {
        _renamed(path, known): _comparable(content, known)
        for path, content in [*estate.documents.items(), *estate.files.items()]
    }


_RUN_FIELDS = ("current_run", "tables_run")


def _comparable(value: Any, known: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _renamed(value, known)
        case bytes():
            if value.startswith(b"PAR1"):
                return _table(value)
            text = value.decode()
            return _comparable(json.loads(text) if text.startswith("{") else text, known)
        case datetime():
            return "some time"
        case Mapping():
            return {
                _renamed(key, known): _comparable(item, known)
                for key, item in value.items()
                if key != "attempt"
            }
        case list():
            return [_comparable(item, known) for item in value]
    return value


def _renamed(text: str, known: Mapping[str, str]) -> str:
    for name, alias in known.items():
        text = text.replace(name, alias)
    return text


@cache
def _table(parquet: bytes) -> str:
    """A Parquet file's rows, whatever their order in it."""
    rows = pq.read_table(io.BytesIO(parquet)).to_pylist()
    return "\n".join(sorted(repr(row) for row in rows))


@dataclass
class Clock:
    """A clock that a test moves by hand."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def some_customers(count: int) -> bytes:
    """The orders of the first customers of the tiny sample, and a row that will be rejected."""
    lines = (SAMPLES / "tiny.csv").read_text().splitlines(keepends=True)
    ids = sorted({line.split(",")[2] for line in lines[1:] if line.startswith("F-")})[:count]
    kept = [line for line in lines[1:] if line.split(",")[2] in ids]
    broken = kept[0].replace(kept[0].split(",")[1], "some day")
    return "".join([lines[0], *kept, broken]).encode()
