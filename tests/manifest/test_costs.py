"""What docs/costs.md says a run writes is what it writes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from evaluating import jobs as evaluation
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client, Query
from kindred import clients, documents, settings
from kindred.paths import Source
from kindred.pipeline import flow, sweeping
from kindred.segments.segmentation import Reason, Segment, Segmentation
from kindred.texts import service as texts_service

COSTS = (Path(__file__).parents[2] / "docs" / "costs.md").read_text(encoding="utf-8")
SIZES = {"s01": 1_201, "s02": 900, "s03": 499}


def told_number(pattern: str) -> float:
    """The number that the document gives where ``pattern`` stands."""
    found = re.search(pattern, COSTS)
    assert found, pattern
    return float(found[1].replace(",", ""))


def make_segment(key: str, customers: int) -> Segment:
    return Segment(
        segment_key=key,
        name=key,
        archetype=None,
        fit=0.5,
        evidence="behaviour+text",
        customer_count=customers,
        share=customers / sum(SIZES.values()),
        revenue_share=0.3,
        metrics={},
        rfm={"r": 3.0, "f": 3.0, "m": 3.0},
        reasons=(Reason("frequency", "higher", 1.0, "Ordered more"),),
        emotions={"joy": 0.2},
    )


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counter[str]:
    """How many documents of each collection a run of three segments writes."""
    keys = [key for key, size in SIZES.items() for _ in range(size)]
    rows = {
        "customer_id": [f"C{number}" for number in range(len(keys))],
        "segment_key": keys,
        "rank": list(range(len(keys))),
        "r": [3] * len(keys),
        "monetary": [12.5] * len(keys),
    }
    pq.write_table(pa.table(rows), tmp_path / "customers.parquet")
    result = Segmentation(
        segments=tuple(make_segment(key, size) for key, size in SIZES.items()),
        customers=tmp_path / "customers.parquet",
        totals={},
        as_of="2026-01-01",
        choice={},
        charts={"map": {"data": {}}, "value": {"data": {}}},
    )
    made: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(documents, "_commit", made.extend)
    flow.publish(
        Source("m", "csv", "u"), "run", result, created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    return Counter(path.split("/")[-2] for path, _ in made)


def test_customers_are_written_in_pages(written: Counter[str]) -> None:
    size = told_number(r"pages of customers \| one for every ([\d,]+) of a segment")
    assert written["customers"] == sum(math.ceil(n / size) for n in SIZES.values())


def test_the_index_is_written_in_buckets(written: Counter[str]) -> None:
    size = told_number(r"index of customers \| one for every ([\d,]+) ")
    assert written["customer_index"] == math.ceil(sum(SIZES.values()) / size)


def test_segments_emotions_and_charts_are_one_document_each(written: Counter[str]) -> None:
    assert (written["csv_segments"], written["emotions"], written["charts"]) == (3, 3, 2)


def test_a_million_customers_are_about_as_many_writes_as_told() -> None:
    page = told_number(r"one for every ([\d,]+) of a segment")
    bucket = told_number(r"index of customers \| one for every ([\d,]+) ")
    told = told_number(r"a million customers are about ([\d,]+) writes")
    assert told == pytest.approx(1_000_000 / page + 1_000_000 / bucket, rel=0.02)


@pytest.mark.parametrize(
    ("row", "price"),
    [
        ("a vCPU for a second.*?", evaluation.VCPU_SECOND),
        ("a GiB of memory for a second", evaluation.GIB_SECOND),
        (r"100,000 writes.*?", evaluation.WRITE * 100_000),
    ],
)
def test_prices_are_those_of_the_command_that_computes(row: str, price: float) -> None:
    assert told_number(rf"\| [^|]*{row} \| \$([\d.]+)") == pytest.approx(price)


def test_the_worst_hour_is_that_of_all_workers_at_once() -> None:
    worker = settings.WORKER
    second = (
        worker["cpu"] * evaluation.VCPU_SECOND + worker["memory"] / 1024 * evaluation.GIB_SECOND
    )
    assert told_number(r"1,800 s x \$([\d.]+) =") == pytest.approx(second)
    assert told_number(r"\$([\d.]+)\. A budget") == pytest.approx(
        worker["max_instances"] * 3600 * second, abs=0.005
    )
    assert told_number(r"3 x 1,800 s x \$[\d.]+ = \$([\d.]+)\.") == pytest.approx(
        settings.MAX_ATTEMPTS * worker["timeout_sec"] * second, abs=0.005
    )


def test_the_sweep_reads_what_its_schedule_makes_it_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Query] = []

    def find_nothing(query: Query, **_: Any) -> Iterator[Any]:
        asked.append(query)
        return iter(())

    client = Client(project="demo-costs", credentials=AnonymousCredentials())
    monkeypatch.setattr(Query, "stream", find_nothing)
    monkeypatch.setattr(clients, "firestore", lambda: client)
    monkeypatch.setattr(texts_service, "connected", lambda: SimpleNamespace())
    assert sweeping.sweep(now=datetime(2026, 3, 1, tzinfo=UTC)) == 0
    runs = 30 * 24 * 6
    assert told_number(r"every ten minutes \| ([\d,]+) requests") == runs
    assert told_number(r"requests; (\d+) queries each") == len(asked)
    assert told_number(r"finds nothing: ([\d,]+) reads") == len(asked) * runs
