"""Spreadsheets (.xlsx) as text, so that they take the same path as every other file."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred import confined
from kindred.errors import UploadRejected
from kindred.reading.limits import Limits, megabytes

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

ZIP_SIGNATURE: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_LEAST_ROWS: Final = 2  # a header and a row; a sheet with fewer isn't the table
#: Whole numbers below are exact as floats, which is how spreadsheets keep them.
_EXACT_BELOW: Final = 1e15


def write_as_csv(path: Path, target: Path, limits: Limits) -> None:
    """Write the first sheet that has rows to ``target``, as UTF-8 CSV with every cell in quotes.

    Raises :class:`UploadRejected` for what is no workbook and for one that is too large, damaged or
    has no rows. A process of its own does it, since a small workbook can unpack to anything.
    """
    _refuse_size(path, limits)
    try:
        confined.run(
            f"{__name__}:convert",
            str(path),
            str(target),
            json.dumps(asdict(limits)),
            bounds=limits.unpacking,
        )
    except confined.Exceeded as err:
        raise _too_large(limits) if err.limit else _damaged() from err


def convert(source: str, target: str, limits: str) -> None:
    """`write_as_csv` as its own process does it.

    What a sheet says of its size isn't asked for: it may lie, and honest ones count empty cells.
    Where its cells are is found by reading it, within the memory that this process has.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    known = Limits(**json.loads(limits))
    _refuse_archive(Path(source), known)
    try:
        with CalamineWorkbook.from_path(source) as book:
            rows = _first_rows(book, known)
            with Path(target).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
                for row in rows:
                    writer.writerow([_as_text(cell) for cell in row])
    except (CalamineError, ValueError) as err:
        raise _damaged() from err


def _refuse_archive(path: Path, limits: Limits) -> None:
    """Raise :class:`UploadRejected` unless a ZIP file is an .xlsx workbook of a bearable size."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as err:
        raise UploadRejected(
            "The file is a damaged ZIP archive or spreadsheet.",
            code="archive-damaged",
            hint="Export it again, as CSV if that is possible.",
        ) from err
    if not any(member.filename.lower() == _WORKBOOK for member in members):
        raise UploadRejected(
            "This is a ZIP archive, not a CSV file.",
            code="zip-archive",
            hint="Unpack it and upload the CSV or .xlsx file inside.",
        )
    if sum(member.file_size for member in members) > limits.file_bytes:
        raise UploadRejected(
            f"The spreadsheet unpacks to more than {megabytes(limits.file_bytes)}.",
            code="spreadsheet-too-large",
            hint=f"The limit is {megabytes(limits.file_bytes)} unpacked. Save it as CSV.",
        )


def _too_large(limits: Limits) -> UploadRejected:
    return UploadRejected(
        f"The sheet has more than {limits.spreadsheet_cells:,} cells, or too much text in them.",
        code="spreadsheet-too-large",
        hint=f"The limits are {limits.spreadsheet_cells:,} cells and"
        f" {megabytes(limits.file_bytes)}. Save it as CSV.",
    )


def _damaged() -> UploadRejected:
    return UploadRejected(
        "The spreadsheet can't be read: it is damaged or protected by a password.",
        code="spreadsheet-damaged",
        hint="Save it again without a password, or as CSV.",
    )


def _first_rows(book: CalamineWorkbook, limits: Limits) -> Iterator[Sequence[object]]:
    """The rows of the first sheet that has any."""
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        rows, columns = sheet.total_height + 1, sheet.total_width + 1  # it counts from nought
        if rows * columns > limits.spreadsheet_cells:
            raise _too_large(limits)
        if sheet.height >= _LEAST_ROWS:
            return sheet.iter_rows()
    raise UploadRejected(
        "The spreadsheet has no rows.", code="no-rows", hint="Export it again, with its rows."
    )


def _refuse_size(path: Path, limits: Limits) -> None:
    if path.stat().st_size > limits.spreadsheet_bytes:
        raise UploadRejected(
            f"The spreadsheet is larger than {megabytes(limits.spreadsheet_bytes)}.",
            code="spreadsheet-too-large",
            hint=f"The limit for .xlsx is {megabytes(limits.spreadsheet_bytes)}; a CSV file may be"
            f" {megabytes(limits.file_bytes)}. Save it as CSV.",
        )


def _as_text(cell: object) -> str:
    """A cell as a CSV export would write it: ISO dates, whole numbers without '.0'."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_BELOW else repr(cell)
    if isinstance(cell, datetime):
        whole = cell.hour == cell.minute == cell.second == 0
        return cell.date().isoformat() if whole else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
