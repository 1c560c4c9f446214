"""Token buckets: how long to wait before a shop may be asked again, computed and kept.

A bucket holds up to ``capacity`` points and gains ``per_second``; a request takes what it costs.
What the platform says of its own bucket, in a header or a reply, takes the place of what we think.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import fields as fields_of
from datetime import datetime, timedelta
from typing import Any, Final

from kindred.sources.shops.http import Throttled

#: A wait of so many seconds is slept; a longer one is a task's.
SHORT_SECONDS: Final = 20.0
#: Where the platform hasn't said: two requests a second, a few at once.
_CAPACITY: Final = 10.0
_PER_SECOND: Final = 2.0
_FIRST_REFUSAL: Final = 2.0
_LONGEST_REFUSAL: Final = 900.0
_MOST_REFUSALS: Final = 12


class Paced(Throttled):
    """Nobody has refused: it is we who keep to the pace."""

    default_code = "shop-paced"


@dataclass(frozen=True)
class Bucket:
    """One operation's points at one moment, and how often it was refused in a row."""

    at: datetime
    available: float = _CAPACITY
    capacity: float = _CAPACITY
    per_second: float = _PER_SECOND
    not_before: datetime | None = None
    refusals: int = 0

    def wait(self, cost: float, now: datetime) -> float:
        """Seconds until ``cost`` points are there; more than it holds are never asked for."""
        short = min(cost, self.capacity) - self._filled(now)
        wait = max(0.0, short / self.per_second)
        if self.not_before is not None:
            wait = max(wait, (self.not_before - now).total_seconds())
        return wait

    def taken(self, cost: float, now: datetime) -> Bucket:
        """After a request of ``cost``."""
        return replace(self, at=now, available=max(0.0, self._filled(now) - cost))

    def learned(
        self,
        now: datetime,
        *,
        capacity: float | None,
        per_second: float | None,
        available: float | None,
    ) -> Bucket:
        """After the platform said something of it; an answer also ends a row of refusals."""
        most = capacity if _positive(capacity) else self.capacity
        rate = per_second if _positive(per_second) else self.per_second
        filled = self._filled(now) if available is None else max(0.0, available)
        return Bucket(now, min(filled, most or _CAPACITY), most or _CAPACITY, rate or _PER_SECOND)

    def refused(self, now: datetime, seconds: float | None, chance: float) -> Bucket:
        """After a refusal: empty, and closed for ``seconds``, or for twice as long as last time.

        ``chance``, 0 to 1, spreads those who were refused at one moment: half of the wait to all.
        """
        refusals = min(self.refusals + 1, _MOST_REFUSALS)
        closed = max(0.0, seconds) if seconds is not None else backoff(refusals, chance)
        closes = now + timedelta(seconds=min(closed, 86_400.0))
        return replace(self, at=now, available=0.0, not_before=closes, refusals=refusals)

    def _filled(self, now: datetime) -> float:
        gained = max(0.0, (now - self.at).total_seconds()) * self.per_second
        return min(self.capacity, self.available + gained)


def backoff(tries: int, chance: float) -> float:
    """Seconds to wait after ``tries`` failures in a row: doubled each time, half of it by chance.

    "Equal jitter" of Brooker, Exponential Backoff and Jitter (AWS, 2015).
    """
    whole = min(_LONGEST_REFUSAL, _FIRST_REFUSAL * 2.0 ** max(0, tries - 1))
    return float(whole / 2 + whole / 2 * chance)


class ShopPaces:
    """Keeps `pacing.Paces` for one shop, from what the last task has left."""

    def __init__(
        self,
        buckets: Mapping[str, Bucket],
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        chance: Callable[[], float],
    ) -> None:
        self.buckets = dict(buckets)
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    def take(self, operation: str, cost: float = 1) -> None:
        wait = self._bucket(operation).wait(cost, self._clock())
        if wait > SHORT_SECONDS:
            raise Paced(wait, "The shop may not be asked more often.")
        if wait > 0:
            self._sleep(wait)
        self.buckets[operation] = self._bucket(operation).taken(cost, self._clock())

    def learn(
        self,
        operation: str,
        *,
        capacity: float | None = None,
        per_second: float | None = None,
        available: float | None = None,
    ) -> None:
        self.buckets[operation] = self._bucket(operation).learned(
            self._clock(), capacity=capacity, per_second=per_second, available=available
        )

    def refuse(self, operation: str, seconds: float | None = None) -> None:
        self.buckets[operation] = self._bucket(operation).refused(
            self._clock(), seconds, self._chance()
        )

    def _bucket(self, operation: str) -> Bucket:
        return self.buckets.get(operation) or Bucket(self._clock())


def paces_fields(buckets: Mapping[str, Bucket]) -> dict[str, Any]:
    """As their document has them: a list, since an operation's name may hold any sign."""
    return {"buckets": [{"operation": name, **asdict(one)} for name, one in buckets.items()]}


def parse_paces(fields: Mapping[str, Any] | None) -> dict[str, Bucket]:
    """What `paces_fields` made."""
    names = [one.name for one in fields_of(Bucket)]
    return {
        str(one["operation"]): Bucket(**{name: one[name] for name in names})
        for one in (fields or {}).get("buckets") or ()
    }


def _positive(value: float | None) -> bool:
    return value is not None and 0 < value < float("inf")
