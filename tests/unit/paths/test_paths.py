"""Paths stay where they are put, and the rules take nothing that they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred import paths, settings
from kindred.errors import InvalidInput
from kindred.paths import Source

ROOT = Path(__file__).parents[3]
SOURCE = Source("merchant", "csv", "up1")


def test_a_file_and_a_folder_lie_below_their_source() -> None:
    assert SOURCE.private_file("r1/orders.parquet").startswith(SOURCE.derived)
    assert SOURCE.private_file("r1/") == f"{SOURCE.derived}private/r1/"
    assert SOURCE.export_file("r1-rejects.csv") == f"{SOURCE.derived}exports/r1-rejects.csv"


@pytest.mark.parametrize(
    "name", ["", "/", "..", "../x", "a/../b", "a//b", "/a", ".", "a/./b", "a//"]
)
def test_a_name_that_climbs_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        SOURCE.private_file(name)
    with pytest.raises(InvalidInput):
        SOURCE.export_file(name)


@given(st.text(max_size=12))
def test_no_name_leaves_its_source(name: str) -> None:
    try:
        path = SOURCE.private_file(name)
    except InvalidInput:
        return
    assert path.startswith(f"{SOURCE.derived}private/")
    assert ".." not in path.split("/")


@pytest.mark.parametrize("rules", ["firestore.rules", "storage.rules"])
@given(st.text(alphabet="aZ09_-./ ü%\n", max_size=6))
def test_an_id_that_rules_take_is_one_of_ours(rules: str, value: str) -> None:
    found = re.search(
        r"function isId\(value\) \{\s*return value\.matches\('([^']+)'\)", _text(rules)
    )
    assert found
    if re.fullmatch(found[1], value):
        assert paths.check_id(value) == value


def test_rules_and_settings_agree_on_the_size_of_a_file() -> None:
    found = re.search(r"request\.resource\.size <= ([\d *]+);", _text("storage.rules"))
    assert found
    product = 1
    for factor in found[1].split("*"):
        product *= int(factor)
    assert product == settings.MAX_FILE_BYTES


def _text(name: str) -> str:
    return (ROOT / name).read_text()
