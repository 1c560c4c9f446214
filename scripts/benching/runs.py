"""Programs run one after the other, and what each took of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TASKS: Final = Path(__file__).with_name("tasks.py")
ENGINE: Final = ("-m", "kindred")
#: Threads that wait for a busy core would count as work: the plain script took three times the CPU.
WAITING: Final = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
PLAIN_SCRIPT: Final = (str(Path(__file__).with_name("plain_script.py")),)


@dataclass(frozen=True)
class Taken:
    """What a program took, from its start to its end, children included."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def task(name: str) -> tuple[str, ...]:
    """One of `tasks`, as a program of its own."""
    return (str(TASKS), name)


def measure(program: Sequence[str], *arguments: str | Path) -> Taken:
    """Run Python with ``program``; raises `CalledProcessError` with its errors if it fails."""
    command = [sys.executable, *program, *map(str, arguments)]
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **WAITING},
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    return Taken(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(
    programs: Mapping[str, tuple[Sequence[str], Sequence[str | Path]]], times: int
) -> dict[str, Taken]:
    """The median of each program, all of them run in turn so that they share the machine's moods.

    ``programs``: name -> program and arguments.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in programs}
    for _turn in range(times):
        for name, (program, arguments) in programs.items():
            taken[name].append(measure(program, *arguments))
    return {
        name: Taken(
            median(one.seconds for one in several),
            median(one.cpu_seconds for one in several),
            median(one.peak_mib for one in several),
        )
        for name, several in taken.items()
    }
