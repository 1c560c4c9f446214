"""The tasks, the schedule and the callables that need several rooms: guard, one call."""

from __future__ import annotations

from typing import Any

from firebase_functions import firestore_fn, scheduler_fn, tasks_fn
from firebase_functions.core import Change
from firebase_functions.options import MemoryOption, RateLimits, RetryConfig
from google.cloud.firestore import DocumentSnapshot

from kindred import edge, jobs, settings
from kindred.accounts.payloads import EraseAccount
from kindred.pipeline import accounts, discounts, flow, prices, sweeping, texts
from kindred.pricing.former.triggers import changed
from kindred.sources.payloads import ProcessSource
from kindred.sources.shops import giving
from kindred.sources.shops.payloads import DiscountRequest, PlanDiscount
from kindred.sources.shops.starting import check_shop


@tasks_fn.on_task_dispatched(**settings.WORKER)
@edge.task_function(ProcessSource)
def processUpload(task: ProcessSource) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """One attempt at a source's job: read, check, segment, publish."""
    flow.process(_ticket(task))


@tasks_fn.on_task_dispatched(**settings.WORKER, secrets=settings.SHOP_SECRETS)
@edge.task_function(ProcessSource)
def processShop(task: ProcessSource) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """The same for a connected shop, whose sync may take long: in a queue of its own."""
    flow.process(_ticket(task))


@tasks_fn.on_task_dispatched(**settings.SCORER)
@edge.task_function(ProcessSource)
def scoreTexts(task: ProcessSource) -> None:  # noqa: N802 - its queue's name, which takes no '_'
    """One shard of a job's texts."""
    texts.score_texts(_ticket(task))


@scheduler_fn.on_schedule(
    schedule="every 10 minutes", **{**settings.EVENT, "concurrency": 1, "timeout_sec": 540}
)
def sweep_jobs(event: scheduler_fn.ScheduledEvent) -> None:
    """Put right what an event, a task or a worker left behind; remove old runs."""
    sweeping.sweep(now=jobs.utc_now())


@tasks_fn.on_task_dispatched(
    **{
        **settings.WORKER,
        "memory": MemoryOption.MB_512,
        "cpu": 1,
        "timeout_sec": 600,
        # Sources are removed by tasks of their own, and a worker may hold one for half an hour.
        "retry_config": RetryConfig(
            max_attempts=40, min_backoff_seconds=5, max_backoff_seconds=120
        ),
    }
)
@edge.task_function(EraseAccount)
def eraseAccount(task: EraseAccount) -> None:  # noqa: N802 - a queue takes no underscore
    """Remove an account that is being deleted, step by step, until nothing is left."""
    accounts.erase(task.uid)


@edge.on_call(**settings.TABULAR)
@edge.callable_function(PlanDiscount)
def plan_discount(caller: edge.Caller, request: PlanDiscount) -> dict[str, Any]:
    """What a discount in a shop would do, and for whom; nothing is done yet."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    check_shop(source)
    return discounts.plan_discount(source, request, by=caller.uid, now=jobs.utc_now())


@edge.on_call(**settings.LIGHT)
@edge.callable_function(DiscountRequest)
def apply_discount(caller: edge.Caller, request: DiscountRequest) -> dict[str, Any]:
    """Have a planned discount made in the shop."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    check_shop(source)
    return discounts.apply_discount(
        source, request.discount_id, by=caller.uid, now=jobs.utc_now()
    )  # fmt: skip


@edge.on_call(**settings.LIGHT)
@edge.callable_function(DiscountRequest)
def undo_discount(caller: edge.Caller, request: DiscountRequest) -> dict[str, Any]:
    """Have a discount taken back."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    check_shop(source)
    return discounts.undo_discount(
        source, request.discount_id, by=caller.uid, now=jobs.utc_now()
    )  # fmt: skip


@tasks_fn.on_task_dispatched(
    **{
        **settings.NOTIFIER,
        "timeout_sec": 540,
        "concurrency": 1,
        # A shop is asked for minutes on end.
        "rate_limits": RateLimits(max_concurrent_dispatches=10),
        "secrets": settings.SHOP_SECRETS,
    }
)
@edge.task_function(DiscountRequest)
def giveDiscount(task: DiscountRequest) -> None:  # noqa: N802 - a queue takes no underscore
    """Make some of a discount in its shop, or take some of it back."""
    giving.work(task.source.to_source(), task.discount_id, now=jobs.utc_now())


@firestore_fn.on_document_written(document="users/{uid}/products/{productId}", **settings.EVENT)
@edge.event_function
def on_product_written(
    event: firestore_fn.Event[Change[DocumentSnapshot[Any] | None]],
) -> None:
    """A product came or changed; a new public price goes into its history."""
    if event.data.after is not None:
        uid, product_id = event.params["uid"], event.params["productId"]
        prices.note_public_price(uid, product_id, now=jobs.utc_now())
        before, after, at = changed(event)
        prices.note_asked(uid, product_id, before, after, at=at)


def _ticket(task: ProcessSource) -> jobs.Ticket:
    return jobs.Ticket(task.source.to_source(), task.run_id, task.attempt, task.part)
