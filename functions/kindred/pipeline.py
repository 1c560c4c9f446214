"""The main flow across rooms: read -> check -> (texts) -> segment -> publish.

The only module that may import several rooms' services. `process` is what a worker does with one
source; `segment_file` is the same engine on a plain file, without Firebase.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import jobs, log, settings
from kindred.accounts import service as accounts_service
from kindred.accounts import store as accounts_store
from kindred.engine import open_engine
from kindred.errors import (
    JobCancelled,
    KindredError,
    LeaseLost,
    MappingNeeded,
    NotFound,
    Unavailable,
)
from kindred.paths import CSV, Source
from kindred.segments import service as segments_service
from kindred.segments import store as segments_store
from kindred.uploads import service as uploads_service
from kindred.uploads import store as uploads_store

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from kindred.segments.segmentation import Segmentation
    from kindred.tables import Tables
    from kindred.uploads.payloads import UploadOptions
    from kindred.uploads.reading import Reading

Progress = Callable[[str, float], None]

#: Where each stage begins and ends on the bar a merchant sees.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "reading": (0, 30),
    "checking": (30, 45),
    "features": (45, 55),
    "texts": (55, 70),
    "clustering": (70, 85),
    "publishing": (85, 99),
}

#: A run that is no longer kept stays this long for those who are reading it.
_GRACE: Final = timedelta(minutes=10)
#: How far back the sweep looks for sources with runs to remove; it runs every 10 minutes.
_SWEEP_WINDOW: Final = timedelta(hours=6)


def process(ticket: jobs.Ticket, *, clock: Callable[[], datetime] = jobs.utc_now) -> None:
    """Do one attempt at a source's job, to exactly one end.

    Raises `Unavailable`, or an unforeseen error, only for what another attempt may cure.
    """
    try:
        claim = jobs.claim(ticket, now=clock())
    except NotFound:
        return
    if claim is None:
        return
    log.event("job_started", run_id=claim.run_id, attempt=claim.attempt, kind=claim.source.kind)
    with jobs.Worker(claim, clock=clock) as worker, tempfile.TemporaryDirectory() as folder:
        try:
            _work(worker, Path(folder), clock)
        except JobCancelled:
            _discard(claim)
            worker.finish("cancelled")
        except (LeaseLost, NotFound):
            log.event("job_given_up", run_id=claim.run_id)  # another worker's, or deleted
        except MappingNeeded as err:
            _end(worker, "needs_mapping", error=err.as_dict(), detected=err.detected)
        except Unavailable:
            worker.release()
            raise
        except KindredError as err:
            _discard(claim)
            _end(worker, "failed", error=err.as_dict())
        except Exception:
            worker.release()
            raise


def _work(worker: jobs.Worker, folder: Path, clock: Callable[[], datetime]) -> None:
    claim = worker.claim
    started_at = clock()

    def on_stage(stage: str, fraction: float) -> None:
        low, high = _STAGES[stage]
        worker.report(stage, low + (high - low) * fraction)

    on_stage("reading", 0)
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        upload = uploads_store.parse_upload(claim.source, claim.document)
        tables, fields = _tables(upload, claim, folder, engine, on_stage, now=started_at)
        if upload.options.dry_run or not upload.generate_segments:
            worker.finish("checked" if upload.options.dry_run else "ready", fields)
            return
        result = _segment(tables, upload.options, folder, engine, on_stage, _previous(claim))
    on_stage("publishing", 0)
    customers, buckets = segments_store.publish(
        claim.source, claim.run_id, result, created_at=started_at
    )
    on_stage("publishing", 0.8)
    segments_store.save_model(claim.source, claim.run_id, result.model)
    summary = segments_service.summarise(
        result,
        report=fields.get("report"),
        index_buckets=buckets,
        started_at=started_at,
        finished_at=clock(),
    )
    segments_store.save_run(claim.source, claim.run_id, summary)
    published = {
        **fields,
        "notices": [*fields["notices"], *result.notices],
        "current_run": claim.run_id,
        "customer_count": customers,
        "segment_count": len(result.segments),
        "index_buckets": buckets,
    }
    worker.finish("ready", published)
    log.event("job_done", run_id=claim.run_id, customers=customers)


def _tables(
    upload: uploads_store.Upload,
    claim: jobs.Claim,
    folder: Path,
    engine: Backend,
    on_stage: Progress,
    *,
    now: datetime,
) -> tuple[Tables, dict[str, Any]]:
    """The source's canonical tables, and the fields of its document that follow from them.

    Taken from an earlier run where nothing that reading depends on has changed.
    """
    source, document = claim.source, claim.document
    if source.kind != CSV or (
        upload.tables_run and upload.tables_key == uploads_service.tables_key(upload)
    ):
        tables = uploads_store.load_tables(
            source, str(upload.tables_run), folder / "tables", upload.currency
        )
        kept = {name: document.get(name) for name in ("report", "detected")}
        return tables, {**kept, "notices": document.get("reading_notices") or []}

    raw, sha256 = uploads_store.download_raw_file(source, upload.file_name, folder)
    on_stage("reading", 0.1)
    reading = uploads_service.read(upload, raw, folder, engine=engine, on_stage=on_stage)
    uploads_store.save_tables(source, claim.run_id, reading.tables)
    rejects_path = (
        uploads_store.save_rejects(source, claim.run_id, reading.rejects)
        if reading.rejects
        else None
    )
    if upload.column_mapping:
        uploads_store.remember_mapping(
            source.uid, reading.header_hash, upload.column_mapping, at=now
        )
    return reading.tables, {
        "report": {**reading.report, "rejects_path": rejects_path},
        "detected": reading.detected,
        "notices": reading.notices,
        "reading_notices": reading.notices,
        "tables_run": claim.run_id,
        "tables_key": uploads_service.tables_key(upload),
        "file_hash": sha256,
        "same_as": uploads_store.find_same_file(source, sha256),
    }


def _segment(
    tables: Tables,
    options: UploadOptions,
    folder: Path,
    engine: Backend,
    on_stage: Progress,
    previous: Mapping[str, Any] | None,
) -> Segmentation:
    from kindred.segments.segmenting import SegmentOptions, segment_customers

    target = folder / "run"
    target.mkdir(exist_ok=True)
    result: Segmentation = segment_customers(
        tables,
        SegmentOptions(algorithm=options.algorithm, as_of=options.as_of),
        target,
        engine=engine,
        previous=previous,
        on_stage=on_stage,
    )
    return result


def _previous(claim: jobs.Claim) -> dict[str, Any] | None:
    """What the last run of this very source left for a warm start."""
    current = claim.document.get("current_run")
    return segments_store.load_model(claim.source, current) if current else None


def _discard(claim: jobs.Claim) -> None:
    """Remove what an unfinished run has written, so that nothing half made stays."""
    segments_store.delete_run(claim.source, claim.run_id)
    uploads_store.delete_run_files(claim.source, claim.run_id)


def _end(worker: jobs.Worker, status: str, **fields: Any) -> None:
    """End a job that has no result; a cancel or a takeover meanwhile wins."""
    try:
        worker.finish(status, fields)
        log.event("job_ended", run_id=worker.claim.run_id, status=status)
    except JobCancelled:
        worker.finish("cancelled")
    except (LeaseLost, NotFound):
        log.event("job_given_up", run_id=worker.claim.run_id)


def sweep(*, now: datetime) -> int:
    """Put right what got lost, and remove what is no longer kept; how many sources were touched.

    One source that can't be helped doesn't keep the others from it.
    """
    touched = 0
    for source, document in uploads_store.list_unfinished():
        try:
            done = uploads_service.sweep(source, document, now=now)
        except Exception as err:  # noqa: BLE001 - the next source is not to blame
            log.failure("sweep_failed", err, kind=source.kind, id=source.id)
            continue
        if done:
            touched += 1
            log.event("swept", kind=source.kind, id=source.id, done=done)
    for source, document in uploads_store.list_recently_finished(since=now - _SWEEP_WINDOW):
        if now - document["updated_at"] < _GRACE:
            continue
        try:
            touched += _remove_old_runs(source, document)
        except Exception as err:  # noqa: BLE001 - the next source is not to blame
            log.failure("sweep_failed", err, kind=source.kind, id=source.id)
    return touched


def _remove_old_runs(source: Source, document: Mapping[str, Any]) -> int:
    """Delete all but the last runs; readers of an older one have had their grace period."""
    runs = segments_store.list_run_ids(source)
    kept = {*runs[-settings.KEPT_RUNS :], document.get("current_run")}
    removed = [run for run in runs if run not in kept]
    for run in removed:
        segments_store.delete_run(source, run)
        if run != document.get("tables_run"):
            uploads_store.delete_run_files(source, run)
    return len(removed)


def segment_file(
    path: Path,
    *,
    column_mapping: Mapping[str, str | list[str]] | None = None,
    options: UploadOptions,
    read_only: bool = False,
    folder: Path,
    on_stage: Progress = lambda stage, fraction: None,
) -> tuple[Reading, Segmentation | None]:
    """The engine with no Firebase: read a plain file, and unless ``read_only`` segment it.

    Raises `UploadRejected` or `MappingNeeded` for a file that can't be used. What is made lies
    in ``folder``.
    """
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        reading = uploads_service.read_plain_file(
            path, column_mapping, options, folder, engine=engine, on_stage=on_stage
        )
        if read_only:
            return reading, None
        result = _segment(reading.tables, options, folder, engine, on_stage, None)
    return reading, result


def erase_account(uid: str) -> None:
    """Remove an account that is being deleted, its sources by the way every source goes."""
    accounts_service.erase_account(
        uid,
        estate=accounts_store.FirebaseEstate(),
        teams=accounts_store.FirestoreTeams(),
        directory=accounts_store.FirebaseDirectory(),
        delete_source=lambda source: uploads_service.delete_source(source, now=jobs.utc_now()),
    )
