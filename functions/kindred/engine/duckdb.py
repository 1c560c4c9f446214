"""Ibis on DuckDB: within this process, bounded in memory, never reaching for the network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.engine.protocol import TooManyRows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.schema import Schema
    from ibis.expr.types import Table, Value


class DuckDB:
    """An `Engine`. ``.con`` is the plain connection, for what only `kindred.reading` asks for."""

    def __init__(self, backend: Backend, scratch: Path) -> None:
        self._backend = backend
        self._scratch = scratch

    @property
    def con(self) -> Any:
        """A ``DuckDBPyConnection``; typed as such, each row fetched would have to be checked."""
        return self._backend.con

    def read(self, path: Path | Sequence[Path]) -> Table:
        return self._backend.read_parquet(path)

    def keep(self, name: str, made: Table | pd.DataFrame) -> Table:
        import pandas as pd

        create = f"CREATE OR REPLACE TABLE {_quoted(name)} AS"
        if isinstance(made, pd.DataFrame):
            self.con.register("frame_to_keep", made)
            try:
                self.con.execute(f"{create} SELECT * FROM frame_to_keep")
            finally:
                self.con.unregister("frame_to_keep")
        else:
            self.con.execute(f"{create} {self._backend.compile(made)}")
        return self._backend.table(name)

    def fetch(self, expression: Table, *, most: int) -> pd.DataFrame:
        frame: pd.DataFrame = self._backend.execute(expression.limit(most + 1))
        if len(frame) > most:
            raise TooManyRows(f"More than {most} rows.")
        return frame

    def row(self, expression: Table) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self._backend.to_pyarrow(expression.limit(2)).to_pylist()
        (row,) = rows
        return row

    def value(self, expression: Value) -> Any:
        return self._backend.to_pyarrow(expression).as_py()

    def batches(self, expression: Table, rows: int) -> Iterator[pd.DataFrame]:
        """By way of a file: a connection's open result ends with the connection's next query."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._scratch, suffix=".parquet") as file:
            self.write(expression, Path(file.name))
            with pq.ParquetFile(file.name) as stored:
                for batch in stored.iter_batches(rows):
                    yield _frame(pa.Table.from_batches([batch]), expression.schema())

    def write(self, expression: Table, path: Path) -> None:
        self._backend.to_parquet(expression, path)


@contextmanager
def open_engine(
    scratch: Path, *, memory_limit: str = "700MB", threads: int = 2
) -> Iterator[DuckDB]:
    """A DuckDB of its own, spilling into ``scratch``; closed at the end."""
    import ibis

    backend = ibis.duckdb.connect(
        threads=threads,
        memory_limit=memory_limit,
        temp_directory=str(scratch / "spill"),
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        preserve_insertion_order=False,
    )
    try:
        yield DuckDB(backend, scratch)
    finally:
        backend.disconnect()


def _frame(table: pa.Table, schema: Schema) -> pd.DataFrame:
    """As Ibis makes a frame of a result."""
    import pandas as pd
    from ibis.backends.duckdb.converter import DuckDBPandasData

    columns = {
        name: column.to_pylist() if column.null_count else column.to_pandas()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    frame: pd.DataFrame = DuckDBPandasData.convert_table(pd.DataFrame(columns), schema)
    return frame


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
