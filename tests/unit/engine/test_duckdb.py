"""DuckDB stays within its process: it fetches no extension, and so no file from elsewhere."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from kindred.engine import open_engine


@pytest.mark.parametrize("setting", ["autoinstall_known_extensions", "autoload_known_extensions"])
def test_extensions_are_neither_fetched_nor_loaded_unasked(tmp_path: Path, setting: str) -> None:
    with open_engine(tmp_path) as engine:
        assert engine.con.sql(f"SELECT current_setting('{setting}')").fetchall() == [(False,)]


def test_a_file_elsewhere_cannot_be_read(tmp_path: Path) -> None:
    with open_engine(tmp_path) as engine, pytest.raises(duckdb.Error, match="httpfs"):
        engine.con.sql("SELECT * FROM read_parquet('https://kindred.invalid/a.parquet')")
