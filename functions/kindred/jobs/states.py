"""What a job is: the part of a source's document that says what is being done to it.

A source has at most one job. Whoever holds the lease may write; each start counts as an attempt.

    waiting_for_file -> queued -> running -> ready | checked | needs_mapping | failed | cancelled
    any of these     -> deleting -> (gone)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from kindred import settings
from kindred.paths import Source

#: Readers of documents that a job has replaced have this long to finish before they are removed.
GRACE: Final = timedelta(minutes=10)


class Status(StrEnum):
    """What a source's latest job came to, or what it waits for."""

    WAITING_FOR_FILE = "waiting_for_file"
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    CHECKED = "checked"
    NEEDS_MAPPING = "needs_mapping"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETING = "deleting"


#: States in which nothing is being done, so that a new job may start.
IDLE: Final = (
    Status.READY,
    Status.CHECKED,
    Status.NEEDS_MAPPING,
    Status.FAILED,
    Status.CANCELLED,
)
ACTIVE: Final = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True)
class Lease:
    """Which run a job is, which worker has it, and until when."""

    run_id: str
    holder: str | None = None  # None: no worker has it yet
    expires_at: datetime | None = None
    part: int = 0  # of an attempt that is a chain of tasks
    handed: Mapping[str, Any] | None = None  # what earlier tasks of the attempt left for this one
    not_before: datetime | None = None  # when its next task may begin; a queue may come earlier
    waits: int = 0  # times that it was queued again since nobody had taken it, in a row

    def is_live(self, now: datetime) -> bool:
        return bool(self.holder) and self.expires_at is not None and self.expires_at > now

    def held_by(self, holder: str, now: datetime) -> Lease:
        """The lease in the hands of ``holder`` for as long as one lasts."""
        expires_at = now + timedelta(seconds=settings.LEASE_SECONDS)
        return replace(self, holder=holder, expires_at=expires_at, waits=0)


@dataclass(frozen=True)
class Job:
    """The job of a source, field by field as its document has it."""

    status: Status | None  # None: the document was written by somebody else, in no state of ours
    stage: str | None = None
    progress: int = 0  # percent
    counts: Mapping[str, int] | None = None
    error: Mapping[str, str] | None = None
    attempt: int = 1
    cancel_requested: bool = False
    lease: Lease | None = None
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    tidy_after: datetime | None = None  # when to look for what finished jobs have left

    @property
    def is_idle(self) -> bool:
        return self.status in IDLE

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    def is_held(self, now: datetime) -> bool:
        """Whether a living worker has it."""
        return self.lease is not None and self.lease.is_live(now)

    def queued(self, run_id: str, now: datetime, handed: Mapping[str, Any]) -> Job:
        """A new job of the same source, in its first attempt."""
        return Job(
            status=Status.QUEUED,
            lease=Lease(run_id, handed=handed),
            updated_at=now,
            tidy_after=self.tidy_after,
        )

    def ended(
        self, status: Status, now: datetime, *, error: Mapping[str, str] | None = None
    ) -> Job:
        """The same job at its end; nobody holds it any more."""
        return replace(
            self,
            status=status,
            stage=None,
            error=error,
            lease=None,
            cancel_requested=False,
            updated_at=now,
            finished_at=now,
            tidy_after=now + GRACE,
        )


@dataclass(frozen=True)
class Ticket:
    """Which job of a source a task is for."""

    source: Source
    run_id: str
    attempt: int
    part: int = 0  # of an attempt that is a chain of tasks

    @property
    def task_id(self) -> str:
        """Task ids are shared by a whole queue, hence the source's id."""
        return f"{self.run_id}-{self.attempt}-{self.part}-{self.source.id}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_run_id(now: datetime) -> str:
    """Sorts by time, and two are never equal: ``r20261121t093000-1f2e3d`` without the dash."""
    return f"r{now:%Y%m%dt%H%M%S}{uuid.uuid4().hex[:6]}"
