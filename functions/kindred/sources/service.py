"""Use cases of sources of any kind: segment again, recover, cancel, erase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import jobs, log, settings
from kindred.errors import Conflict, SourceGone, Unavailable
from kindred.jobs import Status
from kindred.paths import CSV, PLATFORMS, Source
from kindred.sources import store, tasks
from kindred.sources.csv import service as csv_service
from kindred.sources.document import Handed, SourceDocument, StoredReading
from kindred.sources.feeders import Feeder, HandOn, Progress, Unchanged
from kindred.sources.kinds import feeder_of
from kindred.sources.older_tables import complete
from kindred.sources.payloads import SourceOptions

if TYPE_CHECKING:
    from kindred.engine import Engine
    from kindred.engine.duckdb import DuckDB
    from kindred.tables import Tables

#: A text service that was away for less is asked again at once; how rarely it is asked at last.
_TEXTS_AT_ONCE: Final = timedelta(minutes=10)
_TEXTS_AT_LEAST: Final = timedelta(days=1)
#: Who gives quotes of a source remembers it for a minute after it has gone.
_REMEMBERED: Final = timedelta(minutes=3)


def load_tables(
    claim: jobs.Claim, folder: Path, *, engine: DuckDB, on_stage: Progress
) -> tuple[Tables, StoredReading] | HandOn | Unchanged:
    """The source's canonical tables in ``folder``, and what was said about them.

    Stored ones, as long as nothing that they follow from has changed; else the source's feeder
    brings them, and they are stored.
    """
    source = claim.source
    feeder = feeder_of(source.kind)
    key = feeder.tables_key(claim)
    document = store.parse_document(source, claim.document)
    for earlier in (store.parse_handed(claim.handed), document):
        if earlier.tables_run and earlier.tables_key == key:
            stored = store.load_reading(source, earlier.tables_run, folder / "tables")
            if stored is not None:
                return stored
    if older := _load_older(document, feeder, key, folder, engine):
        return older
    feed = feeder.feed(claim, folder, engine=engine, on_stage=on_stage)
    if isinstance(feed, HandOn | Unchanged):
        return feed
    rejects_path = store.save_rejects(source, claim.run_id, feed.rejects) if feed.rejects else None
    reading = StoredReading(
        report={**feed.report, "rejects_path": rejects_path},
        detected=feed.detected,
        notices=feed.notices,
        tables_run=claim.run_id,
        tables_key=feed.tables_key or key,
        file_hash=feed.file_hash,
        same_as=feed.same_as,
    )
    store.save_reading(source, claim.run_id, feed.tables, feed.rows, reading)
    return feed.tables, reading


def check_sender(document: SourceDocument, handed: Handed) -> None:
    """Raise `UploadRejected` if a new file was sent by somebody who may no longer send any."""
    if handed.uploaded_by and document.file_name:
        csv_service.check_uploader(document.source, handed.uploaded_by, document.file_name)


def _load_older(
    document: SourceDocument, feeder: Feeder, key: str, folder: Path, engine: Engine
) -> tuple[Tables, StoredReading] | None:
    """Tables that an earlier version of Kindred stored, where nothing is left to read again."""
    if not document.tables_run or document.tables_key != key or feeder.can_feed(document):
        return None
    stored = store.load_reading(
        document.source, document.tables_run, folder / "older", of_any_schema=True
    )
    if stored is None:
        return None
    tables, reading = stored
    return complete(tables, folder / "tables", engine=engine), reading


def count_rows(tables: Tables, report: Mapping[str, Any]) -> dict[str, int]:
    """How much a source holds: rows as they came, customers, and texts if there are any."""
    import pyarrow.parquet as pq

    counted = {"customers": tables.customers, "texts": tables.texts}
    return {"rows": int(report["rows_read"])} | {
        name: pq.read_metadata(path).num_rows for name, path in counted.items() if path is not None
    }


def regenerate(source: Source, options: SourceOptions | None, *, now: datetime) -> jobs.Ticket:
    """Segment a source again, from its stored tables where they still fit.

    ``options`` that are given take the place of the source's own, the others stay.
    """
    fields = store.load_fields(source)
    document = store.parse_document(source, fields)
    if not (document.tables_run or feeder_of(source.kind).can_feed(document)):
        raise Conflict(
            "This source has no rows to segment yet.", code="no-tables", hint="Upload a file first."
        )
    if source.kind == CSV and not store.has_room(source.uid):
        raise Conflict(**csv_service.TOO_MANY)
    given = options.model_dump(mode="json", exclude_unset=True) if options else {}
    given["dry_run"] = None  # a file that was only checked is segmented now
    chosen = {**(fields.get("options") or {}), **given}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    # A file that nobody has read yet: whether its sender still works here is still to be asked.
    sender = None if document.tables_run else document.uploaded_by
    ticket = jobs.queue(
        source,
        expected=jobs.IDLE,
        now=now,
        fields={"generate_segments": True, "options": chosen},
        handed=Handed(uploaded_by=sender).as_fields() if sender else None,
    )
    if ticket is None:
        raise Conflict(
            "This source is being worked on.",
            code="job-active",
            hint="Wait until it is done, or cancel it.",
        )
    tasks.enqueue(ticket)
    return ticket


def texts_are_due(document: SourceDocument, now: datetime) -> bool:
    """Whether a source that was segmented without its texts is to be tried again.

    It waits for as long as it has been tried already, a day at most: each try is a whole job, also
    of a service that says it is ready and then scores nothing.
    """
    finished_at, since = document.job.finished_at, document.texts_pending_since
    if finished_at is None:
        return True
    tried = finished_at - since if since else timedelta()
    return tried < _TEXTS_AT_ONCE or now - finished_at >= min(tried, _TEXTS_AT_LEAST)


def resume(source: Source, *, now: datetime) -> str | None:
    """Segment a source again that was segmented without its texts; what was done, or None."""
    ticket = jobs.queue(source, expected=(Status.READY,), now=now)
    if ticket is None:
        return None
    tasks.enqueue(ticket)
    return "resumed"


def recover(document: SourceDocument, *, now: datetime) -> str | None:
    """Put right what an event, a task or a worker left behind; what was done, or None."""
    source, job = document.source, document.job
    if job.status is Status.WAITING_FOR_FILE:
        return csv_service.recover(document, now=now)
    if job.is_active:
        ticket = jobs.requeue(source, now=now)
        if ticket is None:
            return None
        tasks.enqueue(ticket)
        return "requeued"
    if job.status is Status.DELETING and not job.is_held(now):
        tasks.enqueue_erasure(source, f"sweep{now:%Y%m%d%H%M}")
        return "erasing"
    return None


def delete_source(source: Source, *, now: datetime) -> None:
    """Mark a source as going, and have everything of it removed."""
    jobs.mark_deleting(source, now=now)
    tasks.enqueue_erasure(source, f"{now:%Y%m%d%H%M%S}")


def erase(source: Source, *, now: datetime) -> None:
    """Remove a source that is `deleting`: files, documents below, the document last.

    Of one that has no document (any more), remove a file that came after it, once a day has passed,
    and the quotes that were given by who still remembered it.
    Waits for a worker that still holds it by raising `Unavailable`; what is removed is looked for
    again afterwards, so a late write can't survive. Running it twice changes nothing.
    """
    try:
        job = store.load(source).job
    except SourceGone:
        if removed := store.delete_strays(source, before=now - csv_service.STRAYS_STAY):
            log.event("strays_erased", kind=source.kind, id=source.id, files=removed)
        if removed := store.erase_named(source):
            log.event("late_prices_erased", kind=source.kind, id=source.id, documents=removed)
        return
    if job.status is not Status.DELETING:
        raise Conflict("This source isn't being deleted.", code="not-deleting")
    if job.is_held(now):
        raise Unavailable("A worker is still letting go.", code="job-busy")
    if source.kind in PLATFORMS:
        from kindred.sources.shops import keeping

        keeping.take_hooks_back(source, now=now)  # while what opens the shop is still there
    for _ in range(3):
        if not store.erase_below(source):
            break
    else:
        raise Unavailable("Something still writes below this source.", code="not-empty")
    store.delete_document(source)
    tasks.enqueue_erasure(source, f"{now:%Y%m%d%H%M%S}late", delay=_REMEMBERED)
    log.event("source_erased", kind=source.kind, id=source.id)


def forget_texts(document: SourceDocument, *, scored: bool) -> bool:
    """Where the deployment doesn't keep texts, remove those that are scored; whether any were."""
    return scored and not settings.KEEP_TEXTS and bool(store.forget_texts(document))
