"""Programs that are published as Python packages, each installed alone, from its locked entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from launcher.checkout import ROOT, STATE, say, shown
from launcher.errors import StepFailed
from launcher.fingerprint import do_once, fingerprint_of
from launcher.locks import OPTIONS, Entry, entries_of

TOOLS = ROOT / "scripts" / "tools.txt"


def version_of(name: str) -> str:
    """One of the tools with its version, as a person would name it."""
    return _entry_of(name).requirement


def install_into(target: Path, name: str, python: Path) -> list[str]:
    """Install one of the tools into a folder; the command, whether or not it has worked."""
    wanted = _wanted(name, target)
    command = [shown(python), "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
    command += ["--target", shown(target), "--require-hashes", "--requirement", shown(wanted)]
    subprocess.run(command, cwd=ROOT, capture_output=True)
    return command


def program(name: str, folder: Path) -> Path:
    """The program of one of the tools, in an environment that needs none of the others."""

    def install() -> None:
        say(f"installing {version_of(name)} into {shown(folder)}")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [*pip, "--require-hashes", "--requirement", str(_wanted(name, folder))],
        ):
            ran = subprocess.run(command, capture_output=True, text=True)
            if ran.returncode != 0:
                raise StepFailed(f"{version_of(name)} can't be installed:\n{ran.stderr}")

    found = folder / "bin" / name
    inputs = fingerprint_of([_entry_of(name).text, sys.version, str(folder)])
    do_once(STATE / "tools.json", name, inputs, found, install)
    return found


def _entry_of(name: str) -> Entry:
    return next(entry for entry in entries_of(TOOLS.read_text()) if entry.name == name)


def _wanted(name: str, folder: Path) -> Path:
    """Beside the folder, what pip is to install into it."""
    wanted = folder.with_suffix(".txt")
    wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.write_text(f"{OPTIONS}\n{_entry_of(name).text}")
    return wanted
