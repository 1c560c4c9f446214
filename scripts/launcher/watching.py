"""Notices when a part of the running system ends by itself."""

from __future__ import annotations

import http.client
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.checkout import shown
from launcher.errors import LauncherError

SECONDS_UNTIL_TOLD = 3


@dataclass(frozen=True)
class Part:
    """A process that the system can't do without, and where it logs."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class PartEnded(LauncherError):
    """A part of the system has ended, and nobody had asked it to."""


@contextmanager
def watched(parts: Sequence[Part]) -> Iterator[None]:
    """Raises `PartEnded` within the block as soon as one of these has ended; main thread only."""

    def look(*_signal: object) -> None:
        for part in parts:
            status = part.process.poll()
            if status is not None:
                # The others may follow, and must not interrupt what tidies up.
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                raise PartEnded(_told(part, status))

    before = signal.signal(signal.SIGCHLD, look)
    try:
        look()  # it may have ended before
        yield
    except (OSError, http.client.HTTPException):
        # What ends closes its connections first and is reported then: a request that failed
        # because of that would be told in place of the cause.
        time.sleep(SECONDS_UNTIL_TOLD)
        raise
    finally:
        signal.signal(signal.SIGCHLD, before)


def last_lines(log: Path) -> str:
    """The end of a log, set in for the launcher's messages."""
    said = log.read_text(errors="replace").splitlines()[-12:]
    return "\n".join(f"    {line}" for line in said)


def _told(part: Part, status: int) -> str:
    how = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
    said = last_lines(part.log)
    return f"{part.name} ended ({how}):\n{said}\n  All of it: {shown(part.log)}"
