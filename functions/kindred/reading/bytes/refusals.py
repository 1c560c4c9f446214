"""Refuses what is no table of text: pictures, archives, programs, web pages, JSON, SQL."""

from __future__ import annotations

import re
from typing import Final

from kindred.errors import UploadRejected
from kindred.reading.bytes.encodings import UTF8_BOM, detect_encoding

#: What a file starts with -> what it is, as the message says it.
_SIGNATURES: Final = (
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
_JSON_STARTS: Final = (b"{", b"[{", b"[\n", b"[\r")
_START_BYTES: Final = 2000  # where markup, SQL and JSON show what they are
#: Control characters that no table has. Those left out do occur: tab, line ends, form feed, escape,
#: the end-of-file mark of DOS (\x1a), and separators of databases (\x01, \x1e, \x1f).
_CONTROL_BYTES: Final = bytes(set(range(32)) - {9, 10, 12, 13, 0x1A, 0x1B, 0x1E, 0x1F, 1})
# A damaged export may hold a few; `tests/slow/reading/test_damaged_files.py` tries them.
_MOST_CONTROL_BYTES: Final = 8
_MOST_CONTROL_SHARE: Final = 0.05  # of all bytes of the head


def refuse_non_table(head: bytes) -> None:
    """Raise :class:`UploadRejected` for a file whose first bytes are no table of text."""
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UploadRejected(
            "The file is empty.", code="empty-file", hint="Export it again, with its rows."
        )
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise _binary(f"This is {what}, not a table of text.")
    _refuse_other_text(head[:_START_BYTES].lstrip(UTF8_BOM + b" \t\r\n").lower())
    if detect_encoding(head)[0] == "utf-8":
        control_bytes = len(head) - len(head.translate(None, _CONTROL_BYTES))
        if control_bytes > max(_MOST_CONTROL_BYTES, len(head) * _MOST_CONTROL_SHARE):
            raise _binary("The file is binary, not a table of text.")


def _binary(message: str) -> UploadRejected:
    return UploadRejected(
        message,
        code="binary-file",
        hint="Export the data as CSV or .xlsx and upload that.",
    )


def _refuse_other_text(start: bytes) -> None:
    """Raise for a file whose text starts with ``start``, in lower case, and is no table."""
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
    if start.startswith(_JSON_STARTS) and b'":' in start:
        raise UploadRejected(
            "This is JSON, not a CSV file.", code="not-csv", hint="Export the data as CSV."
        )
