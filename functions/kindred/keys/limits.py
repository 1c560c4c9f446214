"""How much a key may ask in a minute, over all instances, at few writes. Pure.

Each minute is a window of its own. An instance gives out a small share without asking anybody;
beyond that it leases a twentieth of the limit at a time from a document that all instances share.
The shares of all instances and what can be leased are together the limit, so it is never passed.
If the document can't be reached, a shop goes on: an instance gives out its part of the limit.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kindred.errors import Unavailable

WINDOW_SECONDS: Final = 60
_LEASES: Final = 20  # of a window: what bounds the writes of a key
_MOST_KEYS: Final = 1_000  # that an instance counts at once

#: Ask for up to so many units of a window, of so many that may be leased in all; what was given.
Lease = Callable[[str, str, int, int, int], int]  # uid, key id, window, wanted, pool


@dataclass(frozen=True)
class Limit:
    """``per_minute`` units over at most so many instances."""

    per_minute: int
    instances: int

    @property
    def share(self) -> int:
        """What each instance may give out unasked; all of them a twentieth of the limit."""
        return self.per_minute // (20 * self.instances)

    @property
    def pool(self) -> int:
        """What is left to lease."""
        return self.per_minute - self.share * self.instances

    @property
    def alone(self) -> int:
        """An instance's part where it can't ask."""
        return max(1, self.per_minute // self.instances)


@dataclass
class _Balance:
    """What an instance has left for a key in a window."""

    window: int
    left: int
    low: int  # with so little left, more is asked for ahead
    given: int = 0
    is_spent: bool = False  # nothing more can be leased
    is_asking: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)


class Counter:
    """What one instance has given out to each key."""

    def __init__(self, limit: Limit, lease: Lease) -> None:
        self._limit = limit
        self._lease = lease
        self._balances: OrderedDict[tuple[str, str], _Balance] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, uid: str, key_id: str, units: int, now: datetime) -> int:
        """0 if the key may ask for so much now, else after how many seconds it may again.

        Of many at once, one leases more, ahead of need; the others go on with what is left.
        """
        window = int(now.timestamp()) // WINDOW_SECONDS
        with self._lock:
            balance = self._balance((uid, key_id), window)
        while True:
            with balance.changed:
                while balance.left < units and balance.is_asking:
                    balance.changed.wait()
                missing = units - balance.left
                if missing > 0 and balance.is_spent:
                    return seconds_left(now)
                if missing <= 0:
                    balance.left -= units
                    balance.given += units
                    if balance.is_spent or balance.is_asking or balance.left >= balance.low:
                        return 0
                balance.is_asking = True
            self._refill(balance, uid, key_id, missing)
            if missing <= 0:
                return 0

    def _balance(self, key: tuple[str, str], window: int) -> _Balance:
        balance = self._balances.get(key)
        if balance is None or balance.window < window:
            share = self._limit.share
            balance = self._balances[key] = _Balance(window, share, low=share // 4)
        self._balances.move_to_end(key)
        while len(self._balances) > _MOST_KEYS:
            self._balances.popitem(last=False)
        return balance

    def _refill(self, balance: _Balance, uid: str, key_id: str, missing: int) -> None:
        limit = self._limit
        wanted = max(missing, limit.pool // _LEASES, 1)
        given: int | None = None
        try:
            given = self._lease(uid, key_id, balance.window, wanted, limit.pool)
        except Unavailable:
            pass  # not asked again in this window
        finally:
            with balance.changed:
                balance.is_asking = False
                balance.is_spent = given is None or given < wanted
                if given is None:
                    balance.left = max(balance.left, limit.alone - balance.given)
                else:
                    balance.left += given
                    balance.low = given // 4
                balance.changed.notify_all()


def seconds_left(now: datetime) -> int:
    """Whole seconds to the next window, at least one."""
    return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS


class BadKeys:
    """How many keys that aren't any an instance looks at in a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = 0
        self._seen = 0
        self._lock = threading.Lock()

    def count(self, now: datetime) -> None:
        with self._lock:
            self._open(now)
            self._seen += 1

    def are_too_many(self, now: datetime) -> bool:
        with self._lock:
            self._open(now)
            return self._seen >= self._most

    def _open(self, now: datetime) -> None:
        window = int(now.timestamp()) // WINDOW_SECONDS
        if window > self._window:
            self._window, self._seen = window, 0
