"""Ids in paths, whatever they are, and sums and times, whatever Amazon writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.sources.amazon import asking, marketplaces, values
from kindred.sources.shops.http import AnswerUnusable

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(part=ANY_TEXT)
def test_no_id_is_another_path(part: str) -> None:
    try:
        made = asking.quoted(part)
    except InvalidInput:
        assert part.strip(".") == ""
        return
    assert unquote(made) == part
    assert not set(made) & set("/?#&%+ \\") - {"%"}


@given(said=ANY_TEXT)
def test_a_sum_is_exact_or_refused(said: str) -> None:
    try:
        made = values.number(said)
    except AnswerUnusable:
        return
    assert made.is_finite()
    assert Decimal(said[:40]) == made


@given(microseconds=st.integers(0, 10**15))
def test_a_time_is_asked_for_to_the_millisecond_and_read_as_it_was(microseconds: int) -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    again = values.moment(values.iso(at))
    assert timedelta() <= at - again < timedelta(milliseconds=1)


def test_each_currency_is_of_one_region_so_a_source_has_one_host() -> None:
    found: dict[str, set[str]] = {}
    for market in marketplaces.MARKETPLACES:
        found.setdefault(market.currency, set()).add(market.region)
    assert all(len(regions) == 1 for regions in found.values())
    assert len({market.id for market in marketplaces.MARKETPLACES}) == 23


@pytest.mark.parametrize("part", ["", ".", "..", "..."])
def test_what_would_be_a_step_up_is_refused(part: str) -> None:
    with pytest.raises(InvalidInput):
        asking.quoted(part)
