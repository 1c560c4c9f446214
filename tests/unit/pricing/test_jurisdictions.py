"""What the law says where the shopper is and where the merchant is: the stricter of both."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

import pytest
from kindred.pricing.jurisdictions import disclosure_for, law_for, table
from kindred.pricing.payloads import Context, Settings

BEFORE = datetime(2026, 10, 1, 3, 59, 59, tzinfo=UTC)  # still September there
AFTER = datetime(2026, 10, 1, 4, tzinfo=UTC)


def law(
    country: str | None, jurisdiction: str | None = None, now: datetime = AFTER, **fields: Any
) -> Any:
    settings = Settings.model_validate({"jurisdiction": jurisdiction, **fields})
    return law_for(Context(country=country), settings, now)


@pytest.mark.parametrize(
    ("country", "jurisdiction", "now", "food", "prices", "raises"),
    [
        ("US-CT", None, BEFORE, False, False, False),
        ("US-CT", None, AFTER, False, True, True),
        (None, "US-CT", AFTER, False, True, True),
        ("DE", "US-CT", AFTER, False, True, True),  # the stricter, whichever it is
        ("US-CT", "DE", AFTER, False, True, True),
        ("US-MD", None, BEFORE, True, False, False),
        ("US-MD", None, AFTER, True, False, True),
        ("US-MD", None, AFTER, False, False, False),  # no food
        ("US-NY", None, AFTER, False, False, True),
        ("US", None, AFTER, False, True, True),  # any of its states
        ("US-CA", None, AFTER, False, False, True),  # nothing was read about it
        ("DE", None, AFTER, False, False, False),
        ("DE-BY", None, AFTER, False, False, False),
        ("BR", "DE", AFTER, False, False, True),
        (None, None, AFTER, False, False, True),
        (None, "unknown", AFTER, False, False, True),
        (None, "../etc/passwd", AFTER, False, False, True),
    ],
)
def test_what_is_blocked_where_and_when(
    country: str | None,
    jurisdiction: str | None,
    now: datetime,
    food: bool,
    prices: bool,
    raises: bool,
) -> None:
    held = law(country, jurisdiction, now, sells_food=food)
    assert (held.blocks_prices, held.blocks_raises) == (prices, raises)


@pytest.mark.parametrize(
    ("country", "jurisdiction", "expected"),
    [
        ("US-NY", None, "us-ny-gbl-349-a"),
        ("DE", "US-NY", "us-ny-gbl-349-a"),  # prescribed words before those that aren't
        ("DE", None, "eu-crd-6-1-ea"),
        ("ES", "BR", "eu-crd-6-1-ea"),
        ("BR", None, "personalised-price"),
        (None, None, "personalised-price"),
    ],
)
def test_which_text_stands_next_to_a_personal_price(
    country: str | None, jurisdiction: str | None, expected: str
) -> None:
    text = disclosure_for(law(country, jurisdiction), raised=False)
    assert text is not None
    assert text.id == expected


def test_new_york_has_the_words_of_its_law() -> None:
    text = disclosure_for(law("US-NY"), raised=False)
    assert text is not None
    assert text.text == "THIS PRICE WAS SET BY AN ALGORITHM USING YOUR PERSONAL DATA"
    assert text.jurisdiction == "US-NY"


def test_connecticut_asks_for_words_only_where_a_price_was_raised() -> None:
    held = law("US-CT")
    assert disclosure_for(held, raised=False) is None
    raised = disclosure_for(held, raised=True)
    assert raised is not None
    assert "INCREASED BY A PRICE SETTING DEVICE" in raised.text


@pytest.mark.parametrize(
    ("country", "jurisdiction", "days", "progressive"),
    [("DE", None, 30, True), ("PL", None, 30, False), ("ES", None, 30, False),
     ("DE", "PL", 30, False), ("US-NY", "DE", 30, True), (None, None, 30, False)],
)  # fmt: skip
def test_from_which_days_the_lowest_price_counts(
    country: str | None, jurisdiction: str | None, days: int, progressive: bool
) -> None:
    lowest = law(country, jurisdiction).lowest_price
    assert lowest is not None
    assert (lowest.days, lowest.progressive) == (days, progressive)


def test_the_next_first_day_is_known_beforehand() -> None:
    assert law("US-CT", now=BEFORE).changes_at == AFTER
    assert law("US-CT").changes_at is None


def test_every_row_is_whole_and_rows_of_a_place_follow_each_other() -> None:
    rows = table().rows
    assert {row.zone for row in rows} <= available_timezones()
    for place in {row.jurisdiction for row in rows}:
        own = sorted((row for row in rows if row.jurisdiction == place), key=lambda r: r.first_day)
        for earlier, later in pairwise(own):
            assert earlier.end is not None
            assert earlier.end == later.first_moment
        assert own[-1].last_day is None
    assert len(table().eu_members) == 27
    assert all(len(row.source) > 20 for row in rows)
