"""Callables of products: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, jobs, settings
from kindred.pricing.catalogue import service
from kindred.pricing.catalogue.payloads import ImportProducts


@edge.on_call(max_body_bytes=2_000_000, **settings.TABULAR)
@edge.callable_function(ImportProducts)
def import_products(caller: edge.Caller, request: ImportProducts) -> dict[str, Any]:
    """Make products of a file's text, or of the source's own order lines."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.import_products(source, request, now=jobs.utc_now())
