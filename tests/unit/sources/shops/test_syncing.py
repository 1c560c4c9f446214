"""What happens to a merchant's data while a shop changes, fails, or isn't what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.errors import (
    InvalidInput,
    JobCancelled,
    KindredError,
    NotAllowed,
    NotFound,
    Unavailable,
)
from kindred.sources.shops import syncing, windows
from kindred.sources.shops.cursors import Cursor, State
from kindred.sources.shops.http import Throttled
from kindred.sources.shops.platform import Lacking, Page, Stream
from kindred.sources.shops.ports import Named
from kindred.sources.shops.records import AliasRecord
from kindred.sources.shops.syncing import MOST_TRIES, Pause
from shops.kept import Kept, Syncs, Time
from shops.made_up import (
    NOON,
    ORDERS,
    PRODUCTS,
    MadeUp,
    content,
    customer,
    edited,
    failing,
    filled,
    names_of,
    order,
    product,
    refused,
    throttled,
    truncated,
    truth,
)


def syncs_of(shop: MadeUp | None = None, **options: Any) -> Syncs:
    time = Time()
    return Syncs(shop or filled(time, **options), time)


def test_a_first_sync_brings_everything_a_shop_has() -> None:
    syncs = syncs_of()
    state = syncs.sync(why="connected")
    assert content(syncs.kept.parts) == truth(syncs.shop)
    assert {name: cursor.error for name, cursor in state.cursors.items()} == dict.fromkeys(
        ("customers", "products", "orders", "reviews")
    )
    assert state.cursor("orders").high_water == NOON - ORDERS.lag
    assert state.cursor("orders").oldest == NOON - timedelta(days=90)


def test_an_unchanged_second_sync_asks_for_the_overlap_and_writes_nothing() -> None:
    """airbyte#4923, #39336."""
    syncs = syncs_of()
    syncs.shop.put("orders", order(99, NOON - timedelta(minutes=5)))  # within the overlap
    first = syncs.sync()
    parts, known = dict(syncs.kept.parts), dict(syncs.kept.known)
    syncs.shop.asked.clear()
    syncs.time.forward(hours=1)
    second = syncs.sync()
    assert syncs.kept.parts == parts
    assert syncs.kept.known == known
    assert (second.stored, second.changed) == (first.stored, first.changed)
    windows = {name: window for name, window, _ in syncs.shop.asked}
    assert set(windows) == {"products", "orders", "reviews"}, "customers aren't due"
    assert all(w.start == NOON - timedelta(minutes=12) for w in windows.values())


def test_an_order_that_was_edited_arrives() -> None:
    """airbyte#28926, #66581."""
    syncs = syncs_of()
    syncs.sync()
    syncs.time.forward(hours=1)
    syncs.shop.put("orders", edited(order(3, NOON), syncs.time.now, status="refunded"))
    syncs.time.forward(hours=1)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_an_order_edited_while_the_shop_is_paged_through_is_not_lost_nor_another_for_it() -> None:
    """The order leaves the window; the one after it slips onto a page that was read already."""
    syncs = syncs_of()

    def edit() -> None:
        syncs.time.forward(minutes=1)
        syncs.shop.put("orders", edited(order(1, NOON), syncs.time.now, status="sent"))

    syncs.shop.streams = (ORDERS,)
    syncs.shop.faults[2] = edit
    syncs.sync()
    syncs.time.forward(hours=1)
    syncs.sync()
    assert content(syncs.kept.parts) == {
        key: record for key, record in truth(syncs.shop).items() if key[0] == "orders"
    }


