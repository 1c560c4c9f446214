"""`--watch`: files are worked on once they are whole, and again only when they change."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kindred.command import watching
from kindred.errors import KindredError

PATIENCE = 60.0


class Watch:
    """A watch in a thread of its own, and what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[tuple[str, str]] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(
            target=watching.watch,
            args=(folder, self._work),
            kwargs={"goes_on": lambda: not self._ends.is_set()},
        )

    def _work(self, path: Path) -> None:
        self.seen.append((path.name, path.read_text()))
        if path.name == "broken.csv":
            raise ValueError("our fault")

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def wait_for(self, *expected: tuple[str, str]) -> None:
        ends = time.monotonic() + PATIENCE
        while self.seen != list(expected) and time.monotonic() < ends:
            time.sleep(0.02)
        assert self.seen == list(expected)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "SETTLED_SECONDS", 0.2)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    (tmp_path / "there.csv").write_text("a")
    (tmp_path / "notes.docx").write_text("a")
    (tmp_path / ".hidden.csv").write_text("a")
    (tmp_path / "folder.csv").mkdir()
    with Watch(tmp_path) as started:
        yield started


def test_files_are_given_once_and_again_when_they_change(watch: Watch) -> None:
    watch.wait_for(("there.csv", "a"))
    (watch.folder / "later.csv").write_text("b")
    watch.wait_for(("there.csv", "a"), ("later.csv", "b"))
    (watch.folder / "there.csv").write_text("a, changed")
    watch.wait_for(("there.csv", "a"), ("later.csv", "b"), ("there.csv", "a, changed"))


def test_a_file_moved_in_whole_is_seen_and_one_that_fails_ends_nothing(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.wait_for(("there.csv", "a"))
    unfinished = watch.folder / "broken.csv.part"
    unfinished.write_text("b")
    unfinished.rename(watch.folder / "broken.csv")
    watch.wait_for(("there.csv", "a"), ("broken.csv", "b"))
    (watch.folder / "next.csv").write_text("c")
    watch.wait_for(("there.csv", "a"), ("broken.csv", "b"), ("next.csv", "c"))
    assert "our fault" in capsys.readouterr().err


def test_a_file_that_still_grows_is_not_settled(tmp_path: Path) -> None:
    growing: dict[Path, tuple[tuple[int, int], float]] = {}
    file = tmp_path / "orders.csv"
    for size in range(1, 4):
        file.write_text("x" * size)
        assert watching._settled(tmp_path, {}, growing) == []
    time.sleep(0.25)
    assert watching._settled(tmp_path, {}, growing) == [file]


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(KindredError) as told:
        watching.watch(tmp_path / "none", lambda path: None, goes_on=lambda: True)
    assert told.value.code == "no-folder"
