"""Cells that a spreadsheet would run, since they start as its formulas do."""

from __future__ import annotations

from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: A cell that :func:`without_formula` has changed, for RE2 and Python.
GUARDED: Final = f"^'[{''.join(_STARTS).replace('-', '')}-]"


def without_formula(cell: str, *, numbers_stay: bool) -> str:
    """The cell as text, with an apostrophe in front where a spreadsheet would run it.

    ``numbers_stay``: a cell of figures and their marks (``-12.50``, ``+49 30 1234``) is left alone,
    since what it holds has to be read as it was written.
    """
    if not cell.startswith(_STARTS) or (numbers_stay and _is_in_figures(cell)):
        return cell
    return f"'{cell}"


def _is_in_figures(cell: str) -> bool:
    return all(c.isdigit() or c in "+-.,() " for c in cell)
