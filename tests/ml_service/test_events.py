"""Nothing tells others what runs here: libraries' events are off before they are imported."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ML_SERVICE = ROOT / "ml_service"
#: What each package switches off, by the library that reads it at its import.
SWITCHES = {
    "scoring": {"onnxruntime": ("ORT_DISABLE_TELEMETRY",)},
    "training": {
        "onnxruntime": ("ORT_DISABLE_TELEMETRY",),
        "huggingface_hub": ("HF_HUB_DISABLE_TELEMETRY",),
        "transformers": ("DISABLE_SAFETENSORS_CONVERSION",),
    },
}


@pytest.mark.parametrize("package", SWITCHES)
def test_a_package_switches_events_off_before_anything_in_it_is_imported(package: str) -> None:
    names = {name for switches in SWITCHES[package].values() for name in switches}
    asks = (
        f"import os, sys, {package}\n"
        f"print(*sorted(set({sorted(SWITCHES[package])}) & set(sys.modules)))\n"
        f"print(*(os.environ[name] for name in {sorted(names)}))"
    )
    env = {name: value for name, value in os.environ.items() if name not in names}
    told = subprocess.run(
        [sys.executable, "-c", asks], cwd=ML_SERVICE, env=env, capture_output=True, text=True
    )
    assert told.stdout.splitlines() == ["", " ".join("1" for _ in names)], told.stderr


def test_no_other_package_imports_such_a_library() -> None:
    folders = [path for path in ML_SERVICE.iterdir() if path.name not in (*SWITCHES, "venv")]
    folders += [ROOT / "functions" / "kindred", ROOT / "functions" / "main.py", ROOT / "scripts"]
    files = [f for path in folders for f in (path.rglob("*.py") if path.is_dir() else [path])]
    library = r"^\s*(?:import|from) (?:onnxruntime|huggingface_hub|transformers)\b"
    found = [
        file.relative_to(ROOT)
        for file in files
        if file.suffix == ".py" and "node_modules" not in file.parts
        if re.search(library, file.read_text(), re.MULTILINE)
    ]
    assert len(files) > 100
    assert found == []
