"""The only place in this room that knows Firestore and Storage."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from google.cloud.firestore import And, FieldFilter

from kindred import clients, log, paths
from kindred.errors import InvalidInput, SourceGone, Unavailable, UploadRejected
from kindred.paths import CSV, Source
from kindred.reading.limits import Limits
from kindred.tables import Tables
from kindred.uploads.payloads import BasedOn, Mapped, UploadOptions
from kindred.wire import parse

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from google.cloud.storage import Blob

_TABLE_NAMES = ("customers", "orders", "texts", "events")
_SAID = "reading.json"


@dataclass(frozen=True)
class Upload:
    """What a worker needs to know of an upload document."""

    source: Source
    file_name: str
    generate_segments: bool
    column_mapping: Mapping[str, str | list[str]] | None
    options: UploadOptions
    based_on: BasedOn | None

    @property
    def base(self) -> Source | None:
        """The source that this one is a new version of."""
        return Source(self.source.uid, CSV, self.based_on.upload_id) if self.based_on else None


def load_document(source: Source) -> dict[str, Any]:
    snapshot = clients.firestore().document(source.document).get()
    if not snapshot.exists:
        raise SourceGone
    return snapshot.to_dict() or {}


def raw_file_exists(source: Source, file_name: str) -> bool:
    return bool(clients.bucket().blob(source.raw_file(file_name)).exists())


def _raw_blob(source: Source, file_name: str) -> Blob:
    blob = clients.bucket().get_blob(source.raw_file(file_name))
    if blob is None:
        raise UploadRejected(
            "The file of this upload isn't there (any more).",
            code="no-file",
            hint="Upload it again.",
        )
    return blob


def download_raw_file(source: Source, file_name: str, folder: Path) -> tuple[Path, str]:
    """Stream the raw file into ``folder``; its path there and its SHA-256.

    Raises `UploadRejected` if it has gone, and `Unavailable` if what arrived isn't what Storage
    says it holds: it changed on the way.
    """
    blob = _raw_blob(source, file_name)
    target = folder / "raw"
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    # As it is stored: who says that it is compressed isn't asked to prove it by our memory.
    blob.download_to_filename(str(target), raw_download=True, timeout=300)
    with target.open("rb") as local:
        while chunk := local.read(8 << 20):
            sha256.update(chunk)
            md5.update(chunk)
    if blob.md5_hash and base64.b64encode(md5.digest()).decode() != blob.md5_hash:
        raise Unavailable("The file changed while it was read.", code="file-changed")
    return target, sha256.hexdigest()


def find_same_file(source: Source, sha256: str) -> str | None:
    """The id of the merchant's earliest other upload of the same bytes."""
    collection = clients.firestore().collection(f"{paths.user_path(source.uid)}/csv_uploads")
    query = collection.where(filter=FieldFilter("file_hash", "==", sha256)).select(["created_at"])
    found = query.limit(20).get()
    others = [
        (document.get("created_at"), document.id) for document in found if document.id != source.id
    ]
    return min(others)[1] if others else None


def save_reading(
    source: Source, run_id: str, tables: Tables, rows: Path | None, fields: Mapping[str, Any]
) -> None:
    """Store what a file was read into: canonical tables, its cells, and what was said about it.

    Writing it twice changes nothing. What was said goes last, so that it stands for the whole.
    """
    bucket = clients.bucket()
    files = {name: getattr(tables, name) for name in _TABLE_NAMES} | {"rows": rows}
    for name, local in files.items():
        if local is not None:
            blob = bucket.blob(source.private_file(f"{run_id}/{name}.parquet"))
            blob.upload_from_filename(str(local), timeout=300)
    said = json.dumps({"currency": tables.currency, "fields": fields})
    bucket.blob(source.private_file(f"{run_id}/{_SAID}")).upload_from_string(
        said, content_type="application/json", timeout=120
    )


