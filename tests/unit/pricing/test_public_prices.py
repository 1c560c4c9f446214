"""The history of a public price: once each change, bounded, and never without what was in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.payloads import PublicPrice
from kindred.pricing.public_prices import MOST, after_change

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def history(*entries: tuple[int, int]) -> list[PublicPrice]:
    """(price, days ago)."""
    return [PublicPrice(price=price, since=NOW - timedelta(days=ago)) for price, ago in entries]


def told(longer: tuple[PublicPrice, ...] | None) -> list[tuple[int, int]]:
    return [(one.price, (NOW - one.since).days) for one in longer or ()]


def test_a_price_is_noted_when_it_changes_and_not_again() -> None:
    first = after_change((), 100, NOW)
    assert told(first) == [(100, 0)]
    assert after_change(first or (), 100, NOW + timedelta(days=1)) is None


def test_the_same_amount_in_another_currency_is_another_price() -> None:
    first = after_change((), 100, NOW, "EUR")
    assert after_change(first or (), 100, NOW + timedelta(days=1), "EUR") is None
    second = after_change(first or (), 100, NOW + timedelta(days=1), "USD")
    assert [one.footing for one in second or ()] == ["EUR", "USD"]


def test_old_prices_go_but_for_the_one_in_force_when_the_window_began() -> None:
    longer = after_change(history((1, 900), (2, 500), (3, 401), (4, 10)), 5, NOW)
    assert told(longer) == [(3, 401), (4, 10), (5, 0)]


def test_a_late_event_does_not_begin_before_the_price_it_follows() -> None:
    longer = after_change(history((1, 0)), 2, NOW - timedelta(days=3))
    assert told(longer) == [(1, 0), (2, 0)]


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=60),
    st.integers(0, MOST + 50),
)
def test_a_history_of_any_changes_is_ordered_bounded_and_ends_with_the_price(
    changes: list[tuple[int, int]], before: int
) -> None:
    entries = history(*((n % 2, 1 + (before - n) % 300) for n in range(before)))
    at = NOW
    for price, days in changes:
        at += timedelta(days=days)
        longer = after_change(entries, price, at)
        if longer is None:
            assert sorted(entries, key=lambda one: one.since)[-1].price == price
            continue
        entries = list(longer)
        assert entries == sorted(entries, key=lambda one: one.since)
        assert len(entries) <= MOST
        assert entries[-1].price == price


def test_many_changes_push_no_low_price_out_of_the_history() -> None:
    known: tuple[PublicPrice, ...] = (PublicPrice(price=500, since=NOW),)
    for number in range(MOST + 20):
        changed = after_change(known, 1000 + number % 2, NOW + timedelta(minutes=number + 1))
        known = changed or known
    assert len(known) == MOST
    assert min(one.price for one in known) == 500
