"""Callables of accounts: guard, one call, typed reply."""

from __future__ import annotations

from typing import Any

from kindred import edge, jobs, settings
from kindred.accounts import payloads, service, store

_TEAMS = store.FirestoreTeams()
_DIRECTORY = store.FirebaseDirectory()


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.InviteMember)
def invite_member(caller: edge.Caller, request: payloads.InviteMember) -> dict[str, Any]:
    """Invite an address into the team; the reply holds the secret of the link, once."""
    owner_uid = request.owner_uid or caller.uid
    invitation, secret = service.invite_member(
        owner_uid,
        request.email,
        request.role,
        actor=caller.require(owner_uid, edge.MAY_DELETE),
        actor_uid=caller.uid,
        teams=_TEAMS,
        now=jobs.utc_now(),
    )
    return {"invitation_id": invitation.id, "link_token": secret}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.WithdrawInvite)
def withdraw_invite(caller: edge.Caller, request: payloads.WithdrawInvite) -> dict[str, Any]:
    """Make an open invitation worthless."""
    owner_uid = request.owner_uid or caller.uid
    actor = caller.require(owner_uid, edge.MAY_DELETE)
    service.withdraw_invite(owner_uid, request.invitation_id, actor=actor, teams=_TEAMS)
    return {"status": "withdrawn"}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.AcceptInvite, unverified=True)
def accept_invite(caller: edge.Caller, request: payloads.AcceptInvite) -> dict[str, Any]:
    """Join a team with the secret of a link and the address that was invited."""
    role = service.accept_invite(
        request.owner_uid,
        request.invitation_id,
        request.token,
        uid=caller.uid,
        email=caller.email,
        email_verified=caller.email_verified,
        teams=_TEAMS,
        directory=_DIRECTORY,
        now=jobs.utc_now(),
    )
    return {"owner_uid": request.owner_uid, "role": role}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.SetRole)
def set_role(caller: edge.Caller, request: payloads.SetRole) -> dict[str, Any]:
    """Give a member another role."""
    owner_uid = request.owner_uid or caller.uid
    actor = caller.require(owner_uid, edge.MAY_DELETE)
    service.set_role(
        owner_uid,
        request.member_uid,
        request.role,
        actor=actor,
        teams=_TEAMS,
        directory=_DIRECTORY,
    )
    return {"role": request.role}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.RemoveMember)
def remove_member(caller: edge.Caller, request: payloads.RemoveMember) -> dict[str, Any]:
    """Take a member out of the team, or leave it."""
    owner_uid = request.owner_uid or caller.uid
    leaving = request.member_uid == caller.uid
    actor = None if leaving else caller.require(owner_uid, edge.MAY_DELETE)
    service.remove_member(
        owner_uid,
        request.member_uid,
        actor=actor,
        actor_uid=caller.uid,
        teams=_TEAMS,
        directory=_DIRECTORY,
    )
    return {"status": "removed"}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.OwnAccount, unverified=True)
def sign_out_everywhere(caller: edge.Caller, request: payloads.OwnAccount) -> dict[str, Any]:
    """End every session of the caller: no token is renewed; those that are out live an hour."""
    caller.require(request.owner_uid or caller.uid, edge.OWNER_ONLY)
    _DIRECTORY.sign_out(caller.uid)
    return {"status": "signed_out"}


@edge.on_call(**settings.LIGHT)
@edge.callable_function(payloads.OwnAccount, unverified=True, erased=True)
def delete_account(caller: edge.Caller, request: payloads.OwnAccount) -> dict[str, Any]:
    """Delete the caller's own account with everything in it."""
    caller.require(request.owner_uid or caller.uid, edge.OWNER_ONLY)
    service.delete_account(
        caller.uid,
        estate=store.FirebaseEstate(),
        now=jobs.utc_now(),
        enqueue=store.enqueue_erasure,
    )
    return {"status": "deleting"}
