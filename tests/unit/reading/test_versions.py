"""Versions of a source: appended, corrected and overlapping files, and what a dry run says."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest
from kindred.reading.files import peek_header_hash
from kindred.reading.types import ReadOptions

HEADER = "Order ID,Customer ID,Email,Order Date,Product,Quantity,Unit Price"
FIRST = [
    "1,C1,ann@example.com,13/05/2024,Shirt,1,10.00",
    "2,C2,ben@example.com,14/05/2024,Scarf,2,5.00",
    "3,C3,cem@example.com,15/05/2024,Shirt,x,10.00",
    "3,C3,cem@example.com,15/05/2024,Scarf,1,5.00",
]


def file_of(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def test_a_first_version_is_all_new(read_text):
    assert read_text(file_of(*FIRST)).report["changes"] == {
        "new": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "new_customers": 3,
    }


def test_an_overlapping_export_doubles_nothing(read_text):
    base = read_text(file_of(*FIRST)).tables
    later = read_text(
        file_of(FIRST[0], FIRST[1].replace("2,5.00", "3,5.00"), "4,C4,,16/05/2024,Shirt,1,10.00"),
        base=base,
    )
    changes = later.report["changes"]
    assert (changes["new"], changes["updated"], changes["unchanged"]) == (1, 1, 1)
    assert changes["new_customers"] == 1
    assert later.totals["orders"] == 4
    assert later.totals["customers"] == 4
    assert later.totals["net"] == pytest.approx(10 + 15 + 5 + 10)


def test_corrected_rejects_are_an_append(read_text):
    first = read_text(file_of(*FIRST))
    assert first.rejects is not None
    text = first.rejects.read_text()
    assert text.splitlines()[0].startswith("line,code,reason,Order ID,")
    corrected = text.replace(",x,10.00", ",1,10.00")
    second = read_text(corrected, base=first.tables)
    assert second.header_hash == first.header_hash
    assert second.report["changes"]["new"] == 1
    assert second.report["rows_read"] == 1
    whole = read_text(file_of(*FIRST).replace(",x,10.00", ",1,10.00"))
    assert second.totals == whole.totals
    assert second.tables.orders is not None
    found = duckdb.sql(f"SELECT count(*), count(DISTINCT line) FROM '{second.tables.orders}'")
    assert found.fetchall() == [(4, 4)]


def test_an_ambiguous_date_is_read_as_in_the_version_before(read_text):
    base = read_text(file_of(*FIRST)).tables
    later = read_text(file_of("9,C1,,03/04/2024,Shirt,1,10.00"), base=base)
    assert later.detected["date_order"] == "dmy"
    assert later.totals["first_order"] == "2024-04-03"
    assert later.notices == []


def test_appending_the_same_file_changes_nothing(read_text):
    first = read_text(file_of(*FIRST))
    again = read_text(file_of(*FIRST), base=first.tables)
    assert again.report["changes"]["unchanged"] == 3
    assert again.report["changes"]["new"] == 0
    assert again.totals == first.totals


def test_customers_keep_what_the_newer_file_leaves_out(read_text):
    base = read_text(file_of(*FIRST)).tables
    later = read_text(file_of("9,C1,,20/05/2024,Shirt,1,10.00"), base=base)
    row = duckdb.sql(f"SELECT email FROM '{later.tables.customers}' WHERE customer_id = 'C1'")
    assert row.fetchall() == [("ann@example.com",)]


def test_rejects_hold_the_cells_as_they_stood(read_text):
    text = file_of('7,C1,,yesterday,"Shirt, ""red""",1,10.00', "8,C1,,13/05/2024,Shirt", *FIRST)
    reading = read_text(text)
    assert reading.rejects is not None
    rows = list(csv.DictReader(io.StringIO(reading.rejects.read_text())))
    assert [(r["line"], r["code"]) for r in rows] == [
        ("3", "missing-cell"),
        ("2", "type-error"),
        ("6", "type-error"),
    ]
    assert rows[0]["original_text"] == "8,C1,,13/05/2024,Shirt"
    assert rows[1]["Product"] == 'Shirt, "red"'


def test_a_header_is_known_again_however_it_is_spelt(read_text, tmp_path):
    reading = read_text(file_of(*FIRST))
    again = tmp_path / "again.csv"
    again.write_text(file_of(*FIRST, header=HEADER.upper().replace(" ", "_")).replace(",", ";"))
    assert peek_header_hash(again, ReadOptions()) == reading.header_hash
    assert reading.rejects is not None
    assert peek_header_hash(reading.rejects, ReadOptions()) == reading.header_hash


EURO = "Order ID,Customer ID,Order Date,Total (EUR)\n1,C1,2024-01-01,10.00\n"
DOLLAR = "Order ID,Customer ID,Order Date,Total (USD)\n2,C2,2024-01-02,100.00\n"
NO_NAME = "Order ID,Customer ID,Order Date,Total\n3,C3,2024-01-03,7.00\n"


@pytest.mark.parametrize(
    ("text", "options"),
    [(DOLLAR, {}), (NO_NAME, {"currency": "USD"}), (DOLLAR, {"currency": "USD"})],
)
def test_money_of_another_currency_is_never_added_as_it_is(read_text, text, options):
    reading = read_text(text, base=read_text(EURO).tables, **options)
    assert reading.report["rejected_by_code"] == {"currency-without-rate": 1}
    assert "The earlier file is in EUR, but rows are in USD" in reading.notices[0]["message"]
    assert (reading.totals["currency"], reading.totals["net"]) == ("EUR", 10.0)


def test_an_added_file_in_another_currency_is_converted_by_the_merchants_rates(read_text):
    reading = read_text(DOLLAR, base=read_text(EURO).tables, rates={"USD": "0.92"})
    assert (reading.totals["currency"], reading.totals["net"]) == ("EUR", 102.0)
    assert [n["code"] for n in reading.notices] == ["several-currencies"]


def test_an_added_file_that_names_no_currency_is_in_the_earlier_ones(read_text):
    reading = read_text(NO_NAME, base=read_text(EURO).tables)
    assert (reading.totals["currency"], reading.totals["net"]) == ("EUR", 17.0)


@pytest.mark.parametrize("number", ["7", ""])
def test_a_later_status_and_tax_of_a_line_replace_the_earlier_ones(read_text, number):
    header = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price,Tax,Status"
    if not number:
        header = header.removeprefix("Order ID,")
    start = f"{number},C1" if number else "C1"
    line = f"{start},2024-05-13,Shirt,1,10.00,"
    base = read_text(file_of(f"{line}1.90,processing", header=header)).tables
    later = read_text(file_of(f"{line}2.00,completed", header=header), base=base)
    changes = later.report["changes"]
    assert (changes["new"], changes["updated"], changes["unchanged"]) == (0, 1, 0)
    rows = duckdb.sql(f"SELECT tax, status FROM '{later.tables.orders}'").fetchall()
    assert [(float(tax), status) for tax, status in rows] == [(2.0, "completed")]
    assert later.totals["net"] == 10.0
