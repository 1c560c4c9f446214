"""Which runs can be compared."""

from __future__ import annotations

from typing import Any

import pytest
from kindred import documents
from kindred.errors import Conflict, NotFound
from kindred.paths import Source
from kindred.segments import service, store

SOURCE = Source("merchant", "csv", "up1")


def make_segment(name: str) -> dict[str, Any]:
    return {
        "segment_key": "s01",
        "name": name,
        "archetype": None,
        "customer_count": 10,
        "share": 1.0,
        "revenue_share": 1.0,
        "source": {"kind": "csv", "id": "up1"},
        "metrics": {},
    }


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A source with a current run r2, an earlier r1, and r3, which is being written."""
    made = {"status": "running", "current_run": "r2", "index_buckets": 1}
    segments = {run: [make_segment(run)] for run in ("r1", "r2", "r3")}
    monkeypatch.setattr(documents, "get", lambda path: made)
    monkeypatch.setattr(store, "load_segments", lambda source, run: segments.get(run, []))
    monkeypatch.setattr(
        store, "load_run", lambda source, run: {"run_id": run} if run in ("r1", "r2") else {}
    )
    return made


def test_the_current_run_is_compared_with_an_earlier_one(document: dict[str, Any]) -> None:
    found = service.compare_sources(SOURCE, SOURCE, run_b="r1")
    assert (found["a"]["run_id"], found["b"]["run_id"]) == ("r2", "r1")
    assert [(pair["a"]["name"], pair["b"]["name"]) for pair in found["pairs"]] == [("r2", "r1")]


@pytest.mark.parametrize("run", ["r3", "r9"])
def test_a_run_that_is_being_written_is_as_unknown_as_one_that_never_was(
    document: dict[str, Any], run: str
) -> None:
    with pytest.raises(NotFound) as refused:
        service.compare_sources(SOURCE, SOURCE, run_a=run)
    assert refused.value.code == "no-run"


def test_nothing_is_told_of_a_source_that_is_being_deleted(document: dict[str, Any]) -> None:
    document["status"] = "deleting"
    with pytest.raises(Conflict):
        service.compare_sources(SOURCE, SOURCE, run_a="r1", run_b="r2")
