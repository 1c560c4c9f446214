"""How a job starts, is taken, is given another attempt, and is stopped.

A job is queued (`queue`), taken by a worker for as long as its lease lasts (`claim`), and ends in
exactly one commit (`worker`). A job whose worker vanished `MAX_ATTEMPTS` times without handing on
fails and says so, since its data is likely what kills the worker.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from kindred import settings
from kindred.errors import Conflict, Unavailable
from kindred.jobs.states import ACTIVE, Job, Status, Ticket, new_run_id
from kindred.jobs.store import Change, Fields, transact
from kindred.paths import Source

_WORKER_LOST: Final = {
    "code": "worker-lost",
    "message": f"This job stopped without a word {settings.MAX_ATTEMPTS} times.",
    "hint": "The data are probably too large or too unusual for one worker. Split a file, or "
    "upload it with fewer columns; of a shop, try again later, and write to support if it goes on.",
}
_NEVER_TAKEN: Final = {
    "code": "never-taken",
    "message": "No worker was free for this job for more than a day.",
    "hint": "Nothing is wrong with the data. Start it again.",
}
#: How often a job that nobody takes is queued again: with `_is_patient`, for more than a day.
_MOST_WAITS: Final = 5
_FILE_NEVER_CAME: Final = {
    "code": "file-never-came",
    "message": f"No file arrived within {settings.WAIT_FOR_FILE_HOURS} hours.",
    "hint": "Start the upload again.",
}


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds. ``document`` is the source's document as it was claimed."""

    source: Source
    run_id: str
    holder: str
    job: Job
    document: Fields

    @property
    def attempt(self) -> int:
        return self.job.attempt

    @property
    def handed(self) -> Mapping[str, Any]:
        """What earlier tasks of this job left for this one."""
        return (self.job.lease.handed if self.job.lease else None) or {}


def queue(
    source: Source,
    *,
    expected: tuple[Status, ...],
    now: datetime,
    fields: Mapping[str, Any] | None = None,
    handed: Mapping[str, Any] | None = None,
) -> Ticket | None:
    """Start a job if the source is in one of the ``expected`` states, else return None.

    ``fields`` of its document change in the same commit; the first task finds ``handed``. A second
    call for the same event finds another state and does nothing.
    """

    def decide(job: Job, _document: Fields) -> tuple[Change | None, Ticket | None]:
        if job.status not in expected:
            return None, None
        run_id = new_run_id(now)
        queued = job.queued(run_id, now, handed or {})
        return Change(queued, fields or {}), Ticket(source, run_id, 1)

    return transact(source, decide)


def requeue(source: Source, *, now: datetime) -> Ticket | None:
    """Give a lost job another attempt, or fail it when it has had them all.

    Lost: its worker's lease ran out. Where no worker has taken it for a long time its task is
    queued again, which is no attempt: a queue may be full. None: nothing to do, or no attempt left.
    """

    def decide(job: Job, _document: Fields) -> tuple[Change | None, Ticket | None]:
        lease = job.lease
        if not job.is_active or lease is None or lease.is_live(now):
            return None, None
        if lease.holder is None and _is_patient(job, now):
            return None, None
        is_taken = lease.holder is not None
        attempt = job.attempt + is_taken
        if end := _end_before(job, attempt, now):
            return Change(end), None
        if not is_taken and lease.waits >= _MOST_WAITS:
            return Change(job.ended(Status.FAILED, now, error=_NEVER_TAKEN)), None
        # A task that is lost keeps its id for a while, so another one is of another part.
        part, waits = lease.part + (not is_taken), lease.waits + (not is_taken)
        waiting = replace(
            job,
            status=Status.QUEUED,
            attempt=attempt,
            updated_at=now,
            lease=replace(lease, holder=None, part=part, waits=waits),
        )
        return Change(waiting), Ticket(source, lease.run_id, attempt, part)

    return transact(source, decide)


