"""The table engine: local files in, frames out.

Ibis on DuckDB, bounded in memory and never reaching for the network. Imports are lazy, since light
functions share this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


@contextmanager
def open_engine(
    scratch: Path, *, memory_limit: str = "700MB", threads: int = 2
) -> Iterator[Backend]:
    """A DuckDB of its own, spilling into ``scratch``; closed at the end.

    ``.con`` is the plain DuckDB connection for what Ibis doesn't express (``read_csv`` options,
    ``COPY``).
    """
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
        yield backend
    finally:
        backend.disconnect()
