"""The main flow across rooms: read -> check -> (texts) -> segment -> publish.

The only module that may import several rooms' services. `process` is what a worker does with one
source; `segment_file` is the same engine on a plain file, without Firebase.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
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
    SourceGone,
    Unavailable,
)
from kindred.paths import Source
from kindred.segments import service as segments_service
from kindred.segments import store as segments_store
from kindred.segments.segmentation import default_as_of
from kindred.texts import service as texts_service
from kindred.texts import store as texts_store
from kindred.uploads import service as uploads_service
from kindred.uploads import store as uploads_store

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend
    from kindred.reading.types import Reading
    from kindred.segments.segmentation import Segmentation
    from kindred.tables import Tables
    from kindred.texts.client import ScoringClient
    from kindred.uploads.payloads import UploadOptions

Progress = Callable[[str, float], None]
Clock = Callable[[], datetime]

#: Where each stage begins and ends on the bar a merchant sees.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "reading": (0, 30),
    "checking": (30, 45),
    "features": (45, 55),
    "texts": (55, 70),
    "clustering": (70, 85),
    "publishing": (85, 99),
}

#: Longer than the tasks that delete an account are tried.
_ACCOUNT_PATIENCE: Final = timedelta(hours=2)


def process(ticket: jobs.Ticket, *, clock: Clock = jobs.utc_now) -> None:
    """Do one attempt at a source's job, to exactly one end.

    Raises `Unavailable`, or an unforeseen error, only for what another attempt may cure.
    """
    _attempt(ticket, _work, clock)


def score_texts(ticket: jobs.Ticket, *, clock: Clock = jobs.utc_now) -> None:
    """Score one shard of a job's texts and hand the job on: to the next shard, or to `process`."""
    _attempt(ticket, _score_shard, clock)


def _attempt(
    ticket: jobs.Ticket, work: Callable[[jobs.Worker, Path, Clock], None], clock: Clock
) -> None:
    try:
        claim = jobs.claim(ticket, now=clock())
    except SourceGone:
        return
    if claim is None:
        return
    log.event("job_started", run_id=claim.run_id, attempt=claim.attempt, kind=claim.source.kind)
    with jobs.Worker(claim, clock=clock) as worker, tempfile.TemporaryDirectory() as folder:
        try:
            work(worker, Path(folder), clock)
        except JobCancelled:
            _discard(worker)
            _end(worker, "cancelled")
        except (LeaseLost, SourceGone) as err:
            _give_up(worker, err)
        except MappingNeeded as err:
            _end(worker, "needs_mapping", error=err.as_dict(), detected=err.detected)
        except Unavailable:
            worker.release()
            raise
        except KindredError as err:
            _discard(worker)
            _end(worker, "failed", error=err.as_dict())
        except Exception:
            worker.release()
            raise


def _work(worker: jobs.Worker, folder: Path, clock: Clock) -> None:
    claim = worker.claim
    started_at = clock()
    on_stage = _stages(worker)
    on_stage("reading", 0)
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        upload = uploads_store.parse_upload(claim.source, claim.document)
        tables, known = _tables(upload, claim, folder, engine, on_stage)
        fields = {**known, "texts_state": None}
        worker.count(**uploads_service.count(tables, known["report"]))
        on_stage("checking", 1)
        if upload.options.dry_run or not upload.generate_segments:
            worker.finish("checked" if upload.options.dry_run else "ready", fields)
            return
        on_stage("features", 0)
        scored = _texts(worker, upload, tables, known, folder, engine, on_stage)
        if scored is None:  # a further task goes on
            return
        earlier = _earlier(upload, claim.document)
        result = _segment(
            tables,
            upload.options,
            folder,
            engine,
            on_stage,
            earlier=earlier,
            customer_texts=scored.customer_texts,
        )
    on_stage("publishing", 0)
    if claim.attempt > 1:  # what an earlier attempt left may be of another shape
        segments_store.delete_run(claim.source, claim.run_id)
    customers, buckets = segments_store.publish(
        claim.source, claim.run_id, result, created_at=started_at
    )
    on_stage("publishing", 0.8)
    segments_store.save_files(claim.source, claim.run_id, result)
    summary = segments_service.summarise(
        claim.run_id,
        result,
        report=known["report"],
        index_buckets=buckets,
        started_at=started_at,
        finished_at=clock(),
    )
    published = {
        **fields,
        "notices": [*known["notices"], *scored.notices, *result.notices],
        "texts_state": scored.state,
        "texts_pending_since": _pending_since(claim.document, scored.state, clock()),
        "current_run": claim.run_id,
        "customer_count": customers,
        "segment_count": len(result.segments),
        "index_buckets": buckets,
    }
    if earlier and not claim.document.get("current_run"):  # a new version takes names over
        published |= {"segment_names": earlier.names, "fixed_segments": list(earlier.fixed)}
    run_document = segments_store.run_document(claim.source, claim.run_id)
    worker.finish("ready", published, beside={run_document: summary})
    log.event("job_done", run_id=claim.run_id, customers=customers)


