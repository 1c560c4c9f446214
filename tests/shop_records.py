"""Builders of a shop's records, and its parts merged, for tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from kindred.engine import open_engine
from kindred.sources.shops import records
from kindred.sources.shops.merging import Merged, ShopFacts, merge
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.records import (
    AliasRecord,
    CustomerRecord,
    Line,
    OrderRecord,
    Person,
    Record,
    RefundedLine,
    RefundRecord,
)

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
TABLE_OF = {kind: table for table, kind in records.TABLES.items()}


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def make_line(amount: str = "10", line_id: str = "1", **fields: Any) -> Line:
    given: dict[str, Any] = {"id": line_id, "quantity": Decimal(1), "amount": Decimal(amount)}
    return Line(**(given | fields))


def make_order(order_id: str = "1", *lines: Line, at: float = 0, **fields: Any) -> OrderRecord:
    given: dict[str, Any] = {
        "id": order_id,
        "updated_at": day(at),
        "ordered_at": day(at),
        "currency": "EUR",
        "lines": lines or (make_line(),),
    }
    return OrderRecord(**(given | fields))


def make_refund(
    refund_id: str = "r1", order_id: str = "1", *lines: RefundedLine, at: float = 1, **fields: Any
) -> RefundRecord:
    given: dict[str, Any] = {
        "id": refund_id,
        "updated_at": day(at),
        "refunded_at": day(at),
        "order_id": order_id,
        "currency": "EUR",
        "lines": lines,
    }
    return RefundRecord(**(given | fields))


def returned(amount: str, line_id: str | None = "1") -> RefundedLine:
    return RefundedLine(line_id, Decimal(1), Decimal(amount))


def make_customer(customer_id: str, *, at: float = 0, **said: Any) -> CustomerRecord:
    return CustomerRecord(id=customer_id, updated_at=day(at), person=Person(**said))


def gone(kind: type[Record], object_id: str, *, at: float = 5) -> Record:
    return kind(id=object_id, updated_at=day(at), is_deleted=True)


def alias(merged_id: str, kept_id: str, *, at: float = 0) -> AliasRecord:
    return AliasRecord(id=merged_id, kept_id=kept_id, updated_at=day(at))


class Shop:
    """A shop's parts in a folder, and what they are merged into."""

    def __init__(self, folder: Path, zone: str = ZONE) -> None:
        self.folder, self.zone = folder, zone
        self.parts: dict[str, list[Path]] = {}
        self._merged = 0

    def tell(self, *told: Record, seen: float = 100) -> None:
        """Write one page of records: a part for each table among them."""
        by_table: dict[str, list[Record]] = {}
        for record in told:
            by_table.setdefault(TABLE_OF[type(record)], []).append(record)
        for table, rows in by_table.items():
            paths = self.parts.setdefault(table, [])
            path = self.folder / f"{table}-{len(paths)}.parquet"
            write_part(rows, table, path, zone=self.zone, seen_at=day(seen))
            paths.append(path)

    def merge(self, parts: Mapping[str, Sequence[Path]] | None = None, **facts: Any) -> Merged:
        self._merged += 1
        given: dict[str, Any] = {"kind": "shopify", "currency": "EUR", "zone": self.zone}
        with open_engine(self.folder / "scratch") as engine:
            return merge(
                self.parts if parts is None else parts,
                self.folder / f"merged-{self._merged}",
                engine=engine,
                shop=ShopFacts(**(given | facts)),
            )


def merge_told(pages: Iterable[Sequence[Record]], **facts: Any) -> dict[str, list[dict[str, Any]]]:
    """The canonical tables of pages, as rows."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        for page in pages:
            shop.tell(*page)
        return tables_of(shop.merge(**facts))


def rows_of(path: Path | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path else []
    return found


def tables_of(merged: Merged) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, in the order they lie in."""
    names = ("customers", "orders", "texts", "events", "products")
    return {name: rows_of(getattr(merged.tables, name)) for name in names}
