"""Use cases of uploads: start, answer, recover, cancel, erase."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, jobs, log, settings
from kindred.errors import Conflict, NotFound, Unavailable
from kindred.paths import Source
from kindred.uploads import store
from kindred.uploads.payloads import UploadOptions

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from kindred.uploads.reading import Reading

Progress = Callable[[str, float], None]

_DEADLINE_SECONDS: Final = 1800
_READING_OPTIONS: Final = {"duplicate_customers", "date_order", "currency", "rates"}


def enqueue(ticket: jobs.Ticket) -> None:
    """Put the task of one attempt into the queue; a second time does nothing."""
    clients.enqueue(
        "processUpload",
        {
            "source": {
                "uid": ticket.source.uid,
                "kind": ticket.source.kind,
                "id": ticket.source.id,
            },
            "run_id": ticket.run_id,
            "attempt": ticket.attempt,
        },
        task_id=ticket.task_id,
        deadline_seconds=_DEADLINE_SECONDS,
    )
    log.event("job_queued", run_id=ticket.run_id, attempt=ticket.attempt, kind=ticket.source.kind)


def start_upload(source: Source, file_name: str, *, now: datetime) -> jobs.Ticket | None:
    """A raw file has arrived: queue its job, once, if its document waits for that very file."""
    try:
        document = store.load_document(source)
    except NotFound:
        log.event("file_without_document", severity="WARNING", uid=source.uid, id=source.id)
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
    """Segment a source again, from its stored tables where they still fit."""
    document = store.load_document(source)
    if not document.get("tables_run"):
        raise Conflict(
            "This source has no rows to segment yet.",
            code="no-tables",
            hint="Upload a file first, or answer what it waits for.",
        )
    fields: dict[str, Any] = {"generate_segments": True}
    if options is not None:
        fields["options"] = options.model_dump(mode="json", exclude_defaults=True)
    ticket = jobs.queue(source, expected=jobs.IDLE, now=now, fields=fields)
    if ticket is None:
        raise Conflict(
            "This source is being worked on.",
            code="job-active",
            hint="Wait until it is done, or cancel it.",
        )
    enqueue(ticket)
    return ticket


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


def enqueue_erasure(source: Source, key: str) -> None:
    clients.enqueue(
        "eraseSource",
        {"source": {"uid": source.uid, "kind": source.kind, "id": source.id}},
        task_id=f"{key}-{source.id}",
        deadline_seconds=_DEADLINE_SECONDS,
    )


def erase(source: Source, *, now: datetime) -> None:
    """Remove a source that is `deleting`: files, documents below, the document last.

    Waits for a worker that still holds it by raising `Unavailable`; what is removed is looked for
    again afterwards, so a late write can't survive. Running it twice changes nothing.
    """
    try:
        document = store.load_document(source)
    except NotFound:
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


def read(
    upload: store.Upload, raw: Path, folder: Path, *, engine: Backend, on_stage: Progress
) -> Reading:
    """Read an upload's raw file into canonical tables below ``folder``."""
    return _read(
        raw,
        upload.column_mapping,
        upload.options,
        folder / "tables",
        engine=engine,
        on_stage=on_stage,
    )


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
    return _read(path, column_mapping, options, folder / "tables", engine=engine, on_stage=on_stage)


def _read(
    path: Path,
    column_mapping: Mapping[str, str | list[str]] | None,
    options: UploadOptions,
    folder: Path,
    *,
    engine: Backend,
    on_stage: Progress,
) -> Reading:
    from kindred.uploads.reading import ReadOptions, read_file

    folder.mkdir(parents=True, exist_ok=True)
    read_options = ReadOptions(
        column_mapping=column_mapping,
        duplicate_customers=options.duplicate_customers,
        date_order=options.date_order,
        currency=options.currency,
        rates=options.rates,
    )
    return read_file(path, read_options, folder, engine=engine, on_stage=on_stage)
