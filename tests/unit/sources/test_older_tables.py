"""Tables that an earlier version stored serve where there is nothing to read again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from kindred.engine import open_engine
from kindred.sources.older_tables import complete
from kindred.tables import CUSTOMERS, ORDERS, Tables

ROWS = [
    {"line": 3, "customer_id": "b", "order_id": "2", "amount": Decimal("5.0000"), "kind": "sale"},
    {"line": 2, "customer_id": "a", "order_id": "1", "amount": Decimal("7.5000"), "kind": "sale"},
]
EARLIER = pa.schema(
    [
        ("line", pa.int64()),
        ("customer_id", pa.string()),
        ("order_id", pa.string()),
        ("ordered_at", pa.timestamp("us")),
        ("kind", pa.string()),
        ("amount", pa.decimal128(20, 4)),
    ]
)


def test_columns_that_are_lacking_are_there_without_a_value(tmp_path: Path) -> None:
    rows = [{**row, "ordered_at": datetime(2026, 1, 2, 3, 4)} for row in ROWS]  # noqa: DTZ001
    pq.write_table(pa.Table.from_pylist(rows, EARLIER), tmp_path / "orders.parquet")
    everyone = pa.table({"customer_id": ["a", "b"], "name": ["Ann", None]})
    pq.write_table(everyone, tmp_path / "customers.parquet")
    tables = Tables(tmp_path / "customers.parquet", orders=tmp_path / "orders.parquet")
    with open_engine(tmp_path) as engine:
        completed = complete(tables, tmp_path / "complete", engine=engine)
        again = complete(completed, tmp_path / "again", engine=engine)
    assert again == completed, "what is complete stays where it is"
    assert completed.texts is None
    assert completed.orders
    orders = pq.read_table(completed.orders)
    assert orders.column_names == list(ORDERS)
    assert orders["customer_id"].to_pylist() == ["a", "b"], "one customer's lines lie together"
    assert orders["amount"].to_pylist() == [Decimal("7.5000"), Decimal("5.0000")]
    assert orders["tax"].to_pylist() == [None, None]
    assert str(orders.schema.field("tax").type) == "decimal128(20, 4)"
    customers = pq.read_table(completed.customers)
    assert customers.column_names == list(CUSTOMERS)
    assert customers["name"].to_pylist() == ["Ann", None]
