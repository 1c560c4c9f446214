"""What a definition selects, overlap, lookalikes, comparison, and the cheapest change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.segments.definitions.lookalikes import lookalikes
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.definitions.preview import overlap, preview
from kindred.segments.next_steps import cheapest_changes
from kindred.segments.run_comparison import compare_runs
from kindred.tables import Tables

AS_OF = date(2024, 6, 1)


@pytest.fixture
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    rng = np.random.default_rng(2)
    dear = np.arange(200) < 50
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(200)],
            "segment_key": np.where(dear, "s01", "s02"),
            "recency_days": rng.uniform(1, 300, 200),
            "frequency": rng.integers(1, 9, 200),
            "monetary": np.where(dear, 900.0, 100.0),
            "average_order_value": np.where(dear, 300.0, 30.0) + rng.uniform(0, 9, 200),
            "price_position": np.where(dear, 0.9, 0.3) + rng.uniform(0, 0.05, 200),
            "churn": rng.random(200),
            "value": rng.random(200),
        }
    )
    path = tmp_path / "customers.parquet"
    frame.to_parquet(path, index=False)
    return path


def test_a_preview_counts_shares_and_shows_the_best(engine, customers):
    found = preview(
        {"trait": "monetary", "is": ">", "value": 500}, customers, Tables(customers),
        as_of=AS_OF, engine=engine,
    )  # fmt: skip
    assert found["count"] == 50
    assert found["share"] == 0.25
    assert found["revenue_share"] == pytest.approx(45_000 / 60_000)
    assert [row["customer_id"] for row in found["sample"]] == [f"c{i:03}" for i in range(10)]


def test_a_preview_of_nobody_is_empty(engine, customers):
    nobody = {"trait": "monetary", "is": ">", "value": 10**9}
    found = preview(nobody, customers, Tables(customers), as_of=AS_OF, engine=engine)
    assert (found["count"], found["share"], found["sample"]) == (0, 0, [])


def test_overlap_counts_customers_in_both(engine, customers):
    named = {
        "dear": parse_definition({"segment": ["s01"]}),
        "half": parse_definition({"random": {"seed": "x", "share": 0.5}}),
        "all": parse_definition({"trait": "frequency", "is": ">", "value": 0}),
    }
    found = overlap(named, customers, Tables(customers), as_of=AS_OF, engine=engine)
    counts = np.array(found["counts"])
    assert (counts == counts.T).all()
    assert counts[0, 0] == counts[0, 2] == 50
    assert counts[2, 2] == 200
    assert found["jaccard"][0][2] == 0.25


def test_lookalikes_are_outside_the_segment_and_like_it(engine, customers):
    some = {"all": [{"segment": ["s01"]}, {"random": {"seed": "q", "share": 0.5}}]}
    tables = Tables(customers)
    inside = preview(some, customers, tables, as_of=AS_OF, engine=engine)["count"]
    found = lookalikes(some, customers, tables, as_of=AS_OF, engine=engine, most=50 - inside)
    assert 0 < inside < 50
    assert all(int(one["customer_id"][1:]) < 50 for one in found)
    distances = [one["distance"] for one in found]
    assert distances == sorted(distances)


def segment(key: str, name: str, count: int, source: str, archetype: str | None = None):
    return {
        "segment_key": key, "name": name, "archetype": archetype, "customer_count": count,
        "share": count / 100, "revenue_share": 0.5, "source": {"kind": "csv", "id": source},
        "metrics": {"frequency": {"mean": count / 10, "median": 1}},
    }  # fmt: skip


def test_runs_of_one_source_are_paired_by_key_and_sources_by_archetype():
    a = [segment("s01", "Mine", 60, "u", "luxury-seekers"), segment("s02", "Old", 40, "u")]
    b = [segment("s01", "Renamed", 70, "u", "dormant"), segment("s03", "New", 30, "u")]
    same = compare_runs(a, b)
    assert [(p["a"]["name"], p["b"]["name"]) for p in same["pairs"]] == [("Mine", "Renamed")]
    assert same["pairs"][0]["customers_change"] == 10
    assert same["pairs"][0]["metrics_change"] == {"frequency": 1.0}
    assert [s["name"] for s in same["only_a"]] == ["Old"]
    assert [s["name"] for s in same["only_b"]] == ["New"]

    other = [segment("s09", "Dear", 20, "v", "luxury-seekers"), segment("s01", "Old", 80, "v")]
    apart = compare_runs(a, other)
    assert {(p["a"]["name"], p["b"]["name"]) for p in apart["pairs"]} == {
        ("Mine", "Dear"), ("Old", "Old")}  # fmt: skip


def test_the_cheapest_change_that_leads_somewhere_better_is_told(engine):
    now = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "segment_key": ["low", "mid", "high"],
            "tenure_days": [100.0, 100.0, None],
        }
    )
    places = pd.DataFrame({"segment_key": ["low", "mid", "high"], "tenure": [200.0, 60.0, 90.0]})
    reached = {
        "a": ["low", "mid", "high", "high"],  # one order changes nothing, a bigger one does
        "b": ["low", "low", "mid", "high"],  # only three orders lead up
        "c": ["high"] * 4,
    }
    rows = [
        {"customer_id": f"{number}{who}", "segment_key": key}
        for who, keys in reached.items()
        for number, key in enumerate(keys)
    ]
    found = engine.fetch(
        cheapest_changes(
            engine.keep("nudge_assigned", pd.DataFrame(rows)),
            engine.keep("nudge_now", now),
            places,
        ).order_by("customer_id"),
        most=3,
    )
    assert found.values.tolist() == [["a", "bigger-order", "mid"], ["b", "three-orders", "high"]]


def test_nobody_is_led_from_two_years_of_custom_to_the_new_ones(engine):
    now = pd.DataFrame(
        {"customer_id": ["a", "b"], "segment_key": ["old", "old"], "tenure_days": [730.0, 80.0]}
    )
    rows = [{"customer_id": f"0{who}", "segment_key": "new"} for who in "ab"]
    found = engine.fetch(
        cheapest_changes(
            engine.keep("new_assigned", pd.DataFrame(rows)),
            engine.keep("new_now", now),
            pd.DataFrame({"segment_key": ["old", "new"], "tenure": [600.0, 45.0]}),
        ),
        most=2,
    )
    assert found.values.tolist() == [["b", "one-order", "new"]]
