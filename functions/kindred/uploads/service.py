"""Use cases of uploads: start, answer, recover, cancel, erase."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, jobs, log, settings
from kindred.errors import Conflict, InvalidInput, SourceGone, Unavailable, UploadRejected
from kindred.paths import Source
from kindred.sources.csv import cells
from kindred.uploads import store
from kindred.uploads.payloads import MAX_HEAD_BYTES, RowEdit, UploadOptions

if TYPE_CHECKING:
    import pyarrow.parquet as pq

    from kindred.engine.duckdb import DuckDB as Backend
    from kindred.reading.types import Reading, ReadOptions
    from kindred.tables import Tables

Progress = Callable[[str, float], None]

_DEADLINE_SECONDS: Final = 1800
_READING_OPTIONS: Final = {"duplicate_customers", "date_order", "currency", "rates"}
#: A file without a document stays for as long as a document without a file.
_STRAYS_STAY: Final = timedelta(hours=settings.WAIT_FOR_FILE_HOURS)
#: A service that was away for less is asked again at once; how rarely it is asked at last.
_TEXTS_AT_ONCE: Final = timedelta(minutes=10)
_TEXTS_AT_LEAST: Final = timedelta(days=1)
_REMEMBERED: Final = {
    "code": "mapping-remembered",
    "message": "Columns were taken as you said for an earlier file with the same headers.",
}


def enqueue(ticket: jobs.Ticket, function: str = "processUpload") -> None:
    """Put the task of one attempt into the queue; a second time does nothing."""
    clients.enqueue(
        function,
        {
            "source": {
                "uid": ticket.source.uid,
                "kind": ticket.source.kind,
                "id": ticket.source.id,
            },
            "run_id": ticket.run_id,
            "attempt": ticket.attempt,
            "part": ticket.part,
        },
        task_id=ticket.task_id,
        deadline_seconds=_DEADLINE_SECONDS,
    )
    log.event("job_queued", run_id=ticket.run_id, attempt=ticket.attempt, kind=ticket.source.kind)


def start_upload(source: Source, file_name: str, *, now: datetime) -> jobs.Ticket | None:
    """A raw file has arrived: queue its job, once, if its document waits for that very file."""
    try:
        document = store.load_document(source)
    except SourceGone:
        # Its source was deleted meanwhile, or its document comes late; a day tells which.
        log.event("file_without_document", severity="WARNING", uid=source.uid, id=source.id)
        enqueue_erasure(source, f"stray{now:%Y%m%d}", delay=_STRAYS_STAY + timedelta(hours=1))
        return None
    if document.get("file_name") != file_name:
        log.event("file_of_other_name", severity="WARNING", uid=source.uid, id=source.id)
        return None
    ticket = jobs.queue(source, expected=("waiting_for_file",), now=now)
    if ticket is not None:
        enqueue(ticket)
    return ticket


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
    mapped = status == "needs_mapping" and before.get("column_mapping") != after.get(
        "column_mapping"
    )
    decided = status == "checked" and before.get("options") != after.get("options")
    if not (mapped or decided):
        return None
    ticket = jobs.queue(source, expected=(str(status),), now=now)
    if ticket is not None:
        enqueue(ticket)
    return ticket


def regenerate(source: Source, options: UploadOptions | None, *, now: datetime) -> jobs.Ticket:
    """Segment a source again, from its stored tables where they still fit.

    ``options`` that are given take the place of the source's own, the others stay.
    """
    document = store.load_document(source)
    if not (
        document.get("tables_run") or store.raw_file_exists(source, str(document.get("file_name")))
    ):
        raise Conflict(
            "This source has no rows to segment yet.", code="no-tables", hint="Upload a file first."
        )
    given = options.model_dump(mode="json", exclude_unset=True) if options else {}
    given["dry_run"] = None  # a file that was only checked is segmented now
    chosen = {**(document.get("options") or {}), **given}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    fields: dict[str, Any] = {"generate_segments": True, "options": chosen}
    ticket = jobs.queue(source, expected=jobs.IDLE, now=now, fields=fields)
    if ticket is None:
        raise Conflict(
            "This source is being worked on.",
            code="job-active",
            hint="Wait until it is done, or cancel it.",
        )
    enqueue(ticket)
    return ticket


def texts_are_due(document: Mapping[str, Any], now: datetime) -> bool:
    """Whether a source that was segmented without its texts is to be tried again.

    It waits for as long as it has been tried already, a day at most: each try is a whole job, also
    of a service that says it is ready and then scores nothing.
    """
    finished_at, since = document["finished_at"], document.get("texts_pending_since")
    tried = finished_at - since if since else timedelta()
    return tried < _TEXTS_AT_ONCE or now - finished_at >= min(tried, _TEXTS_AT_LEAST)


def resume(source: Source, *, now: datetime) -> str | None:
    """Segment a source again that was segmented without its texts; what was done, or None."""
    ticket = jobs.queue(source, expected=("ready",), now=now)
    if ticket is None:
        return None
    enqueue(ticket)
    return "resumed"


def sweep(source: Source, document: Mapping[str, Any], *, now: datetime) -> str | None:
    """Put right what an event, a task or a worker left behind; what was done, or None."""
    status = document.get("status")
    if status == "waiting_for_file":
        if store.raw_file_exists(source, str(document.get("file_name"))):
            return "started" if start_upload(source, str(document["file_name"]), now=now) else None
        created_at = document.get("created_at")
        if created_at and now - created_at > timedelta(hours=settings.WAIT_FOR_FILE_HOURS):
            return jobs.expire(source, now=now)
        return None
    if status in jobs.ACTIVE:
        ticket = jobs.requeue(source, now=now)
        if ticket is not None:
            enqueue(ticket)
            return "requeued"
        return None
    if status == "deleting" and not jobs.is_held(document, now):
        enqueue_erasure(source, f"sweep{now:%Y%m%d%H%M}")
        return "erasing"
    return None


def delete_source(source: Source, *, now: datetime) -> None:
    """Mark a source as going, and have everything of it removed."""
    jobs.mark_deleting(source, now=now)
    enqueue_erasure(source, f"{now:%Y%m%d%H%M%S}")


def enqueue_erasure(source: Source, key: str, *, delay: timedelta = timedelta()) -> None:
    """Have a source removed; ``key`` tells this time from others."""
    clients.enqueue(
        "eraseSource",
        {"source": {"uid": source.uid, "kind": source.kind, "id": source.id}},
        # Clients choose ids of sources: two merchants may have the same.
        task_id=f"{key}-{source.uid}-{source.id}",
        deadline_seconds=_DEADLINE_SECONDS,
        delay_seconds=int(delay.total_seconds()),
    )


def erase(source: Source, *, now: datetime) -> None:
    """Remove a source that is `deleting`: files, documents below, the document last.

    Of one that has no document (any more), remove a file that came after it, once a day has passed.
    Waits for a worker that still holds it by raising `Unavailable`; what is removed is looked for
    again afterwards, so a late write can't survive. Running it twice changes nothing.
    """
    try:
        document = store.load_document(source)
    except SourceGone:
        if removed := store.delete_strays(source, before=now - _STRAYS_STAY):
            log.event("strays_erased", kind=source.kind, id=source.id, files=removed)
        return
    if document.get("status") != "deleting":
        raise Conflict("This source isn't being deleted.", code="not-deleting")
    if jobs.is_held(document, now):
        raise Unavailable("A worker is still letting go.", code="job-busy")
    for _ in range(3):
        if not store.erase_below(source):
            break
    else:
        raise Unavailable("Something still writes below this source.", code="not-empty")
    store.delete_document(source)
    log.event("source_erased", kind=source.kind, id=source.id)


def tables_key(upload: store.Upload) -> str:
    """What the canonical tables depend on, the raw file apart (that is written once).

    As long as it is unchanged, stored tables needn't be read again.
    """
    options = upload.options.model_dump(mode="json", include=_READING_OPTIONS)
    based_on = upload.based_on.model_dump() if upload.based_on else None
    parts = [upload.file_name, upload.column_mapping, options, based_on]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load_base(upload: store.Upload, folder: Path) -> Tables | None:
    """The tables of the version that an upload builds on; None where it builds on none.

    A file that replaces an earlier one stands alone if that one is gone; one that adds to it can't:
    `UploadRejected` ``base-missing``.
    """
    if upload.based_on is None or upload.base is None:
        return None
    found = None
    if upload.base != upload.source:
        try:
            run = store.load_document(upload.base).get("tables_run")
        except SourceGone:
            run = None
        found = store.load_reading(upload.base, run, folder) if run else None
    if found is None and upload.based_on.mode == "append":
        raise UploadRejected(
            "The upload that this file adds to has no rows (any more).",
            code="base-missing",
            hint="Wait until it is ready and generate again, or upload the whole file.",
        )
    return found[0] if found else None


def read(
    upload: store.Upload, raw: Path, folder: Path, *, engine: Backend, on_stage: Progress
) -> Reading:
    """Read an upload's raw file into canonical tables below ``folder``.

    With the merchant's own mapping, else the one remembered for the same headers, else by what is
    found. A mapping that was given and worked is remembered.
    """
    from kindred.reading.files import peek_header_hash, read_file

    tables = folder / "tables"
    options = replace(
        reading_options(upload.options, upload.column_mapping),
        base=load_base(upload, folder / "base"),
        append=upload.based_on is not None and upload.based_on.mode == "append",
        keep_rows=True,
    )
    uid = upload.source.uid
    if upload.column_mapping:
        reading = read_file(raw, options, tables, engine=engine, on_stage=on_stage)
        store.remember_mapping(uid, reading.header_hash, upload.column_mapping, at=jobs.utc_now())
        return reading
    remembered = store.recall_mapping(uid, peek_header_hash(raw, options))
    if remembered:
        try:
            reading = read_file(
                raw,
                replace(options, column_mapping=remembered),
                tables,
                engine=engine,
                on_stage=on_stage,
            )
        except InvalidInput as err:
            log.event("remembered_mapping_unfit", code=err.code)
        else:
            reading.notices.append(_REMEMBERED)
            return reading
    return read_file(raw, options, tables, engine=engine, on_stage=on_stage)


def count(tables: Tables, report: Mapping[str, Any]) -> dict[str, int]:
    """How much a source holds: rows of its file, customers, and texts if there are any."""
    import pyarrow.parquet as pq

    found = {"customers": tables.customers, "texts": tables.texts}
    return {"rows": int(report["rows_read"])} | {
        name: pq.read_metadata(path).num_rows for name, path in found.items() if path is not None
    }


def read_plain_file(
    path: Path,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: UploadOptions,
    folder: Path,
    *,
    engine: Backend,
    on_stage: Progress,
) -> Reading:
    """Read a file of this machine as an upload would be read."""
    from kindred.reading.files import read_file

    settled = reading_options(options, column_mapping)
    return read_file(path, settled, folder / "tables", engine=engine, on_stage=on_stage)


def reading_options(
    options: UploadOptions, column_mapping: Mapping[str, str | list[str]] | None
) -> ReadOptions:
    """What of an upload's options is about reading."""
    from kindred.reading.limits import Limits
    from kindred.reading.types import ReadOptions

    return ReadOptions(
        column_mapping=column_mapping,
        duplicate_customers=options.duplicate_customers,
        date_order=options.date_order,
        currency=options.currency,
        rates=options.rates,
        limits=Limits(file_bytes=settings.MAX_FILE_BYTES),
    )