def test_rows_that_never_had_a_time_of_change_are_kept() -> None:
    """airbyte PR 17777."""
    syncs = syncs_of()
    syncs.shop.forget_modified("orders", "o2")
    syncs.sync()
    syncs.time.forward(hours=1)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_a_stream_that_the_shop_lacks_is_none_with_its_reason_and_the_others_finish() -> None:
    """airbyte PR 17777."""
    syncs = syncs_of()
    syncs.shop.gone = {"reviews", "customers"}
    state = syncs.sync()
    for name in ("reviews", "customers"):
        error = state.cursors[name].error  # type: ignore[index]
        assert error is not None
        assert error["message"] == "This shop has no such thing."
    assert state.cursor("orders").high_water == NOON - ORDERS.lag
    syncs.shop.asked.clear()
    syncs.shop.gone = set()
    syncs.time.forward(hours=1)
    syncs.sync()
    assert "reviews" not in names_of(syncs.shop.asked), "not asked for again so soon"
    state = syncs.sync(why="asked")
    assert state.cursor("reviews").error is None
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_a_full_listing_that_gives_one_of_a_thousand_takes_nothing_away() -> None:
    """airbyte#45681."""
    syncs = syncs_of()
    syncs.sync()
    before = content(syncs.kept.parts)

    def one_only(stream: Stream, page: Page) -> Page:
        if stream.name != "customers":
            return page
        return replace(page, records=page.records[:1], objects=1, next=None)

    syncs.shop.twist = one_only
    syncs.time.forward(hours=7)
    state = syncs.sync()
    error = state.cursor("customers").error
    assert error is not None
    assert error["code"] == "counts-differ"
    assert "7" in error["message"]
    assert content(syncs.kept.parts) == before
    syncs.shop.twist = lambda _stream, page: page
    syncs.shop.remove("customers", "c6")
    syncs.time.forward(hours=1)
    state = syncs.sync()
    assert state.cursor("customers").error is None
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_a_shop_that_keeps_old_orders_back_is_told_of_loudly() -> None:
    """airbyte#21173: nothing before 2020, and still a success."""
    syncs = syncs_of()
    cut = NOON - timedelta(days=60)

    def recent_only(stream: Stream, page: Page) -> Page:
        kept = [record for record in page.records if record.updated_at >= cut]
        return replace(page, records=kept, objects=len(kept))

    syncs.shop.streams = (ORDERS, PRODUCTS)
    syncs.shop.twist = lambda s, page: recent_only(s, page) if s.name == "orders" else page
    state = syncs.sync()
    error = state.cursor("orders").error
    assert error is not None
    assert error["code"] == "counts-differ"
    assert state.cursor("orders").high_water is None
    assert state.cursor("products").high_water is not None
    assert state.cursor("orders").oldest is not None
    assert state.cursor("orders").oldest > cut  # type: ignore[operator]


def test_counts_that_never_agree_are_told_after_one_more_reading() -> None:
    syncs = syncs_of()
    syncs.shop.streams = (ORDERS, PRODUCTS)
    syncs.shop.counted = lambda stream, count: count + (stream.name == "orders")
    state = syncs.sync()
    error = state.cursor("orders").error
    assert error is not None
    assert error["message"] == "The shop says it has 24 orders, and gave 23."
    firsts = [token for name, _, token in syncs.shop.asked if name == "orders" and token is None]
    assert len(firsts) == 2
    assert state.cursor("products").error is None


def test_the_same_page_again_with_a_new_token_ends_with_a_clear_error() -> None:
    """sp-api-models#2297."""
    syncs = syncs_of()
    pages = iter(range(1_000))
    first: list[Page] = []

    def stuck(stream: Stream, page: Page) -> Page:
        if stream.name != "orders":
            return page
        first.append(page)
        return replace(first[0], next=f"{next(pages)}00")

    syncs.shop.twist = stuck
    state = syncs.sync()
    error = state.cursor("orders").error
    assert error is not None
    assert error["code"] == "page-repeated"
    assert len(first) == 2
    assert state.cursor("orders").high_water is None
    assert state.cursor("products").error is None
    syncs.shop.twist = lambda _stream, page: page
    syncs.time.forward(hours=1)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


@pytest.mark.parametrize(
    "lost",
    [
        InvalidInput("The shop has forgotten its list.", code="page-ended"),
        Unavailable("The export isn't whole.", code="shop-export-lost"),
    ],
    ids=lambda lost: lost.code,
)
def test_a_list_that_the_shop_has_forgotten_is_begun_anew(lost: KindredError) -> None:
    syncs = syncs_of()

    def forgotten() -> None:
        raise lost

    syncs.shop.streams = (ORDERS,)
    syncs.shop.faults[3] = forgotten
    state = syncs.sync()
    assert state.cursor("orders").error is None
    assert [token for _, _, token in syncs.shop.asked].count(None) == 2
    assert len(content(syncs.kept.parts)) == 23


