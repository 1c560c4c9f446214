"""Which delimiter, quote and header row a text table uses, told from its first rows.

Every plausible dialect splits the head; the one whose rows agree in length and whose cells look
like data (numbers, dates, codes, words) wins. After G. van den Burg, A. Nazabal, C. Sutton:
Wrangling messy CSV files by detecting row and type patterns (2019), whose score this follows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from kindred.reading.bytes.cell_types import score_type
from kindred.reading.bytes.dialects import USUAL_DELIMITERS, Dialect, cut_records, unwrap
from kindred.reading.bytes.header_rows import add_header

DELIMITERS: Final = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01", ":", "#", "*", "!", "+", " ")
_CELL_EDGES: Final = re.escape("".join(DELIMITERS).replace(" ", ""))

_QUOTED = re.compile(r"\"[^\"]*\"")

# With these `scripts/measure-reading dialects` tells 198 of 198 variants. It shows what a change
# costs, and so does `tests/unit/reading/test_odd_layouts.py`. A reason stands beside.
_HEAD_LINES: Final = 1200  # lines that candidates split
_SCORED_ROWS: Final = 120  # rows that are scored
_SCORED_CELLS: Final = 60  # cells of a row that are scored
#: Rows of one cell still count a little: a file of one column is a table (epsilon in the paper).
_ONE_CELL_PATTERN: Final = 1e-3
_AGREEMENT_WEIGHT: Final = 0.7  # how much the share of rows with the usual length counts
_AGREEMENT_REST: Final = 0.3  # what counts without it
_RARE_DELIMITERS: Final = ":#*!+ "
_RARE_DELIMITER_FACTOR: Final = 0.7  # as often part of the data as between them
#: A delimiter beside a usual one that parts more: dates and times hold blanks, colons and commas.
_BESIDE_USUAL_FACTOR: Final = 0.3
_LEAST_USUAL: Final = 2  # in a line; one comma may be a decimal mark
_TIMES_USUAL: Final = 3  # as often as another usual one, and equally often in most lines
_BESIDE_USUAL_SHARE: Final = 0.5  # of the lines
_IGNORED_QUOTES_FACTOR: Final = 0.8  # cells in quotes are quoted, unless all else says no
_LEAST_QUOTED: Final = 3  # cells that open with a quote, for quotes to be doubted
_CLOSED_DOUBLE_QUOTES: Final = 0.5  # share of quoted cells that close
_CLOSED_SINGLE_QUOTES: Final = 0.9  # higher: else it is an apostrophe
_WRAPPED_LINES: Final = 200  # lines that are looked at for quotes around each
_LEAST_WRAPPED: Final = 2  # one line in quotes may be a title
_WRAPPED_SHARE: Final = 0.9  # of lines that aren't blank


def detect_dialect(text: str, *, complete: bool) -> Dialect:
    """The dialect of a file that starts with ``text``; ``complete`` if that is the whole file.

    Raises :class:`UploadRejected` where the cells don't fit the header (`header_alignment`).
    """
    lines = text.split("\n")
    if not complete and len(lines) > 1:
        lines = lines[:-1]
    wrapped = _is_wrapped(lines[:_WRAPPED_LINES])
    if wrapped:
        lines = [unwrap(line, '"') for line in lines]
    named, skipped = _separator_line(lines)
    sample = "\n".join(lines[skipped : skipped + _HEAD_LINES])
    best = max(_candidates(sample, named), key=lambda candidate: _score(sample, candidate))
    return replace(add_header(sample, best, skipped=skipped), wrapped=wrapped)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether a spreadsheet took each line for one cell: all of it in quotes, its own doubled."""
    filled = [line for line in lines if line.strip()]
    wrapped = [
        line[1:-1]
        for line in filled
        if len(line) > 2 and line[0] == line[-1] == '"' and '"' not in line[1:-1].replace('""', "")
    ]
    if len(wrapped) < _LEAST_WRAPPED or len(wrapped) < _WRAPPED_SHARE * len(filled):
        return False
    return any(all(mark in line for line in wrapped) for mark in ",;\t|")


