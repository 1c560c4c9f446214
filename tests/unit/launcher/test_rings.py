"""What `scripts/test` says at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from launcher import needs
from launcher.rings import Outcome, Ring, run_rings, summary, summary_lines


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


def test_a_ring_that_lacks_something_is_not_run_and_says_what(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    lacking = Ring("image", tmp_path, [["touch", str(ran)]], lacks=lambda: "no buildah here")
    able = Ring("unit", tmp_path, [["true"]], cwd=tmp_path)
    outcomes = run_rings([lacking, able])
    assert [(o.ring, o.result) for o in outcomes] == [("unit", "passed"), ("image", "not run")]
    assert outcomes[1].said == ["no buildah here"]
    assert not ran.exists()


def test_what_is_missing_is_told_with_the_command_that_gets_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "apt-get install --yes chromium" in str(needs.a_browser())
    assert "no buildah and no mmdebstrap here" in str(needs.an_image_builder())
    assert "apt-get install --yes php-cli" in str(needs.a_php())
    for name in ("chromium", "buildah", "mmdebstrap", "php"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert needs.a_browser() is None
    assert needs.a_php() is None
    assert needs.an_image_builder() == "only root can build the image here"
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert needs.an_image_builder() is None
    monkeypatch.setattr("sys.platform", "darwin")
    assert "on Linux only" in str(needs.an_image_builder())


def test_a_failed_ring_is_named_last() -> None:
    failed = Outcome("unit", "FAILED", 1, ["1 failed in 0.9s"])
    assert summary([failed]).splitlines()[-1] == "FAILED: unit"
