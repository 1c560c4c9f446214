"""The launcher ends, and says why, when a part of the system ends by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.launcher.test_processes import HANG_SECONDS, have_ended

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
# Two parts that wait to be ended, and what the verb does meanwhile.
LAUNCHER = f"""
import sys, threading
from pathlib import Path
sys.path[0] = {str(SCRIPTS)!r}
from launcher import cli, dev, processes, watching
from launcher.system import System
from launcher.watching import Part, watched

here, how = Path(sys.argv[1]), sys.argv[2]

def part(name, *command):
    log = here / name
    log.write_text(f"first of {{name}}\\n" * 20 + f"last of {{name}}\\n")
    process = processes.start(command, cwd=here, env={{}}, log=log.open("ab"))
    return Part(f"The {{name}}", process, log)

def work(_arguments):
    parts = [
        part("server", "/bin/sleep", "300"),
        part("service", "/bin/sh", "-c", "read line < go; exit 7"),
    ]
    told = " ".join(str(part.process.pid) for part in parts)
    if how == "late":
        parts[0].process.kill()
        parts[0].process.wait()
    with watched(parts):
        if how == "command":
            return dev.run_in(System({{}}, here), f"echo {{told}} $$; exec sleep 300")
        print(told, flush=True)
        if how == "request":
            threading.Timer(0.2, parts[0].process.kill).start()
            raise ConnectionResetError("the server hung up")
        if how == "trouble":
            watching.SECONDS_UNTIL_TOLD = 0
            raise OSError("no such disk")
        if how == "over":
            return 5
        return dev.stay()

cli.VERBS["dev"] = work
sys.exit(cli.main(["dev"]))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")


@dataclass
class Launcher:
    """A launcher whose parts have started; `started` are they, and the command if one runs."""

    process: subprocess.Popen[str]
    started: list[int]

    def end(self) -> tuple[int, str]:
        """Its status and what it said, once it and everything it started have ended."""
        with self.process:
            _, said = self.process.communicate(timeout=HANG_SECONDS)
        assert have_ended(self.started)
        return self.process.returncode, said


def start(folder: Path, how: str) -> Launcher:
    os.mkfifo(folder / "go")
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(folder), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return Launcher(process, [int(pid) for pid in process.stdout.readline().split()])


@pytest.mark.parametrize("how", ["stay", "command"])
def test_a_killed_part_ends_the_launcher_which_tells_the_part_and_its_log(
    tmp_path: Path, how: str
) -> None:
    launcher = start(tmp_path, how)
    os.kill(launcher.started[0], signal.SIGKILL)
    status, said = launcher.end()
    assert status == 1
    assert "The server ended (SIGKILL):" in said
    assert "    last of server\n" in said
    assert said.count("first of server") < 20
    assert f"All of it: {tmp_path / 'server'}" in said
    assert "service" not in said


@pytest.mark.parametrize("how", ["stay", "command"])
def test_a_part_that_exits_ends_the_launcher_whatever_its_status(tmp_path: Path, how: str) -> None:
    launcher = start(tmp_path, how)
    (tmp_path / "go").write_text("now\n")
    status, said = launcher.end()
    assert status == 1
    assert "The service ended (exit status 7):" in said


def test_a_part_that_ended_before_anybody_looked_is_noticed(tmp_path: Path) -> None:
    status, said = start(tmp_path, "late").end()
    assert status == 1
    assert "The server ended (SIGKILL):" in said


def test_a_request_that_failed_since_its_server_ended_is_not_told_as_the_cause(
    tmp_path: Path,
) -> None:
    status, said = start(tmp_path, "request").end()
    assert status == 1
    assert "The server ended (SIGKILL):" in said
    assert "hung up" not in said


def test_trouble_of_another_kind_stays_what_it_is(tmp_path: Path) -> None:
    status, said = start(tmp_path, "trouble").end()
    assert status == 1
    assert "OSError: no such disk" in said
    assert "ended" not in said


def test_a_launcher_that_is_asked_to_end_tells_of_no_part(tmp_path: Path) -> None:
    launcher = start(tmp_path, "stay")
    assert launcher.process.stderr
    assert "Ctrl-C" in launcher.process.stderr.readline()
    launcher.process.send_signal(signal.SIGINT)
    status, said = launcher.end()
    assert status == 0
    assert "ended" not in said


def test_work_that_is_done_keeps_its_status(tmp_path: Path) -> None:
    assert start(tmp_path, "over").end() == (5, "")
