"""Events, tasks and callables of uploads: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from firebase_functions import firestore_fn, https_fn, scheduler_fn, storage_fn, tasks_fn
from firebase_functions.core import Change, CloudEvent
from google.cloud.firestore import DocumentSnapshot

from kindred import edge, jobs, paths, pipeline, settings
from kindred.uploads import service
from kindred.uploads.payloads import (
    EditRows,
    EraseSource,
    ListRows,
    PreviewUpload,
    ProcessUpload,
    RegenerateSegments,
    SourceRequest,
    UploadOptions,
)


@storage_fn.on_object_finalized(bucket=settings.BUCKET, **settings.EVENT)
def on_csv_uploaded(event: CloudEvent[storage_fn.StorageObjectData]) -> None:
    """A file is complete. Those that aren't a raw upload return at once."""
    found = paths.parse_raw_file(event.data.name)
    if found is not None:
        service.start_upload(*found, now=jobs.utc_now())


@firestore_fn.on_document_updated(document="users/{uid}/csv_uploads/{uploadId}", **settings.EVENT)
def on_upload_updated(
    event: firestore_fn.Event[Change[DocumentSnapshot[Any] | None]],
) -> None:
    """An upload document changed; only a merchant's answer starts anything."""
    source = paths.Source(event.params["uid"], paths.CSV, event.params["uploadId"])
    before, after = event.data.before, event.data.after
    if before is not None and after is not None:
        service.answer(source, before.to_dict() or {}, after.to_dict() or {}, now=jobs.utc_now())


@tasks_fn.on_task_dispatched(**settings.WORKER)
@edge.task_function(ProcessUpload)
def processUpload(task: ProcessUpload) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """One attempt at a source's job: read, check, segment, publish."""
    pipeline.process(_ticket(task))


@tasks_fn.on_task_dispatched(**settings.SCORER)
@edge.task_function(ProcessUpload)
def scoreTexts(task: ProcessUpload) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """One shard of a job's texts."""
    pipeline.score_texts(_ticket(task))


@tasks_fn.on_task_dispatched(**settings.ERASER)
@edge.task_function(EraseSource)
def eraseSource(task: EraseSource) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """Remove a source that is being deleted, and prove that nothing is left."""
    service.erase(task.source.to_source(), now=jobs.utc_now())


def _ticket(task: ProcessUpload) -> jobs.Ticket:
    return jobs.Ticket(task.source.to_source(), task.run_id, task.attempt, task.part)


@scheduler_fn.on_schedule(
    schedule="every 10 minutes", **{**settings.EVENT, "concurrency": 1, "timeout_sec": 540}
)
def sweep_jobs(event: scheduler_fn.ScheduledEvent) -> None:
    """Put right what an event, a task or a worker left behind; remove old runs."""
    pipeline.sweep(now=jobs.utc_now())


@https_fn.on_call(**settings.LIGHT)
@edge.callable_function(RegenerateSegments)
def regenerate_segments(caller: edge.Caller, request: RegenerateSegments) -> dict[str, Any]:
    """Segment a source again, from the rows it holds."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    ticket = service.regenerate(source, request.options, now=jobs.utc_now())
    return {"run_id": ticket.run_id}


@https_fn.on_call(**settings.LIGHT)
@edge.callable_function(SourceRequest)
def cancel_job(caller: edge.Caller, request: SourceRequest) -> dict[str, Any]:
    """Stop what is being done to a source; what it had before stays."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return {"status": jobs.request_cancel(source, now=jobs.utc_now())}


@https_fn.on_call(**settings.LIGHT)
@edge.callable_function(SourceRequest)
def delete_source(caller: edge.Caller, request: SourceRequest) -> dict[str, Any]:
    """Remove a source with everything below it, its files too."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_DELETE)
    service.delete_source(source, now=jobs.utc_now())
    return {"status": "deleting"}


@https_fn.on_call(**settings.TABULAR)
@edge.callable_function(PreviewUpload)
def preview_upload(caller: edge.Caller, request: PreviewUpload) -> dict[str, Any]:
    """The first rows of a file as they would be read, with the columns' meanings."""
    owner_uid = request.owner_uid or caller.uid
    if request.upload_id is not None:
        caller.require(owner_uid, edge.MAY_READ)
        source = paths.Source(owner_uid, paths.CSV, request.upload_id)
        return service.preview_upload(source, request.column_mapping, request.options)
    caller.require(owner_uid, edge.MAY_CHANGE)
    options = request.options or UploadOptions()
    return service.preview(
        owner_uid,
        request.head_bytes(),
        request.column_mapping,
        options,
        file_name=request.file_name,
    )


@https_fn.on_call(**settings.TABULAR)
@edge.callable_function(ListRows)
def list_rows(caller: edge.Caller, request: ListRows) -> dict[str, Any]:
    """Rows of the stored file, a page at a time."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.list_rows(source, request.offset, request.limit)


@https_fn.on_call(**settings.TABULAR)
@edge.callable_function(EditRows)
def edit_rows(caller: edge.Caller, request: EditRows) -> dict[str, Any]:
    """A new version of the source with some cells changed."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.edit_rows(source, request.edits, editor_uid=caller.uid, now=jobs.utc_now())
