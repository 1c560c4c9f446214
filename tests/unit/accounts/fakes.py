"""Teams, sign-in accounts and estates in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from kindred.accounts.invitations import Invitation
from kindred.accounts.members import Member
from kindred.accounts.ports import TeamRecords
from kindred.paths import Source

T = TypeVar("T")


@dataclass
class FakeTeams:
    """One transaction at a time; one that raises leaves nothing behind."""

    member_documents: dict[tuple[str, str], Member] = field(default_factory=dict)
    mirrors: dict[tuple[str, str], str] = field(default_factory=dict)
    invitations: dict[tuple[str, str], Invitation] = field(default_factory=dict)
    hashes: dict[tuple[str, str], str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    transactions: int = 0
    before_next: Callable[[FakeTeams], None] | None = None

    def transact(self, work: Callable[[TeamRecords], T]) -> T:
        if self.before_next:
            meanwhile, self.before_next = self.before_next, None
            meanwhile(self)
        self.transactions += 1
        kept = copy.copy((self.member_documents, self.mirrors, self.invitations, self.hashes))
        kept = tuple(dict(part) for part in kept)
        records = _Records(self)
        try:
            return work(records)
        except Exception:
            self.member_documents, self.mirrors, self.invitations, self.hashes = kept
            raise

    def roles(self, owner_uid: str) -> dict[str, str]:
        return {u: m.role for (o, u), m in self.member_documents.items() if o == owner_uid}


@dataclass
class _Records:
    teams: FakeTeams
    has_written: bool = False

    def is_erased(self, uid: str) -> bool:
        self._read()
        return uid in self.teams.erased

    def member(self, owner_uid: str, uid: str) -> Member | None:
        self._read()
        return self.teams.member_documents.get((owner_uid, uid))

    def members(self, owner_uid: str) -> list[Member]:
        self._read()
        return [m for (o, _), m in self.teams.member_documents.items() if o == owner_uid]

    def memberships(self, uid: str) -> dict[str, str]:
        self._read()
        return {o: role for (u, o), role in self.teams.mirrors.items() if u == uid}

    def invitation(self, owner_uid: str, invitation_id: str) -> Invitation | None:
        self._read()
        return self.teams.invitations.get((owner_uid, invitation_id))

    def secret_hash(self, owner_uid: str, invitation_id: str) -> str | None:
        self._read()
        return self.teams.hashes.get((owner_uid, invitation_id))

    def pending(self, owner_uid: str) -> list[Invitation]:
        self._read()
        found = [i for (o, _), i in self.teams.invitations.items() if o == owner_uid]
        return [invitation for invitation in found if invitation.status == "pending"]

    def put_member(self, owner_uid: str, member: Member) -> None:
        self.has_written = True
        self.teams.member_documents[owner_uid, member.uid] = member
        self.teams.mirrors[member.uid, owner_uid] = member.role

    def remove_member(self, owner_uid: str, uid: str) -> None:
        self.has_written = True
        self.teams.member_documents.pop((owner_uid, uid), None)
        self.teams.mirrors.pop((uid, owner_uid), None)

    def put_invitation(
        self, owner_uid: str, invitation: Invitation, secret_hash: str | None
    ) -> None:
        self.has_written = True
        self.teams.invitations[owner_uid, invitation.id] = invitation
        if secret_hash is None:
            self.teams.hashes.pop((owner_uid, invitation.id), None)
        else:
            self.teams.hashes[owner_uid, invitation.id] = secret_hash

    def _read(self) -> None:
        assert not self.has_written, "Firestore reads before it writes"


@dataclass
class FakeDirectory:
    custom: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def claims(self, uid: str) -> Mapping[str, Any] | None:
        return self.custom.get(uid)

    def set_claims(self, uid: str, claims: Mapping[str, Any]) -> None:
        self.custom[uid] = dict(claims)

    def close(self, uid: str) -> None:
        self.closed.add(uid)

    def delete(self, uid: str) -> None:
        self.custom.pop(uid, None)


@dataclass
class FakeEstate:
    found: dict[Source, str] = field(default_factory=dict)
    marked: dict[str, datetime] = field(default_factory=dict)
    fails: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def mark_deleting(self, uid: str, now: datetime) -> None:
        self.marked[uid] = now

    def deleting_since(self, uid: str) -> datetime | None:
        return self.marked.get(uid)

    def sources(self, uid: str) -> list[tuple[Source, str]]:
        return list(self.found.items())

    def erase(self, uid: str) -> int:
        """The profile, which holds the mark, goes with everything else."""
        if self.fails:
            raise ConnectionError(self.fails.pop())
        self.erased.append(uid)
        self.marked.pop(uid, None)
        return 1
