"""The texts of a job: scored by its worker, or shard by shard by a chain of tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kindred import jobs, settings
from kindred.engine import open_engine
from kindred.pipeline.attempt import Clock, make_attempt, show_stages
from kindred.segments.segmentation import default_as_of
from kindred.sources import store as sources_store
from kindred.sources import tasks
from kindred.sources.document import Handed, SourceDocument, SourceSettings, StoredReading
from kindred.sources.feeders import Progress
from kindred.sources.service import texts_are_due
from kindred.texts import service, store

if TYPE_CHECKING:
    from kindred.engine import Engine
    from kindred.tables import Tables


def score_texts(ticket: jobs.Ticket, *, clock: Clock = jobs.utc_now) -> None:
    """Score one shard of a job's texts and hand the job on: to the next shard, or to `process`."""
    make_attempt(ticket, _score_shard, clock)


def _score_shard(worker: jobs.Worker, folder: Path, _clock: Clock) -> None:
    claim, on_stage = worker.claim, show_stages(worker)
    chosen = sources_store.parse_settings(claim.source, claim.document)
    handed = sources_store.parse_handed(claim.handed)
    tables = sources_store.load_tables(
        claim.source, str(handed.tables_run), folder / "tables", ("customers", "texts")
    )
    scores = service.load_scores(claim.source, chosen.base, folder / "scores")
    with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
        shard = service.score_shard(
            tables,
            folder / "texts",
            engine=engine,
            client=service.connected(),
            scores=scores,
            limit=settings.TEXT_SHARD,
            on_stage=on_stage,
            keep=lambda path: store.save_scores(claim.source, path),
        )
    ticket = worker.hand_on(replace(handed, texts_state=shard.state).as_fields())
    goes_on = shard.remaining and shard.state is None
    tasks.enqueue(ticket, "scoreTexts" if goes_on else None)


def score(
    worker: jobs.Worker,
    chosen: SourceSettings,
    tables: Tables,
    reading: StoredReading,
    folder: Path,
    engine: Engine,
    on_stage: Progress,
) -> service.Scored | None:
    """What the customers' words say; None if there are so many that further tasks go on."""
    claim, source = worker.claim, worker.claim.source
    if tables.texts is None:
        return _scored_before(claim, reading, folder)
    if given_up := sources_store.parse_handed(claim.handed).texts_state:
        return service.without(given_up)
    client = service.connected()
    scores = service.load_scores(source, chosen.base, folder / "scores")
    if client and service.count_unscored(tables, engine, scores) > settings.TEXT_SHARD:
        handed = Handed(reading.tables_run, reading.tables_key)
        tasks.enqueue(worker.hand_on(handed.as_fields()), "scoreTexts")
        return None
    scored = service.score_texts(
        tables,
        folder / "texts",
        engine=engine,
        client=client,
        scores=scores,
        as_of=chosen.options.as_of or default_as_of(reading.report.get("last_order")),
        on_stage=on_stage,
        keep=lambda path: store.save_scores(source, path),
    )
    if scored.customer_texts is not None:
        store.save_customer_texts(source, reading.tables_run, scored.customer_texts)
    return scored


def _scored_before(claim: jobs.Claim, reading: StoredReading, folder: Path) -> service.Scored:
    """What was made of texts that are gone, if they were scored before they went."""
    if sources_store.parse_document(claim.source, claim.document).texts_state != service.SCORED:
        return service.Scored(None, None)
    kept = store.load_customer_texts(claim.source, reading.tables_run, folder / "texts")
    return service.Scored(kept, service.SCORED if kept else None)


def pending_since(before: SourceDocument, state: str | None, now: datetime) -> datetime | None:
    """Since when a source has been waiting for its texts, one try after the other."""
    if state != service.PENDING:
        return None
    if before.texts_state != service.PENDING:
        return now
    return before.texts_pending_since or now


def list_waiting(now: datetime) -> list[SourceDocument]:
    """Sources to segment again with their texts, if these can be scored now.

    The service is asked only if somebody waits for it, since asking starts a container.
    """
    client = service.connected()
    if client is None:
        return []
    due = [one for one in sources_store.list_text_pending(now) if texts_are_due(one, now)]
    return due if due and client.is_ready() else []
