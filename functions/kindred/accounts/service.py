"""Use cases of accounts: invite, accept, change, remove, delete.

Firestore holds the truth about teams: the member document (which Firestore rules and the edge
read) and its mirror at the member's own account, always written together. The custom claim
`roles`, which Storage rules read, is set from the mirrors afterwards, again if that failed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from kindred import log
from kindred.accounts import invitations
from kindred.accounts.invitations import Invitation
from kindred.accounts.members import (
    ActorRole,
    Member,
    MemberRole,
    check_may_manage,
    check_not_owner,
    may_manage,
    with_roles,
)
from kindred.accounts.ports import Directory, Estate, TeamRecords, Teams
from kindred.errors import Conflict, NotAllowed, NotFound, Unavailable
from kindred.paths import Source

_SOURCES_MAY_TAKE: Final = timedelta(hours=6)  # to be removed, before an account goes with them
_TRIES: Final = 5  # to set a person's roles while they are being changed elsewhere


def invite_member(
    owner_uid: str,
    email: str,
    role: MemberRole,
    *,
    actor: ActorRole,
    actor_uid: str,
    teams: Teams,
    now: datetime,
) -> tuple[Invitation, str]:
    """A new invitation and the secret for its link; an open one for the address is withdrawn."""
    check_may_manage(actor, role)
    secret = invitations.new_secret()
    invitation = Invitation(
        id=secrets.token_hex(10),
        email=invitations.normal_address(email),
        role=role,
        status="pending",
        created_at=now,
        expires_at=now + invitations.LIFETIME,
        invited_by=actor_uid,
    )

    def work(records: TeamRecords) -> None:
        _check_not_member(records.members(owner_uid), email)
        pending = records.pending(owner_uid)
        replaced = [old for old in pending if invitations.same_address(old.email, email)]
        for old in replaced:
            check_may_manage(actor, old.role)
        invitations.check_room_for_more(
            sum(old.is_open(now) for old in pending if old not in replaced)
        )
        for old in replaced:
            records.put_invitation(owner_uid, replace(old, status="withdrawn"), None)
        records.put_invitation(owner_uid, invitation, invitations.hash_secret(secret))

    teams.transact(work)
    log.event("member_invited", invitation=invitation.id, role=role)
    return invitation, secret


def _check_not_member(members: Iterable[Member], email: str) -> None:
    if any(invitations.same_address(member.email, email) for member in members):
        raise Conflict(
            "This person is in the team already.",
            code="already-member",
            hint="Change their role instead.",
        )


def withdraw_invite(owner_uid: str, invitation_id: str, *, actor: ActorRole, teams: Teams) -> None:
    """Make an open invitation worthless; one that is closed stays as it is."""

    def work(records: TeamRecords) -> None:
        invitation = records.invitation(owner_uid, invitation_id)
        if invitation is None:
            raise NotFound("There is no such invitation.", code="no-invitation")
        check_may_manage(actor, invitation.role)
        if invitation.status == "pending":
            records.put_invitation(owner_uid, replace(invitation, status="withdrawn"), None)

    teams.transact(work)


def accept_invite(
    owner_uid: str,
    invitation_id: str,
    secret: str,
    *,
    uid: str,
    email: str,
    email_verified: bool,
    teams: Teams,
    directory: Directory,
    now: datetime,
) -> MemberRole:
    """Become a member. The same person may do it again, in case the claim wasn't set."""
    check_not_owner(owner_uid, uid)
    claims = directory.claims(uid) or {}

    def work(records: TeamRecords) -> MemberRole:
        invitation = records.invitation(owner_uid, invitation_id)
        secret_hash = records.secret_hash(owner_uid, invitation_id)
        member, memberships = records.member(owner_uid, uid), records.memberships(uid)
        if invitation is not None and invitation.accepted_by == uid and member is not None:
            return member.role
        invitation = invitations.check_acceptable(
            invitation,
            secret_hash,
            secret=secret,
            email=email,
            email_verified=email_verified,
            inviter=_inviter(records, owner_uid, invitation),
            now=now,
        )
        # Roles that don't fit into the claim are refused before anything is written.
        with_roles(claims, {**memberships, owner_uid: invitation.role})
        joined = Member(uid, invitation.role, invitation.email, now, invitation.invited_by)
        accepted = replace(invitation, status="accepted", accepted_by=uid)
        records.put_member(owner_uid, joined)
        records.put_invitation(owner_uid, accepted, None)
        return joined.role

    role = teams.transact(work)
    sync_claims(uid, teams=teams, directory=directory)
    log.event("member_joined", invitation=invitation_id, role=role)
    return role


def set_role(
    owner_uid: str,
    member_uid: str,
    role: MemberRole,
    *,
    actor: ActorRole,
    teams: Teams,
    directory: Directory,
) -> None:
    """Give a member another role. Setting the one they have changes nothing."""
    check_not_owner(owner_uid, member_uid)
    claims = directory.claims(member_uid) or {}

    def work(records: TeamRecords) -> None:
        member, memberships = records.member(owner_uid, member_uid), records.memberships(member_uid)
        if member is None:
            raise NotFound("This person isn't in the team (any more).", code="no-member")
        check_may_manage(actor, member.role, role)
        with_roles(claims, {**memberships, owner_uid: role})
        pending = records.pending(owner_uid)
        records.put_member(owner_uid, replace(member, role=role))
        _withdraw_all(records, owner_uid, pending, of=member_uid, role=role)

    teams.transact(work)
    sync_claims(member_uid, teams=teams, directory=directory)


