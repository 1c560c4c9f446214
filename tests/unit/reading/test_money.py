"""What money means in a file: cancelled and paid back, several currencies, order totals."""

from __future__ import annotations

import pytest

HEADER = "Order ID,Customer ID,Order Date,Amount"


def file_of(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def test_cancelled_orders_and_refunds_reduce_spend_and_are_counted(read_text):
    reading = read_text(
        file_of(
            "1,C1,2024-01-01,100.00,completed",
            "2,C1,2024-01-02,50.00,cancelled",
            "3,C2,2024-01-03,30.00,refunded",
            "4,C2,2024-01-04,-20.00,completed",
            "5,C2,2024-01-05,80.00,partially refunded",
            header=HEADER + ",Status",
        )
    )
    assert reading.totals["gross"] == 210.0
    assert reading.totals["refunds"] == 50.0
    assert reading.totals["net"] == 160.0
    assert reading.totals["orders"] == 3
    assert reading.report["rows_cancelled"] == 1
    assert reading.report["rows_refunded"] == 2


def test_several_currencies_are_never_added_up(read_text):
    text = file_of(
        "1,C1,2024-01-01,100.00,EUR",
        "2,C1,2024-01-02,50.00,EUR",
        "3,C2,2024-01-03,10.00,USD",
        header=HEADER + ",Currency",
    )
    reading = read_text(text)
    assert reading.totals["currency"] == "EUR"
    assert reading.totals["net"] == 150.0
    assert reading.report["rejected_by_code"] == {"currency-without-rate": 1}
    assert [n["code"] for n in reading.notices] == ["several-currencies"]
    converted = read_text(text, rates={"USD": "0.92"})
    assert converted.totals["net"] == 159.2
    assert converted.report["rows_rejected"] == 0
    assert [n["code"] for n in converted.notices] == ["several-currencies"]


def test_the_merchant_chooses_the_currency_that_counts(read_text):
    text = file_of("1,C1,2024-01-01,€100.00", "2,C1,2024-01-02,€50.00", "3,C2,2024-01-03,$10.00")
    reading = read_text(text, currency="USD", rates={"EUR": "1.1"})
    assert reading.totals["net"] == pytest.approx(175.0)
    assert reading.totals["currency"] == "USD"


def test_an_order_total_repeated_on_each_line_counts_once(read_text):
    lines = []
    for order in range(1, 21):
        for item in range(1 + order % 3):
            total = 10.0 + order
            lines.append(f"{order},C{order % 5},2024-01-{order:02},Item {item},{total:.2f}")
    reading = read_text(
        file_of(*lines, header="Order ID,Customer ID,Order Date,Product,Order Total")
    )
    assert reading.totals["net"] == pytest.approx(sum(10.0 + o for o in range(1, 21)))


def test_an_order_total_on_the_first_line_is_spread_over_all(read_text):
    lines = []
    for order in range(1, 21):
        for item in range(2):
            given = f"C{order % 5},2024-01-{order:02}" if item == 0 else ","
            total = f"{17 + order}.00,2.00" if item == 0 else ","
            lines.append(f"{order},{given},Item {item},1,10.00,{total}")
    header = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price,Order Total,Discount"
    reading = read_text(file_of(*lines, header=header))
    assert reading.report["rows_without_customer"] == 0
    assert reading.totals["orders"] == 20
    # Prices of 20, less 2: what the order totals say isn't in reach of the lines.
    assert reading.totals["net"] == pytest.approx(20 * 18)


def test_without_an_order_id_a_customer_and_a_time_make_an_order(read_text):
    reading = read_text(
        file_of(
            "C1,2024-01-01,10.00",
            "C1,2024-01-01,5.00",
            "C1,2024-01-02,5.00",
            "C2,2024-01-01,1.00",
            header="Customer ID,Order Date,Amount",
        )
    )
    assert reading.totals["orders"] == 3


def test_equal_lines_count_once_unless_told(read_text):
    text = file_of(*["1,C1,2024-01-01,10.00"] * 3, "2,C1,2024-01-02,1.00")
    once = read_text(text)
    assert once.report["duplicate_rows"] == 2
    assert once.report["rows_accepted"] == 4
    assert once.totals["net"] == 11.0
    assert read_text(text, keep_equal_rows=True).totals["net"] == 31.0


def test_money_is_summed_exactly(read_text):
    lines = [f"{i},C{i % 9},2024-01-01,0.10" for i in range(1, 1001)]
    assert read_text(file_of(*lines)).totals["net"] == 100.0


def test_rows_without_a_customer_are_told_apart(read_text):
    reading = read_text(
        file_of("1,C1,2024-01-01,10.00", "2,,2024-01-02,7.00", "3,n/a,2024-01-03,1")
    )
    assert reading.report["rows_without_customer"] == 2
    assert reading.report["without_customer"] == {"rows": 2, "orders": 2, "net": 8.0}
    assert reading.totals["net"] == 10.0
