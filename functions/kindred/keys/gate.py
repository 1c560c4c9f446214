"""What one instance knows of keys: whom it lets in, and how much each may still ask. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from kindred.errors import Conflict, Unavailable
from kindred.keys.key import Key, KeyHolder
from kindred.keys.limits import BadKeys, Counter, seconds_left
from kindred.keys.origins import is_origin
from kindred.keys.tokens import Token, parse_token
from kindred.remembered import Remembered

FRESH: Final = timedelta(seconds=60)  # a key that is revoked is let in no longer
_AHEAD: Final = timedelta(seconds=45)  # then one request asks again, while others go on
UNKNOWN: Final = timedelta(seconds=10)  # as long, a key or secret that isn't there is refused
#: While Firestore doesn't answer, what was known so lately is believed.
IN_NEED: Final = timedelta(minutes=10)
_PAUSE: Final = timedelta(seconds=5)  # before a Firestore that didn't answer is asked again
_MOST: Final = 1_000  # keys of either kind that an instance remembers
#: A minute, of those that were looked up and aren't there; what costs no read isn't counted, so
#: that nobody shuts others out for nothing.
BAD_KEYS: Final = 1_000

KeyName = tuple[str, str]


class TooManyBadKeys(Conflict):
    """This instance has been sent so many wrong keys that it looks at no more for a while."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many keys were wrong.", code="too-many-requests")
        self.seconds = seconds


@dataclass
class Gate:
    """What one instance knows of keys: who may pass, and how much each has asked."""

    find: Callable[[str, str], Key | None]
    note_use: Callable[[str, str, str], None]
    counter: Counter
    known: Remembered[KeyName, Key] = field(default_factory=lambda: Remembered(_MOST, IN_NEED))
    unknown: Remembered[KeyName, bool] = field(default_factory=lambda: Remembered(_MOST, UNKNOWN))
    asked: Remembered[KeyName, bool] = field(default_factory=lambda: Remembered(_MOST, _PAUSE))
    silent: Remembered[str, bool] = field(default_factory=lambda: Remembered(1, _PAUSE))
    bad: BadKeys = field(default_factory=lambda: BadKeys(BAD_KEYS))

    def verify(
        self, text: str, scope: str, origin: str | None, *, now: datetime
    ) -> KeyHolder | None:
        """Whom a token speaks for; None, whatever it is that doesn't fit.

        Raises `TooManyBadKeys`, and `Unavailable` for a key that isn't known here while Firestore
        doesn't answer.
        """
        token = parse_token(text)
        key = self._look_up(token, now) if token else None
        if (
            token is None or key is None or not key.admits(token, scope, origin, now)
            or (origin is not None and not is_origin(origin))
        ):  # fmt: skip
            if self.bad.are_too_many(now):
                raise TooManyBadKeys(seconds_left(now))
            return None
        if key.used_on != f"{now:%Y-%m-%d}":
            self._note_use(token, key, now)
        return key.holder(token.uid)

    def take(self, holder: KeyHolder, units: int, *, now: datetime) -> int:
        """0 if the holder may ask for so many prices now, else after how many seconds again."""
        return self.counter.take(holder.uid, holder.key_id, units, now)

    def _look_up(self, token: Token, now: datetime) -> Key | None:
        name = (token.uid, token.key_id)
        key = self.known.get(name, now, at_most=FRESH)
        if key and not key.fits(token, now):  # it may have a new secret since
            key = self.known.get(name, now, at_most=UNKNOWN)
        if key and (self.known.get(name, now, at_most=_AHEAD) or self.asked.get(name, now)):
            return key
        if key is None and self.unknown.get(name, now):
            return None
        before = key or self.known.get(name, now)
        if before is None and self.bad.are_too_many(now):
            return None
        if self.silent.get("firestore", now):
            return before or _unreachable()
        if before:
            self.asked.put(name, True, now)
        try:
            key = self.find(*name)
        except Unavailable:
            self.silent.put("firestore", True, now)
            return before or _unreachable()
        if key is None:
            self.known.drop(name)
            self.unknown.put(name, True, now)
            self.bad.count(now)
        else:
            self.known.put(name, key, now)
        return key

    def _note_use(self, token: Token, key: Key, now: datetime) -> None:
        day = f"{now:%Y-%m-%d}"
        # Not as just learnt: what is remembered is as old as it was.
        self.known.change((token.uid, token.key_id), replace(key, used_on=day))
        self.note_use(token.uid, token.key_id, day)


def _unreachable() -> Key:
    raise Unavailable("Keys can't be looked up just now.", code="unavailable")
