"""A merchant's own dimensions: the first rule that fits counts, everyone gets an answer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from kindred.engine import Engine, open_engine
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.rules.custom_rules import OwnDimension, add_dimensions
from kindred.tables import Tables

AS_OF = date(2026, 3, 1)


@pytest.fixture
def engine(tmp_path: Path):
    with open_engine(tmp_path / "engine") as engine:
        yield engine


@pytest.fixture
def tables(engine: Engine, tmp_path: Path) -> Tables:
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "order_id": ["1", "2", "3"],
            "kind": "sale",
            "ordered_at": [datetime(2026, 2, day) for day in (1, 20, 25)],  # noqa: DTZ001
            "amount": [10.0, 20.0, 500.0],
            "category": "Hats",
            "product_id": "h",
        }
    )
    customers = pd.DataFrame(
        {
            "customer_id": ["b", "a", "c"],
            "segment_key": ["s01", "s01", "s02"],
            "rank": [1, 2, 1],
            "monetary": [500.0, 30.0, 0.0],
            "rule_spending": ["High", "Low", None],
        }
    )
    for name, frame in {"orders": orders, "customers": customers}.items():
        engine.write(engine.keep(name, frame), tmp_path / f"{name}.parquet")
    return Tables(customers=tmp_path / "customers.parquet", orders=tmp_path / "orders.parquet")


def own(name: str, *rules: tuple[str, dict], otherwise: str | None = None) -> OwnDimension:
    read = tuple((value, parse_definition(when)) for value, when in rules)
    return OwnDimension(name, read, otherwise)


HIGH = {"trait": "rule_spending", "is": "==", "value": "High"}
OFTEN = {"orders": {"days": 60, "is": ">=", "value": 2}}
ANY = {"trait": "monetary", "is": ">", "value": 0}


def test_the_first_rule_that_fits_counts_and_the_order_of_customers_stays(
    engine: Engine, tables: Tables
) -> None:
    dimensions = [
        own("care", ("Call", HIGH), ("Write", OFTEN), ("Wait", ANY), otherwise="Leave"),
        own("reach", ("Yes", ANY), ("No", HIGH)),
    ]
    add_dimensions(tables.customers, dimensions, tables, as_of=AS_OF, engine=engine)
    found = pd.read_parquet(tables.customers)
    assert found.customer_id.tolist() == ["b", "a", "c"]
    assert found.rule_care.tolist() == ["Call", "Write", "Leave"]
    assert found.rule_reach.tolist()[:2] == ["Yes", "Yes"]
    assert pd.isna(found.rule_reach[2])
    assert [path.name for path in tables.customers.parent.glob("*.with-own-rules")] == []


def test_without_dimensions_the_file_is_left_alone(engine: Engine, tables: Tables) -> None:
    before = tables.customers.stat().st_mtime_ns
    add_dimensions(tables.customers, [], tables, as_of=AS_OF, engine=engine)
    assert tables.customers.stat().st_mtime_ns == before
