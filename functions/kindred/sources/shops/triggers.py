"""Callables, webhooks and the task of connected shops: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any, Final

from firebase_functions import https_fn, tasks_fn
from flask import Request, Response

from kindred import edge, jobs, settings
from kindred.sources.shops import connecting, given, keeping, serving_hooks, tending
from kindred.sources.shops.payloads import (
    ConnectEcommerce,
    DisconnectEcommerce,
    RotateCredentials,
    SyncSource,
    TendShop,
)
from kindred.sources.shops.starting import check_shop

#: Shops are asked while the merchant waits: what they answer may be a megabyte, and slow.
_ASKING: Final[dict[str, Any]] = {
    **settings.LIGHT, "timeout_sec": 120, "secrets": settings.SHOP_SECRETS
}  # fmt: skip


@edge.on_call(**_ASKING)
@edge.callable_function(ConnectEcommerce)
def connect_ecommerce(caller: edge.Caller, request: ConnectEcommerce) -> dict[str, Any]:
    """Connect a shop, or say where its merchant has to agree."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    now = jobs.utc_now()
    if request.authorization is not None:
        made = connecting.finish(owner_uid, request.authorization, by=caller.uid, now=now)
    else:
        wish = connecting.Wish(
            request.platform, request.shop_url, request.credentials or {}, request.label
        )
        made = connecting.connect(owner_uid, wish, by=caller.uid, now=now)
    return _shown(made)


@edge.on_call(**_ASKING)
@edge.callable_function(DisconnectEcommerce)
def disconnect_ecommerce(caller: edge.Caller, request: DisconnectEcommerce) -> dict[str, Any]:
    """Let a shop go; what came from it stays, unless it is to be erased."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_DELETE)
    check_shop(source)
    stay = given.count_live(source)
    status, webhooks = keeping.disconnect(source, erase=request.erase, now=jobs.utc_now())
    return {"status": status, "webhooks": webhooks, "discounts": stay}


@edge.on_call(**{**settings.LIGHT, "secrets": settings.SHOP_SECRETS})
@edge.callable_function(SyncSource)
def sync_source(caller: edge.Caller, request: SyncSource) -> dict[str, Any]:
    """Fetch what is new in a shop, or everything again."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_CHANGE)
    check_shop(source)
    ticket = keeping.sync_source(
        source, streams=request.streams, full=request.full, now=jobs.utc_now()
    )
    return {"run_id": ticket.run_id}


@edge.on_call(**_ASKING)
@edge.callable_function(RotateCredentials)
def rotate_credentials(caller: edge.Caller, request: RotateCredentials) -> dict[str, Any]:
    """Put new keys in the place of a shop's."""
    source = request.source.to_source(caller.uid)
    caller.require(source.uid, edge.MAY_DELETE)
    check_shop(source)
    webhooks, hook_url = keeping.rotate_credentials(
        source, request.credentials, now=jobs.utc_now()
    )  # fmt: skip
    return {"status": "connected", "webhooks": webhooks, "hook_url": hook_url}


@https_fn.on_request(**{**settings.OPEN, "secrets": settings.SHOP_SECRETS})
def hooks(request: Request) -> Response:
    """Take what platforms tell of shops, and their answers to merchants who agree."""
    return serving_hooks.answer(request, now=jobs.utc_now())


@tasks_fn.on_task_dispatched(**{**settings.NOTIFIER, "secrets": settings.SHOP_SECRETS})
@edge.task_function(TendShop)
def tendShop(task: TendShop) -> None:  # noqa: N802 - its queue's name, which takes no underscore
    """Do for one shop what a webhook or the sweep has asked for."""
    tending.tend(task.source.to_source(), task.what, now=jobs.utc_now())


def _shown(made: connecting.Connected) -> dict[str, Any]:
    if made.source is None:
        return {"authorize_url": made.authorize_url, "authorization": made.authorization}
    return {
        "source": {"kind": made.source.kind, "id": made.source.id},
        "shop": made.shop,
        "capabilities": {name: dict(one) for name, one in made.capabilities.items()},
        "webhooks": made.webhooks,
        "hook_url": made.hook_url,
    }
