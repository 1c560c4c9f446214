"""Only reading, DuckDB's own adapter and the command's writer of JSON speak to DuckDB.

Every other room asks an `Engine`. The writer may because what it writes never leaves this machine:
its file was made by DuckDB, and value by value in Python it took most of a run.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

KINDRED = Path(__file__).parents[3] / "functions" / "kindred"
MAY = ("reading/", "engine/duckdb.py", "command/json_rows.py")
MODULES = sorted(str(path.relative_to(KINDRED)) for path in KINDRED.rglob("*.py"))
#: DuckDB itself, a connection of it, a backend of Ibis, a query in SQL.
DUCKDB = re.compile(
    r"^\s*import\b[^\n]*\bduckdb$|^\s*(?:import|from) duckdb\b|\.con\b|\._backend\b"
    r"|ibis\.backends|ibis\.duckdb|ibis\.connect\b|read_parquet\(|raw_sql"
    r"|\bSELECT\b.+\bFROM\b",
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(MAY)])
def test_no_other_module_depends_on_one_engine(module: str) -> None:
    assert not DUCKDB.search((KINDRED / module).read_text("utf-8"))


def test_what_is_looked_for_is_there_where_it_may_be() -> None:
    assert any(DUCKDB.search((KINDRED / name).read_text("utf-8")) for name in MODULES)
