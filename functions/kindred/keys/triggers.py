"""Callables of keys: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, jobs, settings
from kindred.keys import payloads, service


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.CreateKey)
def create_key(caller: edge.Caller, request: payloads.CreateKey) -> dict[str, Any]:
    """Make a key for a storefront or a server; the reply holds it, once."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    key, token = service.create_key(owner_uid, request, by=caller.uid, now=jobs.utc_now())
    return {"key_id": key.id, "key": str(token)}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.RotateKey)
def rotate_key(caller: edge.Caller, request: payloads.RotateKey) -> dict[str, Any]:
    """Give a key a new secret; the one before works for a while."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    token, until = service.rotate_key(
        owner_uid, request.key_id, overlap_hours=request.overlap_hours, now=jobs.utc_now()
    )
    return {
        "key_id": token.key_id,
        "key": str(token),
        "old_works_until": until.isoformat() if until else None,
    }


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.RevokeKey)
def revoke_key(caller: edge.Caller, request: payloads.RevokeKey) -> dict[str, Any]:
    """Make a key worthless, everywhere within a minute."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    service.revoke_key(owner_uid, request.key_id, now=jobs.utc_now())
    return {"status": "revoked"}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.ListKeys)
def list_keys(caller: edge.Caller, request: payloads.ListKeys) -> dict[str, Any]:
    """The merchant's keys with their names, never with what opens anything."""
    owner_uid = request.owner_uid or caller.uid
    caller.require(owner_uid, edge.MAY_DELETE)
    return {"keys": [service.shown(key) for key in service.list_keys(owner_uid)]}
