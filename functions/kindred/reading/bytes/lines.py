"""A file as blocks of UTF-8 lines, in bounded memory.

Whatever arrives (gzip, UTF-16, Windows-1252, one encoding for some lines and another for the rest)
leaves as blocks of whole lines. A line longer than the limit is cut and marked, so that a file
without line breaks can't fill the memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kindred.reading.bytes.encodings import decode_legacy, detect_encoding, detect_newline
from kindred.reading.bytes.unpacking import read_head, unpacked_blocks
from kindred.reading.limits import Limits

#: Bytes that stay of a line that is too long, for the rejects file to show.
_KEPT_BYTES: Final = 1000
#: Bytes that Windows-1252 gives a meaning and Latin-1 doesn't.
_WINDOWS_BYTES: Final = bytes(range(0x80, 0xA0))


@dataclass
class LineBlock:
    """Whole lines without line ends: the number of the first, and which of them were cut."""

    first: int  # counted from 1
    lines: list[bytes]
    cut: set[int] = field(default_factory=set)  # places in `lines`


@dataclass
class TextFacts:
    """What is known of a file's text; complete once all its lines were read."""

    encoding: str
    newline: bytes
    has_mark: bool = False
    nul_bytes: int = 0
    legacy_lines: int = 0  # lines that aren't UTF-8
    has_windows_bytes: bool = False  # any byte that only Windows-1252 gives a meaning
    has_utf8: bool = False  # any UTF-8 beyond ASCII

    @property
    def encoding_name(self) -> str:
        """The encoding as merchants know it, by all that was read."""
        if self.encoding != "utf-8" or not self.legacy_lines or self.is_mixed:
            return "utf-8-sig" if self.has_mark and self.encoding == "utf-8" else self.encoding
        return "windows-1252" if self.has_windows_bytes else "iso-8859-1"

    @property
    def is_mixed(self) -> bool:
        """Whether some lines are UTF-8 and some in an 8-bit encoding."""
        return self.encoding == "utf-8" and bool(self.legacy_lines) and self.has_utf8


def read_lines(path: Path, limits: Limits) -> tuple[TextFacts, Iterator[LineBlock]]:
    """The file as blocks of lines; the facts fill while the blocks are drawn.

    Drawing raises :class:`UploadRejected` as :func:`unpacked_blocks` does.
    """
    head = read_head(path, limits)
    encoding, mark_bytes = detect_encoding(head)
    sample = head[mark_bytes:]
    if encoding != "utf-8":
        sample = sample.decode(encoding, "replace").encode("utf-8", "replace")
    facts = TextFacts(encoding, detect_newline(sample), has_mark=mark_bytes > 0)
    return facts, _line_blocks(path, limits, facts, mark_bytes)


def _line_blocks(
    path: Path, limits: Limits, facts: TextFacts, mark_bytes: int
) -> Iterator[LineBlock]:
    number = 1
    carry = b""
    too_long = False
    for block in _utf8_blocks(path, limits, facts, mark_bytes):
        lines = (carry + block).split(b"\n")
        carry = lines.pop()
        cut: set[int] = set()
        if too_long and lines:
            cut.add(0)
            lines[0] = lines[0][:_KEPT_BYTES]
            too_long = False
        if len(carry) > limits.line_bytes:
            carry, too_long = carry[:_KEPT_BYTES], True
        if lines and max(map(len, lines)) > limits.line_bytes:
            for place, line in enumerate(lines):
                if len(line) > limits.line_bytes:
                    cut.add(place)
                    lines[place] = line[:_KEPT_BYTES].decode("utf-8", "ignore").encode()
        if lines:
            yield _as_utf8(LineBlock(number, lines, cut), facts)
            number += len(lines)
    if carry:
        yield _as_utf8(LineBlock(number, [carry], {0} if too_long else set()), facts)


def _utf8_blocks(path: Path, limits: Limits, facts: TextFacts, mark_bytes: int) -> Iterator[bytes]:
    r"""Blocks with ``\n`` as the only line end; UTF-16 and UTF-32 already as UTF-8."""
    decoder = None
    if facts.encoding != "utf-8":
        decoder = codecs.getincrementaldecoder(facts.encoding)("replace")
    last_return = b""
    for block in unpacked_blocks(path, limits):
        if mark_bytes:
            block, mark_bytes = block[mark_bytes:], 0  # a block is never shorter than a mark
        if decoder:
            block = decoder.decode(block).encode("utf-8", "replace")
        block = last_return + block
        last_return = b""
        if b"\x00" in block:
            facts.nul_bytes += block.count(0)
            block = block.replace(b"\x00", b"")
        if b"\r" in block:
            if block.endswith(b"\r"):
                block, last_return = block[:-1], b"\r"
            block = block.replace(b"\r\n", b"\n")
            # Where lines end otherwise, a lone carriage return is a slip inside a cell.
            block = block.replace(b"\r", b"\n" if facts.newline == b"\r" else b" ")
        yield block
    if last_return and facts.newline == b"\r":
        yield b"\n"


def _as_utf8(block: LineBlock, facts: TextFacts) -> LineBlock:
    """The block with every line as UTF-8; lines in an 8-bit encoding are converted and counted."""
    joined = b"\n".join(block.lines)
    if joined.isascii():
        return block
    if _is_utf8(joined):
        facts.has_utf8 = True
        return block
    if joined.decode("utf-8", "ignore").isascii():
        # In an 8-bit encoding throughout: converted at once, which is quicker.
        facts.legacy_lines += sum(1 for line in block.lines if not line.isascii())
        facts.has_windows_bytes |= _has_windows_bytes(joined)
        return LineBlock(block.first, decode_legacy(joined).encode().split(b"\n"), block.cut)
    for place, line in enumerate(block.lines):
        if line.isascii():
            continue
        if _is_utf8(line):
            facts.has_utf8 = True
        else:
            facts.legacy_lines += 1
            facts.has_windows_bytes |= _has_windows_bytes(line)
            block.lines[place] = decode_legacy(line).encode()
    return block


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_windows_bytes(text: bytes) -> bool:
    return len(text.translate(None, _WINDOWS_BYTES)) < len(text)
