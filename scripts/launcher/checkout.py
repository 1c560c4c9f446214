"""Where things lie in this checkout, and how the launcher speaks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".kindred"
EMULATORS = ROOT / "scripts" / "emulators"
FIREBASE = EMULATORS / "node_modules" / ".bin" / "firebase"
FUNCTIONS = ROOT / "functions"
FUNCTIONS_PYTHON = FUNCTIONS / "venv" / "bin" / "python"
ML_SERVICE = ROOT / "ml_service"
ML_PYTHON = ML_SERVICE / "venv" / "bin" / "python"
HOSTING = ROOT / "hosting"
LAWS = ROOT / "functions" / "kindred" / "pricing" / "jurisdictions.json"
WEB_BUILD = STATE / "web"  # for the emulators; hosting/dist is what gets deployed

PROJECT = "demo-kindred"  # a `demo-` project can't reach real resources
BUCKET = f"{PROJECT}.appspot.com"
REGION = "us-central1"


def say(line: str) -> None:
    """One line of the launcher's own, on standard error: standard output belongs to the command."""
    mark = "\033[36m▸\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else "▸"
    print(f"{mark} {line}", file=sys.stderr, flush=True)


def shown(path: Path) -> str:
    """A path as a person in this checkout would type it."""
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)
