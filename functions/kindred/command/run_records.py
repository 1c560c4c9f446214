"""What is going on, for whoever looks on: a status file, and a log with a line for each run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

#: A status is written no more often, the start and end of a run apart.
_EVERY_SECONDS: Final = 1.0


class RunRecords:
    """Keeps ``status`` (replaced whole) and appends to ``log``; either may be None.

    A status is ``{state, name, stage, progress, at, …}``; ``state`` is running, done, unchanged or
    failed. A line of the log is ``{name, state, started_at, seconds, …}`` with the figures of the
    run, or its error.
    """

    def __init__(self, status: Path | None, log: Path | None) -> None:
        self._status, self._log = status, log
        self._name, self._began, self._started_at, self._written = "", 0.0, "", 0.0

    def start(self, name: str) -> None:
        self._name, self._began, self._started_at = name, time.monotonic(), _now()
        self._write_status({"state": "running", "stage": "start", "progress": 0.0})

    def stage(self, stage: str, fraction: float) -> None:
        if time.monotonic() - self._written >= _EVERY_SECONDS:
            self._write_status({"state": "running", "stage": stage, "progress": fraction})

    def end(self, state: str, **figures: Any) -> None:
        self._write_status({"state": state, **figures})
        if self._log is None:
            return
        line = {
            "name": self._name,
            "state": state,
            "started_at": self._started_at,
            "seconds": round(time.monotonic() - self._began, 3),
            **figures,
        }
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _write_status(self, state: dict[str, Any]) -> None:
        self._written = time.monotonic()
        if self._status is not None:
            content = {"name": self._name, **state, "started_at": self._started_at, "at": _now()}
            with replacing(self._status) as target:
                target.write(json.dumps(content, ensure_ascii=False) + "\n")


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of ``path`` when it is whole: nobody ever reads half of it."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as target:
            yield target
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
