"""How fast a shop may be asked: a bucket of points for each operation of each shop."""

from __future__ import annotations

from typing import Protocol


class Paces(Protocol):
    """Keeps to what a platform allows, for one shop. Kept between tasks in the source's document.

    An operation is whatever the platform counts apart: ``graphql``, ``searchOrders``, ``rest``.
    """

    def take(self, operation: str, cost: float = 1) -> None:
        """Wait until ``cost`` points are there, and take them.

        A short wait is slept; raises `http.Throttled` for one that a task should wait out.
        """
        ...

    def learn(
        self,
        operation: str,
        *,
        capacity: float | None = None,
        per_second: float | None = None,
        available: float | None = None,
    ) -> None:
        """What the platform said of its bucket, in a header or a reply."""
        ...

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        """The platform refused: nothing is asked for ``seconds``, or for a while that grows."""
        ...
