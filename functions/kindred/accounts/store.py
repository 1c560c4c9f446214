"""The only place in this room that knows Firestore, Storage and the sign-in accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from google.cloud import firestore

from kindred import clients, paths
from kindred.accounts.invitations import Invitation, Status
from kindred.accounts.members import MEMBER_ROLES, Member, MemberRole
from kindred.accounts.ports import TeamRecords
from kindred.errors import InvalidInput
from kindred.paths import CSV, Source

T = TypeVar("T")


class FirestoreTeams:
    """Teams as Firestore keeps them."""

    def transact(self, work: Callable[[TeamRecords], T]) -> T:
        client = clients.firestore()
        return clients.transact(lambda transaction: work(_Records(client, transaction)))


@dataclass(frozen=True)
class _Records:
    client: firestore.Client
    transaction: firestore.Transaction

    def is_erased(self, uid: str) -> bool:
        return self._get(paths.erased_account_path(uid)) is not None

    def member(self, owner_uid: str, uid: str) -> Member | None:
        return _to_member(uid, self._get(paths.member_path(owner_uid, uid)))

    def members(self, owner_uid: str) -> list[Member]:
        documents = self._list(f"{paths.user_path(owner_uid)}/members")
        members = [_to_member(uid, data) for uid, data in documents]
        return [member for member in members if member is not None]

    def memberships(self, uid: str) -> dict[str, str]:
        documents = self._list(f"{paths.user_path(uid)}/memberships")
        return {
            owner: data["role"] for owner, data in documents if data.get("role") in MEMBER_ROLES
        }

    def invitation(self, owner_uid: str, invitation_id: str) -> Invitation | None:
        data = self._get(paths.invitation_path(owner_uid, invitation_id))
        return _to_invitation(invitation_id, data) if data else None

    def secret_hash(self, owner_uid: str, invitation_id: str) -> str | None:
        data = self._get(paths.invitation_token_path(owner_uid, invitation_id))
        return data.get("hash") if data else None

    def pending(self, owner_uid: str) -> list[Invitation]:
        query = self.client.collection(f"{paths.user_path(owner_uid)}/invitations").where(
            filter=firestore.FieldFilter("status", "==", "pending")
        )
        snapshots = query.stream(transaction=self.transaction)
        return [_to_invitation(snapshot.id, snapshot.to_dict() or {}) for snapshot in snapshots]

    def put_member(self, owner_uid: str, member: Member) -> None:
        document = {
            "role": member.role,
            "email": member.email,
            "added_at": member.added_at,
            "added_by": member.added_by,
        }
        mirror = {"role": member.role, "added_at": member.added_at}
        self._set(paths.member_path(owner_uid, member.uid), document)
        self._set(paths.membership_path(member.uid, owner_uid), mirror)

    def remove_member(self, owner_uid: str, uid: str) -> None:
        for path in (paths.member_path(owner_uid, uid), paths.membership_path(uid, owner_uid)):
            self.transaction.delete(self.client.document(path))

    def put_invitation(
        self, owner_uid: str, invitation: Invitation, secret_hash: str | None
    ) -> None:
        document = {
            "email": invitation.email,
            "role": invitation.role,
            "status": invitation.status,
            "created_at": invitation.created_at,
            "expires_at": invitation.expires_at,
            "invited_by": invitation.invited_by,
            "accepted_by": invitation.accepted_by,
        }
        self._set(paths.invitation_path(owner_uid, invitation.id), document)
        token_path = paths.invitation_token_path(owner_uid, invitation.id)
        if secret_hash is None:
            self.transaction.delete(self.client.document(token_path))
        else:
            self._set(token_path, {"hash": secret_hash, "expires_at": invitation.expires_at})

    def _get(self, path: str) -> dict[str, Any] | None:
        snapshot = self.client.document(path).get(transaction=self.transaction)
        return snapshot.to_dict() if snapshot.exists else None

    def _list(self, path: str) -> list[tuple[str, dict[str, Any]]]:
        snapshots = self.client.collection(path).stream(transaction=self.transaction)
        return [(snapshot.id, snapshot.to_dict() or {}) for snapshot in snapshots]

    def _set(self, path: str, data: Mapping[str, Any]) -> None:
        self.transaction.set(self.client.document(path), dict(data))


class FirebaseDirectory:
    """Sign-in accounts as Firebase Auth keeps them; an account that is gone is no error."""

    def claims(self, uid: str) -> Mapping[str, Any] | None:
        from firebase_admin import auth

        try:
            user = auth.get_user(uid, app=clients.admin_app())
        except auth.UserNotFoundError:
            return None
        return dict(user.custom_claims or {})

    def set_claims(self, uid: str, claims: Mapping[str, Any]) -> None:
        from firebase_admin import auth

        auth.set_custom_user_claims(uid, dict(claims) or None, app=clients.admin_app())

    def sign_out(self, uid: str) -> None:
        """No token is renewed from now on; tokens that were given out hold for up to an hour."""
        from firebase_admin import auth

        try:
            auth.revoke_refresh_tokens(uid, app=clients.admin_app())
        except auth.UserNotFoundError:
            return

    def close(self, uid: str) -> None:
        """Nobody signs in any more, and nobody stays signed in for long."""
        from firebase_admin import auth

        try:
            auth.update_user(uid, disabled=True, app=clients.admin_app())
        except auth.UserNotFoundError:
            return
        self.sign_out(uid)

    def delete(self, uid: str) -> None:
        from firebase_admin import auth

        try:
            auth.delete_user(uid, app=clients.admin_app())
        except auth.UserNotFoundError:
            return


class FirebaseEstate:
    """What belongs to an account: its tree in Firestore and its two folders in Storage."""

    def mark_deleting(self, uid: str, now: datetime) -> None:
        """Say in the profile that an account goes, and beside it that nothing more may come."""
        client = clients.firestore()
        batch = client.batch()
        batch.set(client.document(paths.user_path(uid)), {"deleting_since": now}, merge=True)
        batch.set(client.document(paths.erased_account_path(uid)), {"since": now})
        batch.commit(timeout=60)

    def deleting_since(self, uid: str) -> datetime | None:
        snapshot = clients.firestore().document(paths.user_path(uid)).get()
        since: datetime | None = (snapshot.to_dict() or {}).get("deleting_since")
        return since

    def sources(self, uid: str) -> list[tuple[Source, str]]:
        """The account's sources, each with its status; what is none of ours `erase` removes."""
        sources = []
        for collection in paths.SOURCE_COLLECTIONS:
            found = clients.firestore().collection(f"{paths.user_path(uid)}/{collection}")
            for snapshot in found.select(["kind", "status"]).stream():
                data = snapshot.to_dict() or {}
                kind = CSV if collection == "csv_uploads" else str(data.get("kind"))
                try:
                    source = Source(uid, kind, snapshot.id)
                except InvalidInput:
                    continue
                sources.append((source, str(data.get("status"))))
        return sources

    def erase(self, uid: str) -> int:
        """Delete files and documents; how many. The profile goes last: it holds the mark."""
        client, count = clients.firestore(), clients.delete_files(paths.user_folders(uid))
        profile = client.document(paths.user_path(uid))
        for collection in profile.collections():
            count += client.recursive_delete(collection)
        profile.delete()
        # From now on: its last token lives for an hour more.
        mark = client.document(paths.erased_account_path(uid))
        mark.set({"since": firestore.SERVER_TIMESTAMP})
        return count + 1

    def is_empty(self, uid: str) -> bool:
        """Whether nothing lies below the account's profile or in its folders."""
        collections = clients.firestore().document(paths.user_path(uid)).collections()
        if next(iter(collections), None) is not None:
            return False
        return all(
            next(iter(clients.bucket().list_blobs(prefix=folder, max_results=1)), None) is None
            for folder in paths.user_folders(uid)
        )


