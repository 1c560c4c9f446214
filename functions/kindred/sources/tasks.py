"""The tasks of a source, put into their queues; putting one twice does nothing."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from kindred import clients, log
from kindred.jobs.states import Ticket
from kindred.paths import CSV, Source

_DEADLINE_SECONDS: Final = 1800


def worker_of(source: Source) -> str:
    """The function, and its queue, that works on a source: no upload waits behind shops' syncs."""
    return "processUpload" if source.kind == CSV else "processShop"


def enqueue(ticket: Ticket, function: str | None = None, *, delay: timedelta = timedelta()) -> None:
    """Have one attempt at a job made, or its next part, after ``delay``; by `worker_of`, if any."""
    clients.enqueue(
        function or worker_of(ticket.source),
        {
            "source": _reference(ticket.source),
            "run_id": ticket.run_id,
            "attempt": ticket.attempt,
            "part": ticket.part,
        },
        task_id=ticket.task_id,
        deadline_seconds=_DEADLINE_SECONDS,
        delay_seconds=math.ceil(delay.total_seconds()),
    )
    log.event("job_queued", run_id=ticket.run_id, attempt=ticket.attempt, kind=ticket.source.kind)


def enqueue_erasure(source: Source, key: str, *, delay: timedelta = timedelta()) -> None:
    """Have a source removed; ``key`` tells this time from others."""
    clients.enqueue(
        "eraseSource",
        {"source": _reference(source)},
        # Clients choose ids of sources: two merchants may have the same.
        task_id=f"{key}-{source.uid}-{source.id}",
        deadline_seconds=_DEADLINE_SECONDS,
        delay_seconds=int(delay.total_seconds()),
    )


def _reference(source: Source) -> dict[str, str]:
    return {"uid": source.uid, "kind": source.kind, "id": source.id}
