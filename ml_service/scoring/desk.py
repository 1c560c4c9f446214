"""The desk where requests wait: never more than can be served before their callers give up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class DeskFull(Exception):
    """Too many requests are in the house; come back after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"full, retry after {retry_after} s")
        self.retry_after = retry_after


class Desk:
    """Counts requests in the house and remembers how long one takes.

    Used from the event loop alone, so it needs no lock.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self.taken = 0
        self._usual_seconds = 1.0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the request is served. Raises :class:`DeskFull` at once if none."""
        if self.taken >= self._places:
            raise DeskFull(max(1, round(self._usual_seconds)))
        self.taken += 1
        started = time.monotonic()
        try:
            yield
        finally:
            self.taken -= 1
            self._usual_seconds += 0.2 * (time.monotonic() - started - self._usual_seconds)
