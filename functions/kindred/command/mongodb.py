"""A MongoDB collection as a CSV file: one row per document, nested fields with dots."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kindred.errors import KindredError

#: How long a server that doesn't answer is waited for.
PATIENCE_MS: Final = 10_000
BATCH: Final = 1_000


def export_collection(uri: str, database: str, collection: str, folder: Path) -> Path:
    """Write every document of a collection as a row of a CSV file below ``folder``.

    A nested field is a column named by its path (``buyer.email``), a list of plain values their
    texts joined by ``; ``, any other list its JSON. Memory is that of a batch of documents.
    Raises `KindredError`: ``no-driver``, ``no-database`` (which never repeats the address, since
    it may hold a password), ``no-documents``, ``unclear-fields``.
    """
    try:
        import pymongo
        from pymongo.errors import PyMongoError
    except ImportError as err:
        raise KindredError(
            "pymongo isn't installed.",
            code="no-driver",
            hint="Run scripts/setup, or install pymongo beside Kindred.",
        ) from err
    rows = folder / "documents.jsonl"
    try:
        client: pymongo.MongoClient[dict[str, Any]]
        with pymongo.MongoClient(uri, serverSelectionTimeoutMS=PATIENCE_MS) as client:
            documents: Iterator[Mapping[str, Any]] = iter(
                client[database][collection].find(batch_size=BATCH)
            )
            columns = _write_rows(documents, rows)
    except (PyMongoError, ValueError) as err:  # an address that isn't one is a ValueError
        raise KindredError(
            f"The database can't be read ({type(err).__name__}).",
            code="no-database",
            hint="Look at the address, the user and password in it, and whether the server is up.",
        ) from err
    if not columns:
        raise KindredError(
            f"There are no documents in {collection!r} of {database!r}.",
            code="no-documents",
            hint="Names of databases and collections tell capitals from small letters.",
        )
    return _write_csv(rows, columns, folder / "documents.csv")


def _write_rows(documents: Iterator[Mapping[str, Any]], path: Path) -> list[str]:
    """A line of JSON for each document; the columns, in the order in which they appear."""
    columns: dict[str, None] = {}
    with path.open("w", encoding="utf-8") as target:
        for document in documents:
            row: dict[str, str] = {}
            _flatten(document, "", row)
            columns.update(dict.fromkeys(row))
            target.write(json.dumps(row) + "\n")
    return list(columns)


def _write_csv(rows: Path, columns: list[str], path: Path) -> Path:
    with rows.open(encoding="utf-8") as source, path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        writer.writerows(json.loads(line) for line in source)
    rows.unlink()
    return path


def _flatten(document: Mapping[str, Any], above: str, row: dict[str, str]) -> None:
    for name, value in document.items():
        column = f"{above}{name}"
        if isinstance(value, Mapping):
            _flatten(value, f"{column}.", row)
            continue
        if column in row:
            raise KindredError(
                f"Two fields of a document are named {column[:60]!r}.",
                code="unclear-fields",
                hint="Rename the one with a dot in its name.",
            )
        row[column] = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, list):
        if any(isinstance(item, Mapping | list) for item in value):
            return json.dumps(value, default=_text, ensure_ascii=False)
        return "; ".join(_text(item) for item in value)
    return str(value)  # numbers, decimals and ids say what they are
