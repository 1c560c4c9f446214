"""Which delimiter, quote and header row a text table uses, told from its first rows.

Every plausible dialect splits the head; the one whose rows agree in length and whose cells look
like data (numbers, dates, codes, words) wins. After G. van den Burg, A. Nazabal, C. Sutton:
Wrangling messy CSV files by detecting row and type patterns (2019), whose score this follows.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import AnyStr

from kindred.reading.bytes.alignment import align
from kindred.reading.columns import headers
from kindred.reading.columns.fields import FIELDS

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01", ":", "#", "*", "!", " ")
_HEAD_ROWS = 120
_WORD_CELL = re.compile(r"[^\W\d_][\w '&/.()-]*\Z", re.UNICODE)
_NUMBER = re.compile(
    r"[(\-+]?\s*(?:[A-Za-z]{0,3}[$€£¥₹]\.?|[A-Z]{3}|Rs\.?)?\s*[-+]?\d[\d.,'’\u00a0\u202f ]*\s*"
    r"(?:[A-Z]{3}|[$€£¥₹%]|kr|zł)?\)?-?\Z"
)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?"
    r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?\Z|"
    r"(?:[^\W\d_]{3,9}\.?,? )?(?:\d{1,2}[- .]{1,2}[^\W\d_]{3,9}\.?|[^\W\d_]{3,9}\.?[- ]\d{1,2})"
    r"[-, ]{1,2}\d{2,4}(?:[ ,]+\d{1,2}:\d{2}.*)?\Z|\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?\Z"
)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_#/\\.-]*\Z")
_URL = re.compile(r"(?:https?://|www\.)\S+\Z")


@dataclass(frozen=True)
class Dialect:
    """How the file is cut into cells, and where its header stands."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None  # None: a doubled quote; a backslash where that is used
    header_line: int | None = 1  # 1-based line the header is on; None: there is none
    first_data_line: int = 2
    header: tuple[str, ...] = ()  # the cells as written
    width: int = 0  # columns that data rows have
    short_rows: bool = False  # rows commonly leave out trailing cells
    wrapped: bool = False  # every line stands in quotes as a whole

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


def split(text: str, dialect: Dialect) -> list[tuple[int, list[str]]]:
    """``(line, cells)`` of each record in a text; ``line`` is where the record starts.

    A quote that never closes costs its own line only.
    """
    lines = text.split("\n")
    if dialect.delimiter == " ":
        return [(n, line.split()) for n, line in enumerate(lines, 1)]
    rows: list[tuple[int, list[str]]] = []
    at = 0
    while at < len(lines):
        end = _record_end(lines, at, dialect)
        record = "\n".join(lines[at : end + 1])
        rows.append((at + 1, cut_cells(record, dialect) if record else []))
        at = end + 1
    return rows


def _record_end(lines: Sequence[str], start: int, dialect: Dialect) -> int:
    """The last line of the record that starts at ``start``."""
    if dialect.quote is None or not _is_odd(lines[start], dialect):
        return start
    for end in range(start + 1, min(len(lines), start + 60)):
        if _is_odd(lines[end], dialect):
            whole = cut_strictly("\n".join(lines[start : end + 1]), dialect)
            return end if whole is not None else start
    return start


def _is_odd(line: str, dialect: Dialect) -> bool:
    quote = dialect.quote or '"'
    count = line.count(quote) - (line.count("\\" + quote) if dialect.escape else 0)
    return bool(count & 1)


def cut_cells(record: str, dialect: Dialect) -> list[str]:
    """The cells of one record, as leniently as the standard library reads them."""
    csv.field_size_limit(1 << 30)
    try:
        return next(csv.reader([record], **dialect.reader_options()))  # type: ignore[arg-type]
    except (csv.Error, StopIteration):
        return record.split(dialect.delimiter)


