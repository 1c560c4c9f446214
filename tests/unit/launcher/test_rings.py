"""What `scripts/test` says at its end."""

from __future__ import annotations

import pytest
from launcher.rings import Outcome, summary, summary_lines


@pytest.mark.parametrize(
    ("line", "summed_up"),
    [
        ("25 passed in 9.68s\n", "25 passed in 9.68s"),
        (
            "===== 1 failed, 30 passed, 2 skipped in 4.96s =====\n",
            "1 failed, 30 passed, 2 skipped in 4.96s",
        ),
        ("\x1b[32m\x1b[1m12 passed\x1b[0m in 0.5s\n", "12 passed in 0.5s"),
        ("no tests ran in 0.01s\n", "no tests ran in 0.01s"),
        (" Tests  41 passed (41)\n", "Tests  41 passed (41)"),
        ("......... [100%]\n", None),
        ("tests/unit/test_x.py::test_y\n", None),
    ],
)
def test_a_runners_own_summary_is_recognised(line: str, summed_up: str | None) -> None:
    assert summary_lines(line) == summed_up


def test_a_ring_that_did_not_run_is_never_counted_as_passed() -> None:
    text = summary(
        [
            Outcome("unit", "passed", 9.7, ["25 passed in 9.68s"]),
            Outcome("browser", "not run", 0, ["no Chromium here."]),
        ]
    )
    assert "25 passed in 9.68s" in text
    assert text.splitlines()[-1] == "every ring that ran has passed; not run: browser"


def test_a_failed_ring_is_named_last() -> None:
    failed = Outcome("unit", "FAILED", 1, ["1 failed in 0.9s"])
    assert summary([failed]).splitlines()[-1] == "FAILED: unit"
