"""Cuts a file into records: one scratch line each, with its line number in front.

Python only finds where records end, which is a matter of counting quotes; cutting them into cells
is DuckDB's work. A line that opens a quote which never closes, or closes only after swallowing
other rows, is set aside so that it can't take its neighbours with it. Every line is counted once:
the cutting and the counting are one pass over the same state, so this module is a long one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from kindred.errors import UploadRejected
from kindred.reading.bytes.dialects import Dialect, cut_strictly, double_lone_quotes, unwrap
from kindred.reading.bytes.lines import LineBlock, TextFacts, read_lines
from kindred.reading.limits import Limits, megabytes

#: Stands for a line break inside a quoted cell, so that every record is one line.
INNER_BREAK: Final = "\x1e"
_BREAK_BYTES: Final = INNER_BREAK.encode()
# Held by `tests/slow/reading/test_damaged_files.py`: no damage costs more than a few rows.
_LONGEST_RECORD: Final = 400  # lines that one quoted cell may run over: a long review
_LEAST_WIDTH: Final = 3  # columns; lines of two cells look alike by chance
_SWALLOWED_SHARE: Final = 0.5  # of the lines inside quotes look like rows: they were swallowed

#: The line where something starts, counted from 1, and its text.
NumberedLine = tuple[int, bytes]


@dataclass
class Records:
    """Where a file's records are, and what was left out.

    Those set aside (few) have to be looked at one by one. Every line of the file is in one count.
    """

    path: Path
    aside_path: Path
    text: TextFacts
    count: int = 0  # in `path`
    aside_count: int = 0  # in `aside_path`
    lines: int = 0  # of the whole file
    head_lines: int = 0  # above the first row: titles, the header, blank lines between
    blank_lines: int = 0
    repeated_headers: int = 0
    continued_lines: int = 0  # that go on with a record, behind a line break in a cell
    has_inner_breaks: bool = False

    @property
    def total(self) -> int:
        return self.count + self.aside_count

    @property
    def left_out(self) -> int:
        """Lines that start no record."""
        return self.head_lines + self.blank_lines + self.repeated_headers + self.continued_lines


def write_records(path: Path, dialect: Dialect, limits: Limits, scratch: Path) -> Records:
    """Write the data records of ``path`` into ``scratch``, and say what was left out.

    Raises :class:`UploadRejected` for more than ``limits.rows`` and for a header that is too long.
    """
    text, blocks = read_lines(path, limits)
    records = Records(scratch / "records.txt", scratch / "aside.txt", text)
    with records.path.open("wb") as out, records.aside_path.open("wb") as aside:
        cutter = _RecordCutter(dialect, limits, records, out, aside)
        for block in blocks:
            if dialect.wrapped:
                block.lines = [unwrap(line, b'"') for line in block.lines]
            if dialect.lone_quotes:
                block.lines = [
                    double_lone_quotes(line.decode("utf-8", "ignore"), dialect).encode()
                    for line in block.lines
                ]
            cutter.add(block)
            if records.total > limits.rows:
                raise UploadRejected(
                    f"The file has more than {limits.rows:,} rows.",
                    code="too-many-rows",
                    hint=f"The limit is {limits.rows:,} rows. Split the file and append the parts.",
                )
        cutter.finish()
    if records.lines != records.total + records.left_out:
        raise RuntimeError(
            f"{records.lines} lines, but {records.total} records and {records.left_out} left out"
        )
    return records


class _RecordCutter:
    """Writes the records of one block of lines after the other.

    What is left of a record that is still open waits for the next block.
    """

    def __init__(
        self,
        dialect: Dialect,
        limits: Limits,
        records: Records,
        out: IO[bytes],
        aside: IO[bytes],
    ) -> None:
        self.dialect = dialect
        self.limits = limits
        self.records = records
        self.out = out
        self.aside = aside
        self.by_blanks = dialect.delimiter == " "
        self.delimiter = b"\t" if self.by_blanks else dialect.delimiter.encode()
        self.quote = dialect.quote.encode() if dialect.quote else b""
        self.prefix = b"%d" + self.delimiter.replace(b"%", b"%%")
        self.open_lines: list[NumberedLine] = []
        self.header: bytes | None = None

    def add(self, block: LineBlock) -> None:
        """Write the records of the next lines."""
        first, lines = block.first, block.lines
        self.records.lines += len(lines)
        if block.cut or first < self.dialect.first_data_line:
            numbered = self._without_head(block)
        else:
            numbered = None
        has_quotes = bool(self.quote) and (bool(self.open_lines) or self._may_open(lines))
        if numbered is None and not has_quotes and not self.by_blanks and self._is_plain(lines):
            self._write_block(first, lines)
            return
        if numbered is None:
            numbered = list(enumerate(lines, first))
        self._add_carefully(numbered, has_quotes)

    def _may_open(self, lines: list[bytes]) -> bool:
        """Whether any line may leave a quote open."""
        quote = self.quote
        return any(line.count(quote) & 1 for line in lines) or (
            bool(self.dialect.escape) and any(map(self._has_odd_quotes, lines))
        )

    def _is_plain(self, lines: list[bytes]) -> bool:
        """Whether no line is blank or the header again."""
        return b"" not in lines and (self.header is None or self.header not in lines)

    def _without_head(self, block: LineBlock) -> list[NumberedLine]:
        """The block's data lines, without what stands above them and without lines too long."""
        start = self.dialect.first_data_line
        data: list[NumberedLine] = []
        for place, line in enumerate(block.lines):
            number = block.first + place
            if number == self.dialect.header_line:
                if place in block.cut:
                    raise _line_too_long(self.limits)
                self.header = line.strip() or None
            if number < start:
                self.records.head_lines += 1
                continue
            if place in block.cut:
                if number == start and self.dialect.header_line is None:
                    raise _line_too_long(self.limits)
                self._set_aside(number, line, "line-too-long")
            else:
                data.append((number, line))
        return data

    def _add_carefully(self, numbered: list[NumberedLine], has_quotes: bool) -> None:
        """Write lines of which some are blank, repeat the header or belong together."""
        if has_quotes:
            numbered = self._join_broken(self.open_lines + numbered)
        data: list[NumberedLine] = []
        for number, line in numbered:
            if not line.strip():
                self.records.blank_lines += 1
            elif self.header is not None and line.strip() == self.header:
                self.records.repeated_headers += 1
            else:
                data.append((number, b"\t".join(line.split()) if self.by_blanks else line))
        self._write_numbered(data)

    # Quotes ------------------------------------------------------------------------------------

    def _has_odd_quotes(self, line: bytes) -> bool:
        count = line.count(self.quote)
        if self.dialect.escape:
            count -= line.count(b"\\" + self.quote)
        return bool(count & 1)

    def _join_broken(self, lines: list[NumberedLine]) -> list[NumberedLine]:
        """Records that run over several lines as one; what is open at the end waits."""
        self.open_lines = []
        odd = [i for i, (_, line) in enumerate(lines) if self._has_odd_quotes(line)]
        if not odd:
            return lines
        whole: list[NumberedLine] = []
        done = 0
        for position in odd:
            if position < done or not self._leaves_open(lines[position][1]):
                continue
            end = self._closing_place(lines, position)
            if end is None and len(lines) - position <= _LONGEST_RECORD:
                whole += lines[done:position]
                self.open_lines = lines[position:]
                return whole
            whole += lines[done:position]
            if end is None or not self._is_record(lines[position : end + 1]):
                self._set_aside(*lines[position], "quote-error")
                done = position + 1
                continue
            joined = _BREAK_BYTES.join(line for _, line in lines[position : end + 1])
            whole.append((lines[position][0], joined))
            self.records.continued_lines += end - position
            self.records.has_inner_breaks = True
            done = end + 1
        return whole + lines[done:]

    def _closing_place(self, lines: list[NumberedLine], start: int) -> int | None:
        for place in range(start + 1, min(len(lines), start + _LONGEST_RECORD)):
            if self._has_odd_quotes(lines[place][1]):
                return place
        return None

    def _is_record(self, lines: list[NumberedLine]) -> bool:
        """Whether these lines, joined, are one record of the table's width.

        Lines in between that are whole records by themselves were swallowed, not quoted.
        """
        joined = b"\n".join(line for _, line in lines)
        if len(joined) > self.limits.line_bytes:
            return False
        width = self.dialect.width
        cells = cut_strictly(joined.decode(), self.dialect)
        if cells is None or len(cells) < width or any(c.strip() for c in cells[width:]):
            return False
        inner = [line for _, line in lines[1:-1] if line.strip()]
        if width < _LEAST_WIDTH or not inner:
            return True
        alike = sum(1 for line in inner if line.count(self.delimiter) == width - 1)
        return alike <= len(inner) * _SWALLOWED_SHARE

    def _leaves_open(self, line: bytes) -> bool:
        """Whether a quote that opens a cell of this line is still open at its end."""
        at = 0
        while at < len(line):
            start = at
            while line[start : start + 1] == b" ":
                start += 1
            if line[start : start + 1] == self.quote:
                at = self._after_quoted(line, start + 1)
                if at < 0:
                    return True
            at = line.find(self.delimiter, at)
            if at < 0:
                return False
            at += len(self.delimiter)
        return False

    def _after_quoted(self, line: bytes, at: int) -> int:
        while True:
            end = line.find(self.quote, at)
            if end < 0:
                return -1
            if self.dialect.escape and line[end - 1 : end] == b"\\":
                at = end + 1
            elif line[end + 1 : end + 2] == self.quote:
                at = end + 2
            else:
                return end + 1

    # Writing -----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Set aside what is still open when the file ends: its quote was never closed."""
        while self.open_lines:
            (number, line), rest = self.open_lines[0], self.open_lines[1:]
            self._set_aside(number, line, "quote-error")
            self._write_numbered(self._join_broken(rest))

    def _write_block(self, first: int, lines: list[bytes]) -> None:
        if not lines:
            return
        numbers = map(self.prefix.__mod__, range(first, first + len(lines)))
        self.out.write(b"\n".join(map(b"".join, zip(numbers, lines, strict=True))) + b"\n")
        self.records.count += len(lines)

    def _write_numbered(self, lines: list[NumberedLine]) -> None:
        if lines:
            prefix = self.prefix
            self.out.write(b"\n".join([prefix % number + line for number, line in lines]) + b"\n")
            self.records.count += len(lines)

    def _set_aside(self, number: int, line: bytes, code: str) -> None:
        self.aside.write(b"%d\t%s\t%s\n" % (number, code.encode(), line))
        self.records.aside_count += 1


def _line_too_long(limits: Limits) -> UploadRejected:
    return UploadRejected(
        f"The file's first line is longer than {megabytes(limits.line_bytes)}.",
        code="line-too-long",
        hint=f"The limit for one line is {megabytes(limits.line_bytes)}. The file may have lost"
        " its line breaks: export it again.",
    )


def records_aside(path: Path) -> Iterator[tuple[int, str, str]]:
    """``(line, code, text)`` of the records that were set aside."""
    with path.open("rb") as file:
        for line in file:
            number, code, text = line.rstrip(b"\n").split(b"\t", 2)
            yield int(number), code.decode(), text.decode("utf-8", "replace")
