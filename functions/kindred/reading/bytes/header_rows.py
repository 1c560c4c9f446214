"""Where the header of a table stands: below titles, in the first line, or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.bytes.cell_types import is_number_or_date, is_typed
from kindred.reading.bytes.dialects import Dialect, cut_records
from kindred.reading.bytes.header_alignment import align_header
from kindred.reading.columns import headers
from kindred.reading.columns.fields import FIELDS

# With these `scripts/measure-reading dialects` tells 198 of 198 variants. It shows what a change
# costs, and so does `tests/unit/reading/test_odd_layouts.py`. A reason stands beside.
_SEARCHED_ROWS: Final = 60  # rows among which the header is looked for
_ROWS_AFTER_FIRST: Final = 8  # rows below the first wide one that may still be it
_COMPARED_ROWS: Final = 79  # rows below the header that it is compared with
_TABLE_WIDTH: Final = 0.6  # a header has this share of the usual number of cells at least
_FILLED_CELLS: Final = 0.5  # and this share of them filled
_LEAST_FILLED: Final = 2  # cells; one alone is a title
_SURELY_KNOWN: Final = 2  # headers that we know, for a row to be the header
# One of so many cells of a header may be a number, a date or an address: a year, a size.
_TYPED_BESIDE_KNOWN: Final = 3  # where it is surely known
_TYPED_BESIDE_ONE: Final = 2  # fewer than this where one name is known
_TYPED_CELLS: Final = 4  # elsewhere
_TYPED_COLUMN: Final = 0.6  # share of a column's cells that are numbers or dates, for it to be one
_LONGEST_NAME: Final = 60  # characters of a header in a table of words only
_SHORT_ROWS: Final = 2  # one of so many rows leaves out the last cells, for that to be usual

_KNOWN_KEYS = frozenset(
    headers.key(name) for field in FIELDS for name in (*field.sure, *field.likely)
)
#: ``(line, cells)``
Record = tuple[int, list[str]]


def add_header(text: str, dialect: Dialect, *, skipped: int) -> Dialect:
    """``dialect`` with the header that ``text`` has and the width of its rows.

    ``skipped`` lines of the file stand above ``text``. Raises :class:`UploadRejected` where the
    rows don't fit the header (`header_alignment`).
    """
    records = cut_records(text, dialect)
    filled = [(line, cells) for line, cells in records if any(map(str.strip, cells))]
    if not filled:
        return dialect
    width = _usual_width([cells for _, cells in filled])
    start = _header_place(filled, width)
    line, cells = filled[start]
    rows = [cells for _, cells in filled[start + 1 : start + 1 + _COMPARED_ROWS]]
    if not is_header(cells, rows):
        return replace(
            dialect, header_line=None, first_data_line=line + skipped, width=width, header=()
        )
    names = _without_blank_end(cells)
    row_width = _usual_width(rows) if rows else len(names)
    short = sum(len(row) <= row_width for row in rows) > len(rows) / _SHORT_ROWS
    header = _widen(names, rows, row_width)
    next_line = next((number for number, _ in records if number > line), line + 1)
    return replace(
        dialect,
        header_line=line + skipped,
        first_data_line=next_line + skipped,
        header=tuple(header),
        width=len(header),
        short_rows=row_width < len(names) and short,
    )


def _widen(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """``names`` with a blank one for each cell that rows commonly have and the header doesn't."""
    more = width - len(names)
    if more <= 0 or not any(row[len(names) : width] != [""] * more for row in rows):
        return list(names)
    return align_header(names, rows) if more == 1 else [*names, *[""] * more]


def _without_blank_end(cells: Sequence[str]) -> list[str]:
    names = list(cells)
    while len(names) > 1 and not names[-1].strip():
        names.pop()
    return names


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have; the larger one of two that as many have."""
    counts = Counter(len(cells) for cells in rows)
    top = max(counts.values(), default=0)
    return max((width for width, count in counts.items() if count == top), default=1)


def _header_place(records: Sequence[Record], width: int) -> int:
    """The first row that fills (nearly) the table's width: what stands above is a title."""
    first = None
    for place, (_, cells) in enumerate(records[:_SEARCHED_ROWS]):
        filled = sum(1 for cell in cells if cell.strip())
        if len(cells) < max(_LEAST_FILLED, width * _TABLE_WIDTH) and width > 1:
            continue
        if filled >= max(_LEAST_FILLED, min(width, len(cells)) * _FILLED_CELLS) or width == 1:
            if first is None:
                first = place
            if _count_known(cells) >= _SURELY_KNOWN:
                return place + _is_grouping(cells, records[place + 1 : place + 2])
            if place > first + _ROWS_AFTER_FIRST:
                break
    return first or 0


def _is_grouping(cells: Sequence[str], below: Sequence[Record]) -> bool:
    """Whether a header repeats its names because the row below it says what each one is."""
    names = [cell for cell in cells if cell.strip()]
    return any(
        len(set(names)) < len(names) and _count_known(following) > _count_known(cells)
        for _, following in below
    )


def _count_known(cells: Sequence[str]) -> int:
    return sum(1 for cell in set(cells) if any(k in _KNOWN_KEYS for k in headers.keys(cell)))


def is_header(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether ``cells`` name columns rather than being a row of data as ``rows`` below them."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    typed = sum(map(is_typed, filled))
    known = _count_known(filled)
    if known >= _SURELY_KNOWN and typed <= len(filled) / _TYPED_BESIDE_KNOWN:
        return True
    if typed > len(filled) / _TYPED_CELLS and not (
        known and typed < len(filled) / _TYPED_BESIDE_ONE
    ):
        return False
    if typed == 0 and any(_is_typed_column(rows, place) for place in range(len(cells))):
        return True
    # Only words everywhere: a header repeats nothing and its cells don't occur below.
    below = {cell.strip() for row in rows for cell in row}
    return known >= 1 or (
        len(set(filled)) == len(filled)
        and typed == 0
        and not any(cell in below for cell in filled)
        and max(map(len, filled)) <= _LONGEST_NAME
    )


def _is_typed_column(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether most cells of a column are numbers or dates."""
    cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    return bool(cells) and sum(map(is_number_or_date, cells)) > _TYPED_COLUMN * len(cells)
