"""What the queries of reading pass to each other is what `row_schema` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kindred.engine import open_engine
from kindred.reading.files import read_file
from kindred.reading.rows import judging
from kindred.reading.rows.goods import goods_sql
from kindred.reading.rows.parsing import parsed_sql, stages
from kindred.reading.rows.plan import Plan
from kindred.reading.rows.row_schema import (
    PARSED_STAGES,
    SHARED_GOODS,
    TYPED,
    VALUED,
    columns_after,
)
from kindred.reading.rows.typed_rows import typed_sql
from kindred.reading.types import ReadOptions
from kindred.tables import Column

#: The second gives totals of orders, on their first lines.
FILES = {
    "lines": "Order ID,Customer ID,Order Date,Product,Quantity,Unit Price,Status\n"
    "1,C1,2024-01-01,Shirt,1,€10.00,paid\n1,C1,2024-01-01,Scarf,2,€5.00,paid\n",
    "orders": "Order ID,Customer ID,Order Date,Product,Order Total,Shipping\n"
    + "".join(
        f"{order},C{order},2024-01-{order:02},Shirt,{30 + order}.00,{order % 4}.90\n"
        f"{order},C{order},2024-01-{order:02},Scarf,,\n"
        for order in range(1, 13)
    ),
    "customers": "Customer ID,Email,Total Spent,Orders Count,Last Order Date\n"
    "C1,a@example.com,100.00,3,2024-05-01\nC2,b@example.com,20.00,1,2024-02-01\n",
    "events": "Customer ID,Event Type,Event Time,Product ID,Amount\n"
    "C1,view,2024-01-01 10:00:00,P1,\nC1,purchase,2024-01-01 10:05:00,P1,12.50\n",
}

Describe = Callable[[str], dict[str, str]]


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``planned(text)``: a file's plan, a table like it, and what describes any query on it."""
    with open_engine(tmp_path / "engine") as engine:

        def describe(query: str) -> dict[str, str]:
            rows = engine.con.execute(f"DESCRIBE {query}").fetchall()
            return {row[0]: row[1].replace(",", ", ") for row in rows}

        def plan_of(text: str) -> tuple[Plan, str, Describe]:
            plans: list[Plan] = []

            def remember(plan: Plan, relation: str) -> str:
                plans.append(plan)
                return typed_sql(plan, relation)

            monkeypatch.setattr(judging, "typed_sql", remember)
            path = tmp_path / "file.csv"
            path.write_text(text)
            read_file(path, ReadOptions(), tmp_path / "out", engine=engine)
            (plan,) = plans
            engine.con.execute(f"CREATE OR REPLACE TABLE file_rows AS {_empty(plan)}")
            return plan, "file_rows", describe

        yield plan_of


def _empty(plan: Plan) -> str:
    """Cells as the file's, of which only names and types count here."""
    cells = ", ".join(f"NULL::VARCHAR AS c{place}" for place in range(len(plan.mapping.names)))
    return f"SELECT 1::BIGINT AS line, {cells}"


def types_of(columns: Mapping[str, Column]) -> dict[str, str]:
    return {name: about.type for name, about in columns.items()}


@pytest.mark.parametrize("kind", FILES)
def test_each_stage_has_the_columns_that_it_should(planned, kind):
    plan, relation, describe = planned(FILES[kind])
    width = len(plan.mapping.names)
    queries = stages(plan, relation)
    assert list(queries) == list(PARSED_STAGES)
    for stage, query in queries.items():
        assert describe(query) == columns_after(stage, width), stage


@pytest.mark.parametrize("kind", FILES)
def test_the_last_stage_keeps_typed_columns_alone(planned, kind):
    plan, relation, describe = planned(FILES[kind])
    assert describe(typed_sql(plan, relation)) == types_of(TYPED)


@pytest.mark.parametrize(("kind", "shared"), [("lines", False), ("orders", True)])
def test_goods_are_added_and_what_shares_them_among_lines(planned, kind, shared):
    plan, relation, describe = planned(FILES[kind])
    assert plan.model.per_order is shared
    before = columns_after("counted", len(plan.mapping.names))
    valued = describe(f"SELECT * FROM {goods_sql(plan.model, f'({parsed_sql(plan, relation)})')}")
    assert valued.keys() - before.keys() == {*VALUED, *(SHARED_GOODS if shared else ())}
    assert valued["k"] == before["k"]


def test_rows_that_are_read_again_and_filled_down_keep_their_columns(planned):
    plan, relation, describe = planned(FILES["lines"])
    other = replace(plan, fill_down=True, summary_rows=True, keep_equal_rows=True)
    described = describe(stages(other, relation)["counted"])
    assert described == columns_after("counted", len(plan.mapping.names))
