"""The file as a table of text: one Parquet column per file column, one row per record.

DuckDB cuts the records, in its strict mode, so that nothing is guessed. What it won't take is read
alone by the standard library: mended where it has the right number of cells, rejected where not.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.reading.bytes.dialects import Dialect, cut_cells
from kindred.reading.bytes.records import INNER_BREAK, Records, odd_records

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB as Backend

SAVED_NAMES = "kindred_columns"
SAVED_GROUP = 20_480  # rows: a multiple of DuckDB's vectors, and a small read for one page

REASONS = {
    "line-too-long": "The line is longer than the limit of one line.",
    "quote-error": "A quote opens and never closes.",
    "missing-cell": "The row has fewer cells than the header.",
    "extra-cell": "The row has more cells than the header.",
}


@dataclass
class RawTable:
    """``relation`` is SQL for the rows: ``line`` and ``c0`` … of the file's columns, all text."""

    relation: str
    names: tuple[str, ...]
    rows: int
    rejected: Path  # JSON lines: line, code, reason, cells, text
    rejected_by_code: Counter[str] = field(default_factory=Counter)
    lead: int = 0  # columns in front that aren't the merchant's (a rejects file uploaded again)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"c{i}" for i in range(len(self.names)))


def load(
    records: Records, dialect: Dialect, names: tuple[str, ...], engine: Backend, scratch: Path
) -> RawTable:
    """Cut all records into cells."""
    raw = scratch / "raw.parquet"
    delimiter = "\t" if dialect.delimiter == " " else dialect.delimiter
    taken = _cut(records, dialect, delimiter, len(names), engine, raw) if records.count else 0
    rejected = scratch / "rejected.jsonl"
    table = RawTable("", names, 0, rejected)
    mended = scratch / "mended.csv"
    with (
        rejected.open("w", encoding="utf-8") as bad,
        mended.open("w", encoding="utf-8", newline="") as good,
    ):
        left: Iterable[tuple[int, str, str]] = ()
        if taken != records.count:
            left = _refused(records, engine, raw, taken, delimiter)
        mended_rows = 0
        writer = csv.writer(good, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for line, code, text in chain(odd_records(records.odd_path), left):
            mended_rows += _mend(
                line, code, text, dialect, delimiter, len(names), writer, bad, table
            )
    parts = []
    if taken:
        parts.append(f"SELECT * FROM read_parquet({quoted(raw)})")
    if mended_rows:
        engine.con.execute(
            f"COPY (SELECT * FROM {_reader(mended, ',', chr(34), None, len(names))})"
            f" TO {quoted(scratch / 'mended.parquet')} (FORMAT parquet)"
        )
        parts.append(f"SELECT * FROM read_parquet({quoted(scratch / 'mended.parquet')})")
    if not parts:
        nothing = ", ".join(f"NULL::VARCHAR AS c{i}" for i in range(len(names)))
        parts.append(f"SELECT 0::BIGINT AS line, {nothing} WHERE false")
    table.relation = "(" + " UNION ALL ".join(parts) + ")"
    table.rows = taken + mended_rows
    if records.has_breaks or mended_rows:
        cells = ", ".join(f"replace(c{i}, chr(30), chr(10)) AS c{i}" for i in range(len(names)))
        table.relation = f"(SELECT line, {cells} FROM {table.relation})"
    for path in (records.path, records.odd_path, mended):
        path.unlink(missing_ok=True)
    return table


def save(table: RawTable, engine: Backend, path: Path, *, left_out: Iterable[int] = ()) -> None:
    """Keep the cells in ``path``, but for the columns ``left_out``: ``line, c0, c1 …`` in order of
    lines. Names are in the metadata, since two of them may differ in case alone."""
    kept = [i for i in range(len(table.names)) if i not in set(left_out)]
    names = json.dumps([table.names[i] for i in kept])
    cells = "".join(f", c{i} AS c{at}" for at, i in enumerate(kept))
    engine.con.execute(
        f"COPY (SELECT line{cells} FROM {table.relation} ORDER BY line)"
        f" TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {SAVED_GROUP},"
        f" KV_METADATA {{{SAVED_NAMES}: {quoted(names)}}})"
    )


def quoted(value: object) -> str:
    """A SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def _reader(path: Path, delimiter: str, quote: str | None, escape: str | None, width: int) -> str:
    columns = ", ".join(["'line': 'BIGINT'", *(f"'c{i}': 'VARCHAR'" for i in range(width))])
    quote_sql = quoted(quote or "")
    escape_sql = quoted(escape or quote or "")
    return (
        f"read_csv({quoted(path)}, delim={quoted(delimiter)}, quote={quote_sql},"
        f" escape={escape_sql}, header=false, columns={{{columns}}}, auto_detect=false,"
        " strict_mode=true, null_padding=false, new_line='\\n', ignore_errors=true,"
        " max_line_size=8000000, nullstr='', allow_quoted_nulls=true)"
    )


def _cut(
    records: Records,
    dialect: Dialect,
    delimiter: str,
    width: int,
    engine: Backend,
    raw: Path,
) -> int:
    con = engine.con
    source = _reader(records.path, delimiter, dialect.quote, dialect.escape, width)
    import duckdb

    try:
        con.execute(f"COPY (SELECT * FROM {source}) TO {quoted(raw)} (FORMAT parquet)")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return 0  # the reader gave up on the file: every record is looked at alone
    return int(con.execute(f"SELECT count(*) FROM read_parquet({quoted(raw)})").fetchone()[0])


def _refused(
    records: Records, engine: Backend, raw: Path, taken: int, delimiter: str
) -> Iterator[tuple[int, str, str]]:
    """The records that DuckDB left out, told by their line numbers."""
    import numpy as np

    found_lines = engine.con.execute(f"SELECT line FROM read_parquet({quoted(raw)})").fetchnumpy()
    known = np.sort(np.asarray(found_lines["line"], dtype=np.int64))
    missing = records.count - taken
    with records.path.open("rb") as file:
        cut = delimiter.encode()
        while missing:
            block = file.readlines(1 << 22)
            if not block:
                return
            numbers = np.array([int(text[: text.index(cut)]) for text in block])
            at = np.searchsorted(known, numbers)
            at[at == len(known)] = 0
            found = known[at] == numbers if len(known) else np.zeros(len(block), dtype=bool)
            for index in np.flatnonzero(~found):
                missing -= 1
                text = block[int(index)].rstrip(b"\n")
                start = text.index(cut) + len(cut)
                yield int(numbers[index]), "", text[start:].decode("utf-8", "replace")


def _mend(
    line: int,
    code: str,
    text: str,
    dialect: Dialect,
    delimiter: str,
    width: int,
    writer: Any,
    bad: Any,
    table: RawTable,
) -> int:
    """1 if the record could be read after all, else 0 and it is written to ``bad``."""
    cells = (
        text.split("\t")
        if dialect.delimiter == " "
        else cut_cells(text.replace(INNER_BREAK, "\n"), dialect)
    )
    plain = text.split(delimiter)
    if code == "quote-error" and len(plain) == width:
        cells, code = [cell.strip().strip(dialect.quote or "") for cell in plain], ""
    if not code or code == "quote-error":
        extra = [cell for cell in cells[width:] if cell.strip()]
        if len(cells) < width and dialect.short_rows and not code:
            cells += [""] * (width - len(cells))
        if len(cells) >= width and not extra:
            writer.writerow([line, *(cell.replace("\n", INNER_BREAK) for cell in cells[:width])])
            return 1
        if not code:
            code = "missing-cell" if len(cells) < width else "extra-cell"
    reason = REASONS[code]
    if code in ("missing-cell", "extra-cell"):
        reason += f" {len(cells)} instead of {width}."
    table.rejected_by_code[code] += 1
    original = text.replace(INNER_BREAK, "\n")
    bad.write(json.dumps([line, code, reason, cells[:width], original], ensure_ascii=False) + "\n")
    return 0
