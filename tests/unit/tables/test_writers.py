"""Every writer of canonical tables writes the columns that `tables.py` documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest
from kindred import tables
from kindred.engine import open_engine
from kindred.tables import Column, Tables
from kindred.texts.scoring import score_customers
from reading_files import reader

from tests.unit.texts.makers import LABELS, FakeScoring, make_tables

FILES = {
    "order lines": "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price,Tax,Status\n"
    "1,C1,2024-01-01,Shirt,1,10.00,1.90,paid\n1,C1,2024-01-01,Scarf,2,5.00,1.90,paid\n"
    "2,C2,2024-01-02,Shirt,1,10.00,1.90,refunded\n3,C2,2024-01-03,Hat,1,7.00,1.33,cancelled\n",
    "orders": "Order ID,Customer ID,Order Date,Amount\n1,C1,2024-01-01,10.00\n2,C2,2024-01-02,7\n",
    "customers": "Customer ID,Email,Total Spent,Orders Count,Last Order Date\n"
    "C1,a@example.com,100.00,3,2024-05-01\nC2,b@example.com,20.00,1,2024-02-01\n",
    "reviews": "Customer ID,Review Date,Rating,Review Text\n"
    "C1,2024-01-01,5,I love this shirt a lot\nC2,2024-01-02,1,It broke after one day of use\n",
    "events": "Customer ID,Event Type,Event Time,Product ID,Amount\n"
    "C1,view,2024-01-01 10:00:00,P1,\nC1,purchase,2024-01-01 10:05:00,P1,12.50\n"
    "C2,view,2024-01-02 09:00:00,P2,\nC2,cart,2024-01-02 09:01:00,P2,\n",
}
SCHEMAS = {
    "customers": tables.CUSTOMERS,
    "orders": tables.ORDERS,
    "texts": tables.TEXTS,
    "events": tables.EVENTS,
    "products": tables.PRODUCTS,
}
WRITTEN = {
    "order lines": {"customers", "orders"},
    "orders": {"customers", "orders"},
    "customers": {"customers"},
    "reviews": {"customers", "texts"},
    "events": {"customers", "orders", "events"},
}


def columns_of(path: Path) -> dict[str, str]:
    """Names and types in the order in which the file has them."""
    with duckdb.connect() as con:
        rows = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    return {row[0]: row[1] for row in rows}


def documented(schema: Mapping[str, Column]) -> dict[str, str]:
    return {name: column.type.replace(", ", ",") for name, column in schema.items()}


def check(written: Tables, names: set[str]) -> None:
    paths = {name: getattr(written, name) for name in SCHEMAS}
    assert {name for name, path in paths.items() if path} == names
    for name in names:
        found, wanted = columns_of(paths[name]), documented(SCHEMAS[name])
        assert list(found) == list(wanted)
        assert found == wanted


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_written_as_documented(tmp_path: Path, kind: str) -> None:
    with reader(tmp_path) as read:
        check(read(FILES[kind]).tables, WRITTEN[kind])


@pytest.mark.parametrize("kind", FILES)
def test_versions_are_written_as_documented(tmp_path: Path, kind: str) -> None:
    with reader(tmp_path) as read:
        base = read(FILES[kind]).tables
        later = read(FILES[kind].replace("2024-01-01", "2024-03-01"), base=base)
        check(later.tables, WRITTEN[kind])


def test_what_customers_wrote_is_written_as_documented(tmp_path: Path) -> None:
    given = make_tables(tmp_path, [("ann", None, "i love it"), ("bob", "Bad", "broke at once")])
    out = tmp_path / "out"
    out.mkdir()
    with open_engine(tmp_path / "scratch") as engine:
        result = score_customers(
            given, out, engine=engine, score=FakeScoring(), cache=None, as_of=date(2026, 7, 1)
        )
    assert result.customer_texts is not None
    moods = {f"emotion_{label}": "DOUBLE" for label in LABELS}
    found = columns_of(result.customer_texts)
    assert list(found) == [*tables.CUSTOMER_TEXTS, *moods]
    assert found == documented(tables.CUSTOMER_TEXTS) | moods


def test_every_column_says_what_it_means() -> None:
    for schema in (*SCHEMAS.values(), tables.CUSTOMER_TEXTS):
        assert all(column.type and column.meaning for column in schema.values())
        assert [n for n, c in schema.items() if c.type == tables.MONEY and not c.unit] == []
