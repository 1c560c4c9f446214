"""The task and callables of what prices do: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from firebase_functions import tasks_fn

from kindred import edge, jobs, settings
from kindred.pricing.elasticity import service
from kindred.pricing.elasticity.payloads import LearnPrices, LearnPricesTask, SuggestPrices


@edge.on_call(**settings.LIGHT)
@edge.callable_function(LearnPrices)
def learn_prices(caller: edge.Caller, request: LearnPrices) -> dict[str, Any]:
    """Have what prices do learned from a source's orders."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    return service.ask_to_learn(source, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(SuggestPrices)
def suggest_prices(caller: edge.Caller, request: SuggestPrices) -> dict[str, Any]:
    """Which prices the evidence supports, with drafts of a rule and a test."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_READ)
    return service.suggest_prices(source, now=jobs.utc_now())


@tasks_fn.on_task_dispatched(**settings.WORKER)
@edge.task_function(LearnPricesTask)
def learnPrices(task: LearnPricesTask) -> None:  # noqa: N802 - a queue takes no underscore
    """Learn what prices do from the orders of one run."""
    service.learn_prices(task.source.to_source(), task.run_id, now=jobs.utc_now())
