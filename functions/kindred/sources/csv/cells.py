"""The cells of a stored file: a page of them, and the file again with some of them changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from kindred.errors import InvalidInput
from kindred.reading.bytes.raw_table import SAVED_NAMES

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BATCH_ROWS = 20_000
#: row -> {place of the column: value}
Edits = Mapping[int, Mapping[int, str]]


def column_names(stored: pq.ParquetFile) -> list[str]:
    """The file's own column names, in its order."""
    names: list[str] = json.loads(stored.schema_arrow.metadata[SAVED_NAMES.encode()])
    return names


def list_cells(stored: pq.ParquetFile, offset: int, limit: int) -> list[list[str | None]]:
    """``limit`` rows from ``offset`` on; reads only the row groups that hold them."""
    groups: list[int] = []
    first = start = 0
    for number in range(stored.num_row_groups):
        size = stored.metadata.row_group(number).num_rows
        if start < offset + limit and start + size > offset:
            if not groups:
                first = start
            groups.append(number)
        start += size
    if not groups:
        return []
    cells = [f"c{i}" for i in range(len(column_names(stored)))]
    page = stored.read_row_groups(groups, columns=cells).slice(offset - first, limit)
    columns = [page.column(cell).to_pylist() for cell in cells]
    return [list(row) for row in zip(*columns, strict=True)]


def place_edits(stored: pq.ParquetFile, edits: Iterable[tuple[int, str, str]]) -> Edits:
    """``(row, column, value)`` by place; the last one counts where a cell is changed twice.

    Raises `InvalidInput` for a row or a column that the file doesn't have.
    """
    names, total = column_names(stored), stored.metadata.num_rows
    places = {name: place for place, name in enumerate(names)}
    placed: dict[int, dict[int, str]] = defaultdict(dict)
    for row, column, value in edits:
        if row >= total:
            raise InvalidInput(
                f"There is no row {row:,}; the file has {total:,}, counted from 0.",
                code="invalid-row",
            )
        if column not in places:
            raise InvalidInput(
                f"The file has no column '{column[:100]}'.",
                code="invalid-column",
                hint=f"Its columns are {', '.join(names)[:600]}.",
            )
        placed[row][places[column]] = value
    return placed


def write_csv(stored: pq.ParquetFile, edits: Edits, target: BinaryIO) -> None:
    """The whole file as CSV (UTF-8, commas) with its cells changed, a batch at a time."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    names = column_names(stored)
    schema = pa.schema([(name, pa.string()) for name in names])
    cells = [f"c{i}" for i in range(len(names))]
    options = arrow_csv.WriteOptions(quoting_style="all_valid")
    with arrow_csv.CSVWriter(target, schema, write_options=options) as writer:
        start = 0
        for batch in stored.iter_batches(BATCH_ROWS, columns=cells):
            end = start + batch.num_rows
            arrays = list(batch.columns)
            here = {row: changed for row, changed in edits.items() if start <= row < end}
            for place in {place for changed in here.values() for place in changed}:
                values = arrays[place].to_pylist()
                for row, changed in here.items():
                    values[row - start] = changed.get(place, values[row - start])
                arrays[place] = pa.array(values, pa.string())
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            start = end
