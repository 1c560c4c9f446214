"""The job in a source's document: read, changed and written back in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kindred import clients, documents
from kindred.errors import SourceGone
from kindred.jobs.states import Job, Lease, Status
from kindred.paths import Source

if TYPE_CHECKING:
    from google.cloud import firestore

T = TypeVar("T")
Fields = Mapping[str, Any]
Documents = Mapping[str, Fields]  # by path
#: What the owner of a source wrote, and ends that must come whatever that was.
_OWNERS_FIELDS: Final = ("label", "options", "column_mapping", "based_on")
_ENDS: Final = (Status.DELETING.value, Status.CANCELLED.value, Status.FAILED.value)


@dataclass(frozen=True)
class Change:
    """What a transaction writes: the job, other fields of its document, other documents."""

    job: Job
    fields: Fields = field(default_factory=dict)
    beside: Documents = field(default_factory=dict)


def transact(source: Source, decide: Callable[[Job, Fields], tuple[Change | None, T]]) -> T:
    """Change a source's job as ``decide`` says, which sees the job and the whole document.

    No change, or an error, leaves everything as it was. Returns what ``decide`` returns beside the
    change. Raises `SourceGone` without a document, `Unavailable` when others never let go.
    """

    def on_document(document: dict[str, Any]) -> tuple[Fields | None, Documents, T]:
        change, result = decide(parse_job(document), document)
        if change is None:
            return None, {}, result
        return {**job_fields(change.job), **change.fields}, change.beside, result

    return transact_document(source, on_document)


def transact_document(
    source: Source,
    change: Callable[[dict[str, Any]], tuple[Fields | None, Documents, T]],
) -> T:
    """Update a source's document, and set others, by what ``change`` makes of it.

    A document that can't hold our fields beside its owner's, though rules bound those, still ends
    and goes: then the owner's are dropped.
    """
    from google.api_core.exceptions import InvalidArgument
    from google.cloud.firestore import DELETE_FIELD

    client = clients.firestore()
    reference = client.document(source.document)
    dropped: dict[str, Any] = {}
    may_drop = False

    def run(transaction: firestore.Transaction) -> T:
        nonlocal may_drop
        fields = reference.get(transaction=transaction).to_dict()
        if fields is None or not documents.is_of(source, fields):
            raise SourceGone
        update, beside, result = change(fields)
        if update is not None:
            may_drop = not dropped and update.get("status") in _ENDS
            transaction.update(reference, {**update, **dropped})
            for path, document in beside.items():
                transaction.set(client.document(path), dict(document))
        return result

    try:
        return clients.transact(run)
    except InvalidArgument:
        if not may_drop:
            raise
    dropped = dict.fromkeys(_OWNERS_FIELDS, DELETE_FIELD)
    return clients.transact(run)


def parse_job(document: Fields) -> Job:
    """The job of a source's document, whoever wrote that."""
    lease = document.get("lease")
    status = document.get("status")
    return Job(
        status=Status(status) if status in list(Status) else None,
        stage=document.get("stage"),
        progress=int(document.get("progress") or 0),
        counts=document.get("counts"),
        error=document.get("error"),
        attempt=int(document.get("attempt") or 1),
        cancel_requested=bool(document.get("cancel_requested")),
        lease=_parse_lease(lease) if lease else None,
        updated_at=document.get("updated_at"),
        finished_at=document.get("finished_at"),
        tidy_after=document.get("tidy_after"),
    )


def _parse_lease(lease: Fields) -> Lease:
    return Lease(
        run_id=str(lease.get("run_id")),
        holder=lease.get("holder"),
        expires_at=lease.get("expires_at"),
        part=int(lease.get("part") or 0),
        handed=lease.get("handed"),
        not_before=lease.get("not_before"),
        waits=int(lease.get("waits") or 0),
    )


def job_fields(job: Job) -> dict[str, Any]:
    """A job as fields of its source's document."""
    return {
        "status": job.status.value if job.status else None,
        "stage": job.stage,
        "progress": job.progress,
        "counts": job.counts,
        "error": job.error,
        "attempt": job.attempt,
        "cancel_requested": job.cancel_requested,
        "lease": _lease_fields(job.lease) if job.lease else None,
        "updated_at": job.updated_at,
        "finished_at": job.finished_at,
        "tidy_after": job.tidy_after,
    }


def _lease_fields(lease: Lease) -> dict[str, Any]:
    return {
        "run_id": lease.run_id,
        "holder": lease.holder,
        "part": lease.part,
        "handed": lease.handed,
        **({"expires_at": lease.expires_at} if lease.expires_at else {}),
        **({"not_before": lease.not_before} if lease.not_before else {}),
        **({"waits": lease.waits} if lease.waits else {}),
    }
