"""Windows leave no gap, lose nothing that comes late, and ask again for the overlap only."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.shops.cursors import Cursor, Listing, OpenWindow
from kindred.sources.shops.platform import Stream, Window
from kindred.sources.shops.windows import closed_window, is_listing_due, is_whole, next_window

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDERS = Stream("orders", "updated")
minutes = st.integers(0, 60 * 24 * 30).map(lambda count: timedelta(minutes=count))


def windows_of(stream: Stream, cursor: Cursor, began_at: datetime) -> list[Window]:
    """All windows of one sync, each of them closed."""
    found = []
    while (window := next_window(stream, cursor, began_at)) is not None:
        found.append(window)
        cursor = replace(cursor, high_water=window.end)
        assert len(found) < 1_000
    return found


def test_the_first_window_begins_at_the_beginning_and_ends_before_now() -> None:
    assert windows_of(ORDERS, Cursor(), NOON) == [Window(None, NOON - ORDERS.lag)]


def test_a_second_sync_asks_for_the_overlap_only() -> None:
    cursor = Cursor(high_water=NOON - ORDERS.lag)
    later = NOON + timedelta(hours=1)
    assert windows_of(ORDERS, cursor, later) == [
        Window(NOON - ORDERS.lag - ORDERS.overlap, later - ORDERS.lag)
    ]


def test_a_sync_in_the_same_moment_asks_for_nothing() -> None:
    assert windows_of(ORDERS, Cursor(high_water=NOON - ORDERS.lag), NOON) == []


def test_windows_that_never_get_past_their_overlap_are_refused() -> None:
    stuck = Stream("orders", "updated", overlap=timedelta(hours=1), longest=timedelta(hours=1))
    with pytest.raises(ValueError, match="overlap"):
        closed_window(stuck, NOON, NOON + timedelta(days=1), None)


@given(
    gaps=st.lists(minutes, min_size=1, max_size=12),
    longest=st.none() | st.integers(600, 20_000).map(lambda count: timedelta(minutes=count)),
    oldest=st.none() | minutes.map(lambda ago: NOON - ago),
)
def test_windows_leave_no_gap_and_go_on(
    gaps: list[timedelta], longest: timedelta | None, oldest: datetime | None
) -> None:
    stream = replace(ORDERS, longest=longest)
    cursor, began_at, all_windows = Cursor(oldest=oldest), NOON, list[Window]()
    for gap in gaps:
        began_at += gap
        found = windows_of(stream, cursor, began_at)
        all_windows += found
        if found:
            cursor = replace(cursor, high_water=found[-1].end)
        assert cursor.high_water == began_at - stream.lag, "nothing that is due is left"
    for before, after in itertools.pairwise(all_windows):
        assert after.start is not None
        assert after.start == before.end - stream.overlap
        assert after.end > before.end
    bounded = [window for window in all_windows if window.start is not None]
    assert all(longest is None or w.end - w.start <= longest for w in bounded if w.start)


@given(
    changes=st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 12)), max_size=40),
    syncs=st.lists(st.integers(1, 400), min_size=1, max_size=15),
)
def test_what_comes_late_or_is_edited_arrives(
    changes: list[tuple[int, int]], syncs: list[int]
) -> None:
    """A change may be seen up to lag + overlap after its own time; none is lost."""
    seen: set[int] = set()
    cursor, began_at = Cursor(high_water=NOON), NOON
    for pause in syncs:
        began_at += timedelta(minutes=pause)
        for window in windows_of(ORDERS, cursor, began_at):
            for index, (minute, late) in enumerate(changes):
                at = NOON + timedelta(minutes=minute)
                is_visible = at + timedelta(minutes=late) <= began_at
                if is_visible and window.start and window.start <= at < window.end:
                    seen.add(index)
            cursor = replace(cursor, high_water=window.end)
    due = {
        index
        for index, (minute, late) in enumerate(changes)
        if NOON + timedelta(minutes=minute + late) <= began_at
        and NOON + timedelta(minutes=minute) < began_at - ORDERS.lag
    }
    assert due <= seen


@pytest.mark.parametrize(
    ("stream", "hours", "due"),
    [
        (Stream("orders", "updated"), None, False),
        (Stream("orders", "updated", full_every=timedelta(days=1)), None, True),
        (Stream("orders", "updated", full_every=timedelta(days=1)), 23, False),
        (Stream("orders", "updated", full_every=timedelta(days=1)), 24, True),
        (Stream("customers", "full"), None, True),
        (Stream("customers", "full"), 1, True),
        (Stream("customers", "full"), 0, False),
        (Stream("customers", "full", full_every=timedelta(hours=6)), 5, False),
        (Stream("reviews", "created", full_every=timedelta(days=7)), 24 * 7, True),
    ],
)
def test_everything_is_listed_when_it_is_due(stream: Stream, hours: int | None, due: bool) -> None:
    full_at = None if hours is None else NOON - timedelta(hours=hours)
    assert is_listing_due(stream, Cursor(full_at=full_at), NOON) is due


def test_a_listing_goes_on_where_it_was_though_the_high_water_is_higher() -> None:
    stream = replace(ORDERS, longest=timedelta(days=2), full_every=timedelta(days=30))
    start = NOON - timedelta(days=5)
    cursor = Cursor(high_water=NOON, oldest=start, listing=Listing(7, NOON))
    first = next_window(stream, cursor, NOON + timedelta(hours=3))
    assert first == Window(start, start + timedelta(days=2))
    done = replace(cursor, listing=Listing(7, NOON, NOON - stream.lag))
    assert next_window(stream, done, NOON + timedelta(hours=3)) is None


@pytest.mark.parametrize(
    ("objects", "expected", "said", "is_again", "whole"),
    [
        (9, None, None, False, True),  # nothing to compare with
        (9, 9, 9, False, True),
        (8, 9, 9, False, False),
        (1, 1_000, 1_000, True, False),
        (8, 9, 8, False, False),  # something left the window: another may have slipped through
        (8, 9, 8, True, True),
        (7, 9, 8, True, False),
        (10, 9, 9, True, False),
    ],
)
def test_a_window_is_whole_when_the_counts_agree(
    objects: int, expected: int | None, said: int | None, is_again: bool, whole: bool
) -> None:
    window = OpenWindow(
        1, None, NOON, objects=objects, expected=expected, said=said, is_again=is_again
    )
    assert is_whole(window) is whole
