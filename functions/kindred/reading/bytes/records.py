"""Cuts a file into records: one scratch line each, with its line number in front.

Python only finds where records end, which is a matter of counting quotes; cutting them into cells
is DuckDB's work. A line that opens a quote which never closes, or closes only after swallowing
other rows, is set aside so that it can't take its neighbours with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kindred.errors import UploadRejected
from kindred.reading.bytes.decoding import Lines, Text, line_blocks
from kindred.reading.bytes.dialects import Dialect, cut_strictly, unwrap
from kindred.reading.limits import Limits, megabytes

#: Stands for a line break inside a quoted cell, so that every record is one line.
INNER_BREAK = "\x1e"
_BREAK = INNER_BREAK.encode()
_LONGEST_RECORD = 400  # lines that one quoted cell may run over


@dataclass
class Records:
    """Where the records are. ``odd`` ones (few) have to be looked at one by one."""

    path: Path
    odd_path: Path
    text: Text
    count: int = 0  # in `path`
    odd: int = 0  # in `odd_path`
    blank_lines: int = 0
    repeated_headers: int = 0
    has_breaks: bool = False
    last_line: int = 0
    extra: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.count + self.odd


def write_records(path: Path, dialect: Dialect, limits: Limits, scratch: Path) -> Records:
    """Write the data records of ``path`` into ``scratch``, and say what was left out."""
    text, blocks = line_blocks(path, limits)
    records = Records(scratch / "records.txt", scratch / "odd.txt", text)
    cutter = _Cutter(dialect, limits, records)
    with records.path.open("wb") as out, records.odd_path.open("wb") as odd:
        cutter.out, cutter.odd_out = out, odd
        for block in blocks:
            if dialect.wrapped:
                block.lines = [unwrap(line, b'"') for line in block.lines]
            cutter.take(block)
            if records.total > limits.rows:
                raise UploadRejected(
                    f"The file has more than {limits.rows:,} rows.",
                    code="too-many-rows",
                    hint=f"The limit is {limits.rows:,} rows. Split the file and append the parts.",
                )
        cutter.finish()
    return records


class _Cutter:
    """Takes blocks of lines, keeps what is left of an open record for the next one."""

    out: IO[bytes]
    odd_out: IO[bytes]

    def __init__(self, dialect: Dialect, limits: Limits, records: Records) -> None:
        self.dialect = dialect
        self.limits = limits
        self.records = records
        self.delimiter = dialect.delimiter.encode()
        self.quote = dialect.quote.encode() if dialect.quote else b""
        self.prefix = b"%d" + self.delimiter.replace(b"%", b"%%")
        self.held: list[tuple[int, bytes]] = []
        self.header: bytes | None = None
        self.spaced = dialect.delimiter == " "
        if self.spaced:
            self.delimiter, self.prefix = b"\t", b"%d\t"

    def take(self, block: Lines) -> None:
        first, lines = block.first, block.lines
        self.records.last_line = first + len(lines) - 1
        if block.cut or first < self.dialect.first_data_line:
            numbered = self._without_head(block)
        else:
            numbered = None
        has_quotes = bool(self.quote) and (bool(self.held) or self._any_odd(lines))
        if numbered is None and not has_quotes and not self.spaced and self._is_plain(lines):
            self._write_block(first, lines)
            return
        if numbered is None:
            numbered = list(enumerate(lines, first))
        self._take_carefully(numbered, has_quotes)

    def _any_odd(self, lines: list[bytes]) -> bool:
        """Whether any line may leave a quote open."""
        quote = self.quote
        return any(line.count(quote) & 1 for line in lines) or (
            bool(self.dialect.escape) and any(map(self._is_odd, lines))
        )

    def _is_plain(self, lines: list[bytes]) -> bool:
        return b"" not in lines and (self.header is None or self.header not in lines)

    def _without_head(self, block: Lines) -> list[tuple[int, bytes]]:
        """The block's data lines, without what stands above them and without lines too long."""
        start = self.dialect.first_data_line
        kept: list[tuple[int, bytes]] = []
        for index, line in enumerate(block.lines):
            number = block.first + index
            if number == self.dialect.header_line:
                if index in block.cut:
                    raise line_too_long(self.limits)
                self.header = line.strip() or None
            if number < start:
                continue
            if index in block.cut:
                if number == start and self.dialect.header_line is None:
                    raise line_too_long(self.limits)
                self._set_aside(number, line, "line-too-long")
            else:
                kept.append((number, line))
        return kept

    def _take_carefully(self, numbered: list[tuple[int, bytes]], has_quotes: bool) -> None:
        if has_quotes:
            numbered = self._join_broken(self.held + numbered)
        kept: list[tuple[int, bytes]] = []
        for number, line in numbered:
            if not line.strip():
                self.records.blank_lines += 1
            elif self.header is not None and line.strip() == self.header:
                self.records.repeated_headers += 1
            else:
                kept.append((number, b"\t".join(line.split()) if self.spaced else line))
        self._write_pairs(kept)

    # Quotes ------------------------------------------------------------------------------------

    def _is_odd(self, line: bytes) -> bool:
        count = line.count(self.quote)
        if self.dialect.escape:
            count -= line.count(b"\\" + self.quote)
        return bool(count & 1)

    def _join_broken(self, lines: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """Records that run over several lines as one; what stays open at the end is held."""
        self.held = []
        odd = [i for i, (_, line) in enumerate(lines) if self._is_odd(line)]
        if not odd:
            return lines
        whole: list[tuple[int, bytes]] = []
        done = 0
        for position in odd:
            if position < done or not self._opens(lines[position][1]):
                continue
            end = self._closing(lines, position)
            if end is None and len(lines) - position <= _LONGEST_RECORD:
                whole += lines[done:position]
                self.held = lines[position:]
                return whole
            whole += lines[done:position]
            if end is None or not self._is_whole(lines[position : end + 1]):
                self._set_aside(*lines[position], "quote-error")
                done = position + 1
                continue
            joined = _BREAK.join(line for _, line in lines[position : end + 1])
            whole.append((lines[position][0], joined))
            self.records.has_breaks = True
            done = end + 1
        return whole + lines[done:]

    def _closing(self, lines: list[tuple[int, bytes]], start: int) -> int | None:
        for index in range(start + 1, min(len(lines), start + _LONGEST_RECORD)):
            if self._is_odd(lines[index][1]):
                return index
        return None

    def _is_whole(self, lines: list[tuple[int, bytes]]) -> bool:
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
        if width < 3 or not inner:
            return True
        alike = sum(1 for line in inner if line.count(self.delimiter) == width - 1)
        return alike <= len(inner) / 2

    def _opens(self, line: bytes) -> bool:
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
        """What is still open when the file ends was never closed."""
        while self.held:
            (number, line), rest = self.held[0], self.held[1:]
            self._set_aside(number, line, "quote-error")
            pending = self._join_broken(rest)
            self._write_pairs(pending)

    def _write_block(self, first: int, lines: list[bytes]) -> None:
        if not lines:
            return
        numbers = map(self.prefix.__mod__, range(first, first + len(lines)))
        self.out.write(b"\n".join(map(b"".join, zip(numbers, lines, strict=True))) + b"\n")
        self.records.count += len(lines)

    def _write_pairs(self, pairs: list[tuple[int, bytes]]) -> None:
        if pairs:
            prefix = self.prefix
            self.out.write(b"\n".join([prefix % n + line for n, line in pairs]) + b"\n")
            self.records.count += len(pairs)

    def _set_aside(self, number: int, line: bytes, code: str) -> None:
        self.odd_out.write(b"%d\t%s\t%s\n" % (number, code.encode(), line))
        self.records.odd += 1


def line_too_long(limits: Limits) -> UploadRejected:
    return UploadRejected(
        f"The file's first line is longer than {megabytes(limits.line_bytes)}.",
        code="line-too-long",
        hint=f"The limit for one line is {megabytes(limits.line_bytes)}. The file may have lost"
        " its line breaks: export it again.",
    )


def odd_records(path: Path) -> Iterator[tuple[int, str, str]]:
    """``(line, code, text)`` of the records that were set aside."""
    with path.open("rb") as file:
        for line in file:
            number, code, text = line.rstrip(b"\n").split(b"\t", 2)
            yield int(number), code.decode(), text.decode("utf-8", "replace")
