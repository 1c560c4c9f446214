"""The file of rejected rows, to be corrected and appended."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred.reading.bytes.raw_table import RawTable
from kindred.spreadsheets import without_formula

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Columns in front of the file's own, and the one behind them.
REJECT_COLUMNS: Final = ("line", "code", "reason")
REJECT_TEXT: Final = "original_text"
MAX_REJECT_TEXT: Final = 10_000  # characters of a line; a spreadsheet's cell holds 32,767
_ROWS_AT_ONCE: Final = 5000


def write_rejects(
    engine: DuckDB, raw: RawTable, rows: str, path: Path
) -> tuple[Counter[str], Path | None]:
    """Write the rejects CSV; how many rows each code has, and the file, None without any.

    Its columns: line, code, reason, the original ones, and the line as it stood.
    """
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*REJECT_COLUMNS, *map(_as_text, raw.names), REJECT_TEXT])
        for line, code, reason, cells, text in _rejected(engine, raw, rows):
            counts[code] += 1
            padded = [*map(_as_text, cells), *[""] * (len(raw.names) - len(cells))]
            writer.writerow([line, code, reason, *padded, _as_text(text[:MAX_REJECT_TEXT])])
    if not counts:
        path.unlink()
        return counts, None
    return counts, path


def _as_text(cell: str) -> str:
    return without_formula(cell, numbers_stay=True)


def _rejected(
    engine: DuckDB, raw: RawTable, rows: str
) -> Iterator[tuple[int, str, str, list[str], str]]:
    with raw.rejected.open(encoding="utf-8") as file:
        for row in file:
            line, code, reason, cells, text = json.loads(row)
            yield line, code, reason, cells[raw.lead :], text
    columns = ", ".join(f"r.{c}" for c in raw.columns)
    result = engine.con.execute(
        f"SELECT j.line, j.code, j.reason, {columns} FROM (SELECT line, code, reason FROM {rows}"
        f" WHERE code IS NOT NULL AND code NOT LIKE '#%') j"
        f" JOIN {raw.relation} r ON r.line = j.line"
        " ORDER BY j.line"
    )
    while batch := result.fetchmany(_ROWS_AT_ONCE):
        for line, code, reason, *cells in batch:
            yield line, code, reason, ["" if c is None else c for c in cells], ""
