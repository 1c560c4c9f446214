"""`--watch`: segments every file that arrives in a folder."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from kindred.errors import KindredError

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".gz")
#: A file is whole when its size and time haven't changed for so long.
SETTLED_SECONDS: Final = 2.0
#: The folder is looked through as often besides: network drives send no events.
LOOK_SECONDS: Final = 30.0

_State = tuple[int, int]  # size in bytes, time of change in ns


def watch(folder: Path, work: Callable[[Path], object], *, goes_on: Callable[[], bool]) -> None:
    """Give each file in ``folder`` to ``work`` once it is whole, and again when it changes.

    Files that are there already come first. ``work`` raising doesn't end the watch: the error is
    told, and the file is left until it changes. Returns when ``goes_on`` says no (asked about
    every half second), or raises `KeyboardInterrupt`.
    """
    if not folder.is_dir():
        raise KindredError(f"There is no folder {folder}.", code="no-folder", hint="Make it first.")
    changed = threading.Event()
    observer = Observer()
    observer.schedule(_Handler(changed), str(folder))
    observer.start()
    try:
        _follow(folder, work, changed, goes_on)
    finally:
        observer.stop()
        observer.join()


class _Handler(FileSystemEventHandler):
    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("created", "modified", "moved", "closed"):
            self._changed.set()


def _follow(
    folder: Path,
    work: Callable[[Path], object],
    changed: threading.Event,
    goes_on: Callable[[], bool],
) -> None:
    done: dict[Path, _State] = {}
    growing: dict[Path, tuple[_State, float]] = {}  # with the time since when it is as it is
    looked = -LOOK_SECONDS
    while goes_on():
        if changed.is_set() or growing or time.monotonic() - looked >= LOOK_SECONDS:
            changed.clear()
            looked = time.monotonic()
            for path in _settled(folder, done, growing):
                done[path] = growing.pop(path)[0]
                _do(work, path)
        time.sleep(0.5)


def _settled(
    folder: Path, done: dict[Path, _State], growing: dict[Path, tuple[_State, float]]
) -> list[Path]:
    """Files that wait and are whole, in order of their names; notes which still grow."""
    found = {path: state for path in sorted(folder.iterdir()) if (state := _state(path))}
    for path in growing.keys() - found.keys():
        del growing[path]
    settled = []
    for path, state in found.items():
        if done.get(path) == state:
            continue
        if path not in growing or growing[path][0] != state:
            growing[path] = (state, time.monotonic())
        elif time.monotonic() - growing[path][1] >= SETTLED_SECONDS:
            settled.append(path)
    return settled


def _state(path: Path) -> _State | None:
    """None for what isn't a file to be read, or has gone."""
    if path.name.startswith(".") or path.suffix.lower() not in SUFFIXES:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None


def _do(work: Callable[[Path], object], path: Path) -> None:
    try:
        work(path)
    except Exception as err:  # noqa: BLE001 - one file's fault must not end the watch
        print(f"{path.name}: {type(err).__name__}: {err}", file=sys.stderr)
