"""Jobs: the part of a source's document that says what is being done to it, and by whom.

A source has at most one job. It is queued (`queue`), taken by a worker for as long as its lease
lasts (`claim`), kept alive (`Worker`), and ends in exactly one commit. Whoever holds the lease may
write; a worker that lost it stops. Each start counts as an attempt: a job whose worker vanished
`MAX_ATTEMPTS` times fails and says so, since its data is likely what kills the worker.

    waiting_for_file -> queued -> running -> ready | checked | needs_mapping | failed | cancelled
    any of these     -> deleting -> (gone)
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kindred import clients, log, settings
from kindred.errors import Conflict, JobCancelled, KindredError, LeaseLost, SourceGone, Unavailable
from kindred.paths import Source

if TYPE_CHECKING:
    from google.cloud import firestore

#: What a job leaves that is no longer kept stays this long for those who are reading it.
GRACE: Final = timedelta(minutes=10)

T = TypeVar("T")
Documents = Mapping[str, Mapping[str, Any]]  # by path

#: States in which nothing is being done, so that a new job may start.
IDLE: Final = ("ready", "checked", "needs_mapping", "failed", "cancelled")
ACTIVE: Final = ("queued", "running")

_WORKER_LOST: Final = {
    "code": "worker-lost",
    "message": f"This job stopped without a word {settings.MAX_ATTEMPTS} times.",
    "hint": "The file is probably too large or too unusual for one worker. "
    "Split it, or upload it with fewer columns.",
}


@dataclass(frozen=True)
class Ticket:
    """Which job of a source a task is for."""

    source: Source
    run_id: str
    attempt: int
    part: int = 0  # of an attempt that is a chain of tasks

    @property
    def task_id(self) -> str:
        """Task ids are shared by a whole queue, hence the upload's id."""
        return f"{self.run_id}-{self.attempt}-{self.part}-{self.source.id}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_run_id(now: datetime) -> str:
    """Sorts by time, and two never meet: ``r20261121t093000-1f2e3d``."""
    return f"r{now:%Y%m%dt%H%M%S}{uuid.uuid4().hex[:6]}"


def queue(
    source: Source,
    *,
    expected: tuple[str, ...],
    now: datetime,
    fields: Mapping[str, Any] | None = None,
) -> Ticket | None:
    """Start a job if the source is in one of the ``expected`` states, else return None.

    A second call for the same event finds another state and does nothing.
    """

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], Ticket] | None:
        if document.get("status") not in expected:
            return None
        run_id = new_run_id(now)
        update = {
            **(fields or {}),
            "status": "queued",
            "stage": None,
            "progress": 0,
            "counts": None,
            "error": None,
            "attempt": 1,
            "cancel_requested": False,
            "finished_at": None,
            "updated_at": now,
            "lease": {"run_id": run_id, "holder": None, "part": 0, "handed": {}},
        }
        return update, Ticket(source, run_id, 1)

    return _transact(source, change)


def requeue(source: Source, *, now: datetime) -> Ticket | None:
    """Give a lost job another attempt, or fail it when it has had them all.

    Lost: its worker's lease ran out, or no worker has taken it for a long time (a full queue is no
    loss). None: nothing to do, or no attempt left.
    """

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], Ticket | None] | None:
        lease = document.get("lease") or {}
        if document.get("status") not in ACTIVE or _is_live(lease, now):
            return None
        attempt = int(document.get("attempt") or 1) + 1
        if lease.get("holder") is None and now - document["updated_at"] < _patience(attempt - 1):
            return None
        if document.get("cancel_requested"):  # its worker died before it heard of it
            return _ended("cancelled", now), None
        if attempt > settings.MAX_ATTEMPTS:
            return _ended("failed", now, error=_WORKER_LOST), None
        update = {
            "status": "queued",
            "attempt": attempt,
            "updated_at": now,
            "lease": {**lease, "holder": None},
        }
        ticket = Ticket(source, str(lease.get("run_id")), attempt, int(lease.get("part") or 0))
        return update, ticket

    return _transact(source, change)


