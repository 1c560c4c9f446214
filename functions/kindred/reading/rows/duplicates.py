"""Rows that are equal in every cell: an export that was put together twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kindred.reading.bytes.raw_table import RawTable
from kindred.reading.columns import headers
from kindred.reading.rows.queries import one
from kindred.reading.types import Interpretation

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

#: What a column of row numbers is called, by `headers.key`; the first has no header.
_ROW_NUMBER: Final = frozenset({"column1", "unnamed0", "index", "rownames"})


def find_duplicates(raw: RawTable, source: str, meaning: Interpretation, engine: DuckDB) -> bool:
    """Fill ``duplicate_lines`` with all but the first of exactly equal lines."""
    cells = ", ".join(raw.columns[_numbers_rows(raw, source, meaning, engine) :])
    engine.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE duplicate_lines AS
        WITH hashed AS (
            SELECT line, hash({cells}) AS a, hash('2', {cells}) AS b FROM {source}
        ), several AS (
            SELECT a, b, min(line) AS first FROM hashed GROUP BY a, b HAVING count(*) > 1
        )
        SELECT line FROM hashed JOIN several USING (a, b) WHERE line <> first""")
    return bool(one(engine, "SELECT count(*) FROM duplicate_lines")[0])


def _numbers_rows(raw: RawTable, source: str, meaning: Interpretation, engine: DuckDB) -> bool:
    """Whether the first column only counts the rows, as programs do that save a table."""
    named = headers.key(raw.names[0]) not in _ROW_NUMBER or 0 in meaning.mapping.used()
    if named or meaning.detected["header_row"] is None or len(raw.names) == 1:
        return False
    rows, kinds, span = one(
        engine,
        f"SELECT count(*), count(DISTINCT n), max(n) - min(n) + 1"
        f" FROM (SELECT TRY_CAST({raw.columns[0]} AS BIGINT) AS n FROM {source})",
    )
    return bool(rows == kinds == span)
