"""From the bytes that a merchant sent to UTF-8 lines, in bounded memory.

Whatever arrives (gzip, UTF-16, Windows-1252, one encoding for some lines and another for the rest)
leaves as blocks of whole lines. A line that is longer than the limit is cut and marked, so that a
file without line breaks can't fill the memory.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kindred.errors import UploadRejected
from kindred.reading.limits import Limits, megabytes

BLOCK = 1 << 22
HEAD = 1 << 18
UTF8_BOM = codecs.BOM_UTF8
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 0x1A, 0x1B, 0x1E, 0x1F, 1})
_C1 = bytes(range(0x80, 0xA0))  # only Windows-1252 gives these a meaning
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an old Excel (.xls) file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an XZ archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)


_MARKUP = re.compile(rb"<(?:!doctype|!--|\?xml|(?:html|head|body|table|meta|style|div)\b)")
_SQL = re.compile(rb"(?:-- (?:mysql|postgresql|mariadb)|insert into |create table |/\*!\d)")
_LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass
class Lines:
    """A block of whole lines: the first one's number, and which of them were too long."""

    first: int
    lines: list[bytes]
    cut: set[int] = field(default_factory=set)  # indexes into `lines`


@dataclass
class Text:
    """What decoding found out; complete once all lines were drawn."""

    encoding: str
    newline: bytes
    bom: bool = False
    bytes_read: int = 0
    nul_bytes: int = 0
    legacy_lines: int = 0  # lines that aren't UTF-8
    c1_bytes: bool = False  # any byte that only Windows-1252 gives a meaning
    utf8_lines: int = 0  # blocks with real UTF-8 beyond ASCII

    @property
    def found_encoding(self) -> str:
        """The encoding as merchants know it, from all that was read."""
        if self.encoding != "utf-8" or not self.legacy_lines or self.is_mixed:
            return "utf-8-sig" if self.bom and self.encoding == "utf-8" else self.encoding
        return "windows-1252" if self.c1_bytes else "iso-8859-1"

    @property
    def is_mixed(self) -> bool:
        return self.encoding == "utf-8" and bool(self.legacy_lines and self.utf8_lines)


def raw_blocks(path: Path, limits: Limits) -> Iterator[bytes]:
    """The file's bytes, unpacked if it is gzip; more than the limit allows is refused."""
    total = 0
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        blocks = _gunzip(file.read) if packed else iter(lambda: file.read(BLOCK), b"")
        for block in blocks:
            total += len(block)
            if total > limits.file_bytes:
                raise UploadRejected(
                    f"The file holds more than {megabytes(limits.file_bytes)}.",
                    code="file-too-large",
                    hint=f"The limit is {megabytes(limits.file_bytes)} unpacked. Split the file"
                    " and append the parts.",
                )
            yield block


