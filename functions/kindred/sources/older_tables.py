"""Canonical tables that an earlier version of Kindred stored, brought to the columns of today.

Stored tables of another schema are read again. Where that can't be, since the file is gone or they
are what a new version builds on, the columns that they lack are added, without a value.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred.tables import MONEY, SCHEMA, Tables

if TYPE_CHECKING:
    from kindred.engine import Engine

#: Types of `kindred.tables`, as Ibis calls them.
_TYPES: Final = {
    "BIGINT": "int64",
    "BOOLEAN": "boolean",
    MONEY: "decimal(20, 4)",
    "DOUBLE": "float64",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "string",
}
#: In which order a table lies, as far as it has these columns.
_ORDER: Final = ("customer_id", "line", "kind")


def complete(tables: Tables, folder: Path, *, engine: Engine) -> Tables:
    """The same tables with every column of `kindred.tables`, written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    completed: dict[str, Any] = {
        name: _completed(path, name, folder / f"{name}.parquet", engine)
        for name in SCHEMA
        if (path := getattr(tables, name)) is not None
    }
    return replace(tables, **completed)


def _completed(path: Path, name: str, target: Path, engine: Engine) -> Path:
    import ibis

    table, columns = engine.read(path), SCHEMA[name]
    added = {
        column: ibis.null(_TYPES[what.type])
        for column, what in columns.items()
        if column not in table.columns
    }
    if not added:
        return path
    order = [column for column in _ORDER if column in table.columns]
    engine.write(table.mutate(**added).select(*columns).order_by(order), target)
    return target