def _score_shard(worker: jobs.Worker, folder: Path, clock: Clock) -> None:
    claim, on_stage = worker.claim, _stages(worker)
    upload = uploads_store.parse_upload(claim.source, claim.document)
    tables = uploads_store.load_tables(
        claim.source, str(claim.handed["tables_run"]), folder / "tables", ("customers", "texts")
    )
    scores = texts_service.load_scores(claim.source, upload.base, folder / "scores")
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        shard = texts_service.score_shard(
            tables,
            folder / "texts",
            engine=engine,
            client=texts_service.connected(),
            scores=scores,
            limit=settings.TEXT_SHARD,
            on_stage=on_stage,
            keep=lambda path: texts_store.save_scores(claim.source, path),
        )
    ticket = worker.hand_on({**claim.handed, "texts_state": shard.state})
    goes_on = shard.remaining and shard.state is None
    uploads_service.enqueue(ticket, "scoreTexts" if goes_on else "processUpload")


def _stages(worker: jobs.Worker) -> Progress:
    """Progress within a stage, shown on the bar of the whole job, which never goes back.

    Neither for a step that is taken up again, nor for one that belongs to an earlier stage.
    """
    order = list(_STAGES)
    shown = worker.claim.document
    stage, percent = shown.get("stage") or order[0], float(shown.get("progress") or 0)

    def on_stage(entered: str, fraction: float) -> None:
        nonlocal stage, percent
        low, high = _STAGES[entered]
        stage = max(stage, entered, key=order.index)
        percent = max(percent, low + (high - low) * fraction)
        worker.report(stage, percent)

    return on_stage


def _tables(
    upload: uploads_store.Upload,
    claim: jobs.Claim,
    folder: Path,
    engine: Backend,
    on_stage: Progress,
) -> tuple[Tables, dict[str, Any]]:
    """The source's canonical tables, and the fields of its document that follow from them.

    Stored ones, as long as nothing that reading depends on has changed.
    """
    source = claim.source
    key = uploads_service.tables_key(upload)
    for stored in (claim.handed, claim.document):
        if stored.get("tables_run") and stored.get("tables_key") == key:
            found = uploads_store.load_reading(source, stored["tables_run"], folder / "tables")
            if found is not None:
                return found
    raw, sha256 = uploads_store.download_raw_file(source, upload.file_name, folder)
    on_stage("reading", 0.1)
    reading = uploads_service.read(upload, raw, folder, engine=engine, on_stage=on_stage)
    raw.unlink()  # the folder is memory
    rejects_path = (
        uploads_store.save_rejects(source, claim.run_id, reading.rejects)
        if reading.rejects
        else None
    )
    fields = {
        "report": {**reading.report, "rejects_path": rejects_path},
        "detected": reading.detected,
        "notices": reading.notices,
        "tables_run": claim.run_id,
        "tables_key": key,
        "file_hash": sha256,
        "same_as": uploads_store.find_same_file(source, sha256),
    }
    uploads_store.save_reading(source, claim.run_id, reading.tables, reading.rows, fields)
    return reading.tables, fields


def _texts(
    worker: jobs.Worker,
    upload: uploads_store.Upload,
    tables: Tables,
    known: Mapping[str, Any],
    folder: Path,
    engine: Backend,
    on_stage: Progress,
) -> texts_service.Scored | None:
    """What the customers' words say; None if there are so many that further tasks go on."""
    claim, source = worker.claim, worker.claim.source
    if tables.texts is None:
        if claim.document.get("texts_state") != texts_service.SCORED:
            return texts_service.Scored(None, None)
        kept = texts_store.load_customer_texts(source, known["tables_run"], folder / "texts")
        return texts_service.Scored(kept, texts_service.SCORED if kept else None)
    if given_up := claim.handed.get("texts_state"):
        return texts_service.without(given_up)
    client = texts_service.connected()
    scores = texts_service.load_scores(source, upload.base, folder / "scores")
    if client and texts_service.count_unscored(tables, engine, scores) > settings.TEXT_SHARD:
        handed = {name: known[name] for name in ("tables_run", "tables_key")}
        uploads_service.enqueue(worker.hand_on(handed), "scoreTexts")
        return None
    last_order = (known["report"] or {}).get("last_order")
    scored = texts_service.score_texts(
        tables,
        folder / "texts",
        engine=engine,
        client=client,
        scores=scores,
        as_of=upload.options.as_of or default_as_of(last_order),
        on_stage=on_stage,
        keep=lambda path: texts_store.save_scores(source, path),
    )
    if scored.customer_texts is not None:
        texts_store.save_customer_texts(source, known["tables_run"], scored.customer_texts)
    return scored