def _gunzip(draw: Callable[[int], bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    data = b""
    while True:
        data = data or draw(BLOCK)
        if not data:
            break
        try:
            block = unpacker.decompress(data, BLOCK)
        except zlib.error as err:
            raise UploadRejected(
                "The gzip file is damaged.", code="gzip-damaged", hint="Pack or export it again."
            ) from err
        data = unpacker.unconsumed_tail
        if unpacker.eof:
            data = unpacker.unused_data
            if data[:2] != b"\x1f\x8b":
                data = b""
                yield block
                return
            unpacker = zlib.decompressobj(31)
        if block:
            yield block
    if not unpacker.eof:
        raise UploadRejected(
            "The gzip file ends too early.", code="gzip-damaged", hint="Pack or export it again."
        )


def read_head(path: Path, limits: Limits, size: int = HEAD) -> bytes:
    """The first bytes of the content."""
    head = b""
    try:
        for block in raw_blocks(path, limits):
            head += block
            if len(head) >= size:
                break
    except UploadRejected:
        if not head:
            raise
    return head[:size]


def refuse_binary(head: bytes) -> None:
    """Raise :class:`UploadRejected` for content that isn't a table of text."""
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UploadRejected(
            "The file is empty.", code="empty-file", hint="Export it again, with its rows."
        )
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise UploadRejected(
                f"This is {what}, not a table of text.",
                code="binary-file",
                hint="Export the data as CSV or .xlsx and upload that.",
            )
    start = head[:2000].lstrip(UTF8_BOM + b" \t\r\n").lower()
    if _MARKUP.match(start):
        raise UploadRejected(
            "This is a web page or XML, not a CSV file.",
            code="not-csv",
            hint="If a spreadsheet program opens it, save it there as CSV or .xlsx. Else it may be"
            " a log-in page that was saved instead of the export: export again.",
        )
    if _SQL.match(start):
        raise UploadRejected(
            "This is SQL, not a CSV file.", code="not-csv", hint="Export the table as CSV."
        )
    if start.startswith((b"{", b"[{", b"[\n", b"[\r")) and b'":' in start:
        raise UploadRejected(
            "This is JSON, not a CSV file.", code="not-csv", hint="Export the data as CSV."
        )
    if detect_encoding(head)[0] == "utf-8":
        odd = len(head) - len(head.translate(None, _CONTROL))
        if odd > max(8, len(head) * 0.05):
            raise UploadRejected(
                "The file is binary, not a table of text.",
                code="binary-file",
                hint="Export the data as CSV or .xlsx and upload that.",
            )


def detect_encoding(head: bytes) -> tuple[str, int]:
    """``(codec, bytes of its mark)``. 'utf-8' stands for UTF-8 or an 8-bit encoding: the lines
    themselves decide which."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (UTF8_BOM, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return name, len(mark)
    sample = head[: len(head) // 2 * 2][:4096]
    if len(sample) >= 8:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        half = len(sample) / 2
        if odd > half * 0.4 and even < half * 0.05:
            return "utf-16-le", 0
        if even > half * 0.4 and odd < half * 0.05:
            return "utf-16-be", 0
    return "utf-8", 0


def detect_newline(head: bytes) -> bytes:
    """The line end in use: a lone carriage return counts only where there is nothing else, or
    where what it parts are rows."""
    if b"\r" not in head:
        return b"\n"
    if b"\n" not in head or any(map(_parts_rows, head.split(b"\n"))):
        return b"\r"
    return b"\n"


def _parts_rows(line: bytes) -> bool:
    """Whether lone carriage returns cut a line into pieces with as many cells each."""
    pieces = line.rstrip(b"\r").split(b"\r") if _LONE_RETURN.search(line.rstrip(b"\r")) else []
    return len(pieces) > 2 and any(
        len({piece.count(mark) for piece in pieces if piece}) == 1 and pieces[0].count(mark)
        for mark in (b",", b";", b"\t", b"|")
    )


def head_text(head: bytes) -> str:
    """The head as text, for detection: its last, perhaps broken line left out."""
    encoding, mark = detect_encoding(head)
    if encoding != "utf-8":
        text = head[mark:].decode(encoding, "replace")
    else:
        text = "\n".join(_decode_line(line) for line in head[mark:].split(b"\n"))
    if detect_newline(text.encode("utf-8", "replace")) == b"\r":
        text = text.replace("\r", "\n")
    return text.replace("\r\n", "\n").replace("\x00", "")


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return decode_legacy(line)


def decode_legacy(line: bytes) -> str:
    """Windows-1252; its five holes read as Latin-1 does."""
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def line_blocks(path: Path, limits: Limits) -> tuple[Text, Iterator[Lines]]:
    """The file as blocks of UTF-8 lines without line ends. ``Text`` fills while they are drawn."""
    head = read_head(path, limits)
    encoding, mark = detect_encoding(head)
    sample = head[mark:]
    if encoding != "utf-8":
        sample = sample.decode(encoding, "replace").encode("utf-8", "replace")
    text = Text(encoding=encoding, newline=detect_newline(sample), bom=mark > 0)
    return text, _lines(path, limits, text, mark)


def _lines(path: Path, limits: Limits, text: Text, mark: int) -> Iterator[Lines]:
    number = 1
    carry = b""
    overlong = False
    for block in _utf8_blocks(path, limits, text, mark):
        parts = (carry + block).split(b"\n")
        carry = parts.pop()
        cut: set[int] = set()
        if overlong and parts:
            cut.add(0)
            parts[0] = parts[0][:1000]
            overlong = False
        if len(carry) > limits.line_bytes:
            carry, overlong = carry[:1000], True
        if parts and max(map(len, parts)) > limits.line_bytes:
            for index, line in enumerate(parts):
                if len(line) > limits.line_bytes:
                    cut.add(index)
                    parts[index] = line[:1000].decode("utf-8", "ignore").encode()
        if parts:
            yield _checked(Lines(number, parts, cut), text)
            number += len(parts)
    if carry:
        yield _checked(Lines(number, [carry], {0} if overlong else set()), text)


def _utf8_blocks(path: Path, limits: Limits, text: Text, mark: int) -> Iterator[bytes]:
    """Blocks with ``\\n`` as the only line end; UTF-16 and UTF-32 already as UTF-8."""
    decoder = None
    if text.encoding != "utf-8":
        decoder = codecs.getincrementaldecoder(text.encoding)("replace")
    held = b""
    for block in raw_blocks(path, limits):
        text.bytes_read += len(block)
        if mark:
            block, mark = block[mark:], 0  # a block is never shorter than a mark
        if decoder:
            block = decoder.decode(block).encode("utf-8", "replace")
        block = held + block
        held = b""
        if b"\x00" in block:
            text.nul_bytes += block.count(0)
            block = block.replace(b"\x00", b"")
        if b"\r" in block:
            if block.endswith(b"\r"):
                block, held = block[:-1], b"\r"
            block = block.replace(b"\r\n", b"\n")
            # Where lines end otherwise, a lone carriage return is a slip inside a cell.
            block = block.replace(b"\r", b"\n" if text.newline == b"\r" else b" ")
        yield block
    if held and text.newline == b"\r":
        yield b"\n"


def _all_legacy(block: Lines, joined: bytes, text: Text) -> Lines:
    """A block in an 8-bit encoding throughout, converted at once."""
    text.legacy_lines += sum(1 for line in block.lines if not line.isascii())
    text.c1_bytes = text.c1_bytes or len(joined.translate(None, _C1)) < len(joined)
    return Lines(block.first, decode_legacy(joined).encode().split(b"\n"), block.cut)


def _checked(block: Lines, text: Text) -> Lines:
    """The block with every line as UTF-8; lines in an 8-bit encoding are converted and counted."""
    joined = b"\n".join(block.lines)
    if joined.isascii():
        return block
    try:
        joined.decode()
    except UnicodeDecodeError:
        pass
    else:
        text.utf8_lines += 1
        return block
    if joined.decode("utf-8", "ignore").isascii():
        return _all_legacy(block, joined, text)
    for index, line in enumerate(block.lines):
        if line.isascii():
            continue
        try:
            line.decode()
            text.utf8_lines += 1
        except UnicodeDecodeError:
            text.legacy_lines += 1
            text.c1_bytes = text.c1_bytes or len(line.translate(None, _C1)) < len(line)
            block.lines[index] = decode_legacy(line).encode()
    return block
