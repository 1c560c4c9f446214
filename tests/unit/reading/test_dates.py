"""Dates in every spelling, and the order of day and month by the column's own evidence."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.reading.values import dates

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda t: t.replace(microsecond=0)
)
SPELLINGS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p",
    "%A, %d %B %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S +0200",
    "%Y%m%d%H%M%S", "%d/%m/%Y %I:%M:%S %p",
)  # fmt: skip


def detect(cells: list[str], **options: str) -> dates.DateFormat | None:
    return dates.detect(dates.shape_of_values(cells), **options)


def in_sql(cells: list[str], fmt: dates.DateFormat) -> list[datetime | None]:
    con = duckdb.connect()
    con.execute("CREATE TABLE t (i INT, c VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(cells)))
    return [r[0] for r in con.execute(f"SELECT {dates.sql('c', fmt)} FROM t ORDER BY i").fetchall()]


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(st.lists(MOMENTS, min_size=1, max_size=12))
@settings(derandomize=True, max_examples=15, deadline=None)
def test_every_spelling_reads_back(spelling, moments):
    cells = [moment.strftime(spelling) for moment in moments]
    fmt = detect([*cells, datetime(2024, 1, 31, 1, 2, 3).strftime(spelling)])  # noqa: DTZ001
    assert fmt is not None
    assert [dates.parse(cell, fmt) for cell in cells] == moments
    assert in_sql(cells, fmt) == moments


@pytest.mark.parametrize(
    ("cells", "order", "decided"),
    [
        (["13/01/2024", "02/03/2024"], "dmy", True),
        (["01/13/2024", "02/03/2024"], "mdy", True),
        (["01/02/2024", "02/03/2024"], "dmy", False),
        (["2024-01-13"], "ymd", True),
        (["31-12-24", "01-02-24"], "dmy", True),
        (["12/1/2010 8:26", "12/13/2010 9:00"], "mdy", True),
        (["99/12/31", "98/01/02"], "ymd", True),
    ],
)
def test_a_number_above_twelve_is_no_month(cells, order, decided):
    fmt = detect(cells)
    assert fmt is not None
    assert (fmt.order, fmt.decided) == (order, decided)


def test_the_merchant_has_the_last_word_on_the_order():
    fmt = detect(["01/02/2024"], wanted="mdy")
    assert fmt is not None
    assert dates.parse("01/02/2024", fmt) == datetime(2024, 1, 2)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("1704067200", datetime(2024, 1, 1)),  # noqa: DTZ001
        ("1704067200000", datetime(2024, 1, 1)),  # noqa: DTZ001
        ("45292", datetime(2024, 1, 1)),  # noqa: DTZ001
        ("45292.5", datetime(2024, 1, 1, 12)),  # noqa: DTZ001
        ("3. März 2024", datetime(2024, 3, 3)),  # noqa: DTZ001
        ("3 août 2024", datetime(2024, 8, 3)),  # noqa: DTZ001
        ("1er mars 2024", datetime(2024, 3, 1)),  # noqa: DTZ001
        ("5 de marzo de 2024", datetime(2024, 3, 5)),  # noqa: DTZ001
        ("15 जनवरी 2024", datetime(2024, 1, 15)),  # noqa: DTZ001
        ("Mar 02, 2024 10:05", datetime(2024, 3, 2, 10, 5)),  # noqa: DTZ001
        ("2nd March 2024", datetime(2024, 3, 2)),  # noqa: DTZ001
        ("Nov-12-20", datetime(2020, 11, 12)),  # noqa: DTZ001
        ("2024-01-05T10:00:00.123456Z", datetime(2024, 1, 5, 10, 0, 0, 123456)),  # noqa: DTZ001
        ("05.01.2024, 14:30 Uhr", datetime(2024, 1, 5, 14, 30)),  # noqa: DTZ001
        ("1/5/24 3:07 PM", datetime(2024, 5, 1, 15, 7)),  # noqa: DTZ001
        ("20240105", datetime(2024, 1, 5)),  # noqa: DTZ001
        ("2024-01-05 10:00:00 UTC", datetime(2024, 1, 5, 10)),  # noqa: DTZ001
        ("Fri Jan 05 2024 10:00:00 GMT+0100 (CET)", datetime(2024, 1, 5, 10)),  # noqa: DTZ001
    ],
)
def test_dates_as_programs_and_people_write_them(cell, moment):
    fmt = detect([cell])
    assert fmt is not None
    assert dates.parse(cell, fmt) == moment
    assert in_sql([cell], fmt) == [moment]


@given(st.text(max_size=30))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_text_never_breaks_a_date(text):
    dates.is_date(text)
    detect([text])


def test_the_thirtieth_of_february_is_no_date():
    fmt = detect(["2024-01-30", "2024-02-30"])
    assert fmt is not None
    assert dates.parse("2024-02-30", fmt) is None
    assert in_sql(["2024-02-30"], fmt) == [None]


@pytest.mark.parametrize("cells", [["2024-01", "2024-11"], ["Jan 2024", "November 2024"]])
def test_a_month_without_a_day_is_its_first(cells):
    found = detect(cells)
    assert found is not None
    assert [t.isoformat()[:10] for t in in_sql(cells, found) if t] == ["2024-01-01", "2024-11-01"]
    assert [dates.parse(cell, found) for cell in cells] == in_sql(cells, found)


@pytest.mark.parametrize("cell", ["4711-03", "2024-3", "2024-003", "12/2024"])
def test_other_numbers_with_a_dash_are_no_months(cell):
    assert not dates.is_date(cell)


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["2024-05-02", "2024-13-02"], "ydm"),
        (["2024/05/02", "2024/2/13"], "ymd"),
        (["2024-05-02", "2024-06-03"], "ymd"),
        (["2024-05-02 10:00:00", "2024-31-12 10:00:00"], "ydm"),
    ],
)
def test_a_year_in_front_leaves_the_order_of_the_rest_to_the_values(days, order):
    fmt = dates.detect(dates.shape_of_values(days))
    assert fmt is not None
    assert fmt.order == order
    assert all(dates.parse(day, fmt) for day in days)
    assert dates.parse(days[0], fmt).month == (2 if order == "ydm" else 5)


def test_an_earlier_versions_order_counts_where_nothing_shows():
    fmt = dates.detect(dates.shape_of_values(["2024-05-02"]), hint="ydm")
    assert fmt is not None
    assert fmt.order == "ydm"
