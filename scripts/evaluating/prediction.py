"""Evaluate predictions on order files: read each, hide its last part, predict that, compare.

The first table compares the candidates. The second draws customers of the file into many smaller
shops, and counts how often the 80 % intervals of their orders and their money held the truth.

Exit status 0 done, 2 the file can't be used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from kindred.engine import open_engine
from kindred.engine.duckdb import DuckDB
from kindred.errors import InvalidInput
from kindred.predicting.holdout import as_table, evaluate
from kindred.predicting.purchases import StoredPurchases, store_purchases
from kindred.predicting.shop_totals import DRAWN_SHOPS, DRAWN_SIZES, coverage
from kindred.reading.files import read_file
from kindred.reading.types import ReadOptions


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate-prediction", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="any order file Kindred can read"
    )
    parser.add_argument(
        "--calibration-end",
        type=date.fromisoformat,
        metavar="DATE",
        help="last day that is learned from (default: two thirds of each file's days)",
    )
    parser.add_argument(
        "--shops", type=int, default=DRAWN_SHOPS, help="shops to draw of each size; 0 for none"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures as JSON")
    asked = parser.parse_args(arguments)
    found = []
    try:
        for path in asked.files:
            found.append(evaluate_file(path, asked.calibration_end, asked.shops))
            print("" if len(found) == 1 else "\n", f"{path.name}\n", sep="")
            print(as_table(found[-1]))
            print(as_coverage_table(found[-1]["shops"]))
    except (InvalidInput, OSError) as err:
        print(f"{path}: {err} {getattr(err, 'hint', '')}".strip(), file=sys.stderr)
        return 2
    if asked.json:
        asked.json.write_text(json.dumps(found if len(found) > 1 else found[0], indent=2) + "\n")
    return 0


def evaluate_file(path: Path, calibration_end: date | None, shops: int) -> dict[str, Any]:
    """What `holdout.evaluate` finds, and ``shops``: `shop_totals.Coverage` by size."""
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        purchases = _purchases(path, Path(folder), engine)
        evaluation = evaluate(purchases, calibration_end)
        end = evaluation["calibration_end"]
        drawn = [coverage(purchases, end, size, shops) for size in DRAWN_SIZES if shops]
    return {**evaluation, "file": path.name, "shops": [asdict(one) for one in drawn if one]}


def as_coverage_table(shops: list[dict[str, Any]]) -> str:
    """How often intervals held the truth, as people read it; nothing where none was drawn."""
    if not shops:
        return ""
    lines = [
        "",
        f"{'drawn customers':<20}{'shops':>7}{'orders':>8}{'money':>7}{'total':>8}  grades",
    ]
    for one in shops:
        grades = ", ".join(f"{count} {grade}" for grade, count in sorted(one["grades"].items()))
        lines.append(
            f"{one['customers']:<20,}{one['shops']:>7}{one['orders']:>8.0%}{one['value']:>7.0%}"
            f"{one['total_error']:>+8.1%}  {grades}"
        )
    return "\n".join(lines)


def _purchases(path: Path, folder: Path, engine: DuckDB) -> StoredPurchases:
    options = ReadOptions(keep_equal_rows=True)  # a day's equal orders are orders all the same
    tables = read_file(path, options, folder, engine=engine).tables
    if tables.orders is None:
        raise InvalidInput("This file has no orders, only totals per customer.")
    purchases = store_purchases(engine, engine.read(tables.orders))
    if purchases is None:
        raise InvalidInput("No order in this file has a customer.")
    return purchases


if __name__ == "__main__":
    sys.exit(main())
