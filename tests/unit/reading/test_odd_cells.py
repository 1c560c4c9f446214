"""Cells as spreadsheets, databases and people leave them: nothing is lost, nothing is doubled."""

from __future__ import annotations

import pytest

HEADER = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price"


def order_lines(**columns: str) -> list[dict[str, str]]:
    """Twenty orders of one line each, 2 pieces of 9.50; ``columns`` replace whole columns."""
    return [
        {
            "Order ID": str(1000 + i),
            "Customer ID": f"C{i % 7}",
            "Order Date": f"2024-{1 + i % 9:02}-{13 + i % 15}",
            "Product": f"Item {i % 5}",
            "Quantity": "2",
            "Unit Price": "9.50",
            **columns,
        }
        for i in range(20)
    ]


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    quoted = [[f'"{cell}"' for cell in row.values()] for row in rows]
    return "\n".join(delimiter.join(cells) for cells in [[*rows[0]], *quoted]) + "\n"


@pytest.mark.parametrize(
    ("price", "net"),
    [
        ("1\u202f250,00", 50_000),  # French
        ("1\u00a0250,00\u00a0€", 50_000),
        ("12,-", 480),  # no cents, not a minus
        ("Rs. 12/-", 480),
        ("US $12.50", 500),
        ("USD $12.50", 500),
        ("१२.५०", 500),
        ("١٢٫٥٠", 500),
        ("\u200e12.50", 500),
    ],
)
def test_money_is_read_as_it_is_written(read_text, price, net):
    delimiter = ";" if "," in price else ","
    reading = read_text(as_csv(order_lines(**{"Unit Price": price}), delimiter))
    assert reading.totals["net"] == net
    assert reading.totals["refunds"] == 0


@pytest.mark.parametrize("quantity", ["2 pcs", "2x", "2 Stk.", "२"])
def test_pieces_may_be_named(read_text, quantity):
    assert read_text(as_csv(order_lines(Quantity=quantity))).totals["net"] == 380


def test_dates_in_other_digits_decide_their_order(read_text):
    to_hindi = str.maketrans("0123456789", "०१२३४५६७८९")
    rows = order_lines()
    for row in rows:
        year, month, day = row["Order Date"].split("-")
        row["Order Date"] = f"{month}/{day}/{year}".translate(to_hindi)
    reading = read_text(as_csv(rows))
    assert reading.detected["date_order"] == "mdy"
    assert reading.totals["first_order"] == "2024-01-13"


@pytest.mark.parametrize("word", ["NULL", "nan", "N/A", "\\N", "-", "None"])
def test_a_word_for_nothing_is_nothing(read_text, word):
    extra = {"Discount": "1.00", "Cancelled at": "2024-12-01", "Rating": "5", "Comment": "Nice"}
    rows = [row | extra for row in order_lines()]
    for row in rows[4:]:
        row |= dict.fromkeys(extra, word)
    reading = read_text(as_csv(rows))
    assert reading.report["rows_rejected"] == 0
    assert reading.report["rows_cancelled"] == 4
    assert reading.totals["net"] == 16 * 19


def test_orders_without_an_id_arent_one_order(read_text):
    assert read_text(as_csv(order_lines(**{"Order ID": "NULL"}))).totals["orders"] == 20


def test_a_date_of_noughts_costs_its_own_row_only(read_text):
    rows = order_lines()
    rows[3]["Order Date"] = "0000-00-00"
    reading = read_text(as_csv(rows))
    assert reading.report["rejected_by_code"] == {"constraint-error": 1}
    assert reading.totals["orders"] == 19


@pytest.mark.parametrize("nobody", ["#REF!", "Guest", "Walk-in Customer"])
def test_nobody_is_no_customer(read_text, nobody):
    rows = order_lines()
    for row in rows[:5]:
        row["Customer ID"] = nobody
    reading = read_text(as_csv(rows))
    assert reading.totals["customers"] == 7
    assert reading.report["rows_without_customer"] == 5


@pytest.mark.parametrize(("delimiter", "net"), [(";", 40 * 12.345), (",", 40 * 12_345)])
def test_an_open_decimal_mark_follows_the_delimiter_and_is_said(read_text, delimiter, net):
    reading = read_text(as_csv(order_lines(**{"Unit Price": "12,345"}), delimiter))
    assert reading.totals["net"] == pytest.approx(net, abs=0.01)
    assert [notice["code"] for notice in reading.notices] == ["decimal-assumed"]


def test_a_discount_that_few_orders_have_isnt_taken_off_twice(read_text):
    rows = order_lines()
    for i, row in enumerate(rows):
        off = 1.9 if i % 5 == 0 else 0
        row.pop("Unit Price")
        row |= {"Gross Sales": "19.00", "Discounts": f"-{off:.2f}", "Net Sales": f"{19 - off:.2f}"}
    assert read_text(as_csv(rows)).totals["net"] == 372.4