@pytest.mark.parametrize("kind", [NotFound, NotAllowed, Lacking])
def test_what_the_keys_dont_open_is_none_with_its_reason(kind: type[KindredError]) -> None:
    syncs = syncs_of()
    count = syncs.shop.count

    def closed(connection: Any, client: Any, stream: Stream, window: Any) -> int | None:
        if stream.name == "reviews":
            raise kind("The shop doesn't let these keys use its reviews.", code="of-a-platform")
        return count(connection, client, stream, window)

    syncs.shop.count = closed  # type: ignore[method-assign]
    state = syncs.sync()
    assert state.cursor("reviews").none_at == NOON
    assert state.cursor("reviews").failed_run is None
    assert state.cursor("orders").error is None


@pytest.mark.parametrize("says_count", [True, False])
def test_a_list_that_never_ends_ends_with_a_clear_error_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, says_count: bool
) -> None:
    monkeypatch.setattr(windows, "MOST_PAGES", 50)
    monkeypatch.setattr(windows, "_SLACK", 5)
    syncs = syncs_of()
    syncs.sync()
    before = content(syncs.kept.parts)
    pages = iter(range(1_000_000))

    def endless(stream: Stream, page: Page) -> Page:
        if stream.name != "orders":
            return page
        number = next(pages)
        records = [order(10_000 + number, syncs.time.now - timedelta(minutes=5))]
        return Page(records, str(number + 1), 1)

    syncs.shop.twist = endless
    if not says_count:
        syncs.shop.counted = lambda _stream, _count: None  # type: ignore[assignment,return-value]
    syncs.time.forward(hours=1)
    syncs.shop.put("products", product(90, syncs.time.now - timedelta(minutes=5)))
    state = syncs.sync()
    assert (state.cursor("orders").error or {})["code"] == "listing-endless"
    assert next(pages) <= 51
    now = content(syncs.kept.parts)
    assert before.items() <= now.items()
    assert ("products", "p90") in now, "the others go on"
    syncs.shop.twist = lambda _stream, page: page
    syncs.time.forward(hours=1)
    assert syncs.sync().cursor("orders").error is None


def test_a_token_that_leads_to_itself_ends_with_a_clear_error() -> None:
    syncs = syncs_of(says_counts=False)
    syncs.shop.streams = (ORDERS,)
    syncs.shop.twist = lambda _stream, page: replace(page, records=(), next="5")
    state = syncs.sync()
    assert state.cursor("orders").error is not None
    assert names_of(syncs.shop.asked)["orders"] == 2


@pytest.mark.parametrize("fault", [failing, truncated, throttled(120)])
def test_a_shop_that_fails_for_a_while_costs_a_wait_and_no_data(fault: Any) -> None:
    syncs = syncs_of()
    for page in (0, 2, 3, 4, 9):
        syncs.shop.faults[page] = fault
    state = syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)
    assert all(cursor.tries == 0 for cursor in state.cursors.values())
    tokens = [(name, token) for name, _, token in syncs.shop.asked]
    assert len(tokens) == len(set(tokens)) + 5, "no page is asked for again but the failed ones"


def test_waits_grow_while_a_shop_stays_down_and_the_next_sync_goes_on_at_its_page() -> None:
    syncs = syncs_of()
    syncs.shop.streams = (ORDERS,)
    syncs.shop.faults = dict.fromkeys(range(2, 2 + MOST_TRIES), failing)
    asked, waits = syncs.asked(), []
    while (pause := syncs.task(asked)) is not None:
        waits.append(pause.seconds)
        syncs.time.forward(seconds=pause.seconds)
    assert len(waits) == MOST_TRIES - 1
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    failed = syncs.kept.state.cursor("orders")
    assert failed.error is not None
    assert failed.error["code"] == "shop-failing"
    assert failed.open is not None
    assert (failed.open.page, failed.high_water) == (2, None)
    syncs.shop.asked.clear()
    syncs.time.forward(hours=1)
    syncs.sync()
    assert syncs.shop.asked[0][2] == "10", "the third page of the same window"
    assert {key for key in content(syncs.kept.parts) if key[0] == "orders"} == {
        key for key in truth(syncs.shop) if key[0] == "orders"
    }


def test_a_throttled_stream_keeps_no_other_from_going_on() -> None:
    syncs = syncs_of()
    syncs.shop.streams = (ORDERS, PRODUCTS)
    syncs.shop.faults[0] = throttled(180)
    assert syncs.task(syncs.asked()) == Pause(180)
    assert syncs.kept.state.cursor("products").full_at == NOON
    assert syncs.kept.state.cursor("orders").open is None or syncs.kept.state.cursor("orders").tries


