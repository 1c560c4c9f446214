"""Jobs: what is being done to a source, and by whom.

`states` says what a job is, `lifecycle` starts, takes and stops jobs, `worker` keeps one alive and
ends it, `store` is the only place here that knows Firestore.
"""

from kindred.jobs.lifecycle import (
    Claim,
    claim,
    expire,
    mark_deleting,
    mark_tidied,
    queue,
    request_cancel,
    requeue,
)
from kindred.jobs.states import (
    ACTIVE,
    GRACE,
    IDLE,
    Job,
    Lease,
    Status,
    Ticket,
    new_run_id,
    utc_now,
)
from kindred.jobs.worker import Worker

__all__ = [
    "ACTIVE",
    "GRACE",
    "IDLE",
    "Claim",
    "Job",
    "Lease",
    "Status",
    "Ticket",
    "Worker",
    "claim",
    "expire",
    "mark_deleting",
    "mark_tidied",
    "new_run_id",
    "queue",
    "request_cancel",
    "requeue",
    "utc_now",
]
