"""What tells an order: its number, unless several customers or days under one disprove it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

HEADER = "Bill No,Date,Customer ID,Product,Qty,Price"


def text(rows: Iterable[Iterable[object]], header: str = HEADER) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)])


def day(number: int) -> str:
    return f"2024-03-{number:02}"


def lines(number: object, when: str, who: str, count: int = 2) -> list[list[object]]:
    return [[number, when, who, f"P{i}", 1, 10 + i] for i in range(count)]


def daily(people: int = 7) -> list[list[object]]:
    """Six bills a day on five days, of two lines each."""
    bills = [(d, n) for d in range(1, 6) for n in range(1, 7)]
    return [row for d, n in bills for row in lines(n, day(d), f"C{(5 * d + n) % people}")]


def test_numbers_that_restart_by_day(read_text):
    reading = read_text(text(daily()))
    assert reading.totals["orders"] == 30
    assert reading.detected["order_key"] == ["Bill No", "Date"]
    assert "order-numbers-restart" in [notice["code"] for notice in reading.notices]


def test_numbers_that_restart_by_customer(read_text):
    rows = []
    for who in range(1, 9):
        for number in range(1, 6):
            rows += lines(number, day(3 * number + who % 3), f"C{who}")
    reading = read_text(text(rows))
    assert reading.totals["orders"] == 40
    assert reading.detected["order_key"] == ["Bill No", "Customer ID"]


def test_numbers_that_each_till_counts(read_text):
    rows = []
    for till in ("North", "South", "Harbour"):
        for number in range(1, 13):
            who = "" if number % 3 == 0 else f"{till[0]}{number % 5}"
            rows += [[*row, till] for row in lines(number, day(1 + number // 4), who)]
    reading = read_text(text(rows, HEADER + ",Till"))
    assert reading.detected["order_key"] == ["Bill No", "Till"]
    assert reading.totals["orders"] == 24
    assert reading.report["without_customer"]["orders"] == 12


def test_numbers_that_each_till_counts_anew_each_day(read_text):
    rows = []
    for till in ("North", "South"):
        for d in range(1, 6):
            for number in range(1, 6):
                who = f"{till[0]}{(3 * d + number) % 7}"
                rows += [[*row, till] for row in lines(number, f"{day(d)} 1{number}:30:00", who)]
    reading = read_text(text(rows, HEADER + ",Till"))
    assert reading.totals["orders"] == 50


def test_blanks_below_a_bill_are_filled_from_that_bill(read_text):
    rows = [row if i % 2 == 0 else [row[0], "", "", *row[3:]] for i, row in enumerate(daily())]
    reading = read_text(text(rows))
    assert reading.totals["orders"] == 30
    assert reading.report["rows_rejected"] == reading.report["rows_without_customer"] == 0


def test_a_day_that_is_added_is_told_as_the_days_before(read_text):
    rows = daily()
    base = read_text(text(rows[:48]))
    later = read_text(text(rows[36:]), base=base.tables)
    assert later.detected["order_key"] == ["Bill No", "Date"]
    assert later.totals["orders"] == 30
    assert later.totals["net"] == sum(float(row[5]) for row in rows)
    one_day = read_text(text(lines(1, day(9), "C1")), base=later.tables)
    assert one_day.totals["orders"] == 31


def test_who_is_unknown_on_a_later_day_isnt_who_had_the_number_before(read_text):
    rows = [[*row[:2], "" if row[1] == day(5) else row[2], *row[3:]] for row in daily()]
    reading = read_text(text(rows))
    assert reading.totals["orders"] == 24
    assert reading.report["without_customer"] == {"rows": 12, "orders": 6, "net": 126.0}


@pytest.fixture
def honest() -> list[list[object]]:
    """Thirty orders of two lines, each with a number of its own."""
    return [
        row for n in range(30) for row in lines(500 + n, f"{day(1 + n % 20)} 10:00", f"C{n % 9}")
    ]


def assert_told_by_number(reading, orders: int = 30) -> None:
    assert reading.totals["orders"] == orders
    assert reading.detected["order_key"] == ["Bill No"]
    assert not reading.notices


def test_lines_of_slightly_different_times_are_of_one_order(read_text, honest):
    rows = [[r[0], r[1].replace(":00", f":0{i % 2}"), *r[2:]] for i, r in enumerate(honest)]
    assert_told_by_number(read_text(text(rows)))


def test_orders_past_midnight_stay_one(read_text, honest):
    rows = [
        [r[0], f"{day(1 + i // 2)} 23:58" if i % 2 == 0 else f"{day(2 + i // 2)} 00:03", *r[2:]]
        for i, r in enumerate(honest[:40])
    ]
    assert_told_by_number(read_text(text(rows)), 20)


def test_a_few_wrong_customers_and_days_disprove_nothing(read_text, honest):
    honest[5][2], honest[20][2], honest[31][1] = "C99", "X1", "2024-09-30 10:00"
    assert_told_by_number(read_text(text(honest)))


def test_money_that_went_back_on_later_days_disproves_nothing(read_text, honest):
    back = [[r[0], "2024-05-20 09:00", r[2], r[3], -1, r[5]] for r in honest[::2]]
    assert_told_by_number(read_text(text([*honest, *back])))


def test_a_customer_on_the_first_line_only_disproves_nothing(read_text, honest):
    rows = [[*r[:2], r[2] if i % 2 == 0 else "", *r[3:]] for i, r in enumerate(honest)]
    assert_told_by_number(read_text(text(rows)))
