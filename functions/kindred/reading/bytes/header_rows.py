"""Where the header of a table stands: below titles, in the first line, or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kindred.reading.bytes.cell_types import is_number_or_date, is_typed
from kindred.reading.bytes.dialects import Dialect, cut_otherwise, cut_records
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
    if start is None:
        filled = _cut_otherwise(filled, text, dialect, width)
        start = _header_place(filled, width)
    if start is None:
        line = filled[_first_row(filled, width)][0]
        return replace(
            dialect, header_line=None, first_data_line=line + skipped, width=width, header=()
        )
    line, cells = filled[start]
    rows = _rows_below(filled, start)
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


def _cut_otherwise(
    records: Sequence[Record], text: str, dialect: Dialect, width: int
) -> list[Record]:
    """``records`` with the cells of those at the top that were written with another delimiter."""
    lines = text.split("\n")
    top = [
        (line, (len(cells) < width and cut_otherwise(lines[line - 1], dialect, width)) or cells)
        for line, cells in records[:_SEARCHED_ROWS]
    ]
    return [*top, *records[_SEARCHED_ROWS:]]


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


def _header_place(records: Sequence[Record], width: int) -> int | None:
    """The row that names the columns, or None where the file is all data.

    It is the first that fills (nearly) the table's width, unless that one looks like data and a
    later one doesn't. What stands above is a title.
    """
    places = _naming_places(records, width)
    known = {place: _count_known(records[place][1]) for place in places}
    # Of several rows of names the one that we know is meant; without any, the first.
    sure = [place for place in places if known[place] >= _SURELY_KNOWN] or places[:1]
    best = max(sure, key=lambda place: (known[place], -place), default=None)
    if best is None or not is_header(records[best][1], _rows_below(records, best)):
        return None
    return best


def _naming_places(records: Sequence[Record], width: int) -> list[int]:
    """The rows of the table's width above its data, or the first below some that isn't data."""
    searched = enumerate(records[:_SEARCHED_ROWS])
    wide = [place for place, (_, cells) in searched if _fills(cells, width)] or [0]
    if not _typed_columns(_rows_below(records, wide[0]), width):
        # Words everywhere: a row that holds names known elsewhere may be data.
        first = wide[0]
        return [first + _is_grouping(records[first][1], records[first + 1 : first + 2])]
    names: list[int] = []
    seen_data = False
    for place in wide:
        cells = records[place][1]
        typed = _typed_columns(_rows_below(records, place), len(cells))
        if place > wide[0] + _ROWS_AFTER_FIRST or (seen_data and names):
            break
        if _looks_like_data(cells, typed):
            seen_data = True
        elif _names_all(cells, typed) if seen_data else any(cells[c].strip() for c in typed):
            names.append(place)
    return names if names or seen_data else wide[:1]


def _fills(cells: Sequence[str], width: int) -> bool:
    """Whether a row has nearly as many cells as the table, and enough of them filled."""
    filled = sum(1 for cell in cells if cell.strip())
    return width == 1 or (
        len(cells) >= max(_LEAST_FILLED, width * _TABLE_WIDTH)
        and filled >= max(_LEAST_FILLED, min(width, len(cells)) * _FILLED_CELLS)
    )


def _first_row(records: Sequence[Record], width: int) -> int:
    """The first row of a table without a header: a lone cell above it is a title."""
    for place, (_, cells) in enumerate(records):
        if width == 1 or sum(1 for cell in cells if cell.strip()) >= _LEAST_FILLED:
            return place
    return 0


def _rows_below(records: Sequence[Record], place: int) -> list[list[str]]:
    return [cells for _, cells in records[place + 1 : place + 1 + _COMPARED_ROWS]]


def _typed_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    return [place for place in range(width) if _is_typed_column(rows, place)]


def _looks_like_data(cells: Sequence[str], typed: Sequence[int]) -> bool:
    """Whether at least half of what stands in the ``typed`` columns is a number or a date."""
    filled = [cells[place].strip() for place in typed if cells[place].strip()]
    return bool(filled) and sum(map(is_number_or_date, filled)) >= len(filled) / 2


def _names_all(cells: Sequence[str], typed: Sequence[int]) -> bool:
    """Whether a row below others that look like data can't be data itself: all of it names."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return (
        all(cells[place].strip() for place in typed)
        and not any(map(is_typed, filled))
        and len(set(filled)) == len(filled)
    )


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
