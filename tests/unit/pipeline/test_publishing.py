"""What a run writes goes out in commits that Firestore takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from google.cloud.firestore_v1 import _helpers
from hypothesis import given
from hypothesis import strategies as st
from kindred import documents, paths
from kindred.customers import pages
from kindred.paths import Source
from kindred.pipeline import flow
from kindred.segments import store
from kindred.segments.segmentation import Segment, Segmentation

SOURCE = Source("merchant", "csv", "up1")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def make_segment(key: str, customers: int, share: float) -> Segment:
    return Segment(
        segment_key=key,
        name=f"Segment {key}",
        archetype=None,
        fit=0.5,
        evidence="behaviour",
        customer_count=customers,
        share=share,
        revenue_share=share,
        metrics={"recency_days": {"mean": 1.0, "median": float("nan")}},
        rfm={"r": 3.0, "f": 3.0, "m": 3.0},
        reasons=(),
    )


def make_run(folder: Any, ids: list[str], segments: int) -> Segmentation:
    keys = [f"s{n:02}" for n in range(segments)]
    rows = {
        "customer_id": ids,
        "segment_key": [keys[n % segments] for n in range(len(ids))],
        "rank": [n // segments for n in range(len(ids))],
        "r": [n % 5 + 1 for n in range(len(ids))],
        "monetary": [n / 3 for n in range(len(ids))],
    }
    path = folder / "customers.parquet"
    pq.write_table(pa.table(rows), path)
    share = 1 / segments
    made = tuple(make_segment(key, rows["segment_key"].count(key), share) for key in keys)
    return Segmentation(made, path, totals={}, as_of="2026-01-01", choice={})


class Committed:
    """Takes commits as Firestore would."""

    def __init__(self) -> None:
        self.commits: list[list[tuple[str, dict[str, Any]]]] = []

    def __call__(self, documents: list[tuple[str, dict[str, Any]]]) -> None:
        self.commits.append(documents)

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        return {path: document for commit in self.commits for path, document in commit}


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> Committed:
    made = Committed()
    monkeypatch.setattr(documents, "_commit", made)
    return made


def bytes_of(document: dict[str, Any]) -> int:
    """What a document weighs on the wire."""
    values = _helpers.encode_dict(document).values()
    return sum(len(value._pb.SerializeToString()) for value in values)


def test_every_customer_is_published_once_and_found(tmp_path: Any, committed: Committed) -> None:
    ids = [f"C{n:05}" for n in range(2_345)]
    made = flow.publish(SOURCE, "r1", make_run(tmp_path, ids, 3), created_at=CREATED)
    buckets = made.index_buckets
    assert (made.customers, buckets) == (2_345, pages.count_buckets(2_345))
    found = committed.documents
    on_pages = [
        customer
        for path, page in found.items()
        if path.startswith(SOURCE.customers + "/")
        for customer in page["customer_ids"]
    ]
    assert sorted(on_pages) == ids
    for customer in ids[::97]:
        bucket = paths.bucket_id("r1", paths.bucket_of(customer, buckets))
        entry = json.loads(found[f"{SOURCE.customer_index}/{bucket}"]["entries"])
        page = found[f"{SOURCE.customers}/{entry[customer]['page_id']}"]
        assert customer in page["customer_ids"]
        assert page["segment_id"] == entry[customer]["segment_id"]
    index = [path for path in found if path.startswith(SOURCE.customer_index + "/")]
    assert len(index) == buckets, "an empty bucket is a document too"


def test_publishing_twice_writes_the_same_documents(tmp_path: Any, committed: Committed) -> None:
    run = make_run(tmp_path, [f"C{n}" for n in range(300)], 2)
    flow.publish(SOURCE, "r1", run, created_at=CREATED)
    once = committed.documents
    committed.commits.clear()
    flow.publish(SOURCE, "r1", run, created_at=CREATED)
    assert committed.documents == once


def test_everything_of_a_run_is_named_after_it(tmp_path: Any, committed: Committed) -> None:
    flow.publish(SOURCE, "r1", make_run(tmp_path, ["a", "b"], 2), created_at=CREATED)
    for path, document in committed.documents.items():
        assert path.startswith(SOURCE.document + "/")
        assert path.rsplit("/", 1)[1].startswith("r1-")
        assert document["run_id"] == "r1"


@pytest.mark.parametrize("symbol", ["x", "é", "客", "🛍", '"', "\\"])
def test_commits_stay_below_four_megabytes_whatever_ids_are_made_of(
    tmp_path: Any, committed: Committed, symbol: str
) -> None:
    length = 240 // len(symbol.encode())
    ids = [f"{n:06}{symbol * length}" for n in range(30_000)]
    flow.publish(SOURCE, "r1", make_run(tmp_path, ids, 8), created_at=CREATED)
    assert len(committed.documents) > 150
    for commit in committed.commits:
        assert len(commit) <= 500
        assert sum(bytes_of(document) for _, document in commit) < 4_000_000


writes_of_any_weight = st.lists(st.integers(1, 900_000), max_size=60)


@given(writes_of_any_weight)
def test_commits_keep_order_and_bounds(weights: list[int]) -> None:
    writes: Iterator[documents.Write] = ((f"d/{n}", {}, w) for n, w in enumerate(weights))
    commits = list(documents._commits(writes))
    assert [path for commit in commits for path, _ in commit] == [
        f"d/{n}" for n in range(len(weights))
    ]
    for commit in commits:
        assert 0 < len(commit) <= documents._COMMIT_WRITES
        total = sum(weights[int(path.split("/")[1])] for path, _ in commit)
        assert total <= documents._COMMIT_BYTES or len(commit) == 1


def test_a_failed_commit_fails_the_run(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_COMMIT_WRITES", 2)
    calls = []

    def commit(documents: list[tuple[str, dict[str, Any]]]) -> None:
        calls.append(documents)
        if len(calls) == 3:
            raise ConnectionError("gone")

    monkeypatch.setattr(documents, "_commit", commit)
    with pytest.raises(ConnectionError):
        flow.publish(SOURCE, "r1", make_run(tmp_path, list("abcdefgh"), 4), created_at=CREATED)


def test_shares_are_not_rounded() -> None:
    share = 1 / 7
    document = store.segment_document(make_segment("s01", 1, share), SOURCE, "r1", CREATED)
    assert document["share"] == share
    assert document["metrics"]["recency_days"]["median"] is None
    assert document["source"] == {"kind": "csv", "id": "up1"}
