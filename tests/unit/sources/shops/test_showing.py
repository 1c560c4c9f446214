"""The bar tells the truth, and a stream says what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from kindred.sources.shops.cursors import Cursor, OpenWindow, State, parse_state, state_fields
from kindred.sources.shops.ports import Asked
from kindred.sources.shops.showing import share_done, shown_stream
from shops.kept import Syncs, Time
from shops.made_up import CUSTOMERS, NOON, ORDERS, PRODUCTS, REVIEWS, filled

STREAMS = (CUSTOMERS, PRODUCTS, ORDERS, REVIEWS)
ASKED = Asked("r1", NOON, "scheduled")


def shares_of(**options: Any) -> list[float]:
    """How much is done, after each page of a first sync."""
    time = Time()
    syncs, shares = Syncs(filled(time, **options), time), list[float]()
    asked = syncs.asked()
    syncs.on_page = lambda state: shares.append(share_done(state, STREAMS, asked))
    assert syncs.task(asked) is None
    return shares


def test_the_bar_follows_the_objects_that_have_come_of_those_the_shop_has() -> None:
    shares = shares_of(orders=88)  # of 100 objects
    assert shares == sorted(shares)
    assert shares[0] == 0.05, "five customers of a hundred objects, the first page"
    assert shares[-1] == 1
    assert len(set(shares)) > 15


def test_where_the_shop_says_no_counts_the_bar_follows_the_streams() -> None:
    shares = shares_of(says_counts=False)
    assert all(0 <= share <= 1 for share in shares)
    assert shares[-1] == 1


@pytest.mark.parametrize(
    ("cursor", "capability", "state"),
    [
        (Cursor(), "full", "waiting"),
        (Cursor(open=OpenWindow(1, None, NOON)), "full", "syncing"),
        (Cursor(high_water=NOON), "full", "ready"),
        (Cursor(high_water=NOON), "partial", "partial"),  # airbyte#58668
        (Cursor(high_water=NOON, error={"code": "counts-differ"}), "full", "failed"),
        (Cursor(none_at=NOON, error={"code": "shop-lacks"}), "full", "none"),
    ],
)
def test_a_stream_says_what_it_is(cursor: Cursor, capability: str, state: str) -> None:
    assert shown_stream(cursor, {}, {"state": capability})["state"] == state


def test_a_history_that_is_shorter_than_believed_is_shown_with_its_oldest_day() -> None:
    """airbyte#58668, shopify_python_api#370."""
    shown = shown_stream(Cursor(high_water=NOON, oldest=NOON), {}, {"state": "partial"})
    assert (shown["state"], shown["oldest"]) == ("partial", NOON)


def test_a_first_sync_shows_how_many_have_come_and_later_ones_keep_the_total() -> None:
    opened = OpenWindow(1, None, NOON, objects=40, expected=100)
    first = shown_stream(Cursor(open=opened, done=10), {}, None)
    assert (first["count"], first["expected"]) == (50, 110)
    later = Cursor(open=replace(opened, objects=1, expected=1), high_water=NOON)
    assert shown_stream(later, {"count": 5_000, "expected": 110}, None)["count"] == 5_000


def test_a_first_sync_in_several_windows_goes_on_counting() -> None:
    """A stream of which the shop says no count, as Amazon's refunds."""
    after = Cursor(high_water=NOON, run="r1", done=40)
    shown = shown_stream(after, {"count": 25}, None, is_new=True)
    assert (shown["count"], shown["expected"]) == (40, None)
    second = replace(after, open=OpenWindow(2, NOON, NOON, page=1, objects=7))
    assert shown_stream(second, {"count": 40}, None, is_new=True)["count"] == 47
    another = Cursor(high_water=NOON, run="r2", done=1)
    assert shown_stream(another, {"count": 47}, None, is_new=True)["count"] == 47
    assert shown_stream(second, {"count": 5_000}, None)["count"] == 5_000, "as tables say"


def test_the_bar_is_not_full_while_a_stream_is_read_that_has_no_count() -> None:
    counted = Cursor(run="r1", done=10, high_water=NOON)
    reading = Cursor(run="r1", open=OpenWindow(2, None, NOON, page=3, objects=300))
    state = State({"products": counted, "orders": reading})
    assert share_done(state, (PRODUCTS, ORDERS), ASKED) == 0.5
    ended = state.with_cursor("orders", Cursor(run="r1", done=300, high_water=NOON))
    assert share_done(ended, (PRODUCTS, ORDERS), ASKED) == 1


def test_a_state_is_stored_and_read_without_loss() -> None:
    time = Time()
    syncs = Syncs(filled(time), time)
    states: list[State] = []
    syncs.on_page = states.append
    syncs.sync()
    assert states
    assert [parse_state(state_fields(state)) for state in states] == states
    assert parse_state({**state_fields(states[-1]), "schema_version": 0}) == State()