def cut_strictly(record: str, dialect: Dialect) -> list[str] | None:
    """The cells of one record, or None where a quote stands in the wrong place."""
    csv.field_size_limit(1 << 30)
    options = {**dialect.reader_options(), "strict": True}
    try:
        rows = list(csv.reader([record], **options))  # type: ignore[arg-type]
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def detect(text: str, *, complete: bool) -> Dialect:
    """The dialect of a file that starts with ``text``. ``complete``: the text is the whole file."""
    lines = text.split("\n")
    if not complete and len(lines) > 1:
        lines = lines[:-1]
    wrapped = _is_wrapped(lines[:200])
    if wrapped:
        lines = [unwrap(line, '"') for line in lines]
    hinted, lines_hint = _separator_line(lines)
    body = lines[lines_hint : lines_hint + 1200]
    sample = "\n".join(body)
    best = max(
        (_scored(sample, candidate) for candidate in _candidates(sample, hinted)),
        key=lambda pair: pair[0],
    )[1]
    return replace(_with_header(sample, best, skipped=lines_hint), wrapped=wrapped)


def unwrap(line: AnyStr, quote: AnyStr) -> AnyStr:
    """A line without the quotes around it as a whole."""
    if len(line) < 2 or not (line.startswith(quote) and line.endswith(quote)):
        return line
    return line[1:-1].replace(quote + quote, quote)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether a spreadsheet took each line for one cell: all of it in quotes, its own doubled."""
    full = [line for line in lines if line.strip()]
    whole = [
        line[1:-1]
        for line in full
        if len(line) > 2 and line[0] == line[-1] == '"' and '"' not in line[1:-1].replace('""', "")
    ]
    if len(whole) < 2 or len(whole) < 0.9 * len(full):
        return False
    counts = [[line.count(mark) for line in whole] for mark in ",;\t|"]
    return any(min(count) > 0 for count in counts)


def _separator_line(lines: Sequence[str]) -> tuple[str | None, int]:
    """Excel's own ``sep=;`` first line."""
    first = lines[0].strip().strip('"').lower() if lines else ""
    if first.startswith("sep=") and len(first) <= 5:
        return (first[4:] or "\t"), 1
    return None, 0


def _candidates(text: str, hinted: str | None) -> list[Dialect]:
    # Without a quote in sight, one further down still means what it usually does.
    quotes: list[tuple[str | None, str | None]] = [('"', None)]
    if '"' in text:
        if not _quotes_well(text, '"') and len(re.findall(r'(?:^|[,;|\t])"', text)) >= 3:
            quotes.append((None, None))
        if '\\"' in text:
            quotes.insert(0, ('"', "\\"))
    if _quotes_well(text, "'"):
        quotes.append(("'", None))
    used = [hinted] if hinted else [d for d in DELIMITERS if d in text] or [","]
    return [Dialect(d, q, e) for d in used for q, e in quotes]


def _quotes_well(text: str, quote: str) -> bool:
    """Whether cells that open with ``quote`` close with it: else it is an apostrophe."""
    start, inside = rf"(?:^|[,;|\t]) ?{quote}", rf"[^{quote}\n]*"
    opened = len(re.findall(start, text, re.MULTILINE))
    whole = rf"{start}{inside}(?:{quote}{quote}{inside})*{quote}(?=[,;|\t]|$)"
    closed = len(re.findall(whole, text, re.MULTILINE))
    return opened >= 3 and closed >= 0.9 * opened if quote == "'" else closed > 0.5 * opened


def _scored(text: str, dialect: Dialect) -> tuple[float, Dialect]:
    rows = [cells for _, cells in split(text, dialect)[:_HEAD_ROWS] if any(map(str.strip, cells))]
    if not rows:
        return 0.0, dialect
    lengths = Counter(map(len, rows))
    pattern = (
        sum(count * max(1e-3, length - 1) / length for length, count in lengths.items())
        / len(lengths)
        / len(rows)
    )
    agreeing = lengths.most_common(1)[0][1] / len(rows)
    cells = [cell.strip() for row in rows for cell in row[:60]]
    known = sum(map(_type_weight, cells)) / max(1, len(cells))
    score = pattern * known * (0.3 + 0.7 * agreeing)
    if dialect.delimiter in ":#*! ":
        score *= 0.7  # as often part of the data as between them
    if dialect.quote is None and re.search(
        r'(?:^|{0})"[^"\n]*"(?:{0}|$)'.format(re.escape(dialect.delimiter)), text, re.MULTILINE
    ):
        score *= 0.8  # cells in quotes are quoted, unless all else says no
    return score, dialect


