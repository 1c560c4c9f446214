"""How a text table is cut into records and cells: its delimiter, its quotes, its header."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import AnyStr, Final

#: Lines that a quoted cell may run over in the head. Fewer than in the file (`records`), since an
#: apostrophe taken for a quote would be looked for to the end again and again.
_LONGEST_RECORD: Final = 60
USUAL_DELIMITERS: Final = ",;\t|"
#: Cells that a line in another dialect has at least: a text may hold one semicolon by chance.
_LEAST_RECUT: Final = 3
#: Characters in a cell that the standard library takes: no limit of its own beside ours.
_FIELD_CHARACTERS: Final = 1 << 30


@dataclass(frozen=True)
class Dialect:
    """How the file is cut into cells, and where its header stands."""

    delimiter: str  # a blank stands for any number of blanks
    quote: str | None = '"'
    escape: str | None = None  # None: a doubled quote; a backslash where that is used
    header_line: int | None = 1  # the line of the header, counted from 1; None: there is none
    first_data_line: int = 2
    header: tuple[str, ...] = ()  # the cells as written
    width: int = 0  # columns that data rows have
    short_rows: bool = False  # rows commonly leave out trailing cells
    wrapped: bool = False  # every line stands in quotes as a whole
    lone_quotes: bool = False  # quotes inside quoted cells stand alone: 'men's boots'

    def reader_options(self) -> dict[str, object]:
        """The options that make :func:`csv.reader` read this dialect."""
        options: dict[str, object] = {"delimiter": self.delimiter, "strict": False}
        if self.quote is None:
            options["quoting"] = csv.QUOTE_NONE
        else:
            options["quotechar"] = self.quote
            options["doublequote"] = True
            options["skipinitialspace"] = self.delimiter != " "  # `"a", "b"`
            if self.escape:
                options["escapechar"] = self.escape
        return options


def cut_records(text: str, dialect: Dialect) -> list[tuple[int, list[str]]]:
    """``(line, cells)`` of each record in a text; ``line``, from 1, is where the record starts.

    A quote that never closes costs its own line only.
    """
    lines = text.split("\n")
    if dialect.lone_quotes:
        lines = [double_lone_quotes(line, dialect) for line in lines]
    if dialect.delimiter == " ":
        return [(number, line.split()) for number, line in enumerate(lines, 1)]
    records: list[tuple[int, list[str]]] = []
    start = 0
    while start < len(lines):
        end = _record_end(lines, start, dialect)
        record = "\n".join(lines[start : end + 1])
        records.append((start + 1, cut_cells(record, dialect) if record else []))
        start = end + 1
    return records


def _record_end(lines: Sequence[str], start: int, dialect: Dialect) -> int:
    """The place of the last line of the record that starts at ``start``."""
    if dialect.quote is None or not _has_odd_quotes(lines[start], dialect):
        return start
    for end in range(start + 1, min(len(lines), start + _LONGEST_RECORD)):
        if _has_odd_quotes(lines[end], dialect):
            cells = cut_strictly("\n".join(lines[start : end + 1]), dialect)
            return end if cells is not None else start
    return start


def _has_odd_quotes(line: str, dialect: Dialect) -> bool:
    """Whether a line has an odd number of quotes, so that it may leave one open."""
    quote = dialect.quote or '"'
    count = line.count(quote) - (line.count("\\" + quote) if dialect.escape else 0)
    return bool(count & 1)


def cut_cells(record: str, dialect: Dialect) -> list[str]:
    """The cells of one record, as leniently as the standard library reads them."""
    csv.field_size_limit(_FIELD_CHARACTERS)
    try:
        return next(csv.reader([record], **dialect.reader_options()))  # type: ignore[arg-type]
    except (csv.Error, StopIteration):
        return record.split(dialect.delimiter)


def cut_strictly(record: str, dialect: Dialect) -> list[str] | None:
    """The cells of one record, or None where a quote stands in the wrong place."""
    csv.field_size_limit(_FIELD_CHARACTERS)
    options = {**dialect.reader_options(), "strict": True}
    try:
        rows = list(csv.reader([record], **options))  # type: ignore[arg-type]
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def cut_otherwise(record: str, dialect: Dialect, width: int) -> list[str] | None:
    """The ``width`` cells of a line that was written with another delimiter than the file's."""
    if width >= _LEAST_RECUT:
        for delimiter in USUAL_DELIMITERS.replace(dialect.delimiter, ""):
            cells = cut_cells(record, replace(dialect, delimiter=delimiter))
            if len(cells) == width:
                return cells
    return None


def unwrap(line: AnyStr, quote: AnyStr) -> AnyStr:
    """A line without the quotes around it as a whole."""
    if len(line) < 2 or not (line.startswith(quote) and line.endswith(quote)):
        return line
    return line[1:-1].replace(quote + quote, quote)


def double_lone_quotes(line: str, dialect: Dialect) -> str:
    """A line whose quotes inside quoted cells are doubled; a delimiter follows one that closes."""
    quote = dialect.quote or ""
    if line.count(quote) <= 1:
        return line
    mark, edge = re.escape(quote), re.escape(dialect.delimiter)

    def double(cell: re.Match[str]) -> str:
        inside = cell[2].replace(quote * 2, quote).replace(quote, quote * 2)
        return f"{cell[1]}{quote}{inside}{quote}"

    return re.sub(rf"((?:^|{edge}) ?){mark}(.*?){mark}(?= ?(?:{edge}|$))", double, line)
