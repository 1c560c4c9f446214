"""Runs the system so that no process of it outlives the launcher.

The emulators start their Java engines in sessions of their own and run Python through shells, so
ending a process group is not enough. The launcher therefore runs as two processes: an outer one
that waits, and an inner one that does the work. On Linux both adopt orphans of the processes below
them (`PR_SET_CHILD_SUBREAPER`), so whichever of them is left finds every descendant and ends it;
each direct child is also told when its parent dies (`PR_SET_PDEATHSIG`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The user, or the system, asks the launcher to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.status = 128 + signum


def guarded(work: Callable[[], int], *, grace_seconds: float = 4.0) -> int:
    """The status of `work`, which runs in a child; nothing it started is left when this returns.

    What is still running then is asked to end, and killed after `grace_seconds`.
    """
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    outer = os.getpid()
    inner = os.fork()
    if inner == 0:
        _work_as_inner(work, outer, grace_seconds)

    def forward(signum: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(inner, signum)

    for signum in ENDING:
        signal.signal(signum, forward)
    _, waited = os.waitpid(inner, 0)
    end_descendants(grace_seconds)
    status = os.waitstatus_to_exitcode(waited)
    return status if status >= 0 else 128 - status


def _work_as_inner(work: Callable[[], int], outer: int, grace_seconds: float) -> NoReturn:
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for signum in ENDING:
        signal.signal(signum, _interrupt)
    status = 1
    try:
        if os.getppid() == outer:  # else it died before the line above took effect
            status = work()
    except Interrupted as interrupted:
        status = interrupted.status
    except Exception:  # noqa: BLE001 - whatever it was, tidy up below
        sys.excepthook(*sys.exc_info())
    finally:
        end_descendants(grace_seconds)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _interrupt(signum: int, _frame: FrameType | None) -> None:
    for other in ENDING:  # from here on the launcher is tidying up, and a second Ctrl-C must not
        signal.signal(other, signal.SIG_IGN)  # keep it from doing so
    raise Interrupted(signum)


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: IO[bytes],
) -> subprocess.Popen[bytes]:
    """A background process that a terminal's Ctrl-C doesn't reach and that dies with its parent."""
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=lambda: _prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
    )


def end_descendants(grace_seconds: float = 4.0) -> None:
    """End every process below this one: asked first, killed after `grace_seconds`."""
    _signal_all(signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while descendants_of(os.getpid()):
        if time.monotonic() > deadline:
            _signal_all(signal.SIGKILL)
        _reap()
        time.sleep(0.05)
        if time.monotonic() > deadline + 5:
            return  # unkillable: in the kernel, on a dead disk


def descendants_of(ancestor: int) -> list[int]:
    """Every living process below `ancestor`, zombies left out."""
    children: dict[int, list[int]] = {}
    for pid, parent in _living():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _living() -> Iterator[tuple[int, int]]:
    if Path("/proc/self/stat").exists():
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                # The command, in brackets, may hold anything; what follows it doesn't.
                state, parent = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[:2]
                if state not in "ZX":
                    yield int(entry.name), int(parent)
        return
    asked = subprocess.Popen(["ps", "-A", "-o", "pid=,ppid=,stat="], stdout=subprocess.PIPE)
    for line in asked.communicate()[0].decode().splitlines():
        pid, parent, state = line.split()[:3]
        if int(pid) != asked.pid and not state.startswith("Z"):
            yield int(pid), int(parent)


def _signal_all(signum: int) -> None:
    for pid in descendants_of(os.getpid()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
