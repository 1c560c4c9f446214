"""A worker's hold on a job: kept alive while the work lasts, and ended in one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kindred import log, settings
from kindred.errors import JobCancelled, KindredError, LeaseLost, SourceGone
from kindred.jobs.lifecycle import Claim
from kindred.jobs.states import Job, Lease, Status, Ticket, utc_now
from kindred.jobs.store import Change, Documents, Fields, transact


class Worker:
    """Keeps a claimed job alive and tells it when to stop; a context manager.

    A thread renews the lease. `report` writes stage and progress at most once a second. Both look
    at the document as they write: after a cancel or a takeover, the next `report` raises
    `JobCancelled` or `LeaseLost`. A cancelled job is held until its worker lets go of it.
    """

    def __init__(self, claim: Claim, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.claim = claim
        self._clock = clock
        self._stop = threading.Event()
        self._interruption: KindredError | None = None
        self._written_at = datetime.min.replace(tzinfo=UTC)
        self._stage: str | None = None
        self._counts: dict[str, int] = dict(claim.job.counts or {})
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> Worker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def count(self, **counts: int) -> None:
        """What the job has to do with, shown with the next `report`."""
        self._counts |= counts

    def report(self, stage: str, percent: float) -> None:
        """Show where the job is: ``percent`` 0-100 of the whole."""
        now = self._clock()
        if self._interruption is None and (
            stage != self._stage or now - self._written_at >= timedelta(seconds=1)
        ):
            self._stage, self._written_at = stage, now
            progress = max(0, min(99, int(percent)))
            self._touch(stage=stage, progress=progress, counts=self._counts or None)
        if self._interruption is not None:
            raise self._interruption

    def holds(self) -> bool:
        """Whether this worker still has the job, if only to end it."""
        self._touch()
        return not isinstance(self._interruption, LeaseLost | SourceGone)

    def finish(
        self,
        status: Status,
        fields: Fields | None = None,
        *,
        error: Mapping[str, str] | None = None,
        beside: Documents | None = None,
    ) -> None:
        """End the job: status and results in one commit, if the lease is still ours.

        ``beside``: documents by path that are there if, and only if, the job came to this end.
        """
        self._stop.set()
        now = self._clock()

        def decide(job: Job, _document: Fields) -> tuple[Change, None]:
            self._held(job)
            if job.status is Status.DELETING:
                return Change(replace(job, lease=None, updated_at=now)), None
            if job.cancel_requested and status is not Status.CANCELLED:
                raise JobCancelled("The job was cancelled.")
            ended = job.ended(status, now, error=error)
            if status in (Status.READY, Status.CHECKED):
                ended = replace(ended, progress=100)
            return Change(ended, fields or {}, beside or {}), None

        transact(self.claim.source, decide)

    def hand_on(self, handed: Mapping[str, Any], *, delay: timedelta = timedelta()) -> Ticket:
        """Leave the rest of this job to a further task, which finds ``handed`` in its claim.

        It can't be claimed before ``delay`` is over. Attempts count from one again: what was done
        is durable, so that a long chain isn't ended by a few hiccups on its way.
        """
        self._stop.set()
        claim, now = self.claim, self._clock()

        def decide(job: Job, _document: Fields) -> tuple[Change, Ticket]:
            lease = self._held(job)
            if job.cancel_requested:
                raise JobCancelled("The job was cancelled.")
            not_before = now + delay if delay else None
            lease = replace(
                lease, holder=None, part=lease.part + 1, handed=dict(handed), not_before=not_before
            )
            ticket = Ticket(claim.source, claim.run_id, 1, lease.part)
            return Change(replace(job, attempt=1, lease=lease, updated_at=now)), ticket

        return transact(claim.source, decide)

    def release(self) -> None:
        """Let go after an error that may pass, so that a retry needn't wait for the lease."""
        self._stop.set()
        now = self._clock()

        def decide(job: Job, _document: Fields) -> tuple[Change, None]:
            lease = replace(self._held(job), expires_at=now)
            return Change(replace(job, lease=lease, updated_at=now)), None

        try:
            transact(self.claim.source, decide)
        except (LeaseLost, SourceGone):
            return

    def _renew(self) -> None:
        while not self._stop.wait(settings.LEASE_RENEWAL_SECONDS):
            self._touch()

    def _touch(self, **shown: Any) -> None:
        """Renew the lease, show progress, and learn whether to stop.

        What can't be written now is left: it is tried again before the lease runs out.
        """
        now = self._clock()

        def decide(job: Job, _document: Fields) -> tuple[Change, KindredError | None]:
            job = replace(job, lease=self._held(job).held_by(self.claim.holder, now))
            if job.cancel_requested:
                # Still ours: who erases the source waits until we no longer write.
                return Change(job), JobCancelled("The job was cancelled.")
            return Change(replace(job, **shown, updated_at=now)), None

        try:
            interruption = transact(self.claim.source, decide)
        except (LeaseLost, SourceGone) as err:
            interruption = err
        except Exception as err:  # noqa: BLE001 - the work isn't lost with a line of progress
            log.failure("lease_renewal_failed", err, run_id=self.claim.run_id)
            return
        self._interruption = interruption or self._interruption

    def _held(self, job: Job) -> Lease:
        """The job's lease, which has to be ours."""
        if job.lease is None or job.lease.holder != self.claim.holder:
            raise LeaseLost("Another worker has taken this job over.")
        return job.lease
