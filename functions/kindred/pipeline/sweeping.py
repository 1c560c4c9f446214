"""What comes by every few minutes: it puts right what got lost, and removes what isn't kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kindred import jobs, log, settings
from kindred.errors import SourceGone
from kindred.pipeline import accounts, prices, texts
from kindred.segments import store as segments_store
from kindred.sources import service as sources_service
from kindred.sources import store as sources_store
from kindred.sources.document import SourceDocument
from kindred.sources.shops import giving, tending
from kindred.sources.shops import service as shops_service
from kindred.texts.service import SCORED
from kindred.webhooks import service as webhooks_service
from kindred.webhooks import store as webhooks_store


def sweep(*, now: datetime) -> int:
    """Put right what got lost, and remove what is no longer kept; how many sources were touched."""
    touched = 0
    accounts.sweep(now)
    _tell(now)
    _move_weights(now)
    for document in sources_store.list_unfinished(now):
        touched += _tried(document, lambda one: sources_service.recover(one, now=now))
    touched += _look_after_shops(now)
    for document in texts.list_waiting(now):
        touched += _tried(document, lambda one: sources_service.resume(one.source, now=now))
    for document in sources_store.list_untidied(now):
        touched += _tried(document, lambda one: tidy(one, now=now))
    return touched


def _tell(now: datetime) -> None:
    """Queue again what merchants' servers were to be told, where its task was lost."""
    try:
        overdue = webhooks_store.list_overdue(webhooks_service.late(now))
        webhooks = webhooks_store.FirestoreWebhooks()
        webhooks_service.requeue_overdue(overdue, webhooks=webhooks, now=now)
    except Exception as err:  # noqa: BLE001 - no source is to blame, nor has to wait
        log.failure("sweep_failed", err)


def _move_weights(now: datetime) -> None:
    """Give price tests that follow what sells their weights of the day."""
    try:
        prices.move_weights(now=now)
    except Exception as err:  # noqa: BLE001 - no source is to blame, nor has to wait
        log.failure("sweep_failed", err)


def _look_after_shops(now: datetime) -> int:
    """Have shops asked, their webhooks looked at and their discounts done, where that is due."""
    started = 0
    for look_after in (shops_service.start_due, tending.tend_all, giving.requeue_overdue):
        try:
            started += look_after(now=now)
        except Exception as err:  # noqa: BLE001 - no other source is to blame, nor has to wait
            log.failure("sweep_failed", err)
    return started


def _tried(document: SourceDocument, help_one: Callable[[SourceDocument], str | None]) -> bool:
    """Help one source; one that can't be helped doesn't keep the others from it."""
    source = document.source
    try:
        done = help_one(document)
    except SourceGone:
        return False  # deleted since it was listed
    except Exception as err:  # noqa: BLE001 - the next source is not to blame
        log.failure("sweep_failed", err, kind=source.kind, id=source.id)
        return False
    if done:
        log.event("swept", kind=source.kind, id=source.id, done=done)
    return done is not None


def tidy(document: SourceDocument, *, now: datetime) -> str | None:
    """Remove all but the last runs; readers of an older one have had their grace period.

    What runs left that ended without a result goes too; files stay where the source's tables are
    among them. A run that began since ``document`` was read is left alone.
    """
    if not document.job.is_idle:
        return None
    source = document.source
    runs = segments_store.list_run_ids(source)
    kept = {*runs[-settings.KEPT_RUNS :], document.current_run}
    if document.forgets_before:  # not for a moment longer than readers have
        kept = {run for run in kept if run and run >= document.forgets_before}
    newest = jobs.new_run_id(now - jobs.GRACE / 2)
    removed = {run for run in segments_store.list_document_runs(source) - kept if run < newest}
    removed |= set(runs) - kept
    for run in removed:
        segments_store.delete_run(source, run)
    left = sources_store.list_file_runs(source) - kept - {document.tables_run}
    left = {run for run in left if run < newest}
    for run in left:
        sources_store.delete_run_files(source, run)
    forgotten = sources_service.forget_texts(document, scored=document.texts_state == SCORED)
    if due := document.job.tidy_after:
        jobs.mark_tidied(source, due=due)
    return "tidied" if removed or left or forgotten else None
