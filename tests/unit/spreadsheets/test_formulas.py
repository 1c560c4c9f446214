"""What a spreadsheet would run as a formula is made text, and is known again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.spreadsheets import GUARDED, without_formula


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-A1", "@SUM(A1)", "＝1", "\t=1", "\r=1", "\n=1"])
@pytest.mark.parametrize("numbers_stay", [True, False])
def test_a_formula_is_made_text(cell: str, numbers_stay: bool) -> None:
    assert without_formula(cell, numbers_stay=numbers_stay) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "+49 30 1234", "-1,234.5", "-"])
def test_figures_stay_only_where_they_have_to_be_read_again(cell: str) -> None:
    assert without_formula(cell, numbers_stay=True) == cell
    assert without_formula(cell, numbers_stay=False) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ann", "5-3", "a=b", "'=1", "(12.50)"])
def test_other_cells_stay(cell: str) -> None:
    assert without_formula(cell, numbers_stay=False) == cell


@given(st.text(max_size=20), st.booleans())
def test_what_was_changed_is_known_again(cell: str, numbers_stay: bool) -> None:
    written = without_formula(cell, numbers_stay=numbers_stay)
    if written != cell:
        assert re.match(GUARDED, written)
        assert written[1:] == cell