def claim(ticket: Ticket, *, now: datetime) -> Claim | None:
    """Take the job for one lease. None: it is over, or another's.

    Raises `Unavailable` while another worker's lease lasts, so that the task comes back: if that
    worker died, the lease runs out and the next try takes it over.
    """
    holder = uuid.uuid4().hex

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], Claim | None] | None:
        lease = document.get("lease") or {}
        if document.get("status") not in ACTIVE or lease.get("run_id") != ticket.run_id:
            return None
        if _is_live(lease, now):
            raise Unavailable("Another worker has this job.", code="job-busy")
        attempt = int(document.get("attempt") or 1)
        if ticket.attempt < attempt and lease.get("holder") is None:
            return None  # an older task; the newer one is on its way
        if document.get("cancel_requested"):
            return _ended("cancelled", now), None
        if lease.get("holder") is not None:  # its worker is gone
            attempt += 1
        if attempt > settings.MAX_ATTEMPTS:
            return _ended("failed", now, error=_WORKER_LOST), None
        update = {
            "status": "running",
            "attempt": attempt,
            "updated_at": now,
            "lease": _held(lease, holder, now),
        }
        after = {**document, **update}
        return update, Claim(ticket.source, ticket.run_id, holder, attempt, after)

    return _transact(ticket.source, change)


def request_cancel(source: Source, *, now: datetime) -> str:
    """Stop the job: at once if no worker has it, else at its next step. Returns the status."""

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
        status = document.get("status")
        if status == "waiting_for_file" or (
            status in ACTIVE and not _is_live(document.get("lease") or {}, now)
        ):
            return _ended("cancelled", now), "cancelled"
        if status not in ACTIVE:
            raise Conflict("Nothing is running for this source.", code="no-job")
        return {"cancel_requested": True, "updated_at": now}, str(status)

    return _transact(source, change) or "cancelled"


def expire(source: Source, *, now: datetime) -> str | None:
    """End the wait for a file that never came."""
    error = {
        "code": "file-never-came",
        "message": f"No file arrived within {settings.WAIT_FOR_FILE_HOURS} hours.",
        "hint": "Start the upload again.",
    }

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
        if document.get("status") != "waiting_for_file":
            return None
        return _ended("failed", now, error=error), "expired"

    return _transact(source, change)


def mark_tidied(source: Source, *, due: datetime) -> None:
    """Nothing is left of what was to be tidied at ``due``; a job that began since has its own."""

    def change(document: dict[str, Any]) -> tuple[dict[str, Any], None] | None:
        if document.get("status") not in IDLE or document.get("tidy_after") != due:
            return None
        return {"tidy_after": None}, None

    _transact(source, change)


def mark_deleting(source: Source, *, now: datetime) -> None:
    """Put the source into ``deleting``; a worker that has it lets go at its next step."""
    update = {"status": "deleting", "cancel_requested": True, "updated_at": now}
    _transact(source, lambda document: (update, None))


