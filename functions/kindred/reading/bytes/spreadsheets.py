"""Spreadsheets (.xlsx) as text, so that they take the same path as every other file."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred.errors import UploadRejected
from kindred.reading.limits import Limits, megabytes

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

ZIP_SIGNATURE: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_LEAST_ROWS: Final = 2  # a header and a row; a sheet with fewer isn't the table
#: Whole numbers below are exact as floats, which is how spreadsheets keep them.
_EXACT_BELOW: Final = 1e15


def refuse_archive(path: Path) -> None:
    """Raise :class:`UploadRejected` unless a ZIP file is an .xlsx workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as err:
        raise UploadRejected(
            "The file is a damaged ZIP archive or spreadsheet.",
            code="archive-damaged",
            hint="Export it again, as CSV if that is possible.",
        ) from err
    if not any(name.lower() == _WORKBOOK for name in names):
        raise UploadRejected(
            "This is a ZIP archive, not a CSV file.",
            code="zip-archive",
            hint="Unpack it and upload the CSV or .xlsx file inside.",
        )


def write_as_csv(path: Path, target: Path, limits: Limits) -> None:
    """Write the first sheet that has rows to ``target``, as UTF-8 CSV with every cell in quotes.

    Raises :class:`UploadRejected` for a workbook that is too large, damaged or has no rows.
    """
    _refuse_size(path, limits)
    # Imported here: only spreadsheets need it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            rows = _first_rows(book, limits)
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
                for row in rows:
                    writer.writerow([_as_text(cell) for cell in row])
    except (CalamineError, OSError, ValueError) as err:
        raise UploadRejected(
            "The spreadsheet can't be read: it is damaged or protected by a password.",
            code="spreadsheet-damaged",
            hint="Save it again without a password, or as CSV.",
        ) from err


def _first_rows(book: CalamineWorkbook, limits: Limits) -> Iterator[Sequence[object]]:
    """The rows of the first sheet that has any."""
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > limits.spreadsheet_cells:
            raise UploadRejected(
                f"The sheet has more than {limits.spreadsheet_cells:,} cells.",
                code="spreadsheet-too-large",
                hint=f"The limit is {limits.spreadsheet_cells:,} cells. Save it as CSV.",
            )
        if sheet.total_height >= _LEAST_ROWS:
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
    with zipfile.ZipFile(path) as archive:
        total = sum(info.file_size for info in archive.infolist())
    if total > limits.file_bytes:
        raise UploadRejected(
            f"The spreadsheet unpacks to more than {megabytes(limits.file_bytes)}.",
            code="spreadsheet-too-large",
            hint=f"The limit is {megabytes(limits.file_bytes)} unpacked. Save it as CSV.",
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
