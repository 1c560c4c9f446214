"""Spreadsheets (.xlsx) as text, so that they take the same path as every other file."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from kindred.errors import UploadRejected
from kindred.reading.limits import Limits, megabytes

ZIP = b"PK\x03\x04"


def refuse_archive(path: Path) -> None:
    """Raise :class:`UploadRejected` unless a ZIP file is an .xlsx workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as err:
        raise UploadRejected(
            "The file is a damaged ZIP archive or spreadsheet.",
            code="archive-damaged",
            hint="Export it again, as CSV if that is possible.",
        ) from err
    if "xl/workbook.xml" not in names and not any(n.lower() == "xl/workbook.xml" for n in names):
        raise UploadRejected(
            "This is a ZIP archive, not a CSV file.",
            code="zip-archive",
            hint="Unpack it and upload the CSV or .xlsx file inside.",
        )


def write_as_csv(path: Path, target: Path, limits: Limits) -> None:
    """The first sheet that has rows, as UTF-8 CSV with every cell in quotes."""
    if path.stat().st_size > limits.spreadsheet_bytes:
        raise UploadRejected(
            f"The spreadsheet is larger than {megabytes(limits.spreadsheet_bytes)}.",
            code="spreadsheet-too-large",
            hint=f"The limit for .xlsx is {megabytes(limits.spreadsheet_bytes)}; a CSV file may be"
            f" {megabytes(limits.file_bytes)}. Save it as CSV.",
        )
    _refuse_bomb(path, limits)
    # Imported here: only spreadsheets need it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with (
            CalamineWorkbook.from_path(str(path)) as book,
            target.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.total_height * sheet.total_width > limits.spreadsheet_cells:
                    raise UploadRejected(
                        f"The sheet has more than {limits.spreadsheet_cells:,} cells.",
                        code="spreadsheet-too-large",
                        hint=f"The limit is {limits.spreadsheet_cells:,} cells. Save it as CSV.",
                    )
                if sheet.total_height < 2:
                    continue
                for row in sheet.iter_rows():
                    writer.writerow([_as_text(cell) for cell in row])
                return
    except (CalamineError, OSError, ValueError) as err:
        raise UploadRejected(
            "The spreadsheet can't be read: it is damaged or protected by a password.",
            code="spreadsheet-damaged",
            hint="Save it again without a password, or as CSV.",
        ) from err
    raise UploadRejected(
        "The spreadsheet has no rows.", code="no-rows", hint="Export it again, with its rows."
    )


def _refuse_bomb(path: Path, limits: Limits) -> None:
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
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        whole = cell.hour == cell.minute == cell.second == 0
        return cell.date().isoformat() if whole else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
