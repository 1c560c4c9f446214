"""Tables that were pasted, wrapped or shifted on their way: read as they were meant, or refused."""

from __future__ import annotations

import pytest
from kindred.errors import UploadRejected

HEADER = ["Order ID", "Customer ID", "Order Date", "Product", "Quantity", "Unit Price"]
ROWS = [
    [
        str(1000 + i // 2),
        f"C{i // 2 % 5}",
        f"2024-0{1 + i // 2 % 9}-1{i // 2 % 9}",
        f"Item {i}",
        str(1 + i % 3),
        f"{5 + i}.50",
    ]
    for i in range(20)
]
NET = sum(int(row[4]) * float(row[5]) for row in ROWS)


def lines(rows: list[list[str]], delimiter: str = ",") -> list[str]:
    return [delimiter.join(row) for row in rows]


def test_row_names_without_a_header_shift_nothing(read_text):
    rows = [[str(i), *row] for i, row in enumerate(ROWS, 1)]
    reading = read_text("\n".join(lines([HEADER, *rows])))
    assert reading.detected["mapping"]["customer_id"]["column"] == "Customer ID"
    assert reading.totals["net"] == NET
    assert reading.totals["orders"] == 10


def test_a_last_column_without_a_header_shifts_nothing(read_text):
    reading = read_text("\n".join(lines([HEADER, *([*row, "note"] for row in ROWS)])))
    assert reading.totals["net"] == NET


def test_decimal_commas_between_commas_are_refused(read_text):
    header = [*HEADER, "Country", "E-Mail"]
    rows = [[*row[:5], row[5].replace(".", ","), "Germany", "a@example.com"] for row in ROWS]
    with pytest.raises(UploadRejected) as refused:
        read_text("\n".join(lines([header, *rows])))
    assert refused.value.code == "cells-dont-fit"
    assert "'Country'" in refused.value.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lines_in_quotes_as_a_whole_are_unwrapped(read_text, delimiter):
    rows = [[*row[:3], f'"{row[3]}, large"', *row[4:]] for row in ROWS]
    whole = lines([HEADER, *rows], delimiter)
    text = "\r\n".join('"' + line.replace('"', '""') + '"' for line in whole)
    reading = read_text(text)
    assert reading.totals["net"] == NET
    assert reading.report["rows_rejected"] == 0


def test_names_of_groups_above_the_header_arent_the_header(read_text):
    groups = ["Order", "Order", "Order", "Item", "Item", "Item"]
    assert read_text("\n".join(lines([groups, HEADER, *ROWS]))).totals["net"] == NET


def test_lines_that_end_in_two_ways_swallow_no_rows(read_text):
    whole = lines([HEADER, *ROWS])
    reading = read_text("\r".join(whole[:10]) + "\r\n" + "\r\n".join(whole[10:]))
    assert reading.report["rows_read"] == 20
    assert reading.totals["net"] == NET


@pytest.mark.parametrize(
    "start",
    [
        "<table border=1><tr><td>Order</td></tr>\n",
        "<meta charset=utf-8>\n<table>",
        "-- MySQL dump\n",
        "INSERT INTO orders VALUES (1, 2);\n",
    ],
)
def test_a_web_page_that_a_spreadsheet_opens_is_named(read_text, start):
    with pytest.raises(UploadRejected) as refused:
        read_text(start + "\n".join(lines([HEADER, *ROWS])))
    assert refused.value.code == "not-csv"
    assert "CSV" in refused.value.hint


def merged(below: list[str] | None = None) -> str:
    """The rows as a report with merged cells: the order is said on its first line only."""
    rows = [HEADER]
    for first, second in zip(ROWS[::2], ROWS[1::2], strict=True):
        rows += [first, ["", "", "", *second[3:]], *([below] if below else [])]
    return "\n".join(lines(rows))


def test_lines_below_an_order_belong_to_it(read_text):
    reading = read_text(merged())
    assert reading.report["shape"] == reading.detected["shape"] == "order_lines"
    assert reading.report["rows_rejected"] == 0
    assert reading.totals["net"] == NET
    assert reading.totals["orders"] == 10


def test_equal_lines_of_two_orders_are_two_lines(read_text):
    text = "\n".join(
        [",".join(HEADER)]
        + [f"{n},C{n % 3},2024-03-1{n},Shirt,1,20.00\n,,,Socks,1,5.00" for n in range(9)]
    )
    reading = read_text(text)
    assert reading.report["duplicate_rows"] == 0
    assert reading.totals["net"] == 9 * 25


@pytest.mark.parametrize("sums", [["", "", "", "", "9", "999.00"], ["", "", "", "Total", "9", "9"]])
def test_sums_below_an_order_are_no_lines_of_it(read_text, sums):
    reading = read_text(merged(sums))
    assert reading.totals["net"] == NET
