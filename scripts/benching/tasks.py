"""What the bench runs in processes of their own: `tasks.py NAME ARGUMENT…`."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

THREADS = 2
#: Twenty questions of a merchant, on traits and on orders.
DEFINITIONS: tuple[dict[str, Any], ...] = tuple(
    {"trait": trait, "is": sign, "value": value}
    for trait, sign, value in (
        ("monetary", ">", 100), ("monetary", ">", 500), ("monetary", "<", 50),
        ("frequency", ">", 1), ("frequency", ">", 5), ("frequency", "==", 1),
        ("recency_days", "<", 30), ("recency_days", ">", 180), ("recency_days", ">", 365),
        ("average_order_value", ">", 200), ("average_order_value", "<", 40),
        ("discount_share", ">", 0.1), ("discount_share", "<", 0.01),
        ("category_variety", ">", 0.7), ("weekend_share", ">", 0.5), ("r", "==", 5),
    )
) + tuple(
    {"orders": {"days": days, "is": ">=", "value": least}}
    for days, least in ((30, 1), (90, 2), (180, 3), (365, 5))
)  # fmt: skip


def read_alone(source: str) -> None:
    """A file read, checked and mapped into canonical tables."""
    from kindred.engine import open_engine
    from kindred.pipeline.configuration import configure
    from kindred.sources.csv.feeder import read_plain_file

    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)) as engine:
        settings = configure({})
        read_plain_file(
            Path(source), settings.mapping, settings, Path(folder), engine=engine,
            on_stage=lambda _stage, _share: None,
        )  # fmt: skip


def read_start(source: str) -> None:
    """The start of `read_alone` without the file: what is taken off it."""
    from kindred.engine import open_engine
    from kindred.pipeline.configuration import configure
    from kindred.reading import files  # noqa: F401
    from kindred.sources.csv import feeder  # noqa: F401

    with tempfile.TemporaryDirectory() as folder, open_engine(Path(folder)):
        configure({})


def bare_read(source: str) -> None:
    """The same columns by DuckDB, which guesses types and checks nothing."""
    _bare().execute("CREATE TABLE lines AS SELECT * FROM read_csv(?)", [source])


def bare_start(source: str) -> None:
    """The start of `bare_read` without the file."""
    _bare()


def bare_aggregate(source: str, target: str) -> None:
    """Recency, frequency and money of each customer, as JSON: no segments, no checks."""
    _bare().execute(
        """COPY (SELECT "Customer ID" AS customer_id, count(DISTINCT "Order ID") AS frequency,
            sum("Quantity" * "Unit Price" - "Discount") AS monetary,
            max("Order Date") AS last_order FROM read_csv($source) GROUP BY 1 ORDER BY 1)
        TO """
        + "'"
        + target.replace("'", "''")
        + "' (FORMAT json)",
        {"source": source},
    )


def _bare() -> Any:
    import duckdb

    con = duckdb.connect()
    con.execute(f"SET threads = {THREADS}")
    return con


def functions_cold(_nothing: str) -> None:
    """What a light callable loads before its first answer: all functions."""
    import main  # noqa: F401


def firebase_cold(_nothing: str) -> None:
    """What any callable in Python that reads Firestore has to load."""
    import firebase_admin.firestore  # noqa: F401
    import firebase_functions.https_fn
    import firebase_functions.storage_fn
    import firebase_functions.tasks_fn  # noqa: F401


def count_publishing(result: str, target: str) -> None:
    """``{customers, writes}`` of a run's pages and index, from an output of `scripts/segment`."""
    from kindred.customers import store
    from kindred.paths import Source

    with tempfile.TemporaryDirectory() as folder:
        customers, content = _customers_file(Path(result), Path(folder))
        keys = [segment["segment_key"] for segment in content["segments"]]
        laid = store.lay_out(Source("merchant", "csv", "upload"), "run", customers, keys)
        writes = sum(1 for _write in laid.writes)
    Path(target).write_text(json.dumps({"customers": laid.customers, "writes": writes}))


def count_definitions(result: str, source: str, target: str) -> None:
    """``{definitions, scan}``: CPU seconds of twenty definitions' counts, and of one full scan."""
    import time
    from datetime import date

    from kindred.engine import open_engine
    from kindred.pipeline.configuration import configure
    from kindred.segments.definitions.parsing import parse_definition
    from kindred.segments.definitions.preview import select
    from kindred.sources.csv.feeder import read_plain_file

    with tempfile.TemporaryDirectory() as name, open_engine(Path(name)) as engine:
        folder, settings = Path(name), configure({})
        customers, content = _customers_file(Path(result), folder)
        reading = read_plain_file(
            Path(source), settings.mapping, settings, folder, engine=engine,
            on_stage=lambda _stage, _share: None,
        )  # fmt: skip
        as_of = date.fromisoformat(content["as_of"])
        started = time.process_time()
        for path in (customers, reading.tables.orders):
            table = engine.read(path)
            engine.row(table.aggregate(**{name: table[name].max() for name in table.columns}))
        scanned = time.process_time()
        for document in DEFINITIONS:
            everyone = engine.read(customers)
            definition = parse_definition(document)
            fitting = select(definition, everyone, reading.tables, as_of=as_of, engine=engine)
            engine.value(fitting.count())
        done = time.process_time()
    Path(target).write_text(json.dumps({"definitions": done - scanned, "scan": scanned - started}))


def _customers_file(result: Path, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The customers of an output as the Parquet file that they were written from."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = json.loads(result.read_text("utf-8"))
    rows = content.pop("customers")
    for row in rows:
        row.pop("segmentation", None)
    path = folder / "customers.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path, content


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
