"""One table: each row is Kindred over a named alternative, run in turn in the same call.

    scripts/bench [--lines N …] [--times 3] [--json OUT] [--picture SVG] [--check]

Ratios only are held (`FLOORS`): seconds depend on the machine, and both sides of a ratio on the
same one. Files are made up, deterministic, and written to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benching.orders import write_orders
from benching.picture import draw
from benching.runs import ENGINE, PLAIN_SCRIPT, ROOT, Taken, in_turn, measure, task

LINES: Final = (100_000, 1_000_000)
#: Row -> the largest ratio that `--check` accepts. Above what was measured by a fifth or so, since
#: two programs don't suffer alike when a machine is busy; lower them when the code gets quicker.
FLOORS: Final = {
    "cpu: engine / plain script, 100,000 lines": 1.5,
    "cpu: engine / plain script, 1,000,000 lines": 2.8,
    "peak memory: engine / plain script, 1,000,000 lines": 1.0,
    "cpu: reading / duckdb.read_csv, 1,000,000 lines": 25.0,
    "cpu: ten times the lines, 1,000,000 lines": 5.0,
    "writes: pages / a document each, 1,000,000 lines": 0.007,
    "cpu: unchanged again / first run, 1,000,000 lines": 0.10,
    "cpu: 20 definitions / one full scan, 1,000,000 lines": 5.0,
    "cpu: all functions / Firebase alone": 2.0,
}


@dataclass(frozen=True)
class Row:
    """``ours`` over ``theirs``, in ``unit``; smaller is better."""

    name: str
    ratio: float
    ours: float
    theirs: float
    unit: str

    @property
    def floor(self) -> float | None:
        return FLOORS.get(self.name)

    @property
    def holds(self) -> bool:
        return self.floor is None or self.ratio <= self.floor


def main() -> int:
    """0 if everything ran and, with ``--check``, every ratio holds."""
    options = _options()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(options.lines, options.times, Path(folder)):
            _print(row)
            rows.append(row)
    content = [{**asdict(row), "floor": row.floor} for row in rows]
    if options.json:
        options.json.write_text(json.dumps(content, indent=1) + "\n")
    if options.picture:
        options.picture.write_text(draw(content))
    failed = [row for row in rows if not row.holds]
    for row in failed:
        print(f"{row.name} is {row.ratio:.4g}, above {row.floor:g}", file=sys.stderr)
    return 1 if options.check and failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Ratios, side by side.")
    parser.add_argument("--lines", type=int, nargs="+", default=list(LINES))
    parser.add_argument("--times", type=int, default=3, help="runs of each, of which the median")
    parser.add_argument("--json", type=Path, help="write the table here")
    parser.add_argument("--picture", type=Path, help="draw the table here, as SVG")
    parser.add_argument("--check", action="store_true", help="fail where a ratio doesn't hold")
    return parser.parse_args()


def measured(lines: list[int], times: int, folder: Path) -> Iterator[Row]:
    """Every row, as soon as it is known."""
    engine_cpu: dict[int, float] = {}
    result = folder / "engine.json"
    for count in sorted(lines):
        orders = folder / "orders.csv"
        write_orders(orders, count)
        taken = in_turn(_whole(orders, folder), times)
        yield from _compare(taken, "engine", "plain script", count)
        yield from _compare(taken, "engine", "DuckDB aggregate", count)
        engine_cpu[count] = taken["engine"].cpu_seconds
        yield _reading(orders, count, times)
    smallest, largest = min(lines), max(lines)
    if smallest * 10 in engine_cpu:
        ours, theirs = engine_cpu[smallest * 10], engine_cpu[smallest]
        yield Row(
            f"cpu: ten times the lines, {smallest * 10:,} lines", ours / theirs, ours, theirs, "s"
        )
    yield _unchanged(folder / "orders.csv", result, engine_cpu[largest], largest)
    yield from _on_customers(result, folder, largest)
    cold = in_turn({n: (task(n), ["-"]) for n in ("functions_cold", "firebase_cold")}, times)
    ours, theirs = cold["functions_cold"].cpu_seconds, cold["firebase_cold"].cpu_seconds
    yield Row("cpu: all functions / Firebase alone", ours / theirs, ours, theirs, "s")
    yield from _bundles()


def _whole(orders: Path, folder: Path) -> dict[str, Any]:
    """File to JSON, three ways."""
    return {
        "engine": (ENGINE, [orders, "--json", folder / "engine.json"]),
        "plain script": (PLAIN_SCRIPT, [orders, folder / "plain.json"]),
        "DuckDB aggregate": (task("bare_aggregate"), [orders, folder / "bare.json"]),
    }


def _compare(taken: dict[str, Taken], ours: str, theirs: str, lines: int) -> Iterator[Row]:
    mine, other = taken[ours], taken[theirs]
    for what, unit, a, b in (
        ("time", "s", mine.seconds, other.seconds),
        ("cpu", "s", mine.cpu_seconds, other.cpu_seconds),
        ("peak memory", "MiB", mine.peak_mib, other.peak_mib),
    ):
        yield Row(f"{what}: {ours} / {theirs}, {lines:,} lines", a / b, a, b, unit)


def _reading(orders: Path, lines: int, times: int) -> Row:
    """Reading, checking and mapping beside a bare read, each without its start."""
    names = ("read_alone", "read_start", "bare_read", "bare_start")
    taken = in_turn({name: (task(name), [orders]) for name in names}, times)
    ours = taken["read_alone"].cpu_seconds - taken["read_start"].cpu_seconds
    theirs = max(1e-3, taken["bare_read"].cpu_seconds - taken["bare_start"].cpu_seconds)
    name = f"cpu: reading / duckdb.read_csv, {lines:,} lines"
    return Row(name, ours / theirs, ours, theirs, "s")


def _unchanged(orders: Path, result: Path, first: float, lines: int) -> Row:
    """The same command again: it looks whether anything changed, and writes nothing."""
    before = result.stat().st_mtime_ns
    again = measure(ENGINE, orders, "--json", result, "--check-freshness").cpu_seconds
    if result.stat().st_mtime_ns != before:
        raise RuntimeError("An unchanged file was written again.")
    return Row(
        f"cpu: unchanged again / first run, {lines:,} lines", again / first, again, first, "s"
    )


def _on_customers(result: Path, folder: Path, lines: int) -> Iterator[Row]:
    """What is done with the customers of the last output."""
    counts = folder / "counts.json"
    measure(task("count_publishing"), result, counts)
    found = json.loads(counts.read_text())
    ours, theirs = found["writes"], found["customers"]
    yield Row(
        f"writes: pages / a document each, {lines:,} lines", ours / theirs, ours, theirs, "writes"
    )
    measure(task("count_definitions"), result, folder / "orders.csv", counts)
    found = json.loads(counts.read_text())
    ours, theirs = found["definitions"], found["scan"]
    yield Row(
        f"cpu: 20 definitions / one full scan, {lines:,} lines", ours / theirs, ours, theirs, "s"
    )


def _bundles() -> Iterator[Row]:
    """What the first page loads of the web app beside all of it, where it has been built."""
    import gzip
    import re

    dist = ROOT / "hosting" / "dist"
    page = dist / "index.html"
    if not page.exists():
        return
    sizes = {
        file.name: len(gzip.compress(file.read_bytes())) / 1024
        for file in dist.rglob("*")
        if file.suffix in (".js", ".css")
    }
    names = {Path(path).name for path in re.findall(r'(?:src|href)="([^"]+)"', page.read_text())}
    ours, theirs = sum(sizes.get(name, 0.0) for name in names), sum(sizes.values())
    yield Row("gzip: first page / whole web app", ours / theirs, ours, theirs, "KiB")


def _print(row: Row) -> None:
    floor = f"  (at most {row.floor:g})" if row.floor is not None else ""
    print(
        f"{row.name:<58} {row.ratio:>9.4g}   {row.ours:,.5g} / {row.theirs:,.5g} {row.unit}{floor}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