def list_deleting(before: datetime) -> list[str]:
    """Accounts that were marked before a moment and are still there."""
    users = clients.firestore().collection(paths.USERS)
    late = users.where(filter=firestore.FieldFilter("deleting_since", "<=", before)).select([])
    return [snapshot.id for snapshot in late.stream()]


def list_erased(before: datetime) -> list[str]:
    """Accounts that were marked as erased before a moment, and whose profile has gone."""
    client = clients.firestore()
    marks = client.collection(paths.ERASED_ACCOUNTS)
    old = marks.where(filter=firestore.FieldFilter("since", "<=", before)).select([])
    users = [client.document(paths.user_path(mark.id)) for mark in old.stream()]
    profiles = client.get_all(users, field_paths=[]) if users else ()
    return [profile.id for profile in profiles if not profile.exists]


def forget_erased(uid: str) -> None:
    """Remove the mark of an erased account, of which no token lives any more."""
    clients.firestore().document(paths.erased_account_path(uid)).delete()


def enqueue_erasure(uid: str, now: datetime) -> None:
    """Put the task that removes an account into the queue; once a minute at most."""
    clients.enqueue(
        "eraseAccount", {"uid": uid}, task_id=f"{now:%Y%m%d%H%M}-{uid}", deadline_seconds=600
    )


def _to_member(uid: str, data: Mapping[str, Any] | None) -> Member | None:
    if not data or data.get("role") not in MEMBER_ROLES:
        return None
    role: MemberRole = data["role"]
    return Member(uid, role, data.get("email", ""), data["added_at"], data.get("added_by", ""))


def _to_invitation(invitation_id: str, data: Mapping[str, Any]) -> Invitation:
    role: MemberRole = data["role"]
    status: Status = data["status"]
    return Invitation(
        id=invitation_id,
        email=data["email"],
        role=role,
        status=status,
        created_at=data["created_at"],
        expires_at=data["expires_at"],
        invited_by=data.get("invited_by", ""),
        accepted_by=data.get("accepted_by"),
    )
