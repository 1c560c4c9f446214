"""When a rule holds, on the clocks of its shop, and when that changes next. Pure.

Days are whole: the last one ends at midnight. Hours are those that clocks there show, so that a
happy hour stays where it is when clocks change. From 22 to 2 is a night, and belongs to the weekday
on which it begins; the first and the last day stay days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from kindred.pricing.payloads import Schedule

_DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no zone, a path, a folder of zones
        return None


def holds(schedule: Schedule, now: datetime) -> bool:
    """Whether ``now`` lies in a schedule. In a zone that doesn't exist nothing is ever due."""
    if is_always(schedule):
        return True
    zone = zone_of(schedule.zone)
    if zone is None:
        return False
    local = now.astimezone(zone)
    today = local.date()
    if not (schedule.starts or today) <= today <= (schedule.ends or today):
        return False
    begun = _day_it_began(schedule, local)
    if begun is None:
        return False
    return not schedule.weekdays or begun.isoweekday() in schedule.weekdays


def is_always(schedule: Schedule) -> bool:
    """Whether a schedule says nothing: its zone is of no matter then."""
    return (
        schedule.starts is None
        and schedule.ends is None
        and schedule.from_hour is None
        and schedule.to_hour is None
        and not schedule.weekdays
    )


def next_change(schedule: Schedule, now: datetime, until: datetime) -> datetime | None:
    """The first moment after ``now``, and before ``until``, at which `holds` says otherwise."""
    zone = None if is_always(schedule) else zone_of(schedule.zone)
    if zone is None:
        return None
    held = holds(schedule, now)
    moments = sorted({at for at in _moments(schedule, now, until, zone) if now < at < until})
    return next((at for at in moments if holds(schedule, at) != held), None)


def _day_it_began(schedule: Schedule, local: datetime) -> date | None:
    """The day to whose hours this moment belongs; None outside the hours."""
    start = schedule.from_hour or 0
    end = 24 if schedule.to_hour is None else schedule.to_hour
    if start < end:
        return local.date() if start <= local.hour < end else None
    if local.hour >= start:
        return local.date()
    return local.date() - _DAY if local.hour < end else None


def _moments(
    schedule: Schedule, now: datetime, until: datetime, zone: tzinfo
) -> Iterator[datetime]:
    """Every moment from the day of ``now`` to that of ``until`` at which something may change."""
    hours = {0, schedule.from_hour or 0, (schedule.to_hour or 0) % 24}
    day, last = now.astimezone(zone).date(), until.astimezone(zone).date() + _DAY
    while day <= last:
        for hour in hours:
            for fold in (0, 1):  # an hour that comes twice begins twice
                yield datetime.combine(day, time(hour, fold=fold), zone).astimezone(UTC)
        day += _DAY
