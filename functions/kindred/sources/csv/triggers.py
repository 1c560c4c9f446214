"""Events and callables of uploaded files: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any, Final

from firebase_functions import firestore_fn, storage_fn
from firebase_functions.core import Change, CloudEvent
from google.cloud.firestore import DocumentSnapshot

from kindred import edge, jobs, paths, settings
from kindred.sources.csv import service
from kindred.sources.csv.payloads import EditRows, ListRows, PreviewUpload
from kindred.sources.payloads import SourceOptions

_UPLOADS: Final = "users/{uid}/csv_uploads/{uploadId}"


@storage_fn.on_object_finalized(bucket=settings.BUCKET, **settings.EVENT)
@edge.event_function
def on_csv_uploaded(event: CloudEvent[storage_fn.StorageObjectData]) -> None:
    """A file is complete. Those that aren't a raw upload return at once."""
    upload = paths.parse_raw_file(event.data.name)
    if upload is not None:
        service.start_upload(*upload, now=jobs.utc_now())


@firestore_fn.on_document_created(document=_UPLOADS, **settings.EVENT)
@edge.event_function
def on_upload_created(event: firestore_fn.Event[DocumentSnapshot[Any] | None]) -> None:
    """An upload document came; one too many of its merchant ends at once."""
    source = paths.Source(event.params["uid"], paths.CSV, event.params["uploadId"])
    service.refuse_surplus(source, now=jobs.utc_now())


@firestore_fn.on_document_updated(document=_UPLOADS, **settings.EVENT)
@edge.event_function
def on_upload_updated(
    event: firestore_fn.Event[Change[DocumentSnapshot[Any] | None]],
) -> None:
    """An upload document changed; only a merchant's answer starts anything."""
    source = paths.Source(event.params["uid"], paths.CSV, event.params["uploadId"])
    before, after = event.data.before, event.data.after
    if before is not None and after is not None:
        service.answer(source, before.to_dict() or {}, after.to_dict() or {}, now=jobs.utc_now())


@edge.on_call(max_body_bytes=2_000_000, **{**settings.TABULAR, "concurrency": 1})
@edge.callable_function(PreviewUpload)
def preview_upload(caller: edge.Caller, request: PreviewUpload) -> dict[str, Any]:
    """The first rows of a file as they would be read, with the columns' meanings."""
    owner_uid = request.owner_uid or caller.uid
    if request.upload_id is not None:
        caller.require(owner_uid, edge.MAY_READ)
        source = paths.Source(owner_uid, paths.CSV, request.upload_id)
        return service.preview_upload(source, request.column_mapping, request.options)
    caller.require(owner_uid, edge.MAY_CHANGE)
    options = request.options or SourceOptions()
    return service.preview(
        owner_uid,
        request.head_bytes(),
        request.column_mapping,
        options,
        file_name=request.file_name,
    )


@edge.on_call(**settings.TABULAR)
@edge.callable_function(ListRows)
def list_rows(caller: edge.Caller, request: ListRows) -> dict[str, Any]:
    """Rows of the stored file, a page at a time."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.list_rows(source, request.offset, request.limit)


@edge.on_call(max_body_bytes=8_000_000, **settings.TABULAR)
@edge.callable_function(EditRows)
def edit_rows(caller: edge.Caller, request: EditRows) -> dict[str, Any]:
    """A new version of the source with some cells changed."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.edit_rows(source, request.edits, editor_uid=caller.uid, now=jobs.utc_now())
