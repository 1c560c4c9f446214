"""One attempt at a source's job: claimed, worked on, and brought to exactly one end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kindred import jobs, log
from kindred.errors import (
    JobCancelled,
    KindredError,
    LeaseLost,
    MappingNeeded,
    SourceGone,
    Unavailable,
)
from kindred.jobs import Status
from kindred.segments import store as segments_store
from kindred.sources import store as sources_store
from kindred.sources.feeders import Progress

Clock = Callable[[], datetime]
#: What is done in an attempt: with a worker, a folder of its own, and a clock.
Work = Callable[[jobs.Worker, Path, Clock], None]

#: Where each stage begins and ends on the bar a merchant sees, in percent.
_STAGES: Final[Mapping[str, tuple[float, float]]] = {
    "reading": (0, 30),
    "checking": (30, 45),
    "features": (45, 55),
    "texts": (55, 70),
    "clustering": (70, 85),
    "publishing": (85, 99),
}


def make_attempt(ticket: jobs.Ticket, work: Work, clock: Clock) -> None:
    """Claim the job and do ``work``; every outcome ends the job, or leaves it for another attempt.

    Raises `Unavailable`, or an unforeseen error, only for what another attempt may cure.
    """
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
            _end(worker, Status.CANCELLED)
        except (LeaseLost, SourceGone) as err:
            _give_up(worker, err)
        except MappingNeeded as err:
            _end(worker, Status.NEEDS_MAPPING, err, {"detected": err.detected})
        except Unavailable:
            worker.release()
            raise
        except KindredError as err:
            _discard(worker)
            _end(worker, Status.FAILED, err)
        except Exception:
            worker.release()
            raise


def show_stages(worker: jobs.Worker) -> Progress:
    """Progress within a stage, shown on the bar of the whole job.

    The bar never goes back, also when a step is done again or an earlier stage reports once more.
    """
    order = list(_STAGES)
    shown = worker.claim.job
    stage, percent = shown.stage or order[0], float(shown.progress)

    def on_stage(entered: str, fraction: float) -> None:
        nonlocal stage, percent
        low, high = _STAGES[entered]
        stage = max(stage, entered, key=order.index)
        percent = max(percent, low + (high - low) * fraction)
        worker.report(stage, percent)

    return on_stage


def _discard(worker: jobs.Worker) -> None:
    """Remove what an unfinished run has written, unless another worker goes on with it."""
    if worker.holds():
        segments_store.delete_run(worker.claim.source, worker.claim.run_id)
        sources_store.delete_run_files(worker.claim.source, worker.claim.run_id)


def _end(
    worker: jobs.Worker,
    status: Status,
    error: KindredError | None = None,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """End a job that has no result; a cancel or a takeover meanwhile wins."""
    try:
        try:
            worker.finish(status, fields, error=error.as_dict() if error else None)
        except JobCancelled:
            status = Status.CANCELLED
            worker.finish(status)
    except (LeaseLost, SourceGone) as err:
        _give_up(worker, err)
    else:
        log.event("job_ended", run_id=worker.claim.run_id, status=status.value)


def _give_up(worker: jobs.Worker, reason: LeaseLost | SourceGone) -> None:
    """Leave a job to the worker that has it now; of a source that has gone, leave nothing."""
    if isinstance(reason, SourceGone):
        sources_store.erase_below(worker.claim.source)  # what we wrote since goes too
    log.event("job_given_up", run_id=worker.claim.run_id)
