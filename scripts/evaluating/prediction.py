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
from kindred.errors import InvalidInput
from kindred.predicting.evaluating import as_table, evaluate
from kindred.predicting.histories import Purchases, purchase_days
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
        found = evaluate(_purchases(asked.file), asked.calibration_end)
    except (InvalidInput, OSError) as err:
        print(f"{err} {getattr(err, 'hint', '')}".strip(), file=sys.stderr)
        return 2
    print(as_table(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def _purchases(path: Path) -> Purchases:
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        options = ReadOptions(keep_equal_rows=True)  # a day's equal orders are orders all the same
        reading = read_file(path, options, Path(folder), engine=engine)
        if reading.tables.orders is None:
            raise InvalidInput("This file has no orders, only totals per customer.")
        days = purchase_days(engine.read(reading.tables.orders))
        return Purchases.from_frame(engine.fetch(days, most=10_000_000))


if __name__ == "__main__":
    sys.exit(main())
