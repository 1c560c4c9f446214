"""Rows of a Parquet file as JSON, made by the engine: value by value in Python took most of a run.

The texts are those of `json.dumps` on `pages.plain`, byte for byte, but for the case of the digits
in the escape of a control character.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kindred.reading.values.quoting import quoted

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB

_RULE: Final = "rule_"
BATCH_ROWS: Final = 10_000

#: Six places as Python's `round` has them. Scaling and dividing gives the same number unless the
#: digits after the sixth are near a half or the number is large: then it is printed and read again.
_ROUNDED: Final = """CASE WHEN {x} IS NULL OR NOT isfinite({x}) THEN 'null' ELSE CAST(
    CASE WHEN abs({x}) < 1e9 AND abs(abs({x} * 1e6 - floor({x} * 1e6)) - 0.5) > 1e-3
    THEN round({x} * 1e6) / 1e6 ELSE CAST(format('{{:.6f}}', {x}) AS DOUBLE) END AS VARCHAR) END"""
_WHOLE: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
    | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "BOOLEAN"}
)


def write_customers(
    target: IO[str], engine: DuckDB, path: Path, segment_names: Mapping[str, str]
) -> None:
    """A JSON list of all columns of customers, ``segment`` by name, rules as ``segmentation``."""
    types = _types(engine, path)
    columns = {name: _value(name, types[name]) for name in types if not name.startswith(_RULE)}
    columns["segment"] = _named(segment_names)
    rules = _rules(types)
    if rules:
        columns["segmentation"] = _object(rules)
    _write(target, engine, path, _object(columns))


def write_rules(target: IO[str], engine: DuckDB, path: Path) -> None:
    """A JSON list of ``{customer_id, segmentation}``."""
    types = _types(engine, path)
    columns = {
        "customer_id": _value("customer_id", types["customer_id"]),
        "segmentation": _object(_rules(types)),
    }
    _write(target, engine, path, _object(columns))


def _rules(types: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_RULE): _value(name, types[name])
        for name in types
        if name.startswith(_RULE)
    }


def _write(target: IO[str], engine: DuckDB, path: Path, row: str) -> None:
    target.write("[")
    separator = ""
    for texts in _batches(engine, f"SELECT {row} FROM {_table(path)}"):
        target.write(separator + ",\n".join(texts))
        separator = ",\n"
    target.write("]")


def _batches(engine: DuckDB, query: str) -> Iterator[list[str]]:
    """The only column of a query, in the order of the file."""
    engine.con.execute("SET preserve_insertion_order = true")
    for batch in engine.con.sql(query).to_arrow_reader(BATCH_ROWS):
        yield batch.column(0).to_pylist()


def _types(engine: DuckDB, path: Path) -> dict[str, str]:
    rows: list[tuple[Any, ...]] = engine.con.execute(
        f"DESCRIBE SELECT * FROM {_table(path)}"
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def _object(members: Mapping[str, str]) -> str:
    """SQL for the text of an object; ``members`` are the expressions of its values' texts."""
    parts = []
    for place, (name, value) in enumerate(members.items()):
        lead = "{" if place == 0 else ", "
        parts += [quoted(f"{lead}{json.dumps(name, ensure_ascii=False)}: "), value]
    return f"concat({', '.join(parts)}, '}}')"


def _named(names: Mapping[str, str]) -> str:
    cases = " ".join(
        f"WHEN {quoted(key)} THEN {quoted(json.dumps(name, ensure_ascii=False))}"
        for key, name in names.items()
    )
    return f"CASE segment_key {cases} ELSE 'null' END" if cases else "'null'"


def _value(name: str, kind: str) -> str:
    """SQL for the JSON text of a column's value."""
    column = '"' + name.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT"):
        return _ROUNDED.format(x=column if kind == "DOUBLE" else f"CAST({column} AS DOUBLE)")
    if kind in _WHOLE:
        return f"coalesce(CAST({column} AS VARCHAR), 'null')"
    if kind == "DATE":
        return f"coalesce('\"' || CAST({column} AS VARCHAR) || '\"', 'null')"
    if kind == "VARCHAR":
        return f"coalesce(CAST(to_json({column}) AS VARCHAR), 'null')"
    raise TypeError(f"A customer's column {name} is of type {kind}.")


def _table(path: Path) -> str:
    return f"read_parquet({quoted(path)})"
