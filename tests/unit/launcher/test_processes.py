"""No process outlives the launcher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
HANG_SECONDS = 120  # what takes longer never happens
LAUNCHER = f"""
import subprocess, sys
sys.path[0] = {str(SCRIPTS)!r}
from launcher.processes import guarded

def work():
    # As the emulators do: through a shell that ends, in a session of its own, deaf to requests.
    subprocess.run("(trap '' TERM INT; setsid sleep 300 & echo $! ) & sleep 300 & echo $!; wait %1",
                   shell=True)
    print("started", flush=True)
    if sys.argv[1] == "stay":
        import signal
        signal.pause()
    return 5

sys.exit(guarded(work, grace_seconds=0.2))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")


def start(how: str) -> tuple[subprocess.Popen[str], list[int]]:
    """A launcher whose work has started, and the processes it has started."""
    command = [sys.executable, "-c", LAUNCHER, how]
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout
    started = []
    for line in launcher.stdout:
        if line == "started\n":
            break
        started.append(int(line))
    return launcher, started


def have_ended(pids: list[int]) -> bool:
    """Whether none of these lives any more; waits for it."""
    deadline = time.monotonic() + HANG_SECONDS
    while time.monotonic() < deadline:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for whoever adopted it to take note."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def inner_of(launcher: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()
    return int(children[0])


def test_what_the_work_left_is_ended_and_its_status_is_returned() -> None:
    launcher, started = start("end")
    with launcher:
        assert launcher.wait(HANG_SECONDS) == 5
    assert len(started) == 2
    assert have_ended(started)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_launcher_asked_to_end_takes_everything_with_it(signum: int) -> None:
    launcher, started = start("stay")
    with launcher:
        launcher.send_signal(signum)
        assert launcher.wait(HANG_SECONDS) == 128 + signum
    assert have_ended(started)


def test_a_killed_launcher_takes_everything_with_it() -> None:
    launcher, started = start("stay")
    with launcher:
        inner = inner_of(launcher)
        launcher.kill()
        assert have_ended([*started, inner])


def test_a_launcher_whose_worker_is_killed_takes_everything_with_it() -> None:
    launcher, started = start("stay")
    with launcher:
        os.kill(inner_of(launcher), signal.SIGKILL)
        assert launcher.wait(HANG_SECONDS) == 128 + signal.SIGKILL
    assert have_ended(started)