def _pending_since(
    document: Mapping[str, Any], state: str | None, now: datetime
) -> datetime | None:
    """Since when a source has been waiting for its texts, one try after the other."""
    if state != texts_service.PENDING:
        return None
    if document.get("texts_state") != texts_service.PENDING:
        return now
    return document.get("texts_pending_since") or now


def _segment(
    tables: Tables,
    options: UploadOptions,
    folder: Path,
    engine: Backend,
    on_stage: Progress,
    *,
    earlier: _Earlier | None = None,
    customer_texts: Path | None = None,
) -> Segmentation:
    from kindred.segments.rulebook import rule_book
    from kindred.segments.segmenting import SegmentOptions, segment_customers

    target = folder / "run"
    target.mkdir(exist_ok=True)
    rules = options.rules.model_dump(exclude_none=True) if options.rules else {}
    return segment_customers(
        tables,
        SegmentOptions(
            algorithm=options.algorithm,
            as_of=options.as_of,
            own_rules=rules.pop("own", False),
            rules=rule_book(rules),
            names=earlier.names if earlier else {},
            fixed=earlier.fixed if earlier else (),
        ),
        target,
        engine=engine,
        customer_texts=customer_texts,
        previous=earlier.model if earlier else None,
        on_stage=on_stage,
    )


@dataclass(frozen=True)
class _Earlier:
    """What the last run left, and what the merchant has said about its segments."""

    model: Mapping[str, Any] | None
    names: Mapping[str, str]
    fixed: tuple[str, ...]


def _earlier(upload: uploads_store.Upload, document: Mapping[str, Any]) -> _Earlier | None:
    """Where a run starts from: the last one of this source, else of the one it builds on."""
    source = upload.source
    if not document.get("current_run") and upload.base is not None:
        source = upload.base
        try:
            document = segments_store.load_document(source)
        except SourceGone:
            return None
    if not document.get("current_run"):
        return None
    return _Earlier(
        segments_store.load_model(source, document["current_run"]),
        document.get("segment_names") or {},
        tuple(document.get("fixed_segments") or ()),
    )


def _discard(worker: jobs.Worker) -> None:
    """Remove what an unfinished run has written, unless another worker goes on with it."""
    if worker.holds():
        segments_store.delete_run(worker.claim.source, worker.claim.run_id)
        uploads_store.delete_run_files(worker.claim.source, worker.claim.run_id)


def _end(worker: jobs.Worker, status: str, **fields: Any) -> None:
    """End a job that has no result; a cancel or a takeover meanwhile wins."""
    try:
        try:
            worker.finish(status, fields)
        except JobCancelled:
            status = "cancelled"
            worker.finish(status)
    except (LeaseLost, SourceGone) as err:
        _give_up(worker, err)
    else:
        log.event("job_ended", run_id=worker.claim.run_id, status=status)


def _give_up(worker: jobs.Worker, reason: LeaseLost | SourceGone) -> None:
    """Leave a job to the worker that has it now; of a source that has gone, leave nothing."""
    if isinstance(reason, SourceGone):
        uploads_store.erase_below(worker.claim.source)  # what we wrote since goes too
    log.event("job_given_up", run_id=worker.claim.run_id)


def sweep(*, now: datetime) -> int:
    """Put right what got lost, and remove what is no longer kept; how many sources were touched."""
    touched = 0
    for source, document in uploads_store.list_unfinished():
        touched += _tried(source, lambda s, d: uploads_service.sweep(s, d, now=now), document)
    for source, document in _waiting_for_texts(now):
        touched += _tried(source, lambda s, d: uploads_service.resume(s, now=now), document)
    for source, document in uploads_store.list_untidied(now):
        touched += _tried(source, lambda s, d: _tidy(s, d, now=now), document)
    _sweep_accounts(now)
    return touched