def is_held(document: Mapping[str, Any], now: datetime) -> bool:
    """Whether a worker holds the lease of a source's document."""
    return _is_live(document.get("lease") or {}, now)


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds. ``document`` is the source's document as it was claimed."""

    source: Source
    run_id: str
    holder: str
    attempt: int
    document: Mapping[str, Any]

    @property
    def handed(self) -> Mapping[str, Any]:
        """What earlier tasks of this job left for this one."""
        handed: Mapping[str, Any] = self.document["lease"].get("handed") or {}
        return handed


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
        self._counts: dict[str, int] = dict(claim.document.get("counts") or {})
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
            self._touch({"stage": stage, "progress": progress, "counts": self._counts or None})
        if self._interruption is not None:
            raise self._interruption

    def holds(self) -> bool:
        """Whether this worker still has the job, if only to end it."""
        self._touch({})
        return not isinstance(self._interruption, LeaseLost | SourceGone)

    def finish(
        self,
        status: str,
        fields: Mapping[str, Any] | None = None,
        *,
        beside: Documents | None = None,
        **more: Any,
    ) -> None:
        """End the job: status and results in one commit, if the lease is still ours.

        ``beside``: documents by path that are there if, and only if, the job came to this end.
        """
        self._stop.set()
        now = self._clock()
        ended = {**_ended(status, now, **more), **(fields or {})}
        if status in ("ready", "checked"):
            ended["progress"] = 100

        def change(document: dict[str, Any]) -> tuple[dict[str, Any], Documents]:
            self._check_lease(document)
            if document.get("status") == "deleting":
                return {"lease": None, "updated_at": now}, {}
            if document.get("cancel_requested") and status != "cancelled":
                raise JobCancelled("The job was cancelled.")
            return ended, beside or {}

        _transact(self.claim.source, change, beside=lambda documents: documents)

    def hand_on(self, handed: Mapping[str, Any]) -> Ticket:
        """Leave the rest of this attempt to a further task, which finds ``handed`` in its claim."""
        self._stop.set()
        claim, now = self.claim, self._clock()

        def change(document: dict[str, Any]) -> tuple[dict[str, Any], Ticket]:
            self._check_lease(document)
            if document.get("cancel_requested"):
                raise JobCancelled("The job was cancelled.")
            part = int(document["lease"].get("part") or 0) + 1
            lease = {**document["lease"], "holder": None, "part": part, "handed": dict(handed)}
            ticket = Ticket(claim.source, claim.run_id, claim.attempt, part)
            return {"lease": lease, "updated_at": now}, ticket

        ticket = _transact(claim.source, change)
        assert ticket is not None
        return ticket

    def release(self) -> None:
        """Let go after an error that may pass, so that a retry needn't wait for the lease."""
        self._stop.set()

        def change(document: dict[str, Any]) -> tuple[dict[str, Any], bool]:
            self._check_lease(document)
            lease = {**document["lease"], "expires_at": self._clock()}
            return {"lease": lease, "updated_at": self._clock()}, True

        try:
            _transact(self.claim.source, change)
        except (LeaseLost, SourceGone):
            return

    def _renew(self) -> None:
        while not self._stop.wait(settings.LEASE_RENEWAL_SECONDS):
            self._touch({})

    def _touch(self, fields: Mapping[str, Any]) -> None:
        """Renew the lease, and learn whether to stop. What can't be written now is left."""
        now = self._clock()

        def change(document: dict[str, Any]) -> tuple[dict[str, Any], KindredError | None]:
            self._check_lease(document)
            lease = {"lease": _held(document["lease"], self.claim.holder, now)}
            if document.get("cancel_requested"):
                # Still ours: who erases the source waits until we no longer write.
                return lease, JobCancelled("The job was cancelled.")
            return {**fields, **lease, "updated_at": now}, None

        try:
            found = _transact(self.claim.source, change)
        except (LeaseLost, SourceGone) as err:
            found = err
        except Exception as err:  # noqa: BLE001 - the work isn't lost with a line of progress
            # It is tried again before the lease runs out, which outlasts two that failed.
            log.failure("lease_renewal_failed", err, run_id=self.claim.run_id)
            return
        self._interruption = found or self._interruption

    def _check_lease(self, document: Mapping[str, Any]) -> None:
        if (document.get("lease") or {}).get("holder") != self.claim.holder:
            raise LeaseLost("Another worker has taken this job over.")


def _transact(
    source: Source,
    change: Callable[[dict[str, Any]], tuple[dict[str, Any], T] | None],
    *,
    beside: Callable[[T], Documents] = lambda result: {},
) -> T | None:
    """Change a source's document by what ``change`` makes of it: an update and a result.

    ``beside`` tells from the result which other documents are set in the same commit. None, or an
    error, leaves everything as it was. Raises `Unavailable` when others never let go.
    """
    client = clients.firestore()
    reference = client.document(source.document)

    def run(transaction: firestore.Transaction) -> T | None:
        snapshot = reference.get(transaction=transaction)
        if not snapshot.exists:
            raise SourceGone
        outcome = change(snapshot.to_dict() or {})
        if outcome is None:
            return None
        update, result = outcome
        transaction.update(reference, update)
        for path, other in beside(result).items():
            transaction.set(client.document(path), dict(other))
        return result

    return clients.transact(run)


def _held(lease: Mapping[str, Any], holder: str, now: datetime) -> dict[str, Any]:
    expires_at = now + timedelta(seconds=settings.LEASE_SECONDS)
    return {**lease, "holder": holder, "expires_at": expires_at}


def _patience(attempt: int) -> timedelta:
    """How long a queued job may wait to be taken: longer each time, for the queue may be full."""
    return timedelta(seconds=settings.QUEUE_PATIENCE_SECONDS * 3 ** (attempt - 1))


def _is_live(lease: Mapping[str, Any], now: datetime) -> bool:
    return bool(lease.get("holder")) and lease["expires_at"] > now


def _ended(status: str, now: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "status": status,
        "stage": None,
        "error": None,
        "lease": None,
        "cancel_requested": False,
        "updated_at": now,
        "finished_at": now,
        "tidy_after": now + GRACE,
        **fields,
    }
