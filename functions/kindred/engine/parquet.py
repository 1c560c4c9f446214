"""Frames into one Parquet file, a batch at a time: how a large table is made outside the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@contextmanager
def open_writer(path: Path, schema: pa.Schema) -> Iterator[Callable[[pd.DataFrame], None]]:
    """A function that adds the rows of a frame; NaN becomes null. The file is whole at the end."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(frame: pd.DataFrame) -> None:
            writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False))

        yield write
