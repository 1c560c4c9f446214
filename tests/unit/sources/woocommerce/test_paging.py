"""Walks through lists that change: whatever happens between two pages, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.sources.shops.platform import Window
from kindred.sources.woocommerce import paging
from kindred.sources.woocommerce.asking import Asking, TooMuch

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Listing:
    """A shop's list in memory: ids with their second of change. ``most``: it makes no more."""

    changed: dict[int, int]
    most: int = 100
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def list_of(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], int | None]:
        self.asked.append(params)
        size = int(params["per_page"])
        if size > self.most:
            raise TooMuch("Too much.")
        after, before = (_second(params.get(f"modified_{name}")) for name in ("after", "before"))
        found = [
            (second, number)
            for number, second in self.changed.items()
            if (after is None or second > after) and (before is None or second < before)
        ]
        found.sort(key=lambda one: one if params.get("orderby") == "modified" else one[1])
        start = int(params.get("offset", 0)) + (int(params.get("page", 1)) - 1) * size
        made = [
            {"id": number, "date_modified_gmt": _text(second), "date_created_gmt": _text(second)}
            for second, number in found[start : start + size]
        ]
        return made, len(found)

    @property
    def asking(self) -> Asking:
        return cast(Asking, self)


def _text(second: int) -> str:
    return paging.wire_time(START + timedelta(seconds=second))


def _second(text: str | None) -> int | None:
    if text is None:
        return None
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - START).total_seconds())


#: Many objects of few seconds, so that seconds are longer than pages.
shops = st.lists(st.integers(0, 9), min_size=0, max_size=260)
edits = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), max_size=30)


@settings(max_examples=60)
@given(shops, edits, st.sampled_from([100, 25, 10]))
def test_a_walk_by_time_loses_nothing_while_objects_are_edited(
    seconds: list[int], edited: list[tuple[int, int]], most: int
) -> None:
    shop = Listing({number + 1: second for number, second in enumerate(seconds)}, most)
    before = dict(shop.changed)
    window = Window(None, START + timedelta(seconds=10))
    seen: list[int] = []
    objects, token = 0, None
    for turn in range(1_000):
        page = paging.by_time(shop.asking, "orders", {}, window, token)
        seen += [int(one.needed_id()) for one in page.objects]
        objects += len(page.objects)
        token = page.next
        if token is None:
            break
        for when, number in edited:
            if when == turn and number in shop.changed:
                shop.changed[number] = 20  # out of the window: it comes in the next one
    else:
        pytest.fail("the walk doesn't end")
    stayed = {number for number, second in shop.changed.items() if second == before[number]}
    assert stayed <= set(seen)
    if stayed == set(before):
        assert sorted(seen) == sorted(before)
        assert page.total == objects


@settings(max_examples=60)
@given(st.integers(0, 260), edits, st.sampled_from([100, 25, 10]))
def test_a_walk_from_the_end_loses_nobody_while_others_are_deleted_and_added(
    count: int, deleted: list[tuple[int, int]], most: int
) -> None:
    shop = Listing(dict.fromkeys(range(1, count + 1), 0), most)
    seen: set[int] = set()
    token = None
    for turn in range(1_000):
        page = paging.from_end(shop.asking, "customers", {}, token)
        seen |= {int(one.needed_id()) for one in page.objects}
        token = page.next
        if token is None:
            break
        shop.changed[1_000 + turn] = 5  # a new one, who comes with the next window
        for when, number in deleted:
            if when == turn:
                shop.changed.pop(number, None)
    else:
        pytest.fail("the walk doesn't end")
    staying = {number for number in shop.changed if number <= count}
    assert staying <= seen


def test_the_same_token_asks_for_the_same_page() -> None:
    shop = Listing({number: number // 50 for number in range(1, 400)})
    window = Window(None, START + timedelta(seconds=100))
    first = paging.by_time(shop.asking, "orders", {}, window, None)
    again = [paging.by_time(shop.asking, "orders", {}, window, first.next) for _ in range(2)]
    assert again[0] == again[1]


def test_only_the_window_is_asked_for_to_the_second() -> None:
    shop = Listing(dict.fromkeys(range(1, 5), 7))
    window = Window(START + timedelta(seconds=7), START + timedelta(seconds=7.5))
    assert len(paging.by_time(shop.asking, "orders", {}, window, None).objects) == 4
    assert shop.asked[0]["modified_after"] == "2026-01-01T00:00:06"
    assert shop.asked[0]["modified_before"] == "2026-01-01T00:00:08"
    assert shop.asked[0]["dates_are_gmt"] == "true"
    earlier = Window(None, START + timedelta(seconds=7))
    assert paging.by_time(shop.asking, "orders", {}, earlier, None).objects == []


@pytest.mark.parametrize("token", ["", "w", "x.100.0.0.0", "w.7.0.0.0", "w.100.0.0.-1", "w.100.1"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput):
        paging.Place.of(token)


def test_a_shop_that_can_make_only_few_variations_at_once_gives_all_of_them() -> None:
    shop = Listing(dict.fromkeys(range(1, 61), 0), most=25)
    found = paging.whole(shop.asking, "products/1/variations")
    assert [one.needed_id() for one in found] == [str(number) for number in range(1, 61)]