def test_access_that_ended_ends_the_sync_with_what_to_do() -> None:
    syncs = syncs_of()
    syncs.shop.faults[1] = refused
    with pytest.raises(InvalidInput) as ended:
        syncs.sync()
    assert ended.value.code == "access-ended"


def test_a_long_past_is_asked_for_in_windows_and_what_comes_days_late_is_stored_once() -> None:
    """Amazon lists refunds up to two days late, by when they were posted."""
    refunds = Stream(
        "orders", "created", overlap=timedelta(days=3), longest=timedelta(days=14)
    )  # fmt: skip
    syncs = syncs_of(streams=(refunds,))
    first = Cursor(oldest=NOON - timedelta(days=100))
    syncs.kept.save(State(cursors={"orders": first}))
    syncs.sync()
    windows = [window for _, window, token in syncs.shop.asked if token is None]
    assert len(windows) > 7
    assert all(w.start and w.end - w.start <= timedelta(days=14) for w in windows)
    assert len(content(syncs.kept.parts)) == 23
    late = NOON - timedelta(days=2)
    syncs.shop.put("orders", order(70, late))
    syncs.time.forward(hours=1)
    syncs.sync()
    assert ("orders", "o70") in content(syncs.kept.parts)
    stored = syncs.kept.state.stored
    syncs.time.forward(hours=1)
    syncs.sync()
    assert syncs.kept.state.stored == stored


def test_a_customer_who_was_deleted_is_found_missing_and_goes() -> None:
    syncs = syncs_of()
    syncs.sync()
    syncs.shop.remove("customers", "c2")
    syncs.shop.put("customers", customer(4, NOON + timedelta(hours=1), "Renamed"))
    syncs.time.forward(hours=7)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_an_unchanged_full_listing_stores_no_part() -> None:
    syncs = syncs_of()
    syncs.sync()
    parts, stored = dict(syncs.kept.parts), syncs.kept.state.stored
    syncs.time.forward(days=8)
    syncs.sync()
    assert set(names_of(syncs.shop.asked[-8:])) >= {"customers", "reviews"}
    assert syncs.kept.parts == parts
    assert syncs.kept.state.stored == stored


def test_a_product_that_came_and_went_between_two_listings_goes() -> None:
    syncs = syncs_of()
    syncs.sync()
    syncs.shop.put("products", product(9, NOON + timedelta(minutes=30)))
    syncs.time.forward(hours=1)
    syncs.sync()
    assert ("products", "p9") in content(syncs.kept.parts)
    syncs.shop.remove("products", "p9")
    syncs.time.forward(days=1)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_what_was_gone_from_a_listing_and_comes_back_unchanged_counts_again() -> None:
    """Reviews are told with no other time than when they were made."""
    syncs = syncs_of()
    syncs.sync()
    review = syncs.shop.shop["reviews"]["r1"].record
    syncs.shop.remove("reviews", "r1")
    syncs.time.forward(days=8)
    syncs.sync()
    assert ("reviews", "r1") not in content(syncs.kept.parts)
    syncs.shop.put("reviews", review)
    syncs.time.forward(days=8)
    syncs.sync()
    assert content(syncs.kept.parts)["reviews", "r1"] == review


def test_a_review_that_was_changed_arrives_with_the_next_listing() -> None:
    """woocommerce: reviews can only be asked for by when they were made."""
    syncs = syncs_of()
    syncs.sync()
    review = syncs.shop.shop["reviews"]["r1"].record
    syncs.shop.put("reviews", edited(review, NOON + timedelta(hours=2), rating=Decimal(1)))
    syncs.time.forward(hours=3)
    syncs.sync()
    assert content(syncs.kept.parts) != truth(syncs.shop)
    syncs.time.forward(days=7)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_what_a_webhook_named_is_read_again_by_its_id_once() -> None:
    syncs = syncs_of()
    syncs.sync()
    syncs.shop.put("orders", order(77, NOON + timedelta(minutes=1)))
    syncs.shop.remove("customers", "c6")
    syncs.kept.named = [
        Named("orders", "o77", delivery_id="d1"),
        Named("orders", "o77", delivery_id="d2"),
        Named("customers", "c6", delivery_id="d3"),
    ]
    syncs.shop.asked.clear()
    syncs.time.forward(minutes=2)
    syncs.sync(why="hook")
    assert syncs.shop.asked == [], "no window is asked for"
    assert content(syncs.kept.parts) == truth(syncs.shop)
    assert syncs.kept.named == []


