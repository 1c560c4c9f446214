"""What an instance remembers for a while, in bounded memory. Pure: the time is the caller's.

Threads may share one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")


class Remembered(Generic[K, V]):
    """The values asked for last, at most ``most`` of them, each for less than ``age``."""

    def __init__(self, most: int, age: timedelta) -> None:
        self._most = most
        self._age = age
        self._values: OrderedDict[K, tuple[datetime, V]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K, now: datetime, *, at_most: timedelta | None = None) -> V | None:
        """The value as it was lately; None if it isn't known, or was found too long ago.

        ``at_most``: in place of the usual age. A clock that went back makes nothing younger.
        """
        with self._lock:
            found = self._values.get(key)
            if found is None or not timedelta() <= now - found[0] < (at_most or self._age):
                return None
            self._values.move_to_end(key)
            return found[1]

    def put(self, key: K, value: V, now: datetime) -> V:
        """Remember a value as found at ``now``; the one not asked for longest makes room."""
        with self._lock:
            self._values[key] = (now, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def fetch(self, key: K, now: datetime, load: Callable[[], V]) -> V:
        """The remembered value, or what ``load`` finds; its errors are passed on."""
        found = self.get(key, now)
        return self.put(key, load(), now) if found is None else found

    def last(self, key: K) -> V | None:
        """The value that was remembered last, however old: for when the store doesn't answer."""
        with self._lock:
            found = self._values.get(key)
            return found[1] if found else None

    def change(self, key: K, value: V) -> None:
        """Another value for a key that is there, as old as the one before."""
        with self._lock:
            if key in self._values:
                self._values[key] = (self._values[key][0], value)

    def drop(self, key: K) -> None:
        """Forget one value."""
        with self._lock:
            self._values.pop(key, None)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


def of_the_same(most: int) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Remember what a pure function made of the very same objects, which nobody changes.

    For arguments that are slow to compare or can't be hashed, such as a document's value that many
    quotes follow from. With more than ``most`` sets of them it begins anew.
    """

    def remembering(function: Callable[P, V]) -> Callable[P, V]:
        # Objects that are kept can't be taken for others that get their place in memory.
        known: dict[tuple[int, ...], tuple[tuple[Any, ...], V]] = {}

        @wraps(function)
        def asked(*args: P.args, **named: P.kwargs) -> V:
            if named:  # in whatever order
                return function(*args, **named)
            key = tuple(map(id, args))
            found = known.get(key)
            if found is None:
                found = args, function(*args, **named)
                if len(known) >= most:
                    known.clear()
                known[key] = found
            return found[1]

        return asked

    return remembering
