"""A rule holds on the clocks of its shop: whole days, nights, weekdays, days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.payloads import Schedule
from kindred.pricing.schedules import holds, next_change, zone_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana")


def make_schedule(**fields: Any) -> Schedule:
    return Schedule.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "moment", "expected"),
    [
        ({}, "2026-11-29T12:00+00:00", True),
        ({"starts": "2026-11-29"}, "2026-11-28T23:59:59.999+00:00", False),
        ({"starts": "2026-11-29"}, "2026-11-29T00:00+00:00", True),
        ({"ends": "2026-11-29"}, "2026-11-29T23:59:59.999+00:00", True),
        ({"ends": "2026-11-29"}, "2026-11-30T00:00+00:00", False),
        ({"ends": "2026-11-29", "zone": "Asia/Kolkata"}, "2026-11-29T18:29+00:00", True),
        ({"ends": "2026-11-29", "zone": "Asia/Kolkata"}, "2026-11-29T18:30+00:00", False),
        ({"weekdays": [7]}, "2026-11-29T12:00+00:00", True),  # a Sunday
        ({"weekdays": [1]}, "2026-11-29T12:00+00:00", False),
        ({"weekdays": [99]}, "2026-11-29T12:00+00:00", False),
        ({"from_hour": 8, "to_hour": 12}, "2026-11-29T11:59+00:00", True),
        ({"from_hour": 8, "to_hour": 12}, "2026-11-29T12:00+00:00", False),
        ({"to_hour": 24}, "2026-11-29T23:59+00:00", True),
        ({"from_hour": 8, "to_hour": 8}, "2026-11-29T03:00+00:00", True),  # round the clock
        ({"from_hour": 22, "to_hour": 2}, "2026-11-29T23:00+00:00", True),
        ({"from_hour": 22, "to_hour": 2}, "2026-11-29T01:59+00:00", True),
        ({"from_hour": 22, "to_hour": 2}, "2026-11-29T02:00+00:00", False),
        # The night of a Saturday goes on into the Sunday, not the other way round.
        ({"from_hour": 22, "to_hour": 2, "weekdays": [6]}, "2026-11-29T01:00+00:00", True),
        ({"from_hour": 22, "to_hour": 2, "weekdays": [7]}, "2026-11-29T01:00+00:00", False),
        # The last day stays a day: its night ends with it.
        ({"from_hour": 22, "to_hour": 2, "ends": "2026-11-28"}, "2026-11-29T01:00+00:00", False),
        ({"starts": "9999-12-31"}, "2026-11-29T12:00+00:00", False),
        ({"starts": "0001-01-01", "ends": "9999-12-31"}, "2026-11-29T12:00+00:00", True),
    ],
)
def test_when_a_schedule_holds(fields: dict[str, Any], moment: str, expected: bool) -> None:
    assert holds(make_schedule(**fields), datetime.fromisoformat(moment)) is expected


@pytest.mark.parametrize("zone", ["No/Zone", "../../etc/passwd", "/etc/passwd", "Europe", "\x00"])
def test_a_zone_that_does_not_exist_is_never_due_and_never_an_error(zone: str) -> None:
    schedule = make_schedule(zone=zone, from_hour=8)
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert zone_of(zone) is None
    assert not holds(schedule, now)
    assert next_change(schedule, now, now + timedelta(days=7)) is None
    assert holds(make_schedule(zone=zone), now)  # where nothing is asked of it, it is of no matter


def test_a_day_of_23_hours_and_one_of_25_are_whole_days() -> None:
    for day, hours in ((datetime(2026, 3, 29), 23), (datetime(2026, 10, 25), 25)):  # noqa: DTZ001
        schedule = make_schedule(
            starts=day.date().isoformat(), ends=day.date().isoformat(), zone="Europe/Berlin"
        )
        start = day.replace(tzinfo=BERLIN).astimezone(UTC)
        held = [holds(schedule, start + timedelta(minutes=15 * i)) for i in range(-4, 110)]
        assert sum(held) == hours * 4


def test_an_hour_that_comes_twice_holds_twice_and_one_that_does_not_come_never() -> None:
    schedule = make_schedule(from_hour=1, to_hour=2, zone="America/New_York")
    autumn = datetime(2026, 11, 1, tzinfo=NEW_YORK).astimezone(UTC)
    held = [holds(schedule, autumn + timedelta(minutes=30 * i)) for i in range(48)]
    assert sum(held) == 4
    spring = datetime(2026, 3, 8, tzinfo=NEW_YORK).astimezone(UTC)
    schedule = make_schedule(from_hour=2, to_hour=3, zone="America/New_York")
    assert not any(holds(schedule, spring + timedelta(minutes=30 * i)) for i in range(46))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.sampled_from(ZONES),
    st.one_of(st.none(), st.integers(0, 23)),
    st.one_of(st.none(), st.integers(1, 24)),
    st.lists(st.integers(1, 7), max_size=3),
)
def test_nothing_changes_before_the_next_change_and_something_then(
    moment: datetime, zone: str, start: int | None, end: int | None, weekdays: list[int]
) -> None:
    now = moment.replace(tzinfo=UTC)
    until = now + timedelta(days=2)
    schedule = make_schedule(zone=zone, from_hour=start, to_hour=end, weekdays=weekdays)
    change = next_change(schedule, now, until)
    held = holds(schedule, now)
    step, at = timedelta(minutes=13), now
    while at < (change or until):
        assert holds(schedule, at) is held
        at += step
    if change:
        assert now < change < until
        assert holds(schedule, change) is not held
        assert holds(schedule, change - timedelta(microseconds=1)) is held
