"""The task and callables of sources of any kind: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from firebase_functions import tasks_fn

from kindred import edge, jobs, settings
from kindred.sources import service
from kindred.sources.payloads import EraseSource, RegenerateSegments, SourceRequest


@tasks_fn.on_task_dispatched(**settings.ERASER, secrets=settings.SHOP_SECRETS)
@edge.task_function(EraseSource)
def eraseSource(task: EraseSource) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """Remove a source that is being deleted, and prove that nothing is left."""
    service.erase(task.source.to_source(), now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(RegenerateSegments)
def regenerate_segments(caller: edge.Caller, request: RegenerateSegments) -> dict[str, Any]:
    """Segment a source again, from the rows it holds."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    ticket = service.regenerate(source, request.options, now=jobs.utc_now())
    return {"run_id": ticket.run_id}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(SourceRequest)
def cancel_job(caller: edge.Caller, request: SourceRequest) -> dict[str, Any]:
    """Stop what is being done to a source; what it had before stays."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return {"status": jobs.request_cancel(source, now=jobs.utc_now())}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(SourceRequest)
def delete_source(caller: edge.Caller, request: SourceRequest) -> dict[str, Any]:
    """Remove a source with everything below it, its files too."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_DELETE)
    service.delete_source(source, now=jobs.utc_now())
    return {"status": "deleting"}
