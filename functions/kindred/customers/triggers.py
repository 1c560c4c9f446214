"""Callables of customers: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, settings
from kindred.customers import service
from kindred.customers.payloads import CustomerRequest, ExportSegments


@edge.on_call(**settings.LIGHT)
@edge.callable_function(CustomerRequest)
def find_customer(caller: edge.Caller, request: CustomerRequest) -> dict[str, Any]:
    """Where one customer is: segment, page and the figures a price needs."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.find_customer(source, request.customer_id)


@edge.on_call(**settings.TABULAR)
@edge.callable_function(CustomerRequest)
def get_customer(caller: edge.Caller, request: CustomerRequest) -> dict[str, Any]:
    """One customer with scores, reasons and order lines."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.get_customer(source, request.customer_id)


@edge.on_call(**settings.TABULAR)
@edge.callable_function(ExportSegments)
def export_segments(caller: edge.Caller, request: ExportSegments) -> dict[str, Any]:
    """Write the current run's customers into a file under the source's exports."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.export_segments(source, request.format)
