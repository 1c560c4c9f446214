"""Callables of price tests and of what prices did: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, jobs, settings
from kindred.pricing.experiments import service
from kindred.pricing.experiments.payloads import FairnessReport, PriceAnalytics, PriceTestRequest


@edge.on_call(**settings.TABULAR)
@edge.callable_function(PriceTestRequest)
def read_price_test(caller: edge.Caller, request: PriceTestRequest) -> dict[str, Any]:
    """What the arms of a price test brought, and whether to stop it."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_READ)
    return service.read_price_test(owner_uid, request.test_id, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(PriceTestRequest)
def start_price_test(caller: edge.Caller, request: PriceTestRequest) -> dict[str, Any]:
    """Let a price test run, if nothing is in the way."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_CHANGE)
    return service.start_price_test(owner_uid, request.test_id, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(PriceTestRequest)
def stop_price_test(caller: edge.Caller, request: PriceTestRequest) -> dict[str, Any]:
    """End a price test."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_CHANGE)
    return service.stop_price_test(owner_uid, request.test_id, now=jobs.utc_now())


@edge.on_call(**settings.TABULAR)
@edge.callable_function(PriceAnalytics)
def price_analytics(caller: edge.Caller, request: PriceAnalytics) -> dict[str, Any]:
    """What a source's prices did, segment by segment."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.price_analytics(source, request.days, now=jobs.utc_now())


@edge.on_call(**settings.TABULAR)
@edge.callable_function(FairnessReport)
def fairness_report(caller: edge.Caller, request: FairnessReport) -> dict[str, Any]:
    """Whether groups of customers were asked different prices."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.fairness_report(source, request.days, request.attribute, now=jobs.utc_now())
