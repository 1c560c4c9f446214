"""`scripts/test`: the rings of tests, quick ones first; each that needs a system starts its own."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launcher import checkout, installing, needs
from launcher.checkout import FUNCTIONS_PYTHON, ML_PYTHON, ROOT, say
from launcher.errors import LauncherError
from launcher.system import running_system

SUMMARY = re.compile(
    r"\b\d+ (?:passed|failed|error|skipped|xfailed|deselected)|no tests ran|Tests  "
)


@dataclass(frozen=True)
class Ring:
    """A ring of tests: what it runs, where its tests lie, and what it needs to run.

    `lacks` says what this machine is missing: then the ring isn't run, which is told.
    """

    name: str
    folder: Path
    commands: Sequence[Sequence[str]]
    cwd: Path = ROOT
    needs_system: bool = False
    needs_web: bool = False
    lacks: Callable[[], str | None] = needs.nothing


@dataclass(frozen=True)
class Outcome:
    """How a ring ended: `passed`, `FAILED` or `not run`, and what it said last."""

    ring: str
    result: str
    seconds: float
    said: Sequence[str]


def _pytest(folder: str, *options: str, python: Path = FUNCTIONS_PYTHON) -> list[str]:
    return [str(python), "-m", "pytest", *options, folder]


def _tool(name: str, *arguments: str) -> list[str]:
    return [str(FUNCTIONS_PYTHON.with_name(name)), *arguments]


LINT = (
    _tool("ruff", "check"),
    _tool("ruff", "format", "--check"),
    _tool("mypy"),
    ["env", f"PYTHONPATH={checkout.FUNCTIONS}", *_tool("lint-imports")],
)
# Tests that share nothing, on all cores; those of a module share what it sets up.
# A ring whose tests share the running system says in its `conftest.py` which of them.
SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadscope")
WEB = (["npm", "run", "lint"], ["npm", "run", "build"], ["npm", "test"])
TESTS = ROOT / "tests"
RINGS = (
    Ring("lint", checkout.FUNCTIONS, LINT),
    Ring("unit", TESTS / "unit", [_pytest("tests/unit", *SIDE_BY_SIDE)]),
    Ring("manifest", TESTS / "manifest", [_pytest("tests/manifest")]),
    Ring("ml", TESTS / "ml_service", [_pytest("tests/ml_service", python=ML_PYTHON)]),
    Ring("web", checkout.HOSTING, WEB, cwd=checkout.HOSTING),
    Ring(
        "integrations",
        TESTS / "integrations",
        [_pytest("tests/integrations", *SIDE_BY_SIDE)],
        lacks=needs.a_php,
    ),
    Ring("slow", TESTS / "slow", [_pytest("tests/slow", *SIDE_BY_SIDE)]),
    Ring("image", TESTS / "image", [_pytest("tests/image")], lacks=needs.an_image_builder),
    Ring("rules", TESTS / "rules", [_pytest("tests/rules", *SIDE_BY_SIDE)], needs_system=True),
    Ring(
        "emulator",
        TESTS / "emulator",
        [_pytest("tests/emulator", *SIDE_BY_SIDE)],
        needs_system=True,
    ),
    Ring(
        "browser",
        TESTS / "browser",
        [["npm", "run", "test:browser"]],
        cwd=checkout.HOSTING,
        needs_system=True,
        needs_web=True,
        lacks=needs.a_browser,
    ),
)


def main(arguments: Sequence[str]) -> int:
    """0 if every ring that ran has passed."""
    parser = argparse.ArgumentParser(
        prog="scripts/test", description="Run every ring of tests, or those named."
    )
    names = [ring.name for ring in RINGS]
    parser.add_argument("rings", nargs="*", metavar="RING", help=", ".join(names))
    chosen = parser.parse_args(arguments).rings or names
    if unknown := set(chosen) - set(names):
        parser.error(f"no such ring: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    rings = [ring for ring in RINGS if ring.name in chosen and ring.folder.is_dir()]
    _install_for(rings)
    outcomes = run_rings(rings)
    print(f"\n{summary(outcomes)}", flush=True)
    return int(any(outcome.result == "FAILED" for outcome in outcomes))


def run_rings(rings: Sequence[Ring]) -> list[Outcome]:
    """Those that need no system first, then each of the others in a start of its own."""
    lacking = {ring.name: ring.lacks() for ring in rings}
    able = [ring for ring in rings if lacking[ring.name] is None]
    outcomes = [_run(ring, {}) for ring in able if not ring.needs_system]
    if waiting := [ring for ring in able if ring.needs_system]:
        browser = needs.find_browser()
        extra = {"CHROMIUM_PATH": browser} if browser else {}
        outcomes += [_run_in_system(ring, extra) for ring in waiting]
    return outcomes + [
        Outcome(name, "not run", 0, [what]) for name, what in lacking.items() if what
    ]


def summary(outcomes: Sequence[Outcome]) -> str:
    """A line for each ring, with what its own runner summed up."""
    lines = []
    for outcome in outcomes:
        said = "; ".join(outcome.said)
        lines.append(f"{outcome.ring:12} {outcome.result:8} {outcome.seconds:6.1f} s  {said}")
    failed = [outcome.ring for outcome in outcomes if outcome.result == "FAILED"]
    not_run = [outcome.ring for outcome in outcomes if outcome.result == "not run"]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "every ring that ran has passed"
    if not_run:
        verdict += f"; not run: {', '.join(not_run)}"
    return "\n".join([*lines, verdict])


def summary_lines(line: str) -> str | None:
    """The line without its frame if a test runner sums up in it, else None."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line).strip(" =\n")
    return plain if SUMMARY.search(plain) else None


def _install_for(rings: Sequence[Ring]) -> None:
    names = {ring.name for ring in rings}
    installing.install_python()
    if "ml" in names:
        installing.install_ml_service()
    if names & {"web", "browser", "integrations"}:
        installing.install_web_packages()


def _run_in_system(ring: Ring, extra: Mapping[str, str]) -> Outcome:
    """A ring in a system started for it: emulators and their workers keep memory until they end."""
    started = time.monotonic()
    try:
        with running_system(with_web=ring.needs_web) as system:
            return _run(ring, {**system.env, **extra})
    except LauncherError as err:
        say(str(err))
        return Outcome(ring.name, "FAILED", time.monotonic() - started, ["no system to test"])


def _run(ring: Ring, env: Mapping[str, str]) -> Outcome:
    say(f"{ring.name} …")
    started = time.monotonic()
    said: list[str] = []
    failed: list[str] = []
    for command in ring.commands:
        status, summed_up = _show(command, ring.cwd, env)
        said += summed_up
        if status != 0:
            failed.append(Path(command[0]).name + " " + " ".join(command[1:]))
    if failed:
        said.append(f"failed: {', '.join(failed)}")
    result = "FAILED" if failed else "passed"
    return Outcome(ring.name, result, time.monotonic() - started, said)


def _show(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> tuple[int, list[str]]:
    """Run a command, showing what it says; its status, and the lines in which it sums up."""
    print(f"\n$ {' '.join(command)}", flush=True)
    said: list[str] = []
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout
    with process.stdout as lines:
        for line in lines:
            print(line, end="", flush=True)
            if summed_up := summary_lines(line):
                said.append(summed_up)
    return process.wait(), said[-1:]
