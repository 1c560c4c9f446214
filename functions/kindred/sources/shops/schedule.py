"""When a shop is asked again, and when what it told makes new segments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: A night's refresh comes after this time of the shop's clock.
_NIGHT: Final = timedelta(hours=3)
#: How long a digest of facts is.
REDACTED_SIGNS: Final = 8


@dataclass(frozen=True)
class Refresh:
    """A merchant's setting: once a night, or when more than ``percent`` of the data changed."""

    when: Literal["nightly", "changed"] = "changed"
    percent: float = 5


def parse_refresh(value: object) -> Refresh:
    """A setting as members write it; what is none of its values counts as the usual one."""
    given = value if isinstance(value, Mapping) else {}
    told = given.get("percent")
    is_share = isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= 100
    percent = float(told) if is_share and told is not None else Refresh.percent
    return Refresh(
        when="nightly" if given.get("when") == "nightly" else "changed",
        percent=percent,
    )


@dataclass(frozen=True)
class Made:
    """What the present tables were made of: parts and records then, and everything else."""

    stored: int
    changed: int
    #: A digest of what else tables follow from: zone, currency and, at its end, who was redacted.
    facts: str

    @property
    def key(self) -> str:
        """As ``tables_key`` of the source's document."""
        return f"shop-{self.stored}-{self.changed}-{self.facts}"

    @property
    def redacted(self) -> str:
        """Equal where the same customers had to be forgotten."""
        return self.facts[-REDACTED_SIGNS:]


def parse_made(key: str | None) -> Made | None:
    """What `Made.key` says; None for no key, or another one."""
    parts = (key or "").split("-")
    if len(parts) != 4 or parts[0] != "shop" or not (parts[1] + parts[2]).isdigit():
        return None
    return Made(int(parts[1]), int(parts[2]), parts[3])


def facts_digest(facts: Sequence[object], signs: int = REDACTED_SIGNS) -> str:
    """Facts in so many signs; equal where they are."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:signs]


def has_forgotten(before: str | None, now: str | None) -> bool:
    """Whether tables of one key (``tables_key``) lack customers that those of the other hold."""
    earlier, present = parse_made(before), parse_made(now)
    return earlier is not None and present is not None and earlier.redacted != present.redacted


def is_refresh_due(
    refresh: Refresh,
    before: Made | None,
    present: Made,
    *,
    objects: int,
    made_at: datetime | None,
    now: datetime,
    zone: str,
) -> bool:
    """Whether ``present`` data make new tables and segments now.

    ``before``: what the last ones were made of, at ``made_at``, of so many ``objects``. What has to
    be forgotten waits for no setting.
    """
    if before is None or made_at is None or before.facts != present.facts:
        return True
    if before == present:
        return False
    if refresh.when == "nightly":
        return _night_of(made_at, zone) < _night_of(now, zone)
    return (present.changed - before.changed) * 100 >= refresh.percent * max(objects, 1)


def run_time(run_id: str | None) -> datetime | None:
    """When a run began, as its id says (`kindred.jobs.new_run_id`)."""
    try:
        return datetime.strptime(str(run_id)[:16], "r%Y%m%dt%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _night_of(moment: datetime, zone: str) -> datetime:
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        clock = ZoneInfo("UTC")
    local = moment.astimezone(clock).replace(tzinfo=None) - _NIGHT
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
