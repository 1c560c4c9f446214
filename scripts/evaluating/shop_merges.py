"""Measure how a shop's parts become canonical tables: time, peak memory, rows.

    scripts/measure-shops [merge] [--orders N] [--json OUT]

Makes shops of 100,000 and 2,000,000 orders (or of N) with refunds, customers and products as
parts, and merges them in a process of its own, then once more what that left beside one new part.
20,000 orders are written by `write_part`, the others are copies of them with ids of their own,
since making them one by one takes longer than what is measured.

Exit status 0 if no merge took more memory than a worker has for it, 1 if one did.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from kindred.engine import open_engine
from kindred.sources.shops.merging import ShopFacts, merge
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.records import (
    CustomerRecord,
    Line,
    OrderRecord,
    Person,
    ProductRecord,
    RefundedLine,
    RefundRecord,
)

SIZES = (100_000, 2_000_000)
PAGE = 2_000
BLOCK = 10 * PAGE
PRODUCTS = 5_000
MOST_MEMORY = 1_500_000_000
ZONE = "Europe/Berlin"
START = datetime(2022, 1, 1, tzinfo=UTC)
SEEN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, action="append", help="how many; also repeated")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--merge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.merge:
        print(json.dumps(merge_once(options.merge)))
        return 0
    found = []
    for orders in options.orders or SIZES:
        found.append(one := measure(orders))
        for what in ("first", "again"):
            figures = one[what]
            print(
                f"{one['orders']:>9,} orders, {what:<5}: {figures['seconds']:7.1f} s,"
                f" {figures['processor_seconds']:.1f} s of processors,"
                f" {figures['peak_bytes'] / 1e6:6,.0f} MB, {figures['order_lines']:,} lines,"
                f" {figures['customers']:,} customers"
            )
        print(f"{'':>17} writing parts: {one['part_microseconds']:.0f} µs an order")
    if options.json:
        options.json.write_text(json.dumps({"shops": found}, indent=1))
    peak = max(one[what]["peak_bytes"] for one in found for what in ("first", "again"))
    return 0 if peak <= MOST_MEMORY else 1


def measure(orders: int) -> dict[str, Any]:
    """A shop of so many orders: merged from its parts, then from its base and one new part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        microseconds = make_shop(folder / "parts", orders)
        first = merge_apart(folder)
        for part in (folder / "parts").rglob("*.parquet"):
            part.unlink()
        for base in (folder / "merged" / "base").glob("*.parquet"):
            if not base.stem.endswith("-empty"):
                target = folder / "parts" / base.stem / "base-0.parquet"
                target.parent.mkdir(exist_ok=True)
                base.rename(target)
        write_block(folder / "parts", random.Random(2), orders, PAGE)
        again = merge_apart(folder)
    return {
        "orders": orders,
        "part_microseconds": microseconds,
        "first": first,
        "again": again,
    }


