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


#: A price for a customer of a segment, by a rule with a schedule, as a function makes it.
QUOTE = """
import json, sys
from datetime import datetime, timezone
from kindred.paths import Source
from kindred.pricing import asking, configuration, quoting, replies, triggers
source, place = Source("m", "csv", "u1"), {"kind": "csv", "id": "u1"}
rule = {"name": "R", "source": place, "effect": {"kind": "discount", "percent": 10},
        "who": {"segments": ["s01"]}, "schedule": {"zone": "Europe/Rome"}}
product = {"name": "Tea", "source": place, "currency": "EUR", "base_price": 2000}
results = configuration.Results("r1", 1, {"r1-s01": configuration.Segment("s01", "Regulars")})
known = configuration.configure(source, {}, [("r", rule)], (), results=results)
asked = asking.ask(source, "ann", "tea", None, known)
shopper = asking.shopper_of(known, asked, {"segment_id": "r1-s01", "churn": 0.2})
tea = configuration.read_product("tea", product)
inputs = asking.inputs_of(known, asked, tea, shopper, now=datetime.now(timezone.utc))
reply = replies.reply(quoting.quote(inputs), quoting.quote_id(inputs), shopper)
print(json.dumps([reply["price"], sorted(sys.modules)]))
"""


def test_a_price_is_made_without_tables_and_statistics() -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUOTE], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    price, loaded = json.loads(done.stdout.splitlines()[-1])
    assert price == "18.00"
    assert (set(HEAVY) - {"babel"}) & set(loaded) == set()  # babel knows currencies' decimals


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
