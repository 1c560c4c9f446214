"""Small queries that several steps ask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.reading.values.quoting import quoted

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB


def one(engine: DuckDB, query: str) -> tuple[Any, ...]:
    """The first row of a result; empty if there is none."""
    row = engine.con.execute(query).fetchone()
    return tuple(row) if row else ()


def parquet(path: Path) -> str:
    """A Parquet file as SQL reads it."""
    return f"read_parquet({quoted(path)})"
