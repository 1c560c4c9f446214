"""New segments come when the merchant wants them, and at once where somebody must be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from kindred.jobs import new_run_id
from kindred.sources.shops.schedule import (
    Made,
    Refresh,
    has_forgotten,
    is_refresh_due,
    parse_made,
    parse_refresh,
    run_time,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE = Made(10, 1_000, "f1")
NIGHTLY = Refresh("nightly")
ODD_NUMBERS: Sequence[object] = (None, "7", True, -1, 101, float("nan"), float("inf"), [5], {})
ODD_SETTINGS: Sequence[object] = (None, "nightly", 5, [], {}, {"when": ["nightly"]})


def is_due(present: Made, refresh: Refresh, **given: object) -> bool:
    facts = {"objects": 1_000, "made_at": NOON, "now": NOON + timedelta(hours=1), "zone": "UTC"}
    return is_refresh_due(refresh, BEFORE, present, **{**facts, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "refresh"),
    [
        ({"when": "nightly", "percent": 0}, Refresh("nightly", 0)),
        ({"percent": 2.5}, Refresh("changed", 2.5)),
        *(
            ({"when": "hourly", "percent": odd, "more": 1}, Refresh("changed", 5))
            for odd in ODD_NUMBERS
        ),
        *((odd, Refresh()) for odd in ODD_SETTINGS),
    ],
)
def test_a_setting_that_means_nothing_is_the_usual_one(value: object, refresh: Refresh) -> None:
    assert parse_refresh(value) == refresh
    assert is_due(Made(11, 2_000, "f1"), parse_refresh(value)) is (refresh.when == "changed")


def test_nothing_new_makes_no_segments() -> None:
    assert not is_due(BEFORE, Refresh("changed", 0))
    assert not is_due(BEFORE, NIGHTLY, now=NOON + timedelta(days=9))


@pytest.mark.parametrize(("records", "due"), [(1_049, False), (1_050, True), (2_000, True)])
def test_segments_follow_when_enough_has_changed(records: int, due: bool) -> None:
    assert is_due(Made(11, records, "f1"), Refresh("changed", 5)) is due


@pytest.mark.parametrize(
    ("zone", "hour", "due"),
    [
        ("UTC", 26, False),  # two in the night
        ("UTC", 28, True),
        ("Asia/Kolkata", 22, True),  # half past three there
        ("America/Los_Angeles", 30, False),
        ("Nowhere/Else", 28, True),
    ],
)
def test_nightly_means_the_shops_night(zone: str, hour: int, due: bool) -> None:
    now = NOON - timedelta(hours=12) + timedelta(hours=hour)
    assert is_due(Made(11, 1_001, "f1"), NIGHTLY, now=now, zone=zone) is due


def test_who_has_to_be_forgotten_waits_for_no_setting() -> None:
    assert is_due(Made(10, 1_000, "f2"), NIGHTLY)
    assert is_due(Made(10, 1_000, "f2"), Refresh("changed", 100))


def test_a_first_sync_always_makes_segments() -> None:
    assert is_refresh_due(
        NIGHTLY, None, BEFORE, objects=0, made_at=None, now=NOON, zone="UTC"
    )  # fmt: skip


def test_what_tables_were_made_of_is_read_from_their_key() -> None:
    assert parse_made(BEFORE.key) == BEFORE
    assert [parse_made(key) for key in (None, "", "sync-r1", "shop-1-x-f", "a" * 64)] == [None] * 5


def test_a_run_says_when_it_began() -> None:
    assert run_time(new_run_id(NOON)) == NOON
    assert run_time(None) is None


@pytest.mark.parametrize(
    ("before", "forgotten"),
    [
        ("shop-10-100-aaaaaaaa11111111", False),
        ("shop-9-90-bbbbbbbb11111111", False),  # another zone: nobody has gone
        ("shop-10-100-aaaaaaaa22222222", True),
        (None, False),
        ("a file's", False),
    ],
)
def test_runs_go_that_hold_somebody_who_had_to_be_forgotten(
    before: str | None, forgotten: bool
) -> None:
    assert has_forgotten(before, "shop-10-100-aaaaaaaa11111111") is forgotten