def preview(
    uid: str,
    head: bytes,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: UploadOptions,
    *,
    file_name: str = "",
) -> dict[str, Any]:
    """The start of a file as it would be read, with the mapping remembered for its headers."""
    import tempfile

    from kindred.reading.files import peek_header_hash, preview_head

    settled = reading_options(options, column_mapping)
    remembered = False
    if column_mapping is None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(head)
            file.flush()
            try:
                known = store.recall_mapping(uid, peek_header_hash(Path(file.name), settled))
            except UploadRejected:
                known = None  # what stands in the way is said below
        if known:
            settled, remembered = replace(settled, column_mapping=known), True
    found = preview_head(head, settled, file_name=file_name)
    detected = found["detected"] or {}
    return {**found, "mapping": detected.get("mapping") or {}, "remembered": remembered}


def preview_upload(
    source: Source,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: UploadOptions | None,
) -> dict[str, Any]:
    """`preview` of an upload whose file is stored."""
    upload = store.parse_upload(source, store.load_document(source))
    return preview(
        source.uid,
        store.load_head(source, upload.file_name, MAX_HEAD_BYTES),
        column_mapping or upload.column_mapping,
        options or upload.options,
        file_name=upload.file_name,
    )


def list_rows(source: Source, offset: int, limit: int) -> dict[str, Any]:
    """``{columns, rows, total}``: rows of the stored file in its order, cells as text."""
    with _stored_rows(source, store.load_document(source)) as stored:
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
    document = store.load_document(source)
    upload = store.parse_upload(source, document)
    with _stored_rows(source, document) as stored:
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
                "label": str(document.get("label") or upload.file_name)[:200],
                "generate_segments": upload.generate_segments,
                "created_at": now,
                "uploaded_by": editor_uid,
                "column_mapping": upload.column_mapping or _detected_mapping(document),
                "options": {**(document.get("options") or {}), "dry_run": False},
                "based_on": document["based_on"] if adds else replaces,
            },
        )
        with store.write_raw_file(version, file_name) as target:
            cells.write_csv(stored, placed, target)
    return {"upload_id": version.id}


def _detected_mapping(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was taken for what, where the file had no header that would say it again."""
    detected = document.get("detected") or {}
    if detected.get("header_row") is not None:
        return None
    guesses = (detected.get("mapping") or {}).items()
    return {field: guess["column"] for field, guess in guesses if guess.get("column")}


@contextmanager
def _stored_rows(source: Source, document: Mapping[str, Any]) -> Iterator[pq.ParquetFile]:
    run = document.get("tables_run")
    if run and document.get("status") != "deleting":
        with store.open_rows(source, run) as stored:
            if stored is not None:
                yield stored
                return
    raise Conflict(
        "This source has no stored rows.",
        code="no-rows-stored",
        hint="They are kept once a file has been read, and until its texts are removed.",
    )
