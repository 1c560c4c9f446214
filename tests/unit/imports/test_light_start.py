"""Heavy imports happen inside the task that needs them: a price isn't kept waiting for pandas."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ("customers.triggers", "pipeline.flow", "segments.triggers", "sources.csv.triggers")
FUNCTIONS = Path(__file__).parents[3] / "functions"
HEAVY = (
    "babel", "duckdb", "ibis", "joblib", "matplotlib", "numpy", "openpyxl", "pandas", "pyarrow",
    "python_calamine", "scipy", "sklearn",
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Every module that a function's instance has loaded before its first call."""
    script = "import main, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=FUNCTIONS,
        env={**os.environ, "FIREBASE_CONFIG": '{"storageBucket": "b.test"}'},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", HEAVY)
def test_a_function_starts_without(loaded: set[str], name: str) -> None:
    assert name not in loaded


def test_every_function_is_there(loaded: set[str]) -> None:
    assert {
        "kindred.pipeline.flow",
        "kindred.sources.csv.triggers",
        "kindred.segments.triggers",
    } <= loaded


def test_the_heavy_ones_are_installed() -> None:
    """Else the test above would hold for a misspelt name."""
    for name in HEAVY:
        if name != "matplotlib":
            assert importlib.util.find_spec(name) is not None
