"""Numbers and money in every spelling: what is written is what is read, in Python and in SQL."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.reading.values import numbers
from kindred.reading.values.currencies import currency_of
from kindred.reading.values.numbers import NumberFormat

POINT, COMMA = NumberFormat("."), NumberFormat(",")
AMOUNTS = st.decimals(
    min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2
).filter(lambda value: not value.is_zero() or not value.is_signed())


def grouped(value: Decimal, style: str) -> str:
    """The amount as a country writes it."""
    text = f"{abs(value):,.2f}"
    whole, cents = text.replace(",", "").split(".")
    if style == "indian":
        head, tail = whole[:-3], whole[-3:]
        parts = []
        while len(head) > 2:
            parts.insert(0, head[-2:])
            head = head[:-2]
        return ",".join([*([head] if head else []), *parts, tail]) + "." + cents
    marks = {"us": (",", "."), "german": (".", ","), "swiss": ("'", "."), "french": (" ", ",")}
    group, decimal = marks[style]
    return text.replace(",", "\0").replace(".", decimal).replace("\0", group)


@given(AMOUNTS, st.sampled_from(["us", "indian", "swiss", "german", "french"]))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_every_way_to_group_reads_back(value, style):
    fmt = COMMA if style in ("german", "french") else POINT
    text = grouped(value, style)
    for written in (text, f"€{text}", f"{text} EUR", f"Rs. {text}", f"$ {text}"):
        assert numbers.parse(written, fmt) == abs(value)
    for written in (
        f"-{text}",
        f"({text})",
        f"{text}-",
        f"-€{text}",
        f"€-{text}",
        f"\N{MINUS SIGN}{text}",
    ):
        assert numbers.parse(written, fmt) == -abs(value)


@given(
    st.lists(AMOUNTS, min_size=1, max_size=20),
    st.sampled_from(["us", "german", "french", "indian"]),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_sql_reads_what_python_reads(values, style):
    fmt = COMMA if style in ("german", "french") else POINT
    written = [grouped(v, style) for v in values]
    cells = [
        *written,
        *(f"({w})" for w in written),
        *(f"{w} €" for w in written),
        "",
        "x",
        "1.2.3",
        "12 pcs",
    ]
    assert in_sql(cells, fmt) == [numbers.parse(cell, fmt) if cell else None for cell in cells]


@given(st.text(max_size=12))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_text_never_breaks_a_number(text):
    for fmt in (POINT, COMMA):
        numbers.parse(text, fmt)
        numbers.decimal_votes([(text, 1)])
        currency_of(text)


def in_sql(cells: list[str], fmt: NumberFormat) -> list[Decimal | None]:
    con = duckdb.connect()
    con.execute("CREATE TABLE t (i INT, c VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(cells)))
    rows = con.execute(f"SELECT {numbers.sql('c', fmt)} FROM t ORDER BY i").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1.234,50", "3,20"], ","),
        (["1,234.50", "3.20"], "."),
        (["1.234.567", "3"], ","),
        (["1,234,567", "3"], "."),
        (["12,5"], ","),
        (["1 234,5"], ","),
        (["1,00,000.00"], "."),
        (["0,999", "1,250"], ","),
    ],
)
def test_the_column_decides_its_decimal_mark(cells, decimal):
    dot, comma = numbers.decimal_votes((cell, 1) for cell in cells)
    assert numbers.choose(dot, comma, "?").decimal == decimal


def test_a_group_of_three_alone_decides_nothing():
    assert numbers.decimal_votes([("1,234", 5), ("2.500", 5)]) == (0, 0)


@pytest.mark.parametrize("text", ["12 kg", "1.2.3", "1,2,3", "--", "", "€", "12/5", "1 2 3", "abc"])
def test_what_is_no_number_is_refused(text):
    assert numbers.parse(text, POINT) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("€5", "EUR"), ("5 CHF", "CHF"), ("R$ 5", "BRL"), ("US$5", "USD"), ("5", None)],
)
def test_money_says_its_currency(text, code):
    assert currency_of(text) == code
