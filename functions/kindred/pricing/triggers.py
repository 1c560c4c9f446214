"""Callables of prices: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, jobs, settings
from kindred.pricing import service
from kindred.pricing.payloads import (
    OptOutCustomer,
    PreviewPrices,
    QuotePrice,
    QuotePrices,
    RecordOutcome,
)


@edge.on_call(**settings.LIGHT)
@edge.callable_function(QuotePrice)
def quote_price(caller: edge.Caller, request: QuotePrice) -> dict[str, Any]:
    """What one product costs one customer now; kept in the price history, so readers may not."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.quote_price(source, request, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(QuotePrices)
def quote_prices(caller: edge.Caller, request: QuotePrices) -> dict[str, Any]:
    """The same of up to 100 customers and products."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return {"quotes": service.quote_prices(source, request.items, now=jobs.utc_now())}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(PreviewPrices)
def preview_prices(caller: edge.Caller, request: PreviewPrices) -> dict[str, Any]:
    """What some customers would pay, and why, also by rules that aren't saved yet."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.preview_prices(source, request, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(RecordOutcome)
def record_outcome(caller: edge.Caller, request: RecordOutcome) -> dict[str, Any]:
    """What became of a quote: bought, not bought, refunded."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_CHANGE)
    return service.record_outcome(owner_uid, request, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(OptOutCustomer)
def opt_out_customer(caller: edge.Caller, request: OptOutCustomer) -> dict[str, Any]:
    """Whether a customer is to see public prices only."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.opt_out_customer(source, request.customer_id, opted_out=request.opted_out)
