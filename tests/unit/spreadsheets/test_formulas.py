"""What a spreadsheet would run as a formula is made text, and is known again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.spreadsheets import GUARDED, with_formula, without_formula


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+A1", "-A1", "@SUM(A1)", "＝1", "\t=1", "\r=1", "\n=1"),
        *("-1+1", "+1-1", "-1*2", "-1/2", "--1", "-(1)", "-1^2", "-1&2", "－1", "＋1+1", "＠A1"),
        *("-2+3+cmd|' /C calc'!A0", "-1\n=1", "+1\t=1", "-1:2", "-1;2"),
    ],
)
@pytest.mark.parametrize("numbers_stay", [True, False])
def test_a_formula_is_made_text(cell: str, numbers_stay: bool) -> None:
    assert without_formula(cell, numbers_stay=numbers_stay) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.50", "+49 30 1234", "-1,234.5", "-"])
def test_figures_stay_only_where_they_have_to_be_read_again(cell: str) -> None:
    assert without_formula(cell, numbers_stay=True) == cell
    assert without_formula(cell, numbers_stay=False) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ann", "5-3", "a=b", "a; b", "(12.50)"])
def test_other_cells_stay(cell: str) -> None:
    assert without_formula(cell, numbers_stay=False) == cell


@given(st.text(st.sampled_from("=+-@＝;'\" \t\n1a"), max_size=8))
def test_the_engine_makes_it_undone_as_python_does(cell: str) -> None:
    import duckdb

    sql = r"SELECT regexp_replace(?, ?, '\1\2', 'g')"
    with duckdb.connect() as engine:
        assert engine.execute(sql, [cell, GUARDED]).fetchall() == [(with_formula(cell),)]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Anna;=HYPERLINK(1)", "Anna;'=HYPERLINK(1)"),
        ('x;"=1+1"', 'x;\'"=1+1"'),
        ("'=1", "''=1"),
        (" =1", "' =1"),
        ("a;-1;+2", "a;'-1;'+2"),
    ],
)
def test_what_lies_behind_a_semicolon_is_made_text_too(cell: str, written: str) -> None:
    assert without_formula(cell, numbers_stay=True) == written


@given(st.text(st.sampled_from("=+-@＝;'\" \t\n1a"), max_size=8), st.booleans())
def test_what_was_changed_is_known_again(cell: str, numbers_stay: bool) -> None:
    assert with_formula(without_formula(cell, numbers_stay=numbers_stay)) == cell
