"""docs/shops.md says which test holds each way to lose data, and the tests are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
HERE = ROOT / "tests/unit/sources"
TABLE = (ROOT / "docs/shops.md").read_text().split("<!-- ways to lose data")[1].split("<!-- end")[0]
NAMED = re.findall(r"`(?:([a-z_/]+\.py)::)?(test_[a-z0-9_]+)`", TABLE)


def file_of(name: str) -> Path:
    if name.startswith("emulator/"):
        return ROOT / "tests/emulator/sources" / name.removeprefix("emulator/")
    return HERE / (name or "shops/test_ways_to_lose_data.py")


@pytest.mark.parametrize(("name", "test"), NAMED)
def test_a_test_that_the_document_names_is_there(name: str, test: str) -> None:
    assert f"def {test}(" in file_of(name).read_text()


def test_every_way_has_its_row() -> None:
    assert [int(number) for number in re.findall(r"^\| (\d+)\. ", TABLE, re.M)] == [*range(1, 16)]
    ways = (HERE / "shops/test_ways_to_lose_data.py").read_text()
    told = {test for _, test in NAMED}
    assert set(re.findall(r"^def (test_[a-z0-9_]+)\(", ways, re.M)) <= told
