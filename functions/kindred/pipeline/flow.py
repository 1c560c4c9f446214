"""The work of a job: tables -> texts -> segments -> documents that a merchant sees."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred import documents, jobs, log, settings
from kindred.customers import store as customers_store
from kindred.customers.store import Publication
from kindred.engine import open_engine
from kindred.errors import SourceGone
from kindred.jobs import Status
from kindred.paths import CSV, Source
from kindred.pipeline import discounts, prices, texts
from kindred.pipeline.attempt import Clock, make_attempt, show_stages
from kindred.segments import service as segments_service
from kindred.segments import store as segments_store
from kindred.sources import service as sources_service
from kindred.sources import store as sources_store
from kindred.sources import tasks
from kindred.sources.document import SourceDocument, SourceSettings, StoredReading
from kindred.sources.feeders import HandOn, Progress, Unchanged
from kindred.sources.shops.schedule import has_forgotten
from kindred.texts.service import Scored

if TYPE_CHECKING:
    from kindred.engine import Engine
    from kindred.engine.duckdb import DuckDB
    from kindred.segments.segmentation import Segmentation
    from kindred.sources.payloads import SourceOptions
    from kindred.tables import Tables


def process(ticket: jobs.Ticket, *, clock: Clock = jobs.utc_now) -> None:
    """Make one attempt at a source's job, to exactly one end.

    Raises `Unavailable`, or an unforeseen error, only for what another attempt may cure.
    """
    make_attempt(ticket, _work, clock)


@dataclass(frozen=True)
class Outcome:
    """What the tables of a source were made into, and what went into it."""

    before: SourceDocument  # as the attempt found it
    reading: StoredReading
    scored: Scored
    earlier: Earlier | None
    result: Segmentation
    orders: Path | None  # the order lines that were read, if there are any


def _work(worker: jobs.Worker, folder: Path, clock: Clock) -> None:
    claim, on_stage, started_at = worker.claim, show_stages(worker), clock()
    on_stage("reading", 0)
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        outcome = _segment_source(worker, folder, engine, on_stage)
    if outcome is None:
        return
    on_stage("publishing", 0)
    base = sources_store.parse_settings(claim.source, claim.document).base
    prices.take_over_opt_outs(claim.source, base)  # before there is anybody to ask a price of
    published = _publish(claim, outcome.result, started_at, on_stage)
    summary = segments_service.summarise(
        claim.run_id,
        outcome.result,
        report=outcome.reading.report,
        index_buckets=published.index_buckets,
        started_at=started_at,
        finished_at=clock(),
    )
    worker.finish(
        Status.READY,
        _result_fields(claim.run_id, outcome, published, clock()),
        beside={segments_store.run_document(claim.source, claim.run_id): summary},
    )
    log.event("job_done", run_id=claim.run_id, customers=published.customers)
    prices.learn_outcomes(claim.source, outcome.orders, now=clock())


def _segment_source(
    worker: jobs.Worker, folder: Path, engine: DuckDB, on_stage: Progress
) -> Outcome | None:
    """Tables, texts and segments; None if the job has ended with the tables, or was handed on."""
    claim = worker.claim
    chosen = sources_store.parse_settings(claim.source, claim.document)
    before = sources_store.parse_document(claim.source, claim.document)
    sources_service.check_sender(before, sources_store.parse_handed(claim.handed))
    loaded = sources_service.load_tables(claim, folder, engine=engine, on_stage=on_stage)
    if isinstance(loaded, HandOn):
        ticket = worker.hand_on(loaded.handed, delay=loaded.delay)
        tasks.enqueue(ticket, loaded.function, delay=loaded.delay)
        return None
    if isinstance(loaded, Unchanged):
        worker.finish(Status.READY)
        return None
    tables, reading = loaded
    discounts.forget(claim.source, tables.customers)
    prices.forget_gone(
        claim.source, before, reading.tables_run, tables.customers, folder / "before"
    )
    counts = sources_service.count_rows(tables, reading.report)
    worker.count(**counts)
    on_stage("checking", 1)
    if chosen.options.dry_run or not chosen.generate_segments:
        status = Status.CHECKED if chosen.options.dry_run else Status.READY
        worker.finish(status, {**reading.as_fields(), "texts_state": None})
        return None
    if not counts["customers"] and claim.source.kind != CSV:
        worker.finish(Status.READY, _empty_fields(claim.run_id, before, reading))
        log.event("nobody_to_segment", run_id=claim.run_id, kind=claim.source.kind)
        return None
    on_stage("features", 0)
    scored = texts.score(worker, chosen, tables, reading, folder, engine, on_stage)
    if scored is None:
        return None
    earlier = _load_earlier(chosen, before, folder / "earlier")
    result = segment(
        tables,
        chosen.options,
        folder,
        engine,
        on_stage,
        earlier=earlier,
        customer_texts=scored.customer_texts,
    )
    return Outcome(before, reading, scored, earlier, result, tables.orders)


def _empty_fields(run_id: str, before: SourceDocument, reading: StoredReading) -> dict[str, Any]:
    """What the document says of a shop without customers: of a file it is an error, not of a shop.

    No run is current: those before show people whom the shop doesn't have any more.
    """
    fields = {
        **reading.as_fields(),
        "texts_state": None,
        "current_run": None,
        "customer_count": 0,
        "segment_count": 0,
    }
    if has_forgotten(before.tables_key, reading.tables_key):
        fields["forgets_before"] = run_id
    return fields


@dataclass(frozen=True)
class Earlier:
    """What the last run left, and what the merchant has said about its segments."""

    model: Mapping[str, Any] | None
    customers: Path | None  # every customer's row
    names: Mapping[str, str]
    fixed: tuple[str, ...]


def _load_earlier(chosen: SourceSettings, document: SourceDocument, folder: Path) -> Earlier | None:
    """Where a run starts from: the last one of this source, else of the one it builds on."""
    if not document.current_run and chosen.base is not None:
        try:
            document = sources_store.load(chosen.base)
        except SourceGone:
            return None
    if not document.current_run:
        return None
    folder.mkdir()
    return Earlier(
        segments_store.load_model(document.source, document.current_run),
        segments_store.load_customers(document.source, document.current_run, folder),
        document.segment_names,
        document.fixed_segments,
    )


def segment(
    tables: Tables,
    options: SourceOptions,
    folder: Path,
    engine: Engine,
    on_stage: Progress,
    *,
    earlier: Earlier | None = None,
    customer_texts: Path | None = None,
) -> Segmentation:
    """Segment the customers of ``tables``, starting from an ``earlier`` run if there is one."""
    from kindred.segments.rules.rule_book import rule_book
    from kindred.segments.segmenting import SegmentOptions, segment_customers

    target = folder / "run"
    target.mkdir(exist_ok=True)
    return segment_customers(
        tables,
        SegmentOptions(
            algorithm=options.algorithm,
            as_of=options.as_of,
            rules=rule_book(options.thresholds()),
            names=earlier.names if earlier else {},
            fixed=earlier.fixed if earlier else (),
        ),
        target,
        engine=engine,
        customer_texts=customer_texts,
        previous=earlier.model if earlier else None,
        previous_customers=earlier.customers if earlier else None,
        on_stage=on_stage,
    )


def _publish(
    claim: jobs.Claim, result: Segmentation, started_at: datetime, on_stage: Progress
) -> Publication:
    if claim.attempt > 1:  # what an earlier attempt left may be of another shape
        segments_store.delete_run(claim.source, claim.run_id)
    published = publish(claim.source, claim.run_id, result, created_at=started_at)
    on_stage("publishing", 0.8)
    segments_store.save_files(claim.source, claim.run_id, result)
    return published


def publish(
    source: Source, run_id: str, result: Segmentation, *, created_at: datetime
) -> Publication:
    """Write everything of a run but its summary. Repeatable: ids follow from the run.

    Nothing shows to readers until the source's document names the run.
    """
    keys = [one.segment_key for one in result.segments]
    customers = customers_store.lay_out(source, run_id, result.customers, keys)
    documents.commit_all(
        itertools.chain(
            segments_store.segment_writes(source, run_id, result, created_at),
            customers.writes,
            segments_store.chart_writes(source, run_id, result),
        )
    )
    return customers


def _result_fields(
    run_id: str, outcome: Outcome, published: Publication, now: datetime
) -> dict[str, Any]:
    """What the source's document says of a run that is ready."""
    before, reading = outcome.before, outcome.reading
    scored, result = outcome.scored, outcome.result
    fields = {
        **reading.as_fields(),
        "notices": [*reading.notices, *scored.notices, *result.notices],
        "texts_state": scored.state,
        "texts_pending_since": texts.pending_since(before, scored.state, now),
        "current_run": run_id,
        "customer_count": published.customers,
        "segment_count": len(result.segments),
        "index_buckets": published.index_buckets,
    }
    if has_forgotten(before.tables_key, reading.tables_key):
        fields["forgets_before"] = run_id
    if (earlier := outcome.earlier) and not before.current_run:  # a new version takes names over
        fields |= {"segment_names": earlier.names, "fixed_segments": list(earlier.fixed)}
    return fields
