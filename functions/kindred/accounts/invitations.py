"""Invitations into a team: an address, a role, and a secret that works once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from kindred.accounts.members import ActorRole, MemberRole, may_manage
from kindred.errors import Conflict, NotAllowed, NotFound

Status = Literal["pending", "accepted", "withdrawn"]

LIFETIME: Final = timedelta(days=7)
#: Open invitations of a team, so that a stolen session can't send thousands.
MAX_PENDING: Final = 50


@dataclass(frozen=True)
class Invitation:
    """What a team's managers see of it. The hash of its secret lies in a document of its own, which
    no rule lets anybody read."""

    id: str
    email: str
    role: MemberRole
    status: Status
    created_at: datetime
    expires_at: datetime
    invited_by: str
    accepted_by: str | None = None

    def is_open(self, now: datetime) -> bool:
        return self.status == "pending" and now < self.expires_at


def check_room_for_more(open_invitations: int) -> None:
    """Raise `Conflict` where a team has as many open invitations as it may."""
    if open_invitations >= MAX_PENDING:
        raise Conflict(
            f"{MAX_PENDING} invitations are open.",
            code="too-many-invitations",
            hint="Withdraw some first.",
        )


def new_secret() -> str:
    """256 random bits for a link."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a secret. It is random and long, so one fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_address(one: str, other: str) -> bool:
    """Whether two spellings are the same address."""
    return normal_address(one) == normal_address(other)


def normal_address(email: str) -> str:
    """An address with A to Z in small letters, which no mail server tells apart.

    Other letters stay: straße and strasse are two addresses, and the Kelvin sign is no k.
    """
    return "".join(sign.lower() if sign.isascii() else sign for sign in email.strip())


def check_acceptable(
    invitation: Invitation | None,
    secret_hash: str | None,
    *,
    secret: str,
    email: str,
    email_verified: bool,
    inviter: ActorRole | None,
    now: datetime,
) -> Invitation:
    """Return the invitation if this person may accept it now; ``inviter`` is that person's role.

    Raises the same `NotFound` for an unknown invitation, a wrong secret, one that was used or
    withdrawn, and one of somebody who may no longer invite. Only who holds the secret learns more:
    `Conflict` for one that has expired, `NotAllowed` for another's address or one that isn't
    verified.
    """
    secret_fits = hmac.compare_digest(hash_secret(secret), secret_hash or "")
    if (
        invitation is None
        or not secret_fits
        or invitation.status != "pending"
        or not may_manage(inviter, invitation.role)
    ):
        raise NotFound(
            "This invitation doesn't exist or was used.",
            code="no-invitation",
            hint="Ask for a new one.",
        )
    if not invitation.is_open(now):
        raise Conflict(
            "This invitation has expired.", code="invitation-expired", hint="Ask for a new one."
        )
    if not same_address(invitation.email, email):
        raise NotAllowed(
            "This invitation is for another address.",
            code="invitation-of-another",
            hint="Sign in with the address that was invited.",
        )
    if not email_verified:
        raise NotAllowed(
            "Your address isn't verified yet.",
            code="email-not-verified",
            hint="Open the link in the verification mail, sign in again, and come back.",
        )
    return invitation
