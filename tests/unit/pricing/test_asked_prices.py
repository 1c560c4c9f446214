"""What everybody was asked is logged before a change is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from kindred.pricing.asked_prices import Asking, after_change, asked_between, is_change, moves
from kindred.pricing.payloads import Context, Product, Rule, Settings
from kindred.pricing.quotes import Quote
from kindred.pricing.quoting import quote
from price_builders import NOW, make_inputs, make_product, make_rule

MINE = {"segments": ["s01"]}
SALE = make_rule(percent=20.0)
OFF = make_rule(percent=5.0, who=MINE)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def product(**fields: Any) -> Product:
    known = [{"price": 10_000, "since": ago(200)}]
    return make_product(**{"public_prices": known, **fields})


def asking(of: Product, *rules: Rule, **settings: Any) -> Asking:
    chosen = Settings.model_validate({"floor": 0.0, **settings})
    return Asking(of, {f"rule{i}": rule for i, rule in enumerate(rules)}, chosen)


def changed(before: Asking, after: Asking, days: float) -> Product:
    """The product after a change, with its log."""
    made = after_change("p1", before, after, ago(days))
    assert made is not None
    return after.product.model_copy(update={"asked_prices": made[0], "asked_until": made[1]})


def log_of(of: Product) -> list[tuple[int, float]]:
    return [(one.price, (NOW - one.since) / timedelta(days=1)) for one in of.asked_prices]


def quoted(of: Product, *rules: Rule, country: str = "PL") -> Quote:
    return quote(make_inputs(
        product=of, rules=list(rules), context=Context(country=country),
        settings=Settings(floor=0.0),
    ))  # fmt: skip


def test_a_sale_that_was_switched_off_is_not_forgotten() -> None:
    began = changed(asking(product()), asking(product(), SALE), 20)
    assert log_of(began) == [(10_000, 81), (8_000, 20)]
    ended = changed(asking(began, SALE), asking(began), 10)
    assert log_of(ended) == [(10_000, 81), (8_000, 20), (10_000, 10)]
    given_ = quoted(ended, OFF)
    assert (given_.price, given_.reference_price, given_.lowest_30d) == (9_500, None, 8_000)
    # Without the log nothing of it is known any more.
    assert quoted(product(), OFF).reference_price == 10_000


def test_the_log_says_what_was_asked_by_the_rules_as_they_were() -> None:
    stacked = {"group": {"name": "g", "mode": "stackable"}}
    both = [make_rule(percent=10.0, charm=99, **stacked), make_rule(percent=10.0, **stacked)]
    before = asking(product(), *both, stock={"low_at": 0.0})
    after = asking(product())
    assert log_of(changed(before, after, 5)) == [(8_099, 66), (10_000, 5)]
    killed = asking(product(), *both, kill=True)
    assert log_of(changed(before, killed, 5)) == [(8_099, 66), (10_000, 5)]


def test_schedules_move_what_was_asked_between_two_changes() -> None:
    weekend = make_rule(percent=20.0, schedule={"starts": "2026-11-21", "ends": "2026-11-22"})
    found = changed(asking(product(), weekend), asking(product()), 0)
    assert [(one.price, one.since.day) for one in found.asked_prices] == [
        (10_000, 29), (8_000, 21), (10_000, 23),
    ]  # fmt: skip
    happy = make_rule(percent=20.0, schedule={"from_hour": 8, "to_hour": 10})
    asked = asked_between("p1", asking(product(), happy), ago(2), NOW)
    assert [(one.price, one.since.hour) for one in asked] == [
        (10_000, 12), (8_000, 8), (10_000, 10), (8_000, 8), (10_000, 10),
    ]  # fmt: skip


def test_a_changed_public_price_is_asked_from_its_own_moment() -> None:
    dear = product(public_prices=[
        {"price": 12_000, "since": ago(50)}, {"price": 10_000, "since": ago(20)},
    ])  # fmt: skip
    found = changed(asking(dear, SALE), asking(dear), 3)
    assert log_of(found) == [(9_600, 50), (8_000, 20), (10_000, 3)]


def test_a_change_of_the_currency_begins_the_log_anew() -> None:
    found = changed(asking(product(), SALE), asking(product(currency="USD")), 3)
    assert [(one.price, one.footing) for one in found.asked_prices] == [
        (8_000, "EUR"), (10_000, "USD"),
    ]  # fmt: skip
    given_ = quoted(found)
    assert (given_.reference_price, given_.lowest_30d) == (None, 10_000)


def test_an_event_that_comes_twice_or_late_changes_nothing() -> None:
    began = changed(asking(product()), asking(product(), SALE), 20)
    again = asking(began, SALE)
    assert after_change("p1", asking(began), again, ago(20)) is None
    assert after_change("p1", asking(began), again, ago(25)) is None


def test_a_sale_counts_from_when_it_was_switched_on() -> None:
    """Its first day was three weeks ago; it ran for a while, and again since yesterday."""
    sale = make_rule(percent=10.0, schedule={"starts": "2026-11-08"})
    first = changed(asking(product()), asking(product(), sale), 20)
    paused = changed(asking(first, sale), asking(first), 15)
    again = changed(asking(paused), asking(paused, sale), 1)
    given_ = quoted(again, sale)
    assert (given_.price, given_.reference_price, given_.lowest_30d) == (9_000, None, 9_000)
    fresh = changed(asking(product()), asking(product(), sale), 1)
    assert quoted(fresh, sale).reference_price == 10_000


def test_the_lowest_price_is_the_same_for_everybody() -> None:
    sale = make_rule(percent=10.0, schedule={"starts": "2026-11-27"})
    mine = make_rule(percent=10.0, who=MINE, group={"name": "z"})
    stranger, own = quoted(product(), sale), quoted(product(), sale, mine)
    assert (stranger.price, own.price) == (9_000, 8_100)
    assert stranger.lowest_30d == own.lowest_30d == 9_000


def test_names_and_the_log_itself_are_no_change() -> None:
    before = {"name": "Tea", "base_price": 1, "public_prices": []}
    assert not is_change(before, {**before, "name": "Mate", "asked_prices": [1]})
    assert is_change(before, {**before, "base_price": 2})
    assert is_change(before, {**before, "stock": 0})


def test_a_piece_less_on_stock_moves_no_price_unless_it_is_the_one_that_counts() -> None:
    few = Settings.model_validate({"stock": {"low_at": 3, "raise_percent": 10}, "ceiling": 150})
    assert not moves(product(stock=9.0), product(stock=8.0), few)
    assert moves(product(stock=4.0), product(stock=3.0), few)
    assert not moves(product(stock=4.0), product(stock=3.0), Settings())
    assert moves(product(), product(status="paused"), Settings())
    seen = [{"name": "B", "price": 1, "url": "https://b.example", "seen_at": NOW}]
    matched = Settings.model_validate({"competitor": {"match": True}})
    assert moves(product(), product(competitors=seen), matched)
    assert not moves(product(), product(competitors=seen), Settings())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10)), min_size=1, max_size=12))
def test_of_any_changes_the_log_has_what_was_asked_then(changes: list[tuple[int, int]]) -> None:
    """Sales of 0, 10, 20 and 30 % follow each other."""
    days = float(sum(gap for _, gap in changes))
    of, rules, asked = product(), list[Rule](), [(10_000, days + 61)]
    for tens, gap in changes:
        after = [make_rule(percent=tens * 10.0)] if tens else []
        of = changed(asking(of, *rules), asking(of, *after), days)
        price, rules = 10_000 - tens * 1_000, after
        if price != asked[-1][0]:
            asked.append((price, days))
        days -= gap
    assert log_of(of) == asked
    ends = [*(at for _, at in asked[1:]), 0.0]
    lowest = min(price for (price, _), end in zip(asked, ends, strict=True) if end < 30)
    assert quoted(of, *rules).lowest_30d == lowest