def named_orders(syncs: Syncs, number: int) -> None:
    """As many new orders as deliveries, each twice."""
    syncs.sync()
    syncs.shop.asked.clear()
    syncs.time.forward(hours=1)
    for one in range(1_000, 1_000 + number):
        syncs.shop.put("orders", order(one, syncs.time.now))
        for again in "ab":
            syncs.kept.named.append(Named("orders", f"o{one}", delivery_id=f"{again}{one}"))


def reads_of(syncs: Syncs, then: Callable[[str], None] = lambda _id: None) -> list[str]:
    """The ids that are read from now on."""
    read, original = list[str](), syncs.shop.read

    def noted(connection: Any, client: Any, stream: Stream, object_id: str) -> Any:
        then(object_id)
        read.append(object_id)
        return original(connection, client, stream, object_id)

    syncs.shop.read = noted  # type: ignore[method-assign]
    return read


def test_a_flood_of_webhooks_ends_in_time_and_the_rest_is_for_further_tasks() -> None:
    syncs = syncs_of()
    named_orders(syncs, 350)
    read = reads_of(syncs, lambda _id: syncs.time.forward(seconds=10))
    asked = syncs.asked(why="hook")
    began = syncs.time.now
    assert syncs.task(asked) == Pause(0)
    assert syncs.time.now - began <= timedelta(minutes=11), "half of its time, windows need some"
    assert len(syncs.kept.named) == 2 * (350 - len(read)), "what was read is durable"
    while syncs.task(asked):
        pass
    assert len(read) == 350, "each once"
    assert syncs.kept.named == []
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_what_was_read_stays_read_where_the_shop_wants_a_pause() -> None:
    """A shop that lets thirty objects be read and then wants to wait would never be done."""
    syncs = syncs_of()
    named_orders(syncs, 90)
    left = iter(range(10_000))

    def tired(_id: str) -> None:
        if next(left) % 31 == 30:
            raise Throttled(600)

    read = reads_of(syncs, tired)
    syncs.sync(why="hook")
    assert len(read) == 90
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_an_object_that_always_fails_keeps_no_other_from_being_read() -> None:
    syncs = syncs_of()
    named_orders(syncs, 150)

    def broken(object_id: str) -> None:
        if object_id == "o1000":
            raise Unavailable("The shop failed.")

    read = reads_of(syncs, broken)
    assert syncs.task(syncs.asked(why="hook")) is None
    assert len(read) == 149
    assert {one.object_id for one in syncs.kept.named} == {"o1000"}, "tried again by the next sync"


def test_a_shop_that_is_down_is_not_asked_for_everything_that_was_named() -> None:
    syncs = syncs_of()
    named_orders(syncs, 150)
    tries = list[str]()

    def down(object_id: str) -> None:
        tries.append(object_id)
        raise Unavailable("The shop failed.")

    reads_of(syncs, down)
    syncs.task(syncs.asked(why="hook"))
    assert len(tries) == syncing.MOST_UNREAD
    assert len(syncs.kept.named) == 300


def test_objects_that_are_asked_for_are_read_once_by_a_chain_of_tasks() -> None:
    syncs = syncs_of()
    named_orders(syncs, 250)
    syncs.kept.named.clear()
    read = reads_of(syncs, lambda _id: syncs.time.forward(seconds=10))
    asked = syncs.asked(why="hook", objects=[("orders", f"o{1_000 + n}") for n in range(250)])
    while syncs.task(asked):
        pass
    assert len(read) == 250
    assert content(syncs.kept.parts) == truth(syncs.shop)


def test_a_webhook_about_what_the_shop_cannot_load_leaves_everything_as_it_was() -> None:
    """woocommerce#44189."""
    syncs = syncs_of()
    syncs.sync()
    before = content(syncs.kept.parts)

    def cannot(*_: Any) -> Any:
        raise InvalidInput("Invalid ID.", code="shop-refuses")

    syncs.shop.read = cannot  # type: ignore[method-assign]
    syncs.sync(why="hook", objects=[("orders", "o1")])
    assert content(syncs.kept.parts) == before