def _type_weight(cell: str) -> float:
    """How much a cell looks like one value rather than a piece of one, or several glued."""
    if not cell:
        return 0.6
    if len(cell) > 400:
        return 0.5
    if _NUMBER.match(cell) or _DATE.match(cell) or _EMAIL.match(cell):
        return 1.0
    if _CODE.match(cell) or _URL.match(cell):
        return 0.95
    if cell[0] in "\"'" or cell[-1] in "\"'":
        return 0.2
    if _WORD_CELL.match(cell):
        return 0.9
    return 0.5 if re.search(r"[;|\t]", cell) else 0.75


def _with_header(text: str, dialect: Dialect, skipped: int) -> Dialect:
    rows = split(text, dialect)
    full = [(line, cells) for line, cells in rows if any(map(str.strip, cells))]
    if not full:
        return dialect
    width = _usual_width([cells for _, cells in full])
    start = _header_index(full, width)
    line, cells = full[start]
    following = [cells for _, cells in full[start + 1 : start + 80]]
    if not looks_like_header(cells, following):
        return replace(
            dialect, header_line=None, first_data_line=line + skipped, width=width, header=()
        )
    named = _trim(cells)
    mode = _usual_width(following) if following else len(named)
    short = mode < len(named) and sum(len(c) <= mode for c in following) > len(following) / 2
    extra = mode > len(named) and any(
        c[len(named) : mode] != [""] * (mode - len(named)) for c in following
    )
    header = [*named, *[""] * (mode - len(named))] if extra else named
    if extra and mode == len(named) + 1:
        header = align(named, following)
    next_line = next((n for n, _ in rows if n > line), line + 1)
    return replace(
        dialect,
        header_line=line + skipped,
        first_data_line=next_line + skipped,
        header=tuple(header),
        width=len(header),
        short_rows=short,
    )


def _trim(cells: Sequence[str]) -> list[str]:
    kept = list(cells)
    while len(kept) > 1 and not kept[-1].strip():
        kept.pop()
    return kept


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    counts = Counter(len(cells) for cells in rows)
    top = max(counts.values(), default=0)
    return max((n for n, count in counts.items() if count == top), default=1)


def _header_index(rows: Sequence[tuple[int, list[str]]], width: int) -> int:
    """The first row that fills (nearly) the table's width: what stands above is a title."""
    first = None
    for index, (_, cells) in enumerate(rows[:60]):
        filled = sum(1 for cell in cells if cell.strip())
        if len(cells) < max(2, width * 0.6) and width > 1:
            continue
        if filled >= max(2, min(width, len(cells)) * 0.5) or width == 1:
            if first is None:
                first = index
            if _known_headers(cells) >= 2:
                return index + _is_grouping(cells, rows[index + 1 : index + 2])
            if index > first + 8:
                break
    return first or 0


def _is_grouping(cells: Sequence[str], below: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether a header repeats its names because the row below it says what each one is."""
    names = [cell for cell in cells if cell.strip()]
    return any(
        len(set(names)) < len(names) and _known_headers(following) > _known_headers(cells)
        for _, following in below
    )


_KNOWN = frozenset(headers.key(name) for field in FIELDS for name in (*field.sure, *field.likely))


def _known_headers(cells: Sequence[str]) -> int:
    return sum(1 for cell in set(cells) if any(k in _KNOWN for k in headers.keys(cell)))


def looks_like_header(cells: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns rather than being the first row of data."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    typed = sum(1 for c in filled if _NUMBER.match(c) or _DATE.match(c) or _EMAIL.match(c))
    known = _known_headers(filled)
    if known >= 2 and typed <= len(filled) / 3:
        return True
    if typed > len(filled) / 4 and not (known and typed < len(filled) / 2):
        return False
    typed_columns = sum(1 for i in range(len(cells)) if _mostly_typed(following, i))
    if typed_columns and typed == 0:
        return True
    # Only words everywhere: a header repeats nothing and its cells don't occur below.
    below = {cell.strip() for row in following for cell in row}
    return known >= 1 or (
        len(set(filled)) == len(filled)
        and typed == 0
        and not any(c in below for c in filled)
        and max(map(len, filled)) <= 60
    )


def _mostly_typed(rows: Sequence[Sequence[str]], index: int) -> bool:
    cells = [r[index].strip() for r in rows if index < len(r) and r[index].strip()]
    return bool(cells) and sum(1 for c in cells if _NUMBER.match(c) or _DATE.match(c)) > 0.6 * len(
        cells
    )
