"""A set-up step runs when, and only when, there is something to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from launcher.fingerprint import do_once, files_below, fingerprint_of


def test_a_fingerprint_tells_contents_and_their_borders_apart(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    missing = fingerprint_of([lock])
    lock.write_text("a==1")
    first = fingerprint_of([lock])
    lock.write_text("a==2")
    assert len({missing, first, fingerprint_of([lock])}) == 3
    assert fingerprint_of(["ab", "c"]) != fingerprint_of(["a", "bc"])


def test_files_below_a_folder_leave_out_what_is_installed_there(tmp_path: Path) -> None:
    for name in ("src/app.ts", "node_modules/x/index.js", "package.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = files_below(tmp_path, skip=["node_modules"])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["package.json", "src/app.ts"]


def test_a_step_is_skipped_until_its_inputs_change_or_its_result_is_gone(tmp_path: Path) -> None:
    record, result = tmp_path / "setup.json", tmp_path / "result"
    assert do_once(record, "step", "one", result, result.touch)
    assert not do_once(record, "step", "one", result, pytest.fail)
    assert do_once(record, "step", "two", result, result.touch)
    result.unlink()
    assert do_once(record, "step", "two", result, result.touch)


def test_a_step_that_failed_is_done_again(tmp_path: Path) -> None:
    record, result = tmp_path / "setup.json", tmp_path / "result"
    do_once(record, "step", "one", result, result.touch)

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        do_once(record, "step", "two", result, fail)
    assert do_once(record, "step", "one", result, result.touch)
