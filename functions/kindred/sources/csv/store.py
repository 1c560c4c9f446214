"""The only place for uploaded files that knows Firestore and Storage."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from google.cloud.firestore import FieldFilter

from kindred import clients, log, paths
from kindred.errors import Unavailable, UploadRejected
from kindred.paths import CSV, Source
from kindred.reading.limits import Limits
from kindred.sources.csv.payloads import Mapped
from kindred.sources.document import SourceSettings
from kindred.sources.store import parse_settings
from kindred.wire import parse

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from google.cloud.storage import Blob


#: Content type and disposition of raw files: they are saved, not shown.
_CLOSED: Final = ("application/octet-stream", "attachment")


@dataclass(frozen=True)
class Upload(SourceSettings):
    """What an upload's owner has decided about it: its file, its columns, its options."""

    file_name: str
    column_mapping: Mapping[str, str | list[str]] | None


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


def close_raw_file(source: Source, file_name: str) -> None:
    """Make a raw file what no browser shows and no link opens: its readers have a session.

    It is written over itself, since a link's token stays with a file for as long as that isn't.
    """
    from google.api_core.exceptions import NotFound, PreconditionFailed

    blob = clients.bucket().get_blob(source.raw_file(file_name))
    if blob is None or _is_closed(blob):
        return
    closed = clients.bucket().blob(blob.name)
    closed.content_type, closed.content_disposition = _CLOSED
    closed.metadata = {"closed": "true"}  # takes the place of what there is, tokens included
    token, is_done = None, False
    try:
        while not is_done:
            token, *_ = closed.rewrite(blob, token, if_generation_match=blob.generation, timeout=60)
            is_done = token is None
    except (NotFound, PreconditionFailed):  # another has closed it, or it is deleted
        log.event("file_changed_meanwhile", uid=source.uid, id=source.id)


def _is_closed(blob: Blob) -> bool:
    looks = (blob.content_type, blob.content_disposition)
    return looks == _CLOSED and "firebaseStorageDownloadTokens" not in (blob.metadata or {})


def delete_raw_file(source: Source, file_name: str) -> None:
    """Remove one file, and none whose name begins like it."""
    blob = clients.bucket().blob(source.raw_file(file_name))
    clients.bucket().delete_blobs([blob], on_error=lambda file: None)  # gone already


def find_same_file(source: Source, sha256: str) -> str | None:
    """The id of the merchant's earliest other upload of the same bytes."""
    collection = clients.firestore().collection(f"{paths.user_path(source.uid)}/csv_uploads")
    query = collection.where(filter=FieldFilter("file_hash", "==", sha256)).select(["created_at"])
    snapshots = query.limit(20).get()
    others = [
        (document.get("created_at"), document.id)
        for document in snapshots
        if document.id != source.id
    ]
    return min(others)[1] if others else None


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


def remember_mapping(uid: str, header_hash: str, mapping: Mapping[str, Any], at: datetime) -> None:
    """Keep a merchant's own mapping for the next file with the same headers."""
    reference = clients.firestore().document(paths.column_mapping_path(uid, header_hash))
    reference.set({"column_mapping": dict(mapping), "updated_at": at})


def recall_mapping(uid: str, header_hash: str) -> dict[str, Any] | None:
    reference = clients.firestore().document(paths.column_mapping_path(uid, header_hash))
    return (reference.get().to_dict() or {}).get("column_mapping")


def parse_upload(source: Source, document: Mapping[str, Any]) -> Upload:
    """What the owner wrote, checked; raises `InvalidInput` for what rules should have refused."""
    settings = parse_settings(source, document)
    mapped = parse(Mapped, {"column_mapping": document.get("column_mapping")})
    return Upload(
        source=source,
        generate_segments=settings.generate_segments,
        options=settings.options,
        based_on=settings.based_on,
        file_name=paths.check_file_name(document.get("file_name")),
        column_mapping=mapped.column_mapping or None,
    )