def claim(ticket: Ticket, *, now: datetime) -> Claim | None:
    """Take the job for one lease. None: it is over, or another's.

    Raises `Unavailable` while another worker's lease lasts, so that the task comes back: if that
    worker died, the lease runs out and the next try takes it over. So it does for a task that
    comes before the job may go on, as it may from a queue that knows no delay.
    """
    holder = uuid.uuid4().hex

    def decide(job: Job, document: Fields) -> tuple[Change | None, Claim | None]:
        lease = job.lease
        if not job.is_active or lease is None or lease.run_id != ticket.run_id:
            return None, None
        if lease.is_live(now):
            raise Unavailable("Another worker has this job.", code="job-busy")
        if lease.holder is None and lease.not_before is not None and lease.not_before > now:
            raise Unavailable("This job waits for a while yet.", code="job-early")
        if ticket.attempt < job.attempt and lease.holder is None:
            return None, None  # an older task; the newer one is on its way
        attempt = job.attempt + (lease.holder is not None)  # its worker is gone
        if end := _end_before(job, attempt, now):
            return Change(end), None
        taken = replace(
            job,
            status=Status.RUNNING,
            attempt=attempt,
            updated_at=now,
            lease=lease.held_by(holder, now),
        )
        return Change(taken), Claim(ticket.source, ticket.run_id, holder, taken, document)

    return transact(ticket.source, decide)


def _end_before(job: Job, attempt: int, now: datetime) -> Job | None:
    """The job's end, where it may not be tried again; None where it may."""
    if job.cancel_requested:  # its worker died before it heard of it
        return job.ended(Status.CANCELLED, now)
    if attempt > settings.MAX_ATTEMPTS:
        return job.ended(Status.FAILED, now, error=_WORKER_LOST)
    return None


def request_cancel(source: Source, *, now: datetime) -> Status:
    """Stop the job: at once if no worker has it, else at its next step. Returns the status."""

    def decide(job: Job, _document: Fields) -> tuple[Change | None, Status]:
        waits = job.status is Status.WAITING_FOR_FILE
        if waits or (job.is_active and not job.is_held(now)):
            return Change(job.ended(Status.CANCELLED, now)), Status.CANCELLED
        if job.status not in ACTIVE:
            raise Conflict("Nothing is running for this source.", code="no-job")
        return Change(replace(job, cancel_requested=True, updated_at=now)), job.status

    return transact(source, decide)


def expire(
    source: Source,
    *,
    now: datetime,
    error: Mapping[str, str] = _FILE_NEVER_CAME,
    waiting: Status = Status.WAITING_FOR_FILE,
) -> bool:
    """End a wait (for a file that never came, say) by an error; whether it still lasted."""

    def decide(job: Job, _document: Fields) -> tuple[Change | None, bool]:
        if job.status is not waiting:
            return None, False
        return Change(job.ended(Status.FAILED, now, error=error)), True

    return transact(source, decide)


def mark_tidied(source: Source, *, due: datetime) -> None:
    """Nothing is left of what was to be tidied at ``due``; a job that began since has its own."""

    def decide(job: Job, _document: Fields) -> tuple[Change | None, None]:
        if not job.is_idle or job.tidy_after != due:
            return None, None
        return Change(replace(job, tidy_after=None)), None

    transact(source, decide)


def mark_deleting(source: Source, *, now: datetime) -> None:
    """Put the source into ``deleting``; a worker that has it lets go at its next step."""

    def decide(job: Job, _document: Fields) -> tuple[Change | None, None]:
        going = replace(job, status=Status.DELETING, cancel_requested=True, updated_at=now)
        return Change(going), None

    transact(source, decide)


def _is_patient(job: Job, now: datetime) -> bool:
    """Whether a queued job may wait longer to be taken.

    It may three times longer each time that it is queued again, for the queue may be full.
    """
    times = job.attempt - 1 + (job.lease.waits if job.lease else 0)
    patience = timedelta(seconds=settings.QUEUE_PATIENCE_SECONDS * 3**times)
    since = [job.updated_at, job.lease.not_before if job.lease else None]
    return any(at is not None and now - at < patience for at in since)
