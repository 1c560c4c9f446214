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
from typing import IO, TYPE_CHECKING, Final

from kindred.reading.bytes.dialects import Dialect, cut_cells, cut_otherwise
from kindred.reading.bytes.records import INNER_BREAK, Records, records_aside
from kindred.reading.values.quoting import quoted

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: The key in a saved file's metadata under which its column names stand, as JSON.
SAVED_NAMES: Final = "kindred_columns"
SAVED_GROUP = 20_480  # rows: a multiple of DuckDB's vectors, and a small read for one page
#: Bytes of a record that DuckDB reads: more than the longest line, joined over line breaks, has.
_READER_LINE_BYTES: Final = 8_000_000
_READ_BYTES: Final = 1 << 22  # that are looked through at once for records that DuckDB left out

#: Code of a rejected record -> what is said of it.
REASONS: Final = {
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
    lead: int = 0  # columns in front that aren't the merchant's: a rejects file uploaded again

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"c{i}" for i in range(len(self.names)))


def load(
    records: Records, dialect: Dialect, names: tuple[str, ...], engine: DuckDB, scratch: Path
) -> RawTable:
    """Cut all records into cells, into Parquet files below ``scratch``, which have to stay.

    Records that can't be cut are in ``rejected`` and ``rejected_by_code``. The records' own files
    are removed.
    """
    width = len(names)
    cut_path, mended_path = scratch / "raw.parquet", scratch / "mended.parquet"
    cut_rows = _cut(records, dialect, width, engine, cut_path) if records.count else 0
    left: Iterable[tuple[int, str, str]] = ()
    if cut_rows != records.count:
        left = _records_not_cut(records, dialect, engine, cut_path, cut_rows)
    rejected = scratch / "rejected.jsonl"
    mended_csv = scratch / "mended.csv"
    mender = _Mender(dialect, width)
    mender.mend_all(chain(records_aside(records.aside_path), left), mended_csv, rejected)
    rows, bad = cut_rows + mender.mended, sum(mender.rejected_by_code.values())
    if rows + bad != records.total:
        raise RuntimeError(f"{records.total} records, but {rows} rows and {bad} rejected")
    parts = [cut_path] if cut_rows else []
    if mender.mended:
        reader = _reader(mended_csv, ",", '"', None, width)
        engine.con.execute(
            f"COPY (SELECT * FROM {reader}) TO {quoted(mended_path)} (FORMAT parquet)"
        )
        parts.append(mended_path)
    for path in (records.path, records.aside_path, mended_csv):
        path.unlink(missing_ok=True)
    has_breaks = records.has_inner_breaks or mender.mended > 0
    return RawTable(
        _relation(parts, width, has_breaks=has_breaks),
        names,
        rows,
        rejected,
        mender.rejected_by_code,
    )


def _relation(parts: list[Path], width: int, *, has_breaks: bool) -> str:
    """SQL for the rows of all ``parts``, with line breaks inside cells as they were."""
    selects = [f"SELECT * FROM read_parquet({quoted(part)})" for part in parts]
    if not parts:
        nothing = ", ".join(f"NULL::VARCHAR AS c{i}" for i in range(width))
        selects = [f"SELECT 0::BIGINT AS line, {nothing} WHERE false"]
    relation = "(" + " UNION ALL ".join(selects) + ")"
    if has_breaks:
        cells = ", ".join(f"replace(c{i}, chr(30), chr(10)) AS c{i}" for i in range(width))
        relation = f"(SELECT line, {cells} FROM {relation})"
    return relation


def save(table: RawTable, engine: DuckDB, path: Path, *, left_out: Iterable[int] = ()) -> None:
    """Write the cells to ``path``, but for the columns ``left_out``: ``line, c0, c1 …`` by line.

    The names are in the metadata, since two of them may differ in case alone.
    """
    columns = [i for i in range(len(table.names)) if i not in set(left_out)]
    names = json.dumps([table.names[i] for i in columns])
    cells = "".join(f", c{i} AS c{place}" for place, i in enumerate(columns))
    engine.con.execute(
        f"COPY (SELECT line{cells} FROM {table.relation} ORDER BY line)"
        f" TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {SAVED_GROUP},"
        f" KV_METADATA {{{SAVED_NAMES}: {quoted(names)}}})"
    )


def _reader(path: Path, delimiter: str, quote: str | None, escape: str | None, width: int) -> str:
    """SQL for the rows of a CSV file, read strictly: ``line`` and the columns ``c0`` …"""
    columns = ", ".join(["'line': 'BIGINT'", *(f"'c{i}': 'VARCHAR'" for i in range(width))])
    return (
        f"read_csv({quoted(path)}, delim={quoted(delimiter)}, quote={quoted(quote or '')},"
        f" escape={quoted(escape or quote or '')}, header=false, columns={{{columns}}},"
        " auto_detect=false, strict_mode=true, null_padding=false, new_line='\\n',"
        f" ignore_errors=true, max_line_size={_READER_LINE_BYTES}, nullstr='',"
        " allow_quoted_nulls=true)"
    )


