"""Customers as the engine writes them are what Python would write, byte for byte."""

from __future__ import annotations

import io
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from kindred.command import json_rows
from kindred.customers.pages import plain
from kindred.engine import open_engine
from kindred.engine.duckdb import DuckDB

#: Halves after the sixth digit, both signs of zero, the edges of Python's two spellings.
TRICKY = (
    0.0078125, 2.5e-6, 0.1234565, 1234.5678905, -0.0, -1e-7, 5e-7, 1e-4, 1e-5, 1e15, 1e16, 1e22,
    123456789012.3456785, 2.0**53, math.nan, math.inf, -math.inf, None,
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


def written(engine: DuckDB, path: Path, rows: pa.Table, names: dict[str, str]) -> str:
    pq.write_table(rows, path)
    target = io.StringIO()
    json_rows.write_customers(target, engine, path, names)
    return target.getvalue()


def expected(rows: pa.Table, names: dict[str, str]) -> str:
    texts = []
    for row in rows.to_pylist():
        rules = {k.removeprefix("rule_"): row.pop(k) for k in list(row) if k.startswith("rule_")}
        row["segment"] = names.get(row["segment_key"])
        if rules:
            row["segmentation"] = rules
        texts.append(json.dumps(plain(row), ensure_ascii=False, allow_nan=False))
    return "[" + ",\n".join(texts) + "]"


def table(values: list[float | None], words: list[str | None]) -> pa.Table:
    count = min(len(values), len(words))
    return pa.table(
        {
            "customer_id": [f"C{n}" for n in range(count)],
            "segment_key": pa.array(["s01" if n % 3 else None for n in range(count)], pa.string()),
            "rank": pa.array(range(count), pa.int64()),
            "monetary": pa.array(values[:count], pa.float64()),
            'odd "name"': pa.array(words[:count], pa.string()),
            "consent": pa.array([None, True, False] * count, pa.bool_())[:count],
            "first_order": pa.array([None, date(2024, 2, 29)] * count, pa.date32())[:count],
            "rule_spending": pa.array(words[:count], pa.string()),
        }
    )


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t"\\/'))


@given(
    values=st.lists(
        st.none() | st.floats() | st.integers(-(10**12), 10**12).map(lambda n: (n + 0.5) / 10**6),
        min_size=12,
        max_size=40,
    ),
    words=st.lists(st.none() | TEXTS, min_size=12, max_size=40),
)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_rows_are_those_of_python(
    engine: DuckDB, tmp_path: Path, values: list[float | None], words: list[str | None]
) -> None:
    rows, names = table(values, words), {"s01": 'The "best"'}
    assert written(engine, tmp_path / "c.parquet", rows, names) == expected(rows, names)


def test_numbers_that_are_hard_to_round_are_rounded_as_python_does(
    engine: DuckDB, tmp_path: Path
) -> None:
    rows = table(list(TRICKY), ["word"] * len(TRICKY))
    assert written(engine, tmp_path / "c.parquet", rows, {}) == expected(rows, {})


def test_a_control_character_means_the_same(engine: DuckDB, tmp_path: Path) -> None:
    rows = table([1.0, 2.0], ["a\x1fb", "\x00"])
    found = json.loads(written(engine, tmp_path / "c.parquet", rows, {}))
    assert [row['odd "name"'] for row in found] == ["a\x1fb", "\x00"]


def test_customers_come_in_the_order_of_the_file_however_many(
    engine: DuckDB, tmp_path: Path
) -> None:
    count = 3 * json_rows.BATCH_ROWS + 1
    rows = table([float(n) for n in range(count)], ["x"] * count)
    found = json.loads(written(engine, tmp_path / "c.parquet", rows, {}))
    assert [row["customer_id"] for row in found] == [f"C{n}" for n in range(count)]


def test_a_column_of_another_type_is_refused(engine: DuckDB, tmp_path: Path) -> None:
    rows = pa.table({"customer_id": ["a"], "segment_key": ["s"], "list": [[1]]})
    with pytest.raises(TypeError, match="list"):
        written(engine, tmp_path / "c.parquet", rows, {})


def test_rules_alone_are_the_id_and_what_the_rules_say(engine: DuckDB, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(table([1.0], ["High"]), path)
    target = io.StringIO()
    json_rows.write_rules(target, engine, path)
    assert target.getvalue() == '[{"customer_id": "C0", "segmentation": {"spending": "High"}}]'
