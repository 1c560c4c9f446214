"""Wrong input gets a clear answer, and no row is lost on the way to it."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

import pytest
from kindred.errors import UploadRejected
from kindred.reading.limits import Limits

HEADER = "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price"


def lines(count: int) -> list[str]:
    return [
        f"{1000 + i},C{i % 7},2024-{1 + i % 9:02}-{10 + i % 18},Item {i % 5},"
        f"{1 + i % 3},{9 + i % 4}.50"
        for i in range(count)
    ]


def file_with(*replaced: tuple[int, str], count: int = 30) -> str:
    rows = lines(count)
    for place, line in replaced:
        rows[place] = line
    return "\n".join([HEADER, *rows]) + "\n"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("orders.csv"), file_with())
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n \n", "empty-file"),
        (b"\x00" * 500, "empty-file"),
        (b",,,,\n" * 30, "empty-file"),
        (HEADER.encode(), "no-rows"),
        (b"a\n1\n2\n3\n", "mapping-needed"),
        (random.Random(1).randbytes(5000), "binary-file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "binary-file"),
        (b"%PDF-1.7 stuff", "binary-file"),
        (b"<!DOCTYPE html><html></html>", "not-csv"),
        (b'[{"order": 1, "amount": 2}]', "not-csv"),
        (zipped(), "zip-archive"),
        (zipped()[:60], "archive-damaged"),
        (gzip.compress(file_with(count=3000).encode(), mtime=0)[:400], "gzip-damaged"),
        (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1\n", "too-many-columns"),
    ],
)
def test_what_is_no_table_is_refused_by_name(read_text, content, code):
    with pytest.raises(UploadRejected) as refused:
        read_text(content)
    assert refused.value.code == code
    assert refused.value.hint


@pytest.mark.parametrize(
    ("limits", "code", "named"),
    [
        (Limits(file_bytes=1000), "file-too-large", "1 kB"),
        (Limits(rows=10), "too-many-rows", "10 rows"),
        (Limits(columns=5), "too-many-columns", "5 columns"),
        (Limits(line_bytes=20), "line-too-long", "0.02 kB"),
    ],
)
def test_every_limit_is_named(read_text, limits, code, named):
    with pytest.raises(UploadRejected) as refused:
        read_text(file_with(), limits=limits)
    assert refused.value.code == code
    assert named in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1004,C4,2024-05-14", "missing-cell"),
        ("1004,C4,2024-05-14,Item, big,2,9.50", "extra-cell"),
        ("1004,C4,2024-02-30,Item 4,2,9.50", "type-error"),
        ("1004,C4,2024-05-14,Item 4,two,9.50", "type-error"),
        ("1004,C4,2024-05-14,Item 4,2,=1+1", "type-error"),
        ("1004,C4,,Item 4,2,9.50", "constraint-error"),
        ("1004,C4,9999-05-14,Item 4,2,9.50", "constraint-error"),
        ("1004,C4,2024-05-14,Item 4,2,", "constraint-error"),
        (f"1004,{'C' * 300},2024-05-14,Item 4,2,9.50", "constraint-error"),
        (",,,,,", "blank-row"),
        (f"1004,C4,2024-05-14,{'x' * 2000},2,9.50", "line-too-long"),
    ],
)
def test_a_bad_row_is_rejected_alone(read_text, line, code):
    reading = read_text(file_with((4, line)), limits=Limits(line_bytes=1000))
    assert reading.report["rejected_by_code"] == {code: 1}
    assert reading.report["rows_accepted"] == 29
    assert reading.rejects is not None
    assert f"\n6,{code}," in reading.rejects.read_text()


@pytest.mark.parametrize("place", [0, 4, 28, 29])
def test_an_unclosed_quote_swallows_nothing(read_text, place):
    broken = lines(30)[place].replace("Item", '"Item')
    reading = read_text(file_with((place, broken)))
    assert reading.report["rows_read"] == 30
    assert reading.report["rows_accepted"] >= 29


def test_two_unclosed_quotes_swallow_nothing(read_text):
    rows = lines(30)
    broken = [(p, rows[p].replace("Item", '"Item')) for p in (3, 20)]
    reading = read_text(file_with(*broken))
    assert reading.report["rows_read"] == 30
    assert reading.report["rows_accepted"] >= 28


def test_line_breaks_inside_quotes_stay_in_their_cell(read_text):
    reading = read_text(file_with((4, '1004,C4,2024-05-14,"one\n\ntwo, ""three""",2,9.50')))
    assert reading.report["rows_read"] == 30
    assert reading.report["rejected_by_code"] == {}


