"""`scripts/lock`: makes every lock again from its input, keeping versions that still fit."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from launcher import packaged
from launcher.checkout import ROOT, STATE, say, shown
from launcher.errors import StepFailed
from launcher.locks import LOCKS, Lock, entries_of, written

# `universal`: one lock for every system, with markers where they differ.
COMPILE = ["pip", "compile", "--universal", "--python-version", "3.11", "--no-python-downloads"]
COMPILE += ["--generate-hashes", "--only-binary", ":all:", "--no-header", "--quiet"]


def main(arguments: Sequence[str]) -> int:
    """0 if every lock is made from what its input says now."""
    parser = argparse.ArgumentParser(prog="scripts/lock", description=__doc__)
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest of what no input pins"
    )
    options = ["--upgrade"] if parser.parse_args(arguments).upgrade else []
    uv = packaged.program("uv", STATE / "uv")
    for lock in LOCKS:
        before = [path.read_text() if path.is_file() else "" for path in lock.files]
        make_lock(uv, lock, options)
        changed = before != [path.read_text() for path in lock.files]
        say(f"{shown(lock.target)}: {'changed' if changed else 'as it was'}")
    return 0


def make_lock(uv: Path, lock: Lock, options: Sequence[str] = ()) -> None:
    """Write the lock's files, from its input and the registry's index."""
    with tempfile.TemporaryDirectory() as folder:
        # uv keeps the versions that it finds where it writes, if they fit. Were there hashes, it
        # would keep those as well, instead of asking the index.
        output = Path(folder) / "lock.txt"
        locked = [e for path in lock.files if path.is_file() for e in entries_of(path.read_text())]
        output.write_text("".join(f"{entry.requirement}\n" for entry in locked))
        where = ["--python", sys.executable, "--output-file", str(output)]
        # Below ROOT, so that comments name files as they lie in the checkout.
        command = [str(uv), *COMPILE, *options, *where, str(lock.source.relative_to(ROOT))]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if ran.returncode != 0:
            raise StepFailed(f"uv finds no versions for {shown(lock.source)}:\n{ran.stderr}")
        entries = entries_of(output.read_text())
    apart = [entry for entry in entries if entry.name.startswith(lock.apart)] if lock.apart else []
    lock.target.write_text(written(lock.source, [e for e in entries if e not in apart]))
    if lock.apart_in:
        lock.apart_in.write_text(written(lock.source, apart))
