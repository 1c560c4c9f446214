"""Use cases of keys: make, rotate, revoke and list them, and let their holders in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from kindred import log, settings
from kindred.errors import Conflict, InvalidInput, NotFound
from kindred.keys import store
from kindred.keys.gate import Gate
from kindred.keys.key import MAX_KEYS, MAX_REVOKED, Key, KeyHolder, old_until
from kindred.keys.limits import Counter, Lease, Limit
from kindred.keys.origins import check_origin
from kindred.keys.payloads import CreateKey
from kindred.keys.tokens import Token, new_token
from kindred.paths import Source

# Making and ending keys --------------------------------------------------------------------


def create_key(uid: str, request: CreateKey, *, by: str, now: datetime) -> tuple[Key, Token]:
    """A new key of a merchant, and its token, which nobody is told again."""
    sources = tuple(dict.fromkeys((source.kind, source.id) for source in request.sources))
    origins = tuple(dict.fromkeys(check_origin(origin) for origin in request.origins))
    scopes = tuple(dict.fromkeys(request.scopes))
    if origins and "read" in scopes:
        raise InvalidInput(
            "A key for web pages can't read a shop's segments.",
            code="public-read",
            hint="Make a key without origins for your server.",
        )
    for kind, source_id in sources:
        if not store.has_source(uid, (Source(uid, kind, source_id).kind, source_id)):
            raise NotFound("One of the sources doesn't exist (any more).", code="no-source")
    token = new_token(uid)
    key = Key(
        token.key_id, request.name, scopes, sources, origins, created_at=now, created_by=by,
        last4=token.last4, hash=token.hash,
    )  # fmt: skip

    def work(records: store.KeyRecords) -> None:
        if records.is_erased():
            raise Conflict("This account is being deleted.", code="account-deleted")
        there = records.all()
        revoked = [old for old in there if not old.is_live]
        if len(there) - len(revoked) >= MAX_KEYS:
            raise Conflict(
                f"{MAX_KEYS} keys work.", code="too-many-keys", hint="Revoke some first."
            )
        for old in revoked[:-MAX_REVOKED]:
            records.remove(old)
        records.put(key)

    store.change(uid, work)
    log.event("key_created", key=key.id, is_public=bool(origins))
    return key, token


def rotate_key(
    uid: str, key_id: str, *, overlap_hours: int, now: datetime
) -> tuple[Token, datetime | None]:
    """A new secret for a key, and until when the one before works; an older one ends now."""
    token = new_token(uid, key_id)
    until = old_until(now, overlap_hours)

    def work(records: store.KeyRecords) -> None:
        key = _live(records, key_id)
        records.put(
            replace(
                key, hash=token.hash, last4=token.last4, rotated_at=now,
                old_hash=key.hash if until else None, old_until=until,
            )
        )  # fmt: skip

    store.change(uid, work)
    log.event("key_rotated", key=key_id, overlap_hours=overlap_hours)
    return token, until


def revoke_key(uid: str, key_id: str, *, now: datetime) -> None:
    """No secret of this key works any more, everywhere within a minute. Twice is as once."""

    def work(records: store.KeyRecords) -> None:
        key = records.get(key_id)
        if key is None:
            raise _no_key()
        if key.is_live:
            records.put(key.revoked(now))

    store.change(uid, work)
    log.event("key_revoked", key=key_id)


def list_keys(uid: str) -> list[Key]:
    """The merchant's keys, the oldest first."""
    return store.list_keys(uid)


def _live(records: store.KeyRecords, key_id: str) -> Key:
    key = records.get(key_id)
    if key is None:
        raise _no_key()
    if not key.is_live:
        raise Conflict("This key was revoked.", code="key-revoked", hint="Make a new one.")
    return key


def _no_key() -> NotFound:
    return NotFound("There is no such key.", code="no-key")


# Letting holders in ------------------------------------------------------------------------


def open_gate(
    *,
    per_minute: int = settings.KEY_QUOTES_PER_MINUTE,
    lease: Lease = store.lease,
    find: Callable[[str, str], Key | None] = store.find,
) -> Gate:
    """A gate as each instance has one."""
    limit = Limit(per_minute, instances=settings.LIGHT["max_instances"])
    return Gate(find, store.note_use, Counter(limit, lease))


@cache
def gate() -> Gate:
    """This instance's."""
    return open_gate()


def verify(token: str, scope: str, origin: str | None, *, now: datetime) -> KeyHolder | None:
    """As `Gate.verify`, by this instance's."""
    return gate().verify(token, scope, origin, now=now)


def take(holder: KeyHolder, units: int, *, now: datetime) -> int:
    """As `Gate.take`, by this instance's."""
    return gate().take(holder, units, now=now)


def shown(key: Key) -> dict[str, Any]:
    """A key as its merchant's team sees it: never a hash."""

    def text(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "key_id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "sources": [{"kind": kind, "id": source_id} for kind, source_id in key.sources],
        "origins": list(key.origins),
        "last4": key.last4,
        "created_at": text(key.created_at),
        "created_by": key.created_by,
        "rotated_at": text(key.rotated_at),
        "old_works_until": text(key.old_until),
        "revoked_at": text(key.revoked_at),
        "used_on": key.used_on,
    }
