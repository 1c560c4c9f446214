"""Use cases of uploaded files: start, answer, preview, list and edit rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import edge, jobs, log, settings
from kindred.errors import Conflict, SourceGone, UploadRejected
from kindred.jobs import Status
from kindred.paths import Source
from kindred.sources import store as sources_store
from kindred.sources import tasks
from kindred.sources.csv import cells, store
from kindred.sources.csv.feeder import reading_options
from kindred.sources.csv.payloads import MAX_HEAD_BYTES, RowEdit
from kindred.sources.document import Handed, SourceDocument
from kindred.sources.payloads import SourceOptions

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: A file without a document stays for as long as a document without a file.
STRAYS_STAY: Final = timedelta(hours=settings.WAIT_FOR_FILE_HOURS)
#: What stands in a job that one merchant's others leave no room for.
TOO_MANY: Final = {
    "code": "too-many-uploads",
    "message": f"{settings.MAX_UNFINISHED_UPLOADS} uploads are unfinished already.",
    "hint": "Wait until others are done, or cancel those that wait for a file.",
}
#: What a preview may use, whose function has 2 GB and two minutes.
_OF_A_PREVIEW: Final = {"unpacking_memory": 600_000_000, "unpacking_seconds": 60}
#: The field by which a merchant answers what a source asks.
_ANSWERS: Final = {Status.NEEDS_MAPPING: "column_mapping", Status.CHECKED: "options"}


def start_upload(source: Source, file_name: str, *, now: datetime) -> jobs.Ticket | None:
    """A raw file has arrived: queue its job, once, if its document waits for that very file."""
    store.close_raw_file(source, file_name)
    try:
        document = sources_store.load(source)
    except SourceGone:
        # Its source was deleted meanwhile, or its document comes late; a day tells which.
        log.event("file_without_document", severity="WARNING", uid=source.uid, id=source.id)
        tasks.enqueue_erasure(source, f"stray{now:%Y%m%d}", delay=STRAYS_STAY + timedelta(hours=1))
        return None
    if document.file_name != file_name:
        log.event("file_of_other_name", severity="WARNING", uid=source.uid, id=source.id)
        store.delete_raw_file(source, file_name)
        return None
    handed = Handed(uploaded_by=document.uploaded_by)
    return _queue(source, Status.WAITING_FOR_FILE, now, handed)


def refuse_surplus(source: Source, *, now: datetime) -> bool:
    """End the wait of a new upload whose merchant has too many before it; whether it ended."""
    if not sources_store.is_surplus(source, settings.MAX_UNFINISHED_UPLOADS):
        return False
    return jobs.expire(source, now=now, error=TOO_MANY)


def check_uploader(source: Source, uploaded_by: str, file_name: str) -> None:
    """Raise `UploadRejected`, its file removed, if who sent a file may no longer work here.

    A token carries a role for an hour after it was taken away, and Storage asks the token.
    """
    sender = edge.Caller(uploaded_by)
    if sender.role(source.uid) in edge.MAY_CHANGE and not sender.is_erased():
        return
    store.delete_raw_file(source, file_name)
    raise UploadRejected(
        "Who sent this file no longer works for this merchant.",
        code="uploader-gone",
        hint="Upload it yourself.",
    )


def answer(
    source: Source, before: Mapping[str, Any], after: Mapping[str, Any], *, now: datetime
) -> jobs.Ticket | None:
    """The merchant has answered `needs_mapping` or `checked`: queue the job again.

    Compares the document before and after one write; our own writes change the status and so
    are never taken for an answer.
    """
    status = after.get("status")
    if before.get("status") != status:
        return None
    for asked, field in _ANSWERS.items():
        if status == asked and before.get(field) != after.get(field):
            if sources_store.has_room(source.uid):
                return _queue(source, asked, now)
            jobs.expire(source, now=now, error=TOO_MANY, waiting=asked)
    return None


def recover(document: SourceDocument, *, now: datetime) -> str | None:
    """Start the job of a file whose event was lost, or end the wait for one that never came."""
    source = document.source
    if store.raw_file_exists(source, str(document.file_name)):
        return "started" if start_upload(source, str(document.file_name), now=now) else None
    waited = now - document.created_at if document.created_at else timedelta()
    if waited > timedelta(hours=settings.WAIT_FOR_FILE_HOURS):
        return "expired" if jobs.expire(source, now=now) else None
    return None


def _queue(
    source: Source, expected: Status, now: datetime, handed: Handed | None = None
) -> jobs.Ticket | None:
    ticket = jobs.queue(
        source, expected=(expected,), now=now, handed=handed.as_fields() if handed else None
    )
    if ticket is not None:
        tasks.enqueue(ticket)
    return ticket


def preview(
    uid: str,
    head: bytes,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: SourceOptions,
    *,
    file_name: str = "",
) -> dict[str, Any]:
    """The start of a file as it would be read, with the mapping remembered for its headers."""
    import tempfile

    from kindred.reading.files import peek_header_hash, preview_head

    chosen = reading_options(options, column_mapping)
    chosen = replace(chosen, limits=replace(chosen.limits, **_OF_A_PREVIEW))
    remembered = False
    if column_mapping is None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(head)
            file.flush()
            try:
                mapping = store.recall_mapping(uid, peek_header_hash(Path(file.name), chosen))
            except UploadRejected:
                mapping = None  # what stands in the way is said below
        if mapping:
            chosen, remembered = replace(chosen, column_mapping=mapping), True
    shown = preview_head(head, chosen, file_name=file_name)
    detected = shown["detected"] or {}
    return {**shown, "mapping": detected.get("mapping") or {}, "remembered": remembered}


def preview_upload(
    source: Source,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: SourceOptions | None,
) -> dict[str, Any]:
    """`preview` of an upload whose file is stored."""
    upload = store.parse_upload(source, sources_store.load_fields(source))
    return preview(
        source.uid,
        store.load_head(source, upload.file_name, MAX_HEAD_BYTES),
        column_mapping or upload.column_mapping,
        options or upload.options,
        file_name=upload.file_name,
    )


def list_rows(source: Source, offset: int, limit: int) -> dict[str, Any]:
    """``{columns, rows, total}``: rows of the stored file in its order, cells as text."""
    with _stored_rows(sources_store.load(source)) as stored:
        return {
            "columns": cells.column_names(stored),
            "rows": cells.list_cells(stored, offset, limit),
            "total": stored.metadata.num_rows,
        }


def edit_rows(
    source: Source, edits: Sequence[RowEdit], *, editor_uid: str, now: datetime
) -> dict[str, Any]:
    """Make a new version of an upload with some cells changed; the edited one stays as it is.

    What the edited one added to, the new version adds to as well.
    """
    fields = sources_store.load_fields(source)
    upload = store.parse_upload(source, fields)
    with _stored_rows(sources_store.parse_document(source, fields)) as stored:
        placed = cells.place_edits(stored, [(edit.row, edit.column, edit.value) for edit in edits])
        file_name = f"{Path(upload.file_name.removesuffix('.gz')).stem[:190] or 'rows'}.csv"
        adds = upload.based_on is not None and upload.based_on.mode == "append"
        replaces = {"upload_id": source.id, "mode": "replace"}
        version = store.create_version(
            uuid.uuid4().hex[:20],
            source,
            {
                "status": "waiting_for_file",
                "file_name": file_name,
                "label": str(fields.get("label") or upload.file_name)[:200],
                "generate_segments": upload.generate_segments,
                "created_at": now,
                "uploaded_by": editor_uid,
                "column_mapping": upload.column_mapping or _detected_mapping(fields),
                "options": {**(fields.get("options") or {}), "dry_run": False},
                "based_on": fields["based_on"] if adds else replaces,
            },
        )
        with store.write_raw_file(version, file_name) as target:
            cells.write_csv(stored, placed, target)
    return {"upload_id": version.id}


def _detected_mapping(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was taken for what, where the file had no header that would say it again."""
    detected = fields.get("detected") or {}
    if detected.get("header_row") is not None:
        return None
    guesses = (detected.get("mapping") or {}).items()
    return {field: guess["column"] for field, guess in guesses if guess.get("column")}


@contextmanager
def _stored_rows(document: SourceDocument) -> Iterator[pq.ParquetFile]:
    if document.tables_run and document.status is not Status.DELETING:
        with store.open_rows(document.source, document.tables_run) as stored:
            if stored is not None:
                yield stored
                return
    raise Conflict(
        "This source has no stored rows.",
        code="no-rows-stored",
        hint="They are kept once a file has been read, and until its texts are removed.",
    )
