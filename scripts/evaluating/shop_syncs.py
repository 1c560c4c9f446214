"""Measure a first sync of a shop like Shopify's: time, and the peak memory of who syncs.

    scripts/measure-shops sync [--orders N] [--json OUT]

The shop is a process of its own, which makes the export's bytes when they are asked for: 200 orders
of the made-up shop again and again, each with its own id. What syncs is the real code: client,
mapping, windows, cursors and parts. Where the real one writes to Storage and Firestore, this one
writes files. Refunds aren't in it: they are asked for one by one.

Exit status 0 if no sync took more than half of a worker's memory, 1 if one did.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kindred import settings
from kindred.sources.shopify import queries
from kindred.sources.shopify.platform import Shopify
from kindred.sources.shops.cursors import State, parse_state, state_fields
from kindred.sources.shops.http import Client
from kindred.sources.shops.paces import ShopPaces
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.platform import Connection, Credentials
from kindred.sources.shops.ports import Asked, Known, Named
from kindred.sources.shops.records import Record
from kindred.sources.shops.syncing import Work

ZONE = "Europe/Berlin"
BLOCK = 200
SIZES = (20_000, 100_000, 200_000)
_ORDER = re.compile(rb"gid://shopify/Order/(\d+)")


# The shop -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Export:
    """The lines of ``BLOCK`` orders, to be filled with numbers of 12 digits: always as long."""

    template: bytes
    places: tuple[int, ...]
    lines: int
    length: int

    def stretch(self, start: int, end: int) -> bytes:
        """The file's bytes from ``start`` to before ``end``."""
        first, last = start // self.length, -(-end // self.length)
        blocks = (
            self.template % tuple(block * BLOCK + place for place in self.places)
            for block in range(first, last)
        )
        skipped = first * self.length
        return b"".join(blocks)[start - skipped : end - skipped]


def make_export() -> Export:
    """As the made-up Shopify writes it."""
    from shops.shopify.executing import Admin, own
    from shops.shopify.made_up_shop import MadeUpShop

    shop = MadeUpShop(BLOCK)
    for order in shop.orders:
        order["refunds"] = []  # those are asked for one by one, in pages of their own
    admin = Admin(shop, "", own())
    bulk = queries.LISTINGS["orders"].bulk
    assert bulk is not None
    admin.execute(queries.BULK_START, {"query": bulk % "updated_at:<'2030-01-01T00:00:00Z'"})
    (body,) = admin.files.values()
    numbers = [int(found) for found in _ORDER.findall(body)]
    places = tuple(number - min(numbers) for number in numbers)
    template = _ORDER.sub(rb"gid://shopify/Order/%012d", body.replace(b"%", b"%%"))
    return Export(template, places, body.count(b"\n"), len(template % places))


