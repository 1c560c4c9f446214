"""A key as servers know it: for what, from where, and until when. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from kindred.keys.tokens import Token, is_same

Scope = Literal["prices", "events", "read"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

#: Keys of one merchant that work, and revoked ones that are still listed.
MAX_KEYS: Final = 50
MAX_REVOKED: Final = 50

Place = tuple[str, str]  # kind and id of a source of the key's merchant


@dataclass(frozen=True)
class KeyHolder:
    """Whom a key speaks for, and what it may ask about."""

    uid: str
    key_id: str
    sources: tuple[Place, ...]
    is_public: bool = False  # it stands in web pages, where anybody reads it


@dataclass(frozen=True)
class Key:
    """One key. Of its secret the hash, and the last four signs for people to tell keys by.

    With ``origins`` it is for web pages of those, and no secret; without, for servers alone.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    sources: tuple[Place, ...]
    origins: tuple[str, ...]
    created_at: datetime
    created_by: str
    last4: str
    hash: str | None = field(default=None, repr=False)  # None: revoked
    old_hash: str | None = field(default=None, repr=False)
    old_until: datetime | None = None  # the secret before works until then
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None
    used_on: str | None = None  # the last day of use

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.hash is not None

    def fits(self, token: Token, now: datetime) -> bool:
        """Whether a token has this key's secret, or the one before while that works."""
        is_new = is_same(token.hash, self.hash)
        is_old = is_same(token.hash, self.old_hash)
        return is_new or (is_old and self.old_until is not None and now < self.old_until)

    def admits(self, token: Token, scope: str, origin: str | None, now: datetime) -> bool:
        """Whether this token may do this from there. All is looked at, whatever fails first."""
        comes_right = origin in self.origins if self.origins else origin is None
        return all((self.is_live, self.fits(token, now), comes_right, scope in self.scopes))

    def revoked(self, at: datetime) -> Key:
        """This key without what any token could fit."""
        return replace(self, hash=None, old_hash=None, old_until=None, revoked_at=at)

    def holder(self, uid: str) -> KeyHolder:
        return KeyHolder(uid, self.id, self.sources, is_public=bool(self.origins))


def old_until(now: datetime, overlap_hours: int) -> datetime | None:
    """Until when the secret before a rotation works; None: it ends at once."""
    return now + timedelta(hours=overlap_hours) if overlap_hours else None
