"""Which quotes were bought, as far as order lines tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kindred.pricing.history.learning import GRACE, Line, OpenQuote, learn
from kindred.pricing.redemptions import Outcome, learned

#: When the first quote was made; shops in UTC have the same clock.
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = datetime(2027, 1, 1)  # noqa: DTZ001 - the shop's own clock


def quote(id_: str = "q1", after: timedelta = timedelta(), **fields: Any) -> OpenQuote:
    begin = BEGIN + after
    known = {"customer_id": "ann", "product_id": "tea", "is_open": True, **fields}
    return OpenQuote(id=id_, created_at=begin, valid_until=begin + HOUR, **known)


def line(after: timedelta, quantity: float = 1, **fields: Any) -> Line:
    at = (BEGIN + after).replace(tzinfo=None)
    known = {"customer_id": "ann", "product_id": "tea", "has_time": True, **fields}
    return Line(ordered_at=at, quantity=quantity, **known)


def back(after: timedelta, quantity: float = 1, **fields: Any) -> Line:
    return line(after, quantity, is_refund=True, **fields)


def returned(quotes: list[OpenQuote], lines: list[Line]) -> dict[str, tuple[str, int, int]]:
    found = learn(quotes, lines, reaches=None, zone="UTC", now=BEGIN)
    return {id_: (one.state, one.quantity, one.refunded) for id_, one in found.items()}


def states(
    quotes: list[OpenQuote],
    lines: list[Line],
    reaches: datetime | None = LATE,
    zone: str = "UTC",
) -> dict[str, tuple[str, int]]:
    found = learn(quotes, lines, reaches=reaches, zone=zone, now=BEGIN)
    assert all(isinstance(one, Outcome) and one.learned for one in found.values())
    return {id_: (one.state, one.quantity) for id_, one in found.items()}


def test_a_line_is_put_down_to_the_last_quote_before_it() -> None:
    quotes = [quote("q1"), quote("q2", 2 * HOUR), quote("q3", 4 * HOUR)]
    told = states(quotes, [line(3 * HOUR, 2), line(2.5 * HOUR)])
    assert told == {"q1": ("not_bought", 0), "q2": ("bought", 3), "q3": ("not_bought", 0)}


def test_a_quote_that_the_shop_has_settled_keeps_the_line_from_earlier_ones() -> None:
    told = states([quote("q1"), quote("q2", HOUR, is_open=False)], [line(2 * HOUR)])
    assert told == {"q1": ("not_bought", 0)}


def test_a_cart_keeps_a_price_for_some_days_and_no_longer() -> None:
    end = HOUR + GRACE
    assert states([quote()], [line(end)]) == {"q1": ("bought", 1)}
    assert states([quote()], [line(end + timedelta(seconds=1))]) == {"q1": ("not_bought", 0)}
    assert states([quote()], [line(-HOUR)]) == {"q1": ("not_bought", 0)}


def test_a_date_alone_may_be_any_time_of_its_day() -> None:
    midnight = line(-12 * HOUR, has_time=False)
    assert states([quote()], [midnight]) == {"q1": ("bought", 1)}


def test_nothing_is_said_before_orders_reach_far_enough() -> None:
    end = (BEGIN + HOUR + GRACE).replace(tzinfo=None)
    assert states([quote()], [], reaches=end) == {}
    assert states([quote()], [], reaches=None) == {}
    assert states([quote()], [], reaches=end + HOUR) == {"q1": ("not_bought", 0)}


def test_others_and_other_products_bought_nothing_of_this_quote() -> None:
    lines = [line(HOUR, customer_id="ben"), line(HOUR, product_id="mate")]
    assert states([quote()], lines) == {"q1": ("not_bought", 0)}


def test_times_are_compared_on_the_shops_clock() -> None:
    in_rome = line(timedelta(minutes=90))  # 13:30 there is 12:30 UTC, half an hour after the quote
    before = line(timedelta(minutes=30))  # 12:30 there is 11:30 UTC
    assert states([quote()], [in_rome], zone="Europe/Rome") == {"q1": ("bought", 1)}
    assert states([quote()], [before], zone="Europe/Rome") == {"q1": ("not_bought", 0)}
    assert states([quote()], [before], zone="Mars/Olympus") == {"q1": ("bought", 1)}


def test_half_a_kilogram_is_bought_too() -> None:
    assert states([quote()], [line(HOUR, 0.5)]) == {"q1": ("bought", 1)}


DAY = timedelta(days=1)


def test_a_refund_is_put_down_to_the_quote_of_the_order_that_it_names() -> None:
    quotes = [quote("q1"), quote("q2", 2 * DAY)]
    lines = [
        line(HOUR, 3, order_id="o1"),
        line(2 * DAY + HOUR, 1, order_id="o2"),
        back(9 * DAY, 2, order_id="o1"),
    ]
    assert returned(quotes, lines) == {"q1": ("refunded", 3, 2), "q2": ("bought", 1, 0)}


def test_a_refund_that_names_no_order_is_of_the_last_purchase_before_it() -> None:
    quotes = [quote("q1"), quote("q2", 5 * DAY)]
    lines = [line(HOUR, 2), line(5 * DAY, 2), back(3 * DAY, 2)]
    assert returned(quotes, lines) == {"q1": ("refunded", 2, 2), "q2": ("bought", 2, 0)}
    without_quote = [line(HOUR, 2), line(4 * DAY + HOUR), back(5 * DAY)]
    assert returned([quote("q1")], without_quote) == {"q1": ("bought", 2, 0)}


def test_a_refund_alone_is_of_a_purchase_that_is_known_already() -> None:
    learned_before = quote("q1", is_open=False, is_learned=True, bought=2)
    assert returned([learned_before], [back(9 * DAY)]) == {"q1": ("refunded", 2, 1)}
    told_by_shop = quote("q1", is_open=False, bought=2)
    assert returned([told_by_shop], [back(9 * DAY, 5)]) == {"q1": ("refunded", 2, 2)}
    assert returned([told_by_shop], [back(-DAY)]) == {}
    assert returned([quote("q1")], [back(9 * DAY)]) == {}  # nothing was bought


def test_money_that_comes_back_without_goods_is_no_piece() -> None:
    sold = line(HOUR, 4, order_id="o1", amount=40.0)
    for amount, pieces in ((40.0, 4), (20.0, 2), (3.0, 0)):
        refund = back(DAY, 4, order_id="o1", amount=amount)  # a part, with the quantity of all
        assert returned([quote()], [sold, refund])["q1"][2] == pieces
    assert returned([quote()], [sold, back(DAY, 0, order_id="o1")])["q1"][2] == 0


def test_what_was_learned_grows_with_later_lines_and_never_shrinks() -> None:
    def outcome(state: Any, pieces: int = 0, back: int = 0, *, told: bool = False) -> Outcome:
        return Outcome(state, pieces, BEGIN, back, learned=not told)

    bought, none = outcome("bought", 2), outcome("not_bought")
    assert learned(None, bought) == bought
    assert learned(none, bought) == bought
    assert learned(bought, none) is None
    assert learned(bought, bought) is None
    assert learned(bought, outcome("refunded", 2, 1)) == outcome("refunded", 2, 1)
    assert learned(outcome("refunded", 2, 1), bought) is None
    assert learned(outcome("refunded", 2, 2), outcome("refunded", 2, 1)) is None
    told = outcome("bought", 1, told=True)
    assert learned(told, outcome("bought", 3)) is None
    assert learned(told, outcome("refunded", 3, 2)) == outcome("refunded", 1, 1, told=True)
    refused = outcome("not_bought", told=True)
    assert learned(refused, outcome("refunded", 2, 1)) is None


def test_a_quote_that_was_not_bought_is_when_its_order_arrives_in_a_later_table() -> None:
    settled = quote("q1", is_open=False, is_learned=True)
    assert states([settled], [line(HOUR, 2)]) == {"q1": ("bought", 2)}
    assert states([settled], []) == {}