def serve(orders: int) -> None:
    """Answer on a port that is printed, until the process is ended."""
    from shops.loopback import Loopback, Reply, Request

    export = make_export()
    whole = orders // BLOCK * export.length
    done = {
        "id": "gid://shopify/BulkOperation/1", "status": "COMPLETED", "errorCode": None,
        "objectCount": str(orders // BLOCK * export.lines), "rootObjectCount": str(orders),
        "fileSize": str(whole),
    }  # fmt: skip
    told = {"X-Shopify-API-Version": "2026-10"}

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
            end = min(last + 1, whole)
            at = {"Content-Range": f"bytes {first}-{end - 1}/{whole}"}
            return Reply(206, export.stretch(first, end), at)
        asked = request.json()["query"]
        if "bulkOperationRunQuery" in asked:
            data: Any = {"bulkOperationRunQuery": {"bulkOperation": done, "userErrors": []}}
        elif "bulkOperations(" in asked:
            data = {"bulkOperations": {"nodes": []}}
        elif "bulkOperation(" in asked:
            data = {"bulkOperation": {**done, "url": f"{server.base}/export.jsonl"}}
        else:
            data = {"found": {"count": orders, "precision": "EXACT"}}
        return Reply(200, {"data": data}, told)

    server = Loopback(answer)
    sys.stdout.write(f"{server.base}\n")
    sys.stdout.flush()
    server.serve()


# Who syncs ----------------------------------------------------------------------------------


@dataclass
class Files:
    """Keeps `ports.Store` in a folder."""

    folder: Path
    state: State = field(default_factory=State)
    records: int = 0

    def save(self, state: State) -> None:
        text = json.dumps(state_fields(state), default=str)
        (self.folder / "state.json").write_text(text)
        self.state = parse_state(state_fields(state))

    def put_part(self, table: str, name: str, records: Sequence[Record]) -> None:
        target = self.folder / "parts" / table / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_part(records, table, target, zone=ZONE, seen_at=datetime.now(UTC))
        self.records += len(records)

    def put_known(self, name: str, known: Sequence[Known]) -> None:
        """Orders at Shopify are never listed again."""

    def list_known(self, stream: str) -> Iterable[Known]:
        return ()

    def list_named(self) -> Sequence[Named]:
        return ()

    def forget_named(self, named: Sequence[Named]) -> None:
        """There are none."""


def sync_once(address: str, folder: Path) -> dict[str, Any]:
    """A first sync of the orders, task by task, and what it took."""
    store = Files(folder)
    keys = Credentials("access_token", {"access_token": "shpat_0"})
    connection = Connection("shopify", address, keys, ZONE, "EUR")
    asked = Asked("r1", datetime.now(UTC), "connected", streams=("orders",))
    paces = ShopPaces({}, clock=lambda: datetime.now(UTC), sleep=time.sleep, chance=lambda: 0.5)
    began, tasks, longest = time.perf_counter(), 0, 0.0
    pause: Any = True
    while pause is not None:
        started = time.perf_counter()
        work = Work(
            Shopify(), store, store.state, asked,
            connection=lambda: connection, client=Client(paces, local=True),
            clock=lambda: datetime.now(UTC),
            until=datetime.now(UTC) + timedelta(seconds=settings.SYNC_SECONDS),
            chance=lambda: 0.5, on_page=lambda _state: None,
        )  # fmt: skip
        pause = work.run()
        tasks, longest = tasks + 1, max(longest, time.perf_counter() - started)
    cursor = store.state.cursor("orders")
    assert cursor.error is None, cursor.error
    assert cursor.high_water is not None, "it is whole"
    return {
        "seconds": time.perf_counter() - began,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "tasks": tasks,
        "longest_task_seconds": longest,
        "objects": cursor.done,
        "records": store.records,
        "parts": store.state.stored,
    }


def measure(orders: int) -> dict[str, Any]:
    """A shop in a process of its own, synced by another."""
    orders = -(-orders // BLOCK) * BLOCK
    shop = subprocess.Popen(
        [sys.executable, __file__, "serve", str(orders)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert shop.stdout is not None
        address = shop.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, __file__, "once", address, folder],
                check=True, stdout=subprocess.PIPE,
            )  # fmt: skip
        return {"orders": orders, **json.loads(done.stdout)}
    finally:
        shop.terminate()
        with suppress(subprocess.TimeoutExpired):
            shop.wait(20)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, action="append", help="how many; also repeated")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    most = int(settings.WORKER["memory"]) * 1_000_000 // 2
    found = []
    for orders in options.orders or SIZES:
        found.append(one := measure(orders))
        sys.stdout.write(
            f"| {one['orders']:,} | {one['seconds']:,.0f} s"
            f" | {one['seconds'] / one['orders'] * 1e6:,.0f} µs | {one['tasks']}"
            f" | {one['parts']:,} | {one['peak_bytes'] / 1e6:,.0f} MB |\n"
        )
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps({"most_bytes": most, "syncs": found}, indent=1))
    return 0 if all(one["peak_bytes"] <= most for one in found) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", orders]:
            serve(int(orders))
        case ["once", address, folder]:
            sys.stdout.write(json.dumps(sync_once(address, Path(folder))))
        case _:
            sys.exit(main())
