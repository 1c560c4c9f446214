"""In which encoding a file is written, and where its lines end, told from its first bytes."""

from __future__ import annotations

import codecs
import re
from typing import Final

UTF8_BOM: Final = codecs.BOM_UTF8
#: UTF-32 before UTF-16: its mark starts with that of UTF-16.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (UTF8_BOM, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-16 without a mark: Latin text has a zero byte in every second place. Less than half of them
# is asked for, since other scripts have none; NUL bytes in an 8-bit file stand in any place.
_UTF16_SAMPLE_BYTES: Final = 4096
_UTF16_LEAST_BYTES: Final = 8  # fewer show nothing
_UTF16_ZEROS: Final = 0.4  # at least this share of the high bytes is zero
_UTF16_OTHER_ZEROS: Final = 0.05  # at most this share of the low bytes
_LONE_RETURN = re.compile(rb"\r(?!\n)")
#: Marks between cells that tell whether pieces of a line are rows.
_CELL_MARKS: Final = (b",", b";", b"\t", b"|")
_LEAST_PIECES: Final = 3  # rows between carriage returns; two may be one cell with a return


def detect_encoding(head: bytes) -> tuple[str, int]:
    """``(codec, bytes of its byte order mark)``.

    ``utf-8`` stands for UTF-8 and for the 8-bit encodings: each line decides which it is.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name, len(mark)
    sample = head[: len(head) // 2 * 2][:_UTF16_SAMPLE_BYTES]
    if len(sample) >= _UTF16_LEAST_BYTES:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        half = len(sample) / 2
        if odd > half * _UTF16_ZEROS and even < half * _UTF16_OTHER_ZEROS:
            return "utf-16-le", 0
        if even > half * _UTF16_ZEROS and odd < half * _UTF16_OTHER_ZEROS:
            return "utf-16-be", 0
    return "utf-8", 0


def detect_newline(head: bytes) -> bytes:
    r"""The line end in use, ``\n`` (also for ``\r\n``) or ``\r``.

    A lone carriage return counts only where there is no other line end, or where it stands between
    rows: else it is a slip inside a cell.
    """
    if b"\r" not in head:
        return b"\n"
    if b"\n" not in head or any(map(_holds_rows, head.split(b"\n"))):
        return b"\r"
    return b"\n"


def _holds_rows(line: bytes) -> bool:
    """Whether lone carriage returns cut a line into pieces with as many cells each."""
    text = line.rstrip(b"\r")
    pieces = text.split(b"\r") if _LONE_RETURN.search(text) else []
    return len(pieces) >= _LEAST_PIECES and any(
        len({piece.count(mark) for piece in pieces if piece}) == 1 and pieces[0].count(mark)
        for mark in _CELL_MARKS
    )


def decode_head(head: bytes) -> str:
    r"""The first bytes as text with ``\n`` as line end, to detect the dialect from."""
    encoding, mark_bytes = detect_encoding(head)
    if encoding != "utf-8":
        text = head[mark_bytes:].decode(encoding, "replace")
    else:
        text = "\n".join(_decode_line(line) for line in head[mark_bytes:].split(b"\n"))
    if detect_newline(text.encode("utf-8", "replace")) == b"\r":
        text = text.replace("\r", "\n")
    return text.replace("\r\n", "\n").replace("\x00", "")


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return decode_legacy(line)


def decode_legacy(text: bytes) -> str:
    """Bytes that aren't UTF-8, as Windows-1252; as Latin-1 where one has no meaning in that."""
    try:
        return text.decode("cp1252")
    except UnicodeDecodeError:
        return text.decode("latin-1")