def _cut(records: Records, dialect: Dialect, width: int, engine: DuckDB, target: Path) -> int:
    """Write to ``target`` what DuckDB can cut, and say how many rows that is."""
    import duckdb

    con = engine.con
    delimiter = _record_delimiter(dialect)
    source = _reader(records.path, delimiter, dialect.quote, dialect.escape, width)
    try:
        con.execute(f"COPY (SELECT * FROM {source}) TO {quoted(target)} (FORMAT parquet)")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return 0  # the reader gave up on the file: every record is looked at alone
    return int(con.execute(f"SELECT count(*) FROM read_parquet({quoted(target)})").fetchone()[0])


def _record_delimiter(dialect: Dialect) -> str:
    """The delimiter in the records' file: columns of blanks are parted by tabs there."""
    return "\t" if dialect.delimiter == " " else dialect.delimiter


def _records_not_cut(
    records: Records, dialect: Dialect, engine: DuckDB, cut_path: Path, cut_rows: int
) -> Iterator[tuple[int, str, str]]:
    """``(line, "", text)`` of the records whose line numbers aren't among those that were cut."""
    import numpy as np

    lines = engine.con.execute(f"SELECT line FROM read_parquet({quoted(cut_path)})").fetchnumpy()
    cut = np.sort(np.asarray(lines["line"], dtype=np.int64))
    missing = records.count - cut_rows
    delimiter = _record_delimiter(dialect).encode()
    with records.path.open("rb") as file:
        while missing:
            block = file.readlines(_READ_BYTES)
            if not block:
                return
            numbers = np.array([int(text[: text.index(delimiter)]) for text in block])
            at = np.searchsorted(cut, numbers)
            at[at == len(cut)] = 0
            was_cut = cut[at] == numbers if len(cut) else np.zeros(len(block), dtype=bool)
            for place in np.flatnonzero(~was_cut):
                missing -= 1
                text = block[int(place)].rstrip(b"\n")
                start = text.index(delimiter) + len(delimiter)
                yield int(numbers[place]), "", text[start:].decode("utf-8", "replace")


class _Mender:
    """Reads records one by one: as rows where they have the right number of cells after all."""

    def __init__(self, dialect: Dialect, width: int) -> None:
        self.dialect = dialect
        self.width = width
        self.mended = 0
        self.rejected_by_code: Counter[str] = Counter()

    def mend_all(
        self, records: Iterable[tuple[int, str, str]], mended: Path, rejected: Path
    ) -> None:
        """Write each ``(line, code, text)`` to ``mended`` as CSV or to ``rejected`` as JSON."""
        with (
            rejected.open("w", encoding="utf-8") as bad,
            mended.open("w", encoding="utf-8", newline="") as good,
        ):
            writer = csv.writer(good, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for line, code, text in records:
                cells, code = self._cells(text, code)
                if code:
                    self._reject(bad, line, code, cells, text)
                    continue
                row = (cell.replace("\n", INNER_BREAK) for cell in cells[: self.width])
                writer.writerow([line, *row])
                self.mended += 1

    def _cells(self, text: str, code: str) -> tuple[list[str], str]:
        """The cells of a record, and why they make no row: ``code``, or "" where they do."""
        dialect, width = self.dialect, self.width
        if dialect.delimiter == " ":
            cells = text.split("\t")
        else:
            cells = cut_cells(text.replace(INNER_BREAK, "\n"), dialect)
        if len(cells) < width and not code:
            cells = cut_otherwise(text.replace(INNER_BREAK, "\n"), dialect, width) or cells
        plain = text.split(_record_delimiter(dialect))
        if code == "quote-error" and len(plain) == width:
            cells, code = [cell.strip().strip(dialect.quote or "") for cell in plain], ""
        if code not in ("", "quote-error"):
            return cells, code
        if len(cells) < width and dialect.short_rows and not code:
            cells += [""] * (width - len(cells))
        if len(cells) < width:
            return cells, code or "missing-cell"
        if any(cell.strip() for cell in cells[width:]):
            return cells, code or "extra-cell"
        return cells, ""

    def _reject(self, file: IO[str], line: int, code: str, cells: list[str], text: str) -> None:
        reason = REASONS[code]
        if code in ("missing-cell", "extra-cell"):
            reason += f" {len(cells)} instead of {self.width}."
        self.rejected_by_code[code] += 1
        original = text.replace(INNER_BREAK, "\n")
        row = [line, code, reason, cells[: self.width], original]
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
