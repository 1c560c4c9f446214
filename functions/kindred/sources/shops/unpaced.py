"""The pace of what is asked outside of syncs: a handful of requests, each as it comes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final, TypeVar

from kindred.sources.shops.http import Throttled

T = TypeVar("T")

_PAUSE_SECONDS: Final = 30.0
#: A merchant rather waits for so long than tries again. Shopify's bucket fills in less.
_SHORT_SECONDS: Final = 3.0


class Unpaced:
    """Keeps no count; what a platform refuses is told to who asked."""

    def take(self, operation: str, cost: float = 1) -> None:
        """Never waits."""

    def learn(
        self,
        operation: str,
        *,
        capacity: float | None = None,
        per_second: float | None = None,
        available: float | None = None,
    ) -> None:
        """Nothing is kept: the next sync learns it anew."""

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        """Raises `http.Throttled`."""
        raise Throttled(_PAUSE_SECONDS if seconds is None else seconds)


def wait_once(ask: Callable[[], T]) -> T:
    """What ``ask`` finds, for a merchant who waits; after a short throttle it asks once more.

    Raises `http.Throttled` that says when to try again: nothing goes on by itself here.
    """
    try:
        return ask()
    except Throttled as err:
        if err.seconds > _SHORT_SECONDS:
            raise _told(err) from None
        time.sleep(err.seconds)
    try:
        return ask()
    except Throttled as err:
        raise _told(err) from None


def wait_until(ask: Callable[[], T], ends_at: float) -> T:
    """What ``ask`` finds, asked again after each throttle that is over by ``ends_at``.

    ``ends_at`` is a time of `time.monotonic`. For what goes on where it was. Raises the
    `http.Throttled` that lasts.
    """
    while True:
        try:
            return ask()
        except Throttled as err:
            if time.monotonic() + err.seconds >= ends_at:
                raise
            time.sleep(err.seconds)


def _told(err: Throttled) -> Throttled:
    seconds = max(1, math.ceil(err.seconds))
    unit = "second" if seconds == 1 else "seconds"
    return Throttled(err.seconds, err.message, hint=f"Try again in {seconds} {unit}.")