def _separator_line(lines: Sequence[str]) -> tuple[str | None, int]:
    """The delimiter that Excel's own first line ``sep=;`` names, and how many lines that takes."""
    first = lines[0].strip().strip('"').lower() if lines else ""
    if first.startswith("sep=") and len(first) <= len("sep=;"):
        return (first[4:] or "\t"), 1
    return None, 0


def _candidates(text: str, named: str | None) -> list[Dialect]:
    """The dialects that the text may be in; with the delimiter that it names, if it does."""
    # Without a quote in sight, one further down still means what it usually does.
    quotes: list[dict[str, Any]] = [{"quote": '"'}]
    if '"' in text:
        opened, closed, _ = _count_quoted(text, '"')
        if closed <= _CLOSED_DOUBLE_QUOTES * opened and opened >= _LEAST_QUOTED:
            quotes.append({"quote": None})
        if '\\"' in text:
            quotes.insert(0, {"quote": '"', "escape": "\\"})
    opened, closed, alone = _count_quoted(text, "'")
    if opened >= _LEAST_QUOTED and closed + alone >= _CLOSED_SINGLE_QUOTES * opened:
        quotes.append({"quote": "'", "lone_quotes": alone > 0})
    delimiters = [named] if named else [d for d in DELIMITERS if d in text] or [","]
    return [Dialect(d, **options) for d in delimiters for options in quotes]


def _count_quoted(text: str, quote: str) -> tuple[int, int, int]:
    """Cells that open with a quote, that close too, and that close with some quotes inside alone.

    Where few close, it is no quote.
    """
    start, inside = rf"(?:^|[{_CELL_EDGES}]) ?{quote}", rf"[^{quote}\n]*"
    end = rf"{quote}(?=[{_CELL_EDGES}]|$)"
    whole = rf"{start}{inside}(?:{quote}{quote}{inside})*{end}"
    opened, closed, ended = (
        len(re.findall(pattern, text, re.MULTILINE))
        for pattern in (start, whole, rf"{start}.*?{end}")
    )
    return opened, closed, max(0, ended - closed)


def _score(text: str, dialect: Dialect) -> float:
    """How well a dialect explains the text: pattern score times type score, as in the paper."""
    records = cut_records(text, dialect)[:_SCORED_ROWS]
    rows = [cells for _, cells in records if any(map(str.strip, cells))]
    if not rows:
        return 0.0
    lengths = Counter(map(len, rows))
    pattern = (
        sum(
            count * max(_ONE_CELL_PATTERN, length - 1) / length for length, count in lengths.items()
        )
        / len(lengths)
        / len(rows)
    )
    agreeing = lengths.most_common(1)[0][1] / len(rows)
    cells = [cell.strip() for row in rows for cell in row[:_SCORED_CELLS]]
    types = sum(map(score_type, cells)) / max(1, len(cells))
    score = pattern * types * (_AGREEMENT_REST + _AGREEMENT_WEIGHT * agreeing)
    if dialect.delimiter in _RARE_DELIMITERS:
        score *= _RARE_DELIMITER_FACTOR
    if _is_beside_usual(text.split("\n", _SCORED_ROWS)[:_SCORED_ROWS], dialect.delimiter):
        score *= _BESIDE_USUAL_FACTOR
    if dialect.quote is None and re.search(
        r'(?:^|{0})"[^"\n]*"(?:{0}|$)'.format(re.escape(dialect.delimiter)), text, re.MULTILINE
    ):
        score *= _IGNORED_QUOTES_FACTOR
    return score


def _is_beside_usual(lines: Sequence[str], delimiter: str) -> bool:
    """Whether a usual delimiter parts most lines finer: then this one is inside its cells."""
    plain = [_QUOTED.sub("", line) for line in lines if line.strip()]
    least = _BESIDE_USUAL_SHARE * len(plain)
    for usual in USUAL_DELIMITERS.replace(delimiter, ""):
        counts = [line.count(usual) for line in plain]
        pairs = zip(counts, (line.count(delimiter) for line in plain), strict=True)
        if delimiter in _RARE_DELIMITERS:
            finer = sum(count >= max(_LEAST_USUAL, own) for count, own in pairs)
        else:
            finer = sum(count >= max(_LEAST_USUAL, _TIMES_USUAL * own) for count, own in pairs)
            finer = min(finer, max(Counter(filter(None, counts)).values(), default=0))
        if finer > least:
            return True
    return False