def remove_member(
    owner_uid: str,
    member_uid: str,
    *,
    actor: ActorRole | None,
    actor_uid: str,
    teams: Teams,
    directory: Directory,
) -> None:
    """Take a member out of the team, or leave it. Doing it again changes nothing."""
    check_not_owner(owner_uid, member_uid)

    def work(records: TeamRecords) -> None:
        member = records.member(owner_uid, member_uid)
        if actor_uid != member_uid:
            if actor is None:
                raise NotAllowed("You may not do that to this member.")
            check_may_manage(actor, *([member.role] if member else []))
        pending = records.pending(owner_uid)
        records.remove_member(owner_uid, member_uid)
        _withdraw_all(records, owner_uid, pending, of=member_uid, role=None)

    teams.transact(work)
    sync_claims(member_uid, teams=teams, directory=directory)


def _inviter(
    records: TeamRecords, owner_uid: str, invitation: Invitation | None
) -> ActorRole | None:
    """The present role of who sent an invitation; None: nobody any more."""
    if invitation is None or not invitation.invited_by or records.is_erased(owner_uid):
        return None
    if invitation.invited_by == owner_uid:
        return "owner"
    member = records.member(owner_uid, invitation.invited_by)
    return member.role if member else None


def _withdraw_all(
    records: TeamRecords,
    owner_uid: str,
    pending: Iterable[Invitation],
    *,
    of: str,
    role: MemberRole | None,
) -> None:
    """Withdraw the invitations that somebody with a new ``role`` may no longer send."""
    for invitation in pending:
        if invitation.invited_by == of and not may_manage(role, invitation.role):
            records.put_invitation(owner_uid, replace(invitation, status="withdrawn"), None)


def sync_claims(uid: str, *, teams: Teams, directory: Directory) -> None:
    """Set the claim `roles` to what the memberships say, also when two changes happen at once."""
    for _ in range(_TRIES):
        roles = teams.transact(lambda records: records.memberships(uid))
        claims = directory.claims(uid)
        if claims is None:
            return  # the account is deleted, and its claims with it
        directory.set_claims(uid, with_roles(claims, roles))
        if teams.transact(lambda records: records.memberships(uid)) == roles:
            return
    raise Unavailable("This person's roles are being changed right now.", code="roles-busy")


def delete_account(
    uid: str, *, estate: Estate, now: datetime, enqueue: Callable[[str, datetime], None]
) -> None:
    """Mark an account as being deleted; a task removes everything that belongs to it."""
    estate.mark_deleting(uid, now)
    enqueue(uid, now)
    log.event("account_deletion_started", uid=uid)


def erase_account(
    uid: str,
    *,
    estate: Estate,
    teams: Teams,
    directory: Directory,
    delete_source: Callable[[Source], None],
    now: datetime,
) -> None:
    """Remove an account that is marked: sign-in first, then teams, sources, account, tree.

    Raises `Unavailable` while sources are still being removed, so that the task comes back; for
    some hours, since one that can't be removed by itself goes with the tree. Safe to run again at
    any point: the mark goes last.
    """
    since = estate.deleting_since(uid)
    if since is None:
        if directory.claims(uid) is None:
            return  # it is deleted already
        raise Conflict("This account isn't being deleted.", code="not-deleting")
    directory.close(uid)
    _leave_all(uid, teams=teams, directory=directory)
    going = [
        status == "deleting" or _try_to_delete(source, delete_source)
        for source, status in estate.sources(uid)
    ]
    if any(going) and now - since < _SOURCES_MAY_TAKE:
        raise Unavailable("Sources of this account are still being removed.", code="account-busy")
    directory.delete(uid)
    erased = estate.erase(uid)
    log.event("account_erased", uid=uid, erased=erased)


def _try_to_delete(source: Source, delete_source: Callable[[Source], None]) -> bool:
    """Mark a source as going; whether it is waited for. One that can't be marked isn't."""
    try:
        delete_source(source)
    except Unavailable:
        return True  # the next task tries again
    except Exception as err:  # noqa: BLE001 - no single document may keep an account from going
        log.failure("source_not_marked", err, kind=source.kind, id=source.id)
        return False
    return True


def _leave_all(uid: str, *, teams: Teams, directory: Directory) -> None:
    """Empty the account's own team, and take it out of every other."""
    members = teams.transact(lambda records: records.members(uid))
    owners = teams.transact(lambda records: records.memberships(uid))
    for owner_uid, member_uid in [
        *((uid, member.uid) for member in members),
        *((owner_uid, uid) for owner_uid in owners),
    ]:
        remove_member(
            owner_uid,
            member_uid,
            actor="owner",
            actor_uid=uid,
            teams=teams,
            directory=directory,
        )
