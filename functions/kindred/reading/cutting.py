"""The first step of reading: a file cut into cells, whatever wrote it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred.errors import UploadRejected
from kindred.reading.bytes import spreadsheets
from kindred.reading.bytes.dialect_detection import detect_dialect
from kindred.reading.bytes.dialects import Dialect
from kindred.reading.bytes.encodings import decode_head
from kindred.reading.bytes.raw_table import RawTable, load
from kindred.reading.bytes.records import write_records
from kindred.reading.bytes.refusals import refuse_non_table
from kindred.reading.bytes.unpacking import HEAD_BYTES, read_head
from kindred.reading.columns import headers
from kindred.reading.limits import Limits
from kindred.reading.rows.rejects import REJECT_COLUMNS, REJECT_TEXT
from kindred.reading.types import CutFile, OnStage
from kindred.reading.values.quoting import quoted
from kindred.spreadsheets import GUARDED, with_formula

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: Share of the stage that is over when the records are found; cutting them into cells is the rest.
_RECORDS_DONE: Final = 0.6


def cut_file(
    path: Path, limits: Limits, scratch: Path, engine: DuckDB, on_stage: OnStage
) -> CutFile:
    """The file's cells, in files below ``scratch``, which have to stay while they are used.

    Raises :class:`UploadRejected` for what is no table, has no rows or exceeds a limit.
    """
    path, dialect, names = _find_header(path, limits, scratch)
    if not names:
        raise UploadRejected(
            "The file has no values.", code="empty-file", hint="Export it again, with its rows."
        )
    if len(names) > limits.columns:
        raise UploadRejected(
            f"The file has {len(names):,} columns.",
            code="too-many-columns",
            hint=f"The limit is {limits.columns} columns. Leave out what isn't about customers"
            " and orders.",
        )
    records = write_records(path, dialect, limits, scratch)
    on_stage("reading", _RECORDS_DONE)
    raw = _without_reject_columns(load(records, dialect, names, engine, scratch))
    if not raw.rows and not raw.rejected_by_code:
        raise UploadRejected(
            "The file has a header but no rows.",
            code="no-rows",
            hint="Export it again, with its rows.",
        )
    return CutFile(dialect, records, raw)


def column_names(path: Path, limits: Limits, scratch: Path) -> tuple[str, ...]:
    """The names of the merchant's columns, from the first bytes of a file."""
    names = _find_header(path, limits, scratch)[2]
    return _own_names(names) if _is_rejects_file(names) else names


def _find_header(
    path: Path, limits: Limits, scratch: Path
) -> tuple[Path, Dialect, tuple[str, ...]]:
    """The file as text, its dialect, and the names of all its columns."""
    head = read_head(path, limits)
    if head.startswith(spreadsheets.ZIP_SIGNATURE):
        sheet = scratch / "sheet.csv"
        spreadsheets.write_as_csv(path, sheet, limits)
        path, head = sheet, read_head(sheet, limits)
    refuse_non_table(head)
    dialect = detect_dialect(decode_head(head), complete=len(head) < HEAD_BYTES)
    return path, dialect, headers.unique_names(dialect.header or [""] * dialect.width)


def _is_rejects_file(names: tuple[str, ...]) -> bool:
    """Whether a file is one of rejected rows that comes back corrected."""
    return names[: len(REJECT_COLUMNS)] == REJECT_COLUMNS and names[-1:] == (REJECT_TEXT,)


def _own_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The merchant's columns in a file of rejected rows."""
    own = [with_formula(name) for name in names[len(REJECT_COLUMNS) : -1]]
    return headers.unique_names(own)


def _without_reject_columns(raw: RawTable) -> RawTable:
    """The table without the columns that a rejects file has beside the merchant's."""
    if not _is_rejects_file(raw.names):
        return raw
    lead = len(REJECT_COLUMNS)
    names = _own_names(raw.names)
    # A rejects file has an apostrophe before what a spreadsheet would take for a formula.
    cells = ", ".join(
        rf"regexp_replace({cell}, {quoted(GUARDED)}, '\1\2', 'g') AS c{i}"
        for i, cell in enumerate(f"c{place}" for place in range(lead, lead + len(names)))
    )
    return replace(
        raw, relation=f"(SELECT line, {cells} FROM {raw.relation})", names=names, lead=lead
    )
