"""Every line of a file is in one count: a title, the header, blank, part of a row, or a row."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kindred.engine import open_engine
from kindred.errors import KindredError, UploadRejected
from kindred.reading.cutting import cut_file
from kindred.reading.files import ignore_stage
from kindred.reading.limits import Limits

# Words that are headers somewhere, words that aren't, and what stands in data.
WORDS = ["order", "paid", "customer", "mail", "status", "date", "total", "bolt", "autó", "N/A"]
VALUES = ["10.00", "7", "2024-01-05", "ann@example.com", "", "A-3", "1,5", 'a "b"', "x\ny"]
CELLS = st.sampled_from([*WORDS, *VALUES])
ARBITRARY = settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def count_lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Rows of cells that may be anything, with titles, blank lines and ragged ends."""
    delimiter = draw(st.sampled_from(",;\t|"))
    width = draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=14))
    lines = [delimiter.join(_quoted(cell) for cell in row) for row in rows]
    for odd in draw(st.lists(st.sampled_from(["", "Sales of May", '"', 'a,"b', ";;", " "]))):
        lines.insert(draw(st.integers(0, len(lines))), odd)
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",;\t|\n') else cell


@given(st.one_of(tables(), st.text(alphabet='ab1,;"\n\t -.', min_size=1, max_size=200)))
@ARBITRARY
def test_every_line_of_an_arbitrary_file_is_in_one_count(text):
    with tempfile.TemporaryDirectory() as name, open_engine(Path(name)) as engine:
        path = Path(name) / "file.csv"
        path.write_bytes(text.encode())
        try:
            file = cut_file(path, Limits(), Path(name), engine, ignore_stage)
        except UploadRejected as refused:
            assert refused.code in {"empty-file", "no-rows", "cells-dont-fit", "not-csv"}  # noqa: PT017
            return
    rows = file.raw.rows + sum(file.raw.rejected_by_code.values())
    assert rows + file.records.left_out == count_lines(text)
    header = file.dialect.header_line
    assert file.dialect.first_data_line > (header or 0)


@given(
    st.lists(st.tuples(*[st.sampled_from(WORDS)] * 3), min_size=3, max_size=12),
    st.booleans(),
    st.sampled_from(["", "Sales of May\n", "Sales of May\n\n"]),
)
@ARBITRARY
def test_a_report_counts_every_line_whatever_words_the_rows_hold(read_text, words, named, title):
    rows = [
        f"A-{i},C{i % 3},2024-01-{i + 1:02},{','.join(cells)},{i}.50"
        for i, cells in enumerate(words)
    ]
    header = "rendelés,vevő,dátum,csatorna,mód,szín,összeg\n" if named else ""
    text = title + header + "\n".join(rows) + "\n"
    columns = ("rendelés", "vevő", "dátum", "összeg") if named else (
        "column_1", "column_2", "column_3", "column_7"
    )  # fmt: skip
    fields = ("order_id", "customer_id", "order_date", "amount")
    report = read_text(text, column_mapping=dict(zip(fields, columns, strict=True))).report
    assert report["rows_read"] == len(rows)
    assert report["rows_read"] + sum(report["left_out"].values()) == count_lines(text)


def test_a_row_of_words_known_as_headers_stays_a_row(read_text):
    rows = ["1,Ann,web,card", "2,Bo,order,mail", "3,Cy,customer,date"]
    rows = [f"{row},2024-02-1{i},{i}.00" for i, row in enumerate(rows)]
    mapping = {"customer_id": "kunde_x", "order_date": "tag_x", "amount": "betrag_x"}
    text = "\n".join(["nr_x,kunde_x,weg_x,art_x,tag_x,betrag_x", *rows])
    reading = read_text(text, column_mapping=mapping)
    assert reading.detected["header_row"] == 1
    assert reading.report["rows_read"] == 3


@pytest.mark.parametrize("titles", [[], ["Report,2024-03-01"], ["Shop 7,2024,3,all,EUR"]])
def test_a_header_below_titles_is_found_in_any_language(read_text, titles):
    header = "vevő,dátum,darab,szín,összeg"
    rows = [f"C{i % 4},2024-03-{i + 1:02},{i % 3 + 1},kék,{i}.90" for i in range(12)]
    mapping = {"customer_id": "vevő", "order_date": "dátum", "amount": "összeg"}
    reading = read_text("\n".join([*titles, header, *rows]), column_mapping=mapping)
    assert reading.report["rows_read"] == 12
    assert reading.report["left_out"]["title_lines"] == len(titles)


def test_a_file_that_is_all_data_is_offered_as_such(read_text):
    rows = [f"{i},C{i % 3},2024-01-{i + 1:02},order,paid,{i}.00" for i in range(9)]
    rows[0] = rows[0].replace("order,paid", "quote,open")
    with pytest.raises(KindredError) as asked:
        read_text("\n".join(rows), column_mapping={"order_date": "no such column"})
    assert asked.value.code == "unknown-column"
    assert "column_6" in asked.value.message + asked.value.hint