def merge_apart(folder: Path) -> dict[str, Any]:
    """Merge in another process, whose memory is its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--merge", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def merge_once(folder: Path) -> dict[str, Any]:
    """Time, memory and rows of one merge of what lies in ``parts``."""
    parts = {table.name: sorted(table.glob("*.parquet")) for table in (folder / "parts").iterdir()}
    began = time.perf_counter()
    with open_engine(folder / "scratch") as engine:
        made = merge(
            parts, folder / "merged", engine=engine, shop=ShopFacts("shopify", "EUR", ZONE)
        )
    return {
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "parts": sum(map(len, parts.values())),
        "order_lines": made.report["order_lines"],
        "rows_read": made.report["rows_read"],
        "rows_rejected": made.report["rows_rejected"],
        "customers": pq.read_metadata(made.tables.customers).num_rows,
    }


def make_shop(folder: Path, orders: int) -> float:
    """Write a shop's parts; microseconds that `write_part` took for one order."""
    for table in ("orders", "refunds", "customers", "products"):
        (folder / table).mkdir(parents=True)
    products = [
        ProductRecord(
            id=f"p{number}", updated_at=START, name=f"Product {number}", sku=f"S-{number}",
            category=f"Category {number % 40}", price=Decimal(number % 9_000) / 100,
        )
        for number in range(PRODUCTS)
    ]  # fmt: skip
    write_part(products, "products", folder / "products" / "0.parquet", zone=ZONE, seen_at=SEEN)
    count = min(orders, BLOCK)
    seconds = write_block(folder, random.Random(1), 0, count)
    for table in ("orders", "refunds", "customers"):
        block = pa.concat_tables(map(pq.read_table, sorted((folder / table).iterdir())))
        for copy in range(1, -(-orders // BLOCK)):
            write_copy(block, folder / table / f"copy-{copy:04}.parquet", copy)
    return seconds * 1e6 / count


def write_block(folder: Path, chance: random.Random, first: int, count: int) -> float:
    """Orders, their refunds and customers, in pages; seconds spent on writing the orders."""
    seconds = 0.0
    for start in range(first, first + count, PAGE):
        orders = list(make_orders(chance, start, min(PAGE, first + count - start)))
        returned = [make_refund(order) for order in orders if chance.random() < 0.06]
        buyers = {order.person.customer_id for order in orders if order.person.customer_id}
        customers = [make_customer(one) for one in sorted(buyers)]
        name = f"block-{start:09}.parquet"
        began = time.perf_counter()
        write_part(orders, "orders", folder / "orders" / name, zone=ZONE, seen_at=SEEN)
        seconds += time.perf_counter() - began
        write_part(returned, "refunds", folder / "refunds" / name, zone=ZONE, seen_at=SEEN)
        write_part(customers, "customers", folder / "customers" / name, zone=ZONE, seen_at=SEEN)
    return seconds


def make_orders(chance: random.Random, first: int, count: int) -> Iterator[OrderRecord]:
    for number in range(first, first + count):
        at = START + timedelta(seconds=chance.randrange(126_000_000))
        yield OrderRecord(
            id=f"o{number}", updated_at=at, ordered_at=at, currency="EUR",
            person=make_buyer(chance), number=f"#{number}", status="paid", channel="web",
            shipping=Decimal("4.90"),
            state="cancelled" if chance.random() < 0.02 else "placed",
            lines=tuple(make_line(chance, place) for place in range(chance.randrange(1, 5))),
        )  # fmt: skip


def make_buyer(chance: random.Random) -> Person:
    number = chance.randrange(BLOCK // 2)
    known = {"name": f"Somebody {number}", "city": "Leipzig", "country": "DE"}
    if number % 3:
        return Person(customer_id=f"c{number}", email=f"c{number}@example.com", **known)
    return Person(email=f"guest{number}@example.com", phone=f"+49 170 {number:07}", **known)


def make_line(chance: random.Random, place: int) -> Line:
    price, number = Decimal(chance.randrange(199, 19_999)) / 100, chance.randrange(1, 4)
    return Line(
        id=f"l{place}", quantity=Decimal(number), amount=price * number,
        tax=(price * number * 19 / 100).quantize(Decimal("0.01")), unit_price=price,
        product_id=f"p{chance.randrange(PRODUCTS)}", name="What the shop calls it",
    )  # fmt: skip


def make_refund(order: OrderRecord) -> RefundRecord:
    line = order.lines[0]
    returned = RefundedLine(line.id, line.quantity, line.amount, line.tax)
    at = order.updated_at + timedelta(days=9)
    return RefundRecord(
        id=f"r{order.id}", updated_at=at, refunded_at=at, order_id=order.id, lines=(returned,)
    )


def make_customer(customer_id: str) -> CustomerRecord:
    return CustomerRecord(
        id=customer_id, updated_at=START, created_at=START, consent=True,
        person=Person(email=f"{customer_id}@example.com", name=f"Somebody {customer_id}"),
        attributes={"language": "de"},
    )  # fmt: skip


def write_copy(table: pa.Table, target: Path, copy: int) -> None:
    """The same objects with ids of their own, and guests who are others."""
    for name in ("id", "order_id", "person_key", "customer_id", "email", "email_key", "phone_key"):
        if name in table.column_names:
            joined = pc.binary_join_element_wise(table[name], pa.scalar(str(copy)), "x")
            place = table.column_names.index(name)
            table = table.set_column(place, table.schema.field(name), joined)
    pq.write_table(table, target, compression="zstd")


if __name__ == "__main__":
    sys.exit(main())
