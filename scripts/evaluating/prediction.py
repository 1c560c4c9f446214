"""Evaluate predictions on an order file: read it, hide its last part, predict that, compare.

Exit status 0 done, 2 the file can't be used.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from kindred.engine import open_engine
from kindred.engine.duckdb import DuckDB
from kindred.errors import InvalidInput
from kindred.predicting.holdout import as_table, evaluate
from kindred.predicting.purchases import StoredPurchases, store_purchases
from kindred.reading.files import read_file
from kindred.reading.types import ReadOptions


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/evaluate-prediction", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="any order file Kindred can read")
    parser.add_argument(
        "--calibration-end",
        type=date.fromisoformat,
        metavar="DATE",
        help="last day that is learned from (default: two thirds of the file's days)",
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures as JSON")
    asked = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
            purchases = _purchases(asked.file, Path(folder), engine)
            evaluation = evaluate(purchases, asked.calibration_end)
    except (InvalidInput, OSError) as err:
        print(f"{err} {getattr(err, 'hint', '')}".strip(), file=sys.stderr)
        return 2
    print(as_table(evaluation))
    if asked.json:
        asked.json.write_text(json.dumps(evaluation, indent=2) + "\n")
    return 0


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