def _sweep_accounts(now: datetime) -> None:
    """Go on with deletions of accounts whose tasks have all failed; each once an hour."""
    for uid in accounts_store.list_deleting(before=now - _ACCOUNT_PATIENCE):
        try:
            accounts_store.enqueue_erasure(uid, now.replace(minute=0))
        except Exception as err:  # noqa: BLE001 - the next account is not to blame
            log.failure("sweep_failed", err, uid=uid)


def _waiting_for_texts(now: datetime) -> list[tuple[Source, dict[str, Any]]]:
    """Sources to segment again with their texts, if these can be scored now.

    The service is asked only if somebody waits for it, since asking starts a container.
    """
    client = texts_service.connected()
    if client is None:
        return []
    due = [
        (source, document)
        for source, document in uploads_store.list_text_pending()
        if uploads_service.texts_are_due(document, now)
    ]
    return due if due and client.is_ready() else []


def _tried(
    source: Source,
    help_one: Callable[[Source, Mapping[str, Any]], str | None],
    document: Mapping[str, Any],
) -> bool:
    """Help one source; one that can't be helped doesn't keep the others from it."""
    try:
        done = help_one(source, document)
    except SourceGone:
        return False  # deleted since it was listed
    except Exception as err:  # noqa: BLE001 - the next source is not to blame
        log.failure("sweep_failed", err, kind=source.kind, id=source.id)
        return False
    if done:
        log.event("swept", kind=source.kind, id=source.id, done=done)
    return done is not None


def _tidy(source: Source, document: Mapping[str, Any], *, now: datetime) -> str | None:
    """Remove all but the last runs; readers of an older one have had their grace period.

    What runs left that ended without a result goes too; files stay where the source's tables are
    among them. A run that began since ``document`` was read is left alone.
    """
    if document.get("status") not in jobs.IDLE:
        return None
    tables_run = document.get("tables_run")
    runs = segments_store.list_run_ids(source)
    kept = {*runs[-settings.KEPT_RUNS :], document.get("current_run")}
    newest = jobs.new_run_id(now - jobs.GRACE / 2)
    removed = {run for run in segments_store.list_document_runs(source) - kept if run < newest}
    removed |= set(runs) - kept
    for run in removed:
        segments_store.delete_run(source, run)
    left = uploads_store.list_file_runs(source) - kept - {tables_run}
    left = {run for run in left if run < newest}
    for run in left:
        uploads_store.delete_run_files(source, run)
    forgotten = (
        not settings.KEEP_TEXTS
        and document.get("texts_state") == texts_service.SCORED
        and uploads_store.forget_texts(source, str(tables_run), str(document.get("file_name")))
    )
    if due := document.get("tidy_after"):
        jobs.mark_tidied(source, due=due)
    return "tidied" if removed or left or forgotten else None


def segment_file(
    path: Path,
    *,
    column_mapping: Mapping[str, str | list[str]] | None = None,
    options: UploadOptions,
    read_only: bool = False,
    folder: Path,
    scoring: Callable[[], AbstractContextManager[ScoringClient | None]] | None = None,
    on_stage: Progress = lambda stage, fraction: None,
) -> tuple[Reading, Segmentation | None]:
    """The engine with no Firebase: read a plain file, and unless ``read_only`` segment it.

    ``scoring`` starts what scores texts; without it, segments rest on behaviour alone. Raises
    `UploadRejected` or `MappingNeeded` for a file that can't be used. What is made lies in
    ``folder``.
    """
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        reading = uploads_service.read_plain_file(
            path, column_mapping, options, folder, engine=engine, on_stage=on_stage
        )
        if read_only:
            return reading, None
        scored = texts_service.Scored(None, None)
        if reading.tables.texts is not None:
            with scoring() if scoring else nullcontext() as client:
                scored = texts_service.score_texts(
                    reading.tables,
                    folder / "texts",
                    engine=engine,
                    client=client,
                    scores=None,
                    as_of=options.as_of or default_as_of(reading.totals["last_order"]),
                    on_stage=on_stage,
                )
        result = _segment(
            reading.tables,
            options,
            folder,
            engine,
            on_stage,
            customer_texts=scored.customer_texts,
        )
    notices = (*scored.notices, *result.notices)
    return reading, replace(result, notices=notices)


def erase_account(uid: str) -> None:
    """Remove an account that is being deleted, its sources by the way every source goes."""
    accounts_service.erase_account(
        uid,
        estate=accounts_store.FirebaseEstate(),
        teams=accounts_store.FirestoreTeams(),
        directory=accounts_store.FirebaseDirectory(),
        delete_source=lambda source: uploads_service.delete_source(source, now=jobs.utc_now()),
    )
