"""The public door of reading: from a file to canonical tables, report and rejects.

:func:`read_file` reads it all, :func:`preview_head` the first bytes, :func:`peek_header_hash` the
header only. The steps: ``cutting`` (bytes to cells), ``interpreting`` (what columns mean), ``rows``
(cells to canonical rows). No step holds more than a block of the file in Python's memory.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import KindredError, MappingNeeded, UploadRejected
from kindred.reading.bytes import spreadsheets
from kindred.reading.bytes.encodings import detect_encoding
from kindred.reading.bytes.raw_table import RawTable, save
from kindred.reading.bytes.unpacking import BLOCK_BYTES, read_head
from kindred.reading.columns.headers import header_hash
from kindred.reading.cutting import column_names, cut_file
from kindred.reading.interpreting import interpret
from kindred.reading.limits import Limits
from kindred.reading.rows import judging
from kindred.reading.types import OnStage, Reading, ReadOptions

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

_PREVIEW_ROWS: Final = 20
_PREVIEW_CHARACTERS: Final = 300  # of a cell
#: Bytes of a head from which on its last line is left out: a smaller head is the whole file.
_CUT_HEAD_BYTES: Final = 1 << 16


def ignore_stage(_name: str, _fraction: float) -> None:
    """Do nothing: for a reading whose stages nobody is told."""


def read_file(
    path: Path,
    options: ReadOptions,
    out_dir: Path,
    *,
    engine: DuckDB,
    on_stage: OnStage = ignore_stage,
) -> Reading:
    """Read ``path`` into Parquet tables in ``out_dir``, which is made.

    Raises :class:`UploadRejected` for what can't be used, :class:`MappingNeeded` for a table whose
    columns aren't clear enough, and :class:`InvalidInput` for options that don't fit the file.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    before = path.stat()
    with tempfile.TemporaryDirectory(dir=out_dir, prefix="reading-") as scratch:
        on_stage("reading", 0.0)
        file = cut_file(path, options.limits, Path(scratch), engine, on_stage)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise UploadRejected(
                "The file changed while it was read.",
                code="file-changed",
                hint="Upload it again when nothing writes to it any more.",
            )
        on_stage("reading", 1.0)
        meaning = interpret(file, options, engine)
        reading = judging.judge(file, meaning, options, out_dir, Path(scratch), engine, on_stage)
        if not options.keep_rows:
            return reading
        rows = out_dir / "rows.parquet"
        save(file.raw, engine, rows, left_out=meaning.mapping.personal)
        return replace(reading, rows=rows)


def peek_header_hash(path: Path, options: ReadOptions) -> str:
    """The header hash of a file from its first bytes, to look up a remembered mapping by.

    Raises :class:`UploadRejected` as :func:`read_file` does for what is no table.
    """
    with tempfile.TemporaryDirectory() as folder:
        return header_hash(column_names(path, options.limits, Path(folder)))


def preview_head(head: bytes, options: ReadOptions, *, file_name: str = "") -> dict[str, Any]:
    """The first rows as they would be read, from the first bytes of a file.

    ``{file_name, columns, rows, detected, report, notices, errors, error}``: ``errors`` are the
    first rejected rows, ``error`` is what stands in the way of reading (also an unclear mapping),
    or None.
    """
    from kindred.engine import open_engine

    preview: dict[str, Any] = {
        "file_name": file_name,
        "columns": [],
        "rows": [],
        "detected": None,
        "report": None,
        "notices": [],
        "errors": [],
        "error": None,
    }
    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        scratch = Path(folder)
        path = scratch / "head"
        path.write_bytes(head)
        path.write_bytes(_whole_lines(path, options.limits))
        try:
            _fill_preview(preview, path, options, scratch, engine)
        except MappingNeeded as err:
            preview |= {"detected": err.detected, "error": err.as_dict()}
        except KindredError as err:
            preview["error"] = err.as_dict()
    return preview


def _fill_preview(
    preview: dict[str, Any], path: Path, options: ReadOptions, scratch: Path, engine: DuckDB
) -> None:
    """Write what each step says into ``preview``, so that it stays where the next one fails."""
    file = cut_file(path, options.limits, scratch, engine, ignore_stage)
    preview |= {"columns": list(file.raw.names), "rows": _first_rows(engine, file.raw)}
    meaning = interpret(file, options, engine)
    preview |= {"detected": meaning.detected, "notices": meaning.notices}
    reading = judging.judge(file, meaning, options, scratch, scratch, engine, ignore_stage)
    preview |= {
        "report": reading.report,
        "notices": reading.notices,
        "errors": _first_errors(reading.rejects),
    }


def _whole_lines(path: Path, limits: Limits) -> bytes:
    """The head in ``path`` without its last, cut line; gzip unpacked as far as it goes."""
    head = path.read_bytes()
    if head.startswith(spreadsheets.ZIP_SIGNATURE):
        return head
    try:
        head = read_head(path, limits, BLOCK_BYTES)
    except UploadRejected:
        return head  # whoever reads it says why
    if len(head) < _CUT_HEAD_BYTES:
        return head
    encoding, _ = detect_encoding(head)
    end = "\n".encode(encoding)
    at = head.rfind(end)
    return head[: at + len(end)] if at > 0 else head


def _first_rows(engine: DuckDB, raw: RawTable) -> list[list[str | None]]:
    rows = engine.con.execute(
        f"SELECT {', '.join(raw.columns)} FROM {raw.relation} ORDER BY line LIMIT {_PREVIEW_ROWS}"
    ).fetchall()
    return [[cell[:_PREVIEW_CHARACTERS] if cell else cell for cell in row] for row in rows]


def _first_errors(rejects: Path | None) -> list[dict[str, Any]]:
    if rejects is None:
        return []
    with rejects.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [
            {"line": int(row[0]), "code": row[1], "reason": row[2]}
            for row, _ in zip(rows, range(_PREVIEW_ROWS), strict=False)
        ]