def test_titles_repeated_headers_blank_lines_and_totals_are_no_rows(read_text):
    rows = lines(20)
    text = ["Sales of May", "", HEADER, *rows[:10], "", HEADER, *rows[10:], "Total,,,,40,400.00"]
    report = read_text("\n".join(text)).report
    assert report["rows_read"] == report["rows_accepted"] == 20
    assert report["left_out"] == {
        "title_lines": 2,
        "header_lines": 1,
        "continued_lines": 0,
        "blank_lines": 1,
        "repeated_headers": 1,
        "total_rows": 1,
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(read_text, encoding, newline):
    text = file_with((4, "1004,C4,2024-05-14,Größe für 5 £,2,9.50")).replace("\n", newline)
    assert read_text(text.encode(encoding)).totals == read_text(file_with()).totals


def test_lines_in_another_encoding_are_read_and_said(read_text):
    text = file_with().encode() + "1,C1,2024-01-01,Größe,1,1\n".encode()
    reading = read_text(text + "2,C1,2024-01-01,Größe,1,1\n".encode("latin-1"))
    assert reading.report["rows_accepted"] == 32
    assert [n["code"] for n in reading.notices] == ["mixed-encodings"]
    assert reading.detected["encoding"] == "utf-8"


def test_gzip_and_spreadsheets_take_the_same_path(read_text):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in file_with().splitlines():
        sheet.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    plain = read_text(file_with())
    assert read_text(gzip.compress(file_with().encode())).totals == plain.totals
    assert read_text(out.getvalue()).totals == plain.totals


def test_ids_and_formulas_come_out_harmless(read_text):
    text = file_with(
        (4, '="1004",\'C4,2024-05-14,"=HYPERLINK(""x"")",2,9.50'), (5, "9,C5,x,=1+1,1,1")
    )
    reading = read_text(text)
    assert reading.report["rows_accepted"] == 29
    assert reading.rejects is not None
    assert "'=1+1" in reading.rejects.read_text()
    assert reading.totals["customers"] == 7


def test_a_header_that_is_a_formula_comes_out_harmless_and_is_known_again(read_text):
    header = f"{HEADER},=1+1,＝A1,-1+1"
    rows = [f"{row},a,b,-2+2" for row in lines(12)]
    rows[3] = rows[3].replace("2024-", "20x4-")
    reading = read_text("\n".join([header, *rows]))
    assert reading.rejects is not None
    text = reading.rejects.read_text()
    top, cells = text.splitlines()
    assert top.endswith(",'=1+1,'＝A1,'-1+1,original_text")
    assert ",'-2+2," in cells
    corrected = read_text(text.replace("20x4-", "2024-"))
    assert corrected.report["rows_accepted"] == 1
    from kindred.reading.cutting import column_names  # what a remembered mapping is found by

    path = reading.rejects
    assert column_names(path, Limits(), path.parent)[-3:] == ("=1+1", "＝A1", "-1+1")


def test_card_numbers_and_passwords_are_left_out_and_said(read_text):
    rows = [f"{row},4111111111111111,hunter{i}" for i, row in enumerate(lines(20))]
    reading = read_text("\n".join([HEADER + ",Payment,Password", *rows]))
    assert reading.detected["left_out"] == ["Payment", "Password"]
    assert any(n["code"] == "personal-data" for n in reading.notices)
    assert reading.tables.orders is not None
    assert b"hunter1" not in reading.tables.orders.read_bytes()
