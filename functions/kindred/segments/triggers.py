"""Callables of segments: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, settings
from kindred.segments import service
from kindred.segments.payloads import (
    CompareSources,
    NameSegment,
    PreviewSegment,
)


@edge.on_call(**settings.TABULAR)
@edge.callable_function(PreviewSegment)
def preview_segment(caller: edge.Caller, request: PreviewSegment) -> dict[str, Any]:
    """Whom a merchant's own definition of a segment would select."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.preview_segment(source, request.definition)


@edge.on_call(**settings.LIGHT)
@edge.callable_function(CompareSources)
def compare_sources(caller: edge.Caller, request: CompareSources) -> dict[str, Any]:
    """Two sources, or two runs of one, side by side."""
    a, b = request.a.to_source(caller.uid), request.b.to_source(caller.uid)
    for source in (a, b):
        caller.require(source.uid, edge.MAY_READ)
    return service.compare_sources(a, b, run_a=request.a.run_id, run_b=request.b.run_id)


@edge.on_call(**settings.LIGHT)
@edge.callable_function(NameSegment)
def name_segment(caller: edge.Caller, request: NameSegment) -> dict[str, Any]:
    """Give a segment the merchant's own name, and say whether it may still move."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.name_segment(source, request.segment_key, request.name, fixed=request.fixed)
