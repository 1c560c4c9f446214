"""A merchant's file becomes segments: the whole data contract, read through the front doors."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from typing import Any

import pytest
from emulator.merchants import Person, Upload, sign_up, start_upload, tiny

STAGES = ("reading", "checking", "features", "texts", "clustering", "publishing")


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


@pytest.fixture(scope="module")
def seen() -> list[dict[str, Any]]:
    """Every state of the upload's document that a listening browser saw."""
    return []  # `upload` fills it


@pytest.fixture(scope="module")
def upload(merchant: Person, seen: list[dict[str, Any]]) -> Upload:
    started = start_upload(merchant, None)
    with started.listening() as states:
        assert merchant.put_file(started.raw_file, tiny()) == 200
    seen += states
    return started


@pytest.fixture(scope="module")
def document(upload: Upload) -> dict[str, Any]:
    found = upload.read()
    assert found["status"] == "ready", found["error"]
    return found


@pytest.fixture(scope="module")
def segments(upload: Upload, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return upload.of_run("csv_segments", document["current_run"])


@pytest.fixture(scope="module")
def pages(upload: Upload, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return upload.of_run("customers", document["current_run"])


def customers_in_file() -> set[str]:
    return {row["Customer ID"] for row in csv.DictReader(io.StringIO(tiny().decode()))}


# The job -----------------------------------------------------------------------------------


def test_status_stages_and_progress_only_go_forward(
    seen: list[dict[str, Any]], document: dict[str, Any]
) -> None:
    order = ["waiting_for_file", "queued", "running", "ready"]
    ranks = [order.index(state["status"]) for state in seen]
    assert ranks == sorted(ranks)
    stages = [STAGES.index(state["stage"]) for state in seen if state.get("stage")]
    assert stages == sorted(stages)
    assert len(set(stages)) >= 2, "progress is shown"
    progress = [state.get("progress") or 0 for state in seen]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert (document["stage"], document["error"], document["attempt"]) == (None, None, 1)
    assert document["finished_at"] >= document["created_at"]
    assert document["lease"] is None


def test_every_row_is_accounted_for(document: dict[str, Any]) -> None:
    report = document["report"]
    assert report["rows_read"] == report["rows_accepted"] + report["rows_rejected"]
    assert report["rows_read"] == len(tiny().decode().splitlines()) - 1
    assert sum(report["rejected_by_code"].values()) == report["rows_rejected"]
    named = {"rejects_path", "rows_without_customer", "duplicate_rows", "duplicates_merged"}
    assert named | {"first_order", "last_order", "currency"} <= report.keys()
    assert report["currency"] == "EUR"


def test_what_was_recognised_is_told(document: dict[str, Any]) -> None:
    detected = document["detected"]
    named = {"encoding", "delimiter", "quote", "header_row", "date_order", "decimal", "mapping"}
    assert named <= detected.keys()
    assert detected["mapping"]["customer_id"]["column"] == "Customer ID"
    for guess in detected["mapping"].values():
        assert 0 < guess["confidence"] <= 1
        assert isinstance(guess["alternatives"], list)
    assert len(json.dumps(detected)) <= 32_000


def test_what_the_client_wrote_is_as_it_was(document: dict[str, Any], merchant: Person) -> None:
    assert document["uploaded_by"] == merchant.uid
    assert (document["label"], document["file_name"]) == ("Orders", "orders.csv")
    assert document["options"] == {}


# The run -----------------------------------------------------------------------------------


def test_the_run_has_a_summary(
    upload: Upload, document: dict[str, Any], segments: dict[str, dict[str, Any]]
) -> None:
    runs = upload.owner.list(f"{upload.path}/runs")
    run = runs[document["current_run"]]
    assert list(runs) == [run["run_id"]] == [document["current_run"]]
    for name in ("customer_count", "segment_count", "index_buckets", "report"):
        assert run[name] == document[name]
    assert run["as_of"] > document["report"]["last_order"][:10]
    assert run["algorithm"] in ("kmeans", "dbscan")
    assert run["totals"]["customers"] == document["customer_count"]
    told = {segment["segment_key"]: segment for segment in run["segments"]}
    assert told == {
        found["segment_key"]: {name: found[name] for name in told[found["segment_key"]]}
        for found in segments.values()
    }


def test_segments_are_distinct_and_together_everybody(
    document: dict[str, Any], segments: dict[str, dict[str, Any]]
) -> None:
    assert 6 <= len(segments) == document["segment_count"] <= 11
    assert len({segment["name"] for segment in segments.values()}) == len(segments)
    assert len({segment["segment_key"] for segment in segments.values()}) == len(segments)
    assert math.isclose(sum(s["share"] for s in segments.values()), 1, abs_tol=1e-12)
    assert math.isclose(sum(s["revenue_share"] for s in segments.values()), 1, abs_tol=1e-6)
    assert sum(s["customer_count"] for s in segments.values()) == document["customer_count"]
    for segment in segments.values():
        expected = segment["customer_count"] / document["customer_count"]
        assert math.isclose(segment["share"], expected, abs_tol=1e-12)


def test_a_segment_says_what_it_is_and_why(
    upload: Upload, document: dict[str, Any], segments: dict[str, dict[str, Any]]
) -> None:
    for identity, segment in segments.items():
        assert identity == f"{document['current_run']}-{segment['segment_key']}"
        assert segment["run_id"] == document["current_run"]
        assert segment["source"] == {"kind": "csv", "id": upload.id}
        assert segment["name"]
        assert 0 <= segment["fit"] <= 1
        assert segment["evidence"] in ("behaviour", "behaviour+text")
        assert segment["rfm"].keys() == {"r", "f", "m"}
        assert all(1 <= score <= 5 for score in segment["rfm"].values())
        for measured in segment["metrics"].values():
            assert measured.keys() >= {"mean", "median"}
        assert segment["reasons"]
        for reason in segment["reasons"]:
            assert reason.keys() >= {"feature", "direction", "effect", "text"}
            assert reason["direction"] in ("higher", "lower")
            assert reason["text"]
        for name in ("archetype", "emotions", "personality", "churn", "ltv", "runner_up"):
            assert name in segment
        assert segment["stability"] is None or 0 <= segment["stability"] <= 1
        assert segment["created_at"]
        for forecast in (segment["churn"], segment["ltv"]):
            if forecast is not None:
                assert forecast["low"] <= forecast["value"] <= forecast["high"]
                assert forecast["grade"]


# Customers ---------------------------------------------------------------------------------


def test_every_customer_is_on_exactly_one_page_of_their_segment(
    document: dict[str, Any],
    segments: dict[str, dict[str, Any]],
    pages: dict[str, dict[str, Any]],
) -> None:
    listed = [customer for page in pages.values() for customer in page["customer_ids"]]
    assert len(listed) == len(set(listed)) == document["customer_count"]
    assert set(listed) == customers_in_file()
    for identity, segment in segments.items():
        mine = {name: page for name, page in pages.items() if name.startswith(f"{identity}-")}
        count = sum(len(page["customer_ids"]) for page in mine.values())
        assert count == segment["customer_count"]
        assert sorted(mine) == [f"{identity}-{page:04}" for page in range(len(mine))]
        for page in mine.values():
            assert page["segment_id"] == identity
            columns = json.loads(page["columns"])
            assert {"r", "f", "m", "recency_days", "frequency", "monetary"} <= columns.keys()
            assert {len(values) for values in columns.values()} == {len(page["customer_ids"])}


def test_every_customer_is_found_by_key_in_their_bucket(
    upload: Upload, document: dict[str, Any], pages: dict[str, dict[str, Any]]
) -> None:
    buckets = upload.of_run("customer_index", document["current_run"])
    assert len(buckets) == document["index_buckets"]
    for identity, page in pages.items():
        columns = json.loads(page["columns"])
        for position, customer in enumerate(page["customer_ids"]):
            digest = hashlib.sha256(customer.encode()).digest()
            bucket = int.from_bytes(digest[:4], "big") % document["index_buckets"]
            entries = json.loads(buckets[f"{document['current_run']}-{bucket:05}"]["entries"])
            entry = entries[customer]
            assert (entry["page_id"], entry["segment_id"]) == (identity, page["segment_id"])
            for name in ("r", "f", "m", "monetary", "frequency"):
                assert entry[name] == columns[name][position]


def test_charts_hold_json(upload: Upload, document: dict[str, Any]) -> None:
    charts = upload.of_run("charts", document["current_run"])
    names = {chart["name"] for chart in charts.values()}
    assert {"map", "orders_by_time", "orders_by_hour", "affinity", "value"} <= names
    for identity, chart in charts.items():
        assert identity == f"{document['current_run']}-{chart['name']}"
        assert chart["title"]
        json.loads(chart["data"])


# The same again ----------------------------------------------------------------------------


def test_the_same_file_in_another_source_gives_the_same_segments(
    merchant: Person, upload: Upload, document: dict[str, Any]
) -> None:
    again = start_upload(merchant, tiny(), file_name="the same.csv")
    other = again.wait()
    assert other["status"] == "ready", other["error"]
    assert other["same_as"] == upload.id
    assert document["same_as"] is None
    assert again.comparable() == upload.comparable()


def test_another_merchants_same_file_is_not_told(document: dict[str, Any]) -> None:
    stranger = start_upload(sign_up(), tiny())
    found = stranger.wait()
    assert (found["status"], found["same_as"]) == ("ready", None)
