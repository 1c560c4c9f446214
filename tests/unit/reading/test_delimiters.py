"""Which characters part the cells, where several might, and what quotes hold."""

from __future__ import annotations

import pytest
from kindred.reading.bytes.dialect_detection import detect_dialect
from kindred.reading.bytes.dialects import cut_records

DAYS = [f"2024-01-{day:02}" for day in range(5, 13)]


def told(*lines: str) -> str:
    return detect_dialect("\n".join(lines), complete=True).delimiter


@pytest.mark.parametrize(
    ("delimiter", "lines"),
    [
        (";", [f"January {n}, 2023;O{n};C{n % 3};25.00;4.00;Ray;done;" for n in range(1, 9)]),
        (";", ["Zeit;Kunde;Betrag", *(f"10:{n}:05;Anna K;{n},50" for n in range(10, 18))]),
        (",", ["day,till,sum", *(f"{day} 10:15:00,till {n},{n}.5" for n, day in enumerate(DAYS))]),
        (";", [f"Jan {n}, 2024;Bo B;12,50;10:30:00" for n in range(1, 9)]),
        ("|", [f"a b c d|1, 2, 3|{n}|x: y: z|x y" for n in range(8)]),
        (" ", [f"{n:05} 1997010{n} {n} 11.77" for n in range(1, 9)]),
        (":", ["id:day:sum", *(f"C{n}:{day}:{n}.50" for n, day in enumerate(DAYS))]),
        ("+", [f"Ann's+ Lake Road+ IL+ 2/{n}/03+ Kim Lee" for n in range(1, 9)]),
        (",", ["day,tel", *(f"{day}T10:00:00+00:00,+49 30 {n}" for n, day in enumerate(DAYS))]),
        (";", ["id;tags;sum", *(f"{n};red, big, new, hot;{n},50" for n in range(8))]),
        (",", ["id,goods,sum", *(f'{n},"a;b;c;d;e;f;g;h",{n}.50' for n in range(8))]),
    ],
)
def test_what_parts_the_cells_is_told_from_what_stands_in_them(delimiter, lines):
    assert told(*lines) == delimiter


def test_apostrophes_inside_single_quotes_end_no_cell(read_text):
    notes = [
        "a light one, for rain",
        "it won't let you down, ever",
        "men's boots, brown",
        "o'er, o'",
    ]
    rows = [f"{n},C{n % 3},{DAYS[n]},'{note}',{n}.00" for n, note in enumerate(notes)]
    reading = read_text("\n".join(["Order,Customer,Date,Note,Total", *rows]))
    assert reading.report["rows_rejected"] == 0
    assert reading.totals["orders"] == 4
    assert reading.totals["net"] == 6


def test_single_quotes_doubled_or_alone_are_one():
    rows = ["1|'O'Brien'|'it's | fine'|5", "2|'O''Neil'|'dogs' toys'|6", "3|Lee|'a|b'|7"]
    text = "\n".join(["id|name|note|total", *rows])
    cells = [row for _, row in cut_records(text, detect_dialect(text, complete=True))]
    assert cells[1] == ["1", "O'Brien", "it's | fine", "5"]
    assert cells[2] == ["2", "O'Neil", "dogs' toys", "6"]
    assert cells[3] == ["3", "Lee", "a|b", "7"]


def test_apostrophes_without_quotes_are_letters():
    text = "\n".join(["shop,city,sum", *(f"Harry's,'s-Gravenhage,{n}" for n in range(9))])
    assert detect_dialect(text, complete=True).quote == '"'


def test_quotes_between_colons_are_quotes():
    text = "\n".join(f"'Tom''s':'IL':'{n}/1/03':'Kim'" for n in range(1, 9))
    dialect = detect_dialect(text, complete=True)
    assert (dialect.delimiter, dialect.quote) == (":", "'")


def test_quotes_escaped_in_two_ways_are_both_read(read_text):
    notes = [r"a \"light\" one, for rain", '5"" nails, big', "plain", r"both \"a\", and " "b" ""]
    rows = [f'{n},C{n % 3},{DAYS[n]},"{note}",{n}.00' for n, note in enumerate(notes)]
    reading = read_text("\n".join(["Order,Customer,Date,Product,Total", *rows]))
    assert reading.report["rows_rejected"] == 0
    assert reading.totals["net"] == 6


@pytest.mark.parametrize("others", [",,;", ",;;", ",", ";"])
def test_a_header_and_rows_with_another_delimiter_are_read(read_text, others):
    rows = [
        others[n % len(others)].join([str(n), f"C{n % 7}", DAYS[n % 8], "Mug", f"{n}.50"])
        for n in range(40)
    ]
    reading = read_text("\n".join(["Order;Customer;Date;Product;Total", *rows]))
    assert reading.detected["header_row"] == 1
    assert reading.report["rows_rejected"] == 0
    assert reading.totals["net"] == sum(n + 0.5 for n in range(40))


def test_a_short_row_with_a_semicolon_in_its_text_stays_rejected(read_text):
    rows = [f"{n},C{n % 3},{DAYS[n]},Mug,{n}.00" for n in range(8)]
    reading = read_text("\n".join(["Order,Customer,Date,Product,Total", *rows, "a; b; c"]))
    assert reading.report["rejected_by_code"] == {"missing-cell": 1}