def load_reading(
    source: Source, tables_run: str, folder: Path
) -> tuple[Tables, dict[str, Any]] | None:
    """What `save_reading` stored; None if it is gone, or not whole."""
    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/{_SAID}"))
    tables = load_tables(source, tables_run, folder) if blob else None
    if blob is None or tables is None:
        return None
    said = json.loads(blob.download_as_bytes(timeout=120))
    return replace(tables, currency=said["currency"]), said["fields"]


def load_tables(
    source: Source, tables_run: str, folder: Path, names: Collection[str] = _TABLE_NAMES
) -> Tables | None:
    """Fetch canonical tables of a source into ``folder``, without their currency; None if gone."""
    bucket = clients.bucket()
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for blob in bucket.list_blobs(prefix=source.private_file(f"{tables_run}/")):
        name = blob.name.rsplit("/", 1)[-1].removesuffix(".parquet")
        if name in names:
            found[name] = folder / f"{name}.parquet"
            blob.download_to_filename(str(found[name]), timeout=300)
    if "customers" not in found:
        return None
    return Tables(
        customers=found["customers"],
        orders=found.get("orders"),
        texts=found.get("texts"),
        events=found.get("events"),
    )


@contextmanager
def open_rows(source: Source, tables_run: str) -> Iterator[pq.ParquetFile | None]:
    """The stored cells of a source, read as far as they are asked for; None if there are none."""
    import pyarrow.parquet as pq

    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/rows.parquet"))
    if blob is None:
        yield None
        return
    with blob.open("rb", chunk_size=1 << 20) as remote:
        yield pq.ParquetFile(remote)


def load_head(source: Source, file_name: str, size: int) -> bytes:
    """The first ``size`` bytes of the raw file; a spreadsheet whole, since it has no start."""
    blob = _raw_blob(source, file_name)
    if blob.size <= size:
        return bytes(blob.download_as_bytes(raw_download=True, timeout=60))
    head = bytes(blob.download_as_bytes(start=0, end=size - 1, raw_download=True, timeout=60))
    if head.startswith(b"PK") and blob.size <= Limits.spreadsheet_bytes:
        return bytes(blob.download_as_bytes(raw_download=True, timeout=60))
    return head


def create_version(upload_id: str, base: Source, document: Mapping[str, Any]) -> Source:
    """A new upload of the same merchant that waits for its file."""
    source = Source(base.uid, CSV, upload_id)
    clients.firestore().document(source.document).create(dict(document))
    return source


@contextmanager
def write_raw_file(source: Source, file_name: str) -> Iterator[BinaryIO]:
    """Where the raw file of a new version is written to; its job starts when it is complete."""
    blob = clients.bucket().blob(source.raw_file(file_name))
    with blob.open("wb", content_type="text/csv; charset=utf-8") as remote:
        yield remote


def forget_texts(source: Source, tables_run: str, file_name: str) -> int:
    """Remove what holds customers' own words: texts, the file's cells, the raw file."""
    private = [source.private_file(f"{tables_run}/{name}.parquet") for name in ("texts", "rows")]
    return clients.delete_files([*private, source.raw_file(file_name)])


def save_rejects(source: Source, run_id: str, rejects: Path) -> str:
    path = source.export_file(f"{run_id}-rejects.csv")
    blob = clients.bucket().blob(path)
    blob.content_disposition = 'attachment; filename="rejected-rows.csv"'
    blob.upload_from_filename(str(rejects), content_type="text/csv; charset=utf-8", timeout=300)
    return path


def remember_mapping(uid: str, header_hash: str, mapping: Mapping[str, Any], at: datetime) -> None:
    """Keep a merchant's own mapping for the next file with the same headers."""
    reference = clients.firestore().document(paths.column_mapping_path(uid, header_hash))
    reference.set({"column_mapping": dict(mapping), "updated_at": at})


def recall_mapping(uid: str, header_hash: str) -> dict[str, Any] | None:
    reference = clients.firestore().document(paths.column_mapping_path(uid, header_hash))
    return (reference.get().to_dict() or {}).get("column_mapping")


