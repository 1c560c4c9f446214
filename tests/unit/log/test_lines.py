"""One JSON line per event, and nothing of a customer's in it."""

from __future__ import annotations

import json

import pytest
from kindred import log


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log.event("job_done", run_id="r1", customers=3, odd="a\nb ü")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line) == {
        "severity": "INFO",
        "message": "job_done",
        "run_id": "r1",
        "customers": 3,
        "odd": "a\nb ü",
    }


def test_a_failure_says_where_but_not_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    private = "ann" + "@example.com"

    def convert(cell: str) -> float:
        try:
            return float(cell)
        except ValueError as err:
            raise RuntimeError(cell) from err

    try:
        convert(private)
    except RuntimeError as err:
        log.failure("task_failed", err, function="processUpload")
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["severity"], said["error"]) == ("ERROR", "RuntimeError")
    assert "convert" in said["frames"]
    assert private not in line
