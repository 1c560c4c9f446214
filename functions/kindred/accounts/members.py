"""Who belongs to a merchant's team, and who may change that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from kindred.errors import Conflict, NotAllowed

MemberRole = Literal["admin", "analyst", "viewer"]
ActorRole = Literal["owner", "admin", "analyst", "viewer"]

MEMBER_ROLES: Final[tuple[MemberRole, ...]] = ("admin", "analyst", "viewer")

#: Firebase refuses custom claims above this many characters of JSON; its SDK counts them with a
#: space after each colon and comma.
MAX_CLAIMS_LENGTH: Final = 1000


@dataclass(frozen=True)
class Member:
    """Somebody else who may work with a merchant's data; the owner has no entry."""

    uid: str
    role: MemberRole
    email: str
    added_at: datetime
    added_by: str


def may_manage(actor: ActorRole | None, *roles: MemberRole) -> bool:
    """Whether ``actor`` may give, change or take away each of ``roles``; None is nobody.

    The owner may all; an admin manages analysts and viewers, so that no admin can make or unmake
    another.
    """
    return actor == "owner" or (actor == "admin" and "admin" not in roles)


def check_may_manage(actor: ActorRole, *roles: MemberRole) -> None:
    """Raise `NotAllowed` unless `may_manage`."""
    if may_manage(actor, *roles):
        return
    raise NotAllowed(
        "You may not do that to this member.",
        hint="Admins manage analysts and viewers; ask the owner about admins.",
    )


def check_not_owner(owner_uid: str, member_uid: str) -> None:
    """Raise `Conflict` if the member is the owner, who is no member and can't be demoted."""
    if owner_uid == member_uid:
        raise Conflict(
            "The owner always has every right and can't be changed.",
            code="owner-unchangeable",
            hint="To close the account, delete it.",
        )


def with_roles(claims: Mapping[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    """A user's custom claims with ``roles`` (owner uid -> role) in place of the old ones.

    Raises `Conflict` where that is more than Firebase keeps.
    """
    merged = {key: value for key, value in claims.items() if key != "roles"}
    if roles:
        merged["roles"] = dict(sorted(roles.items()))
    if len(json.dumps(merged)) > MAX_CLAIMS_LENGTH:
        raise Conflict(
            "This person serves as many merchants as one account can.",
            code="too-many-teams",
            hint="Let them leave a team, or invite another address of theirs.",
        )
    return merged