def test_customers_that_were_merged_become_an_alias() -> None:
    syncs = syncs_of()
    syncs.sync()
    syncs.shop.remove("customers", "c5")
    syncs.kept.named = [Named("customers", "c5", merged_into="c1", delivery_id="d1")]
    syncs.sync(why="hook")
    aliases = [r for (t, _), records in syncs.kept.parts.items() if t == "aliases" for r in records]
    assert [(one.id, one.kept_id) for one in aliases if isinstance(one, AliasRecord)] == [
        ("c5", "c1")
    ]


def test_a_sync_of_some_streams_leaves_the_others() -> None:
    syncs = syncs_of()
    syncs.sync(streams=("orders",))
    assert set(names_of(syncs.shop.asked)) == {"orders"}


def test_a_large_shop_is_synced_by_a_chain_of_tasks_each_within_its_time() -> None:
    time = Time()
    shop = filled(time, orders=400)
    time.step = timedelta(seconds=5)
    syncs = Syncs(shop, time, budget=timedelta(minutes=2))
    began, asked = time.now, syncs.asked()
    while syncs.task(asked, until=time.now + syncs.budget) is not None:
        assert time.now - began <= syncs.budget + timedelta(seconds=30)
        began = time.now
    assert syncs.tasks > 5
    assert content(syncs.kept.parts) == truth(shop)
    tokens = [(name, token) for name, _, token in shop.asked]
    assert len(tokens) == len(set(tokens)), "no page is asked for twice"


@pytest.mark.parametrize("afterwards", [False, True])
def test_a_sync_killed_at_any_write_ends_as_if_nothing_had_happened(afterwards: bool) -> None:
    def end_of(kept: Kept) -> Any:
        syncs = syncs_of()
        syncs.kept = kept
        kept.named = [Named("orders", "o5", delivery_id="d1")]
        syncs.sync()
        syncs.shop.put("orders", order(50, syncs.time.now))
        syncs.shop.remove("customers", "c3")
        syncs.time.forward(hours=7)
        syncs.sync()
        return kept.parts, kept.known, kept.fields, kept.named

    undisturbed = Kept()
    expected = end_of(undisturbed)
    assert undisturbed.writes > 30
    for at in range(1, undisturbed.writes + 1):
        assert end_of(Kept(kill_at=at, afterwards=afterwards)) == expected, f"killed at {at}"


def test_a_cancelled_sync_stops_at_its_page() -> None:
    syncs = syncs_of()

    def cancel(_state: Any) -> None:
        raise JobCancelled("The job was cancelled.")

    syncs.on_page = cancel
    with pytest.raises(JobCancelled):
        syncs.task(syncs.asked())
    assert len(syncs.shop.asked) == 1


changes = st.lists(
    st.tuples(
        st.sampled_from(["add", "edit", "late", "delete customer", "rename customer"]),
        st.integers(0, 40),
        st.integers(1, 300),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(
    changes=changes,
    faults=st.dictionaries(
        st.integers(0, 40), st.sampled_from([failing, truncated, throttled(90)]), max_size=4
    ),
    kill_at=st.none() | st.integers(1, 60),
)
def test_whatever_happens_in_between_the_shop_and_its_data_agree_in_the_end(
    changes: list[tuple[str, int, int]], faults: dict[int, Any], kill_at: int | None
) -> None:
    syncs = syncs_of(orders=12)
    syncs.shop.faults = dict(faults)
    syncs.kept.kill_at = kill_at
    syncs.sync()
    for what, number, pause in changes:
        syncs.time.forward(minutes=pause)
        now = syncs.time.now
        if what in ("add", "edit"):
            old = syncs.shop.shop["orders"].get(f"o{number}")
            changed = edited(old.record, now, status=f"at {now}") if old else order(number, now)
            syncs.shop.put("orders", changed)
        elif what == "late":
            syncs.shop.put("orders", order(100 + number, now - timedelta(minutes=9)))
        elif what == "rename customer":
            syncs.shop.put("customers", customer(number % 7, now, f"Name {now}"))
        else:
            syncs.shop.shop["customers"].pop(f"c{number % 7}", None)
        syncs.sync()
    syncs.time.forward(days=8)
    syncs.sync()
    assert content(syncs.kept.parts) == truth(syncs.shop)
