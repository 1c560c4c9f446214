"""Cells that a spreadsheet would run, since they start as its formulas do."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = r"[=+\-@＝＋－＠\t\r\n]"
#: Where a spreadsheet would begin a cell, and what it would take for a formula there. One that
#: expects semicolons splits a cell at them, quotes or not.
_FORMULA: Final = re.compile(rf"(^|;)([\"' ]*{_SIGNS})")
#: The same behind the apostrophe that :func:`without_formula` puts there, for RE2 and Python.
GUARDED: Final = rf"(^|;)'([\"' ]*{_SIGNS})"
_NUMBER: Final = re.compile(r"[+-]\s?(?:\d[\d., ]*)?\Z")


def without_formula(cell: str, *, numbers_stay: bool) -> str:
    """The cell as text, with an apostrophe in front of what a spreadsheet would run.

    ``numbers_stay``: a number with its sign (``-12.50``, ``+49 30 1234``) is left alone, since who
    corrects the file wants it as a number. ``-1+1`` is none.
    """
    if numbers_stay and _NUMBER.match(cell):
        return cell
    return _FORMULA.sub(r"\1'\2", cell)


def with_formula(cell: str) -> str:
    """The cell as it was before :func:`without_formula`."""
    return re.sub(GUARDED, r"\1\2", cell)