def delete_run_files(source: Source, run_id: str) -> None:
    """Remove what a run left in Storage."""
    clients.delete_files((source.private_file(f"{run_id}/"), source.export_file(f"{run_id}-")))


def list_file_runs(source: Source) -> set[str]:
    """The runs that have left files in Storage."""
    blobs = clients.bucket().list_blobs(prefix=source.derived)
    return {run for blob in blobs if (run := source.run_of_file(blob.name)) is not None}


def parse_upload(source: Source, document: Mapping[str, Any]) -> Upload:
    """The document as a dataclass; raises `InvalidInput` for what rules should have refused."""
    based_on, mapping = document.get("based_on"), document.get("column_mapping")
    return Upload(
        source=source,
        file_name=paths.check_file_name(document.get("file_name")),
        generate_segments=document.get("generate_segments") is not False,
        column_mapping=parse(Mapped, {"column_mapping": mapping}).column_mapping or None,
        options=parse(UploadOptions, document.get("options") or {}),
        based_on=parse(BasedOn, based_on) if based_on else None,
    )


def erase_below(source: Source) -> int:
    """Delete every document and file below a source, of whatever collection; how many."""
    reference = clients.firestore().document(source.document)
    count = 0
    for collection in reference.collections():
        count += clients.firestore().recursive_delete(collection)
    prefixes = [source.derived]
    if source.raw_folder:
        prefixes.append(source.raw_folder)
    return count + clients.delete_files(prefixes)


def delete_strays(source: Source, *, before: datetime) -> int:
    """Remove raw files that came ``before`` and have no document; how many there were."""
    if source.raw_folder is None:
        return 0
    bucket = clients.bucket()
    files = bucket.list_blobs(prefix=source.raw_folder)
    strays = [file for file in files if file.time_created < before]
    bucket.delete_blobs(strays, on_error=lambda file: None)  # gone already
    return len(strays)


def delete_document(source: Source) -> None:
    clients.firestore().document(source.document).delete()


def list_unfinished(
    limit: int = 5_000, of_one_merchant: int = 100
) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Sources whose job isn't over, of every merchant, longest untouched first.

    At most so many of one merchant, who could keep all others from their turn.
    """
    seen: Counter[str] = Counter()
    # A document that waits has only what its client wrote, and that has no updated_at.
    waiting = _list(FieldFilter("status", "==", "waiting_for_file"), "created_at", limit)
    active = ["queued", "running", "deleting"]
    for source, document in itertools.chain(
        waiting, _list(FieldFilter("status", "in", active), "updated_at", limit)
    ):
        seen[source.uid] += 1
        if seen[source.uid] <= of_one_merchant:
            yield source, document


def list_text_pending(limit: int = 100) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Sources that were segmented without their texts, since the service was away."""
    waits = And([FieldFilter("texts_state", "==", "pending"), FieldFilter("status", "==", "ready")])
    yield from _list(waits, "updated_at", limit)


def list_untidied(now: datetime, limit: int = 500) -> Iterator[tuple[Source, dict[str, Any]]]:
    """Sources where a job has ended and nobody has looked since for what it left."""
    yield from _list(FieldFilter("tidy_after", "<=", now), "tidy_after", limit)


def _list(
    condition: FieldFilter | And, order: str, limit: int
) -> Iterator[tuple[Source, dict[str, Any]]]:
    for collection in ("csv_uploads", "data_sources"):
        query = clients.firestore().collection_group(collection)
        for snapshot in query.where(filter=condition).order_by(order).limit(limit).stream():
            document = snapshot.to_dict() or {}
            uid = snapshot.reference.parent.parent.id
            kind = CSV if collection == "csv_uploads" else str(document.get("kind"))
            try:
                source = Source(uid, kind, snapshot.id)
            except InvalidInput as err:  # not made by us; the next one is not to blame
                log.event("source_unreadable", severity="WARNING", code=err.code)
                continue
            yield source, document
