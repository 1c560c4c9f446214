"""What crosses the wire in this room. `owner_uid` names the merchant; none: the caller's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from kindred.accounts.members import MemberRole
from kindred.wire import Payload

Uid = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s.\x00-\x1f]+(\.[^@\s.\x00-\x1f]+)+$",
    ),
]


class InviteMember(Payload):
    email: Email
    role: MemberRole
    owner_uid: Uid | None = None


class WithdrawInvite(Payload):
    invitation_id: Uid
    owner_uid: Uid | None = None


class AcceptInvite(Payload):
    owner_uid: Uid
    invitation_id: Uid
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SetRole(Payload):
    member_uid: Uid
    role: MemberRole
    owner_uid: Uid | None = None


class RemoveMember(Payload):
    """Also how somebody leaves: with their own uid."""

    member_uid: Uid
    owner_uid: Uid | None = None


class OwnAccount(Payload):
    """What only the account's owner may ask for; naming another is refused."""

    owner_uid: Uid | None = None


class EraseAccount(Payload):
    """The task that removes what an account has left."""

    uid: Uid
