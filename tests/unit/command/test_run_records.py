"""Status file and run log."""

from __future__ import annotations

import json
from pathlib import Path

from kindred.command.run_records import RunRecords


def test_a_run_leaves_its_state_and_a_line(tmp_path: Path) -> None:
    status, log = tmp_path / "status.json", tmp_path / "runs.jsonl"
    records = RunRecords(status, log)
    records.start("orders.csv")
    begun = json.loads(status.read_text())
    assert (begun["name"], begun["state"], begun["progress"]) == ("orders.csv", "running", 0.0)
    records.stage("reading", 0.5)  # too soon after the start to be written
    assert json.loads(status.read_text()) == begun
    records.end("done", customers=3)
    records.start("other.csv")
    records.end("failed", error={"code": "empty-file"})
    ended = json.loads(status.read_text())
    assert (ended["name"], ended["state"]) == ("other.csv", "failed")
    first, second = map(json.loads, log.read_text().splitlines())
    assert (first["name"], first["state"], first["customers"]) == ("orders.csv", "done", 3)
    assert first["seconds"] >= 0
    assert second["error"] == {"code": "empty-file"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs.jsonl", "status.json"]


def test_records_that_nobody_asked_for_are_not_kept(tmp_path: Path) -> None:
    records = RunRecords(None, None)
    records.start("orders.csv")
    records.end("done")
    assert list(tmp_path.iterdir()) == []
