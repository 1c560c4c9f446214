"""Whether a cell, as it is written, is a number, a date, an e-mail address, a code or words.

Coarse and quick: it compares ways to cut a file into cells, before anything is known of columns.
How values are really read is in ``reading/values``.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS = re.compile(r"[^\W\d_][\w '&/.()-]*\Z", re.UNICODE)
_NUMBER = re.compile(
    r"[(\-+]?\s*(?:[A-Za-z]{0,3}[$€£¥₹]\.?|[A-Z]{3}|Rs\.?)?\s*[-+]?\d[\d.,'’\u00a0\u202f ]*\s*"
    r"(?:[A-Z]{3}|[$€£¥₹%]|kr|zł)?\)?-?\Z"
)
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?"
    r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?\Z|"
    r"(?:[^\W\d_]{3,9}\.?,? )?(?:\d{1,2}[- .]{1,2}[^\W\d_]{3,9}\.?|[^\W\d_]{3,9}\.?[- ]\d{1,2})"
    r"[-, ]{1,2}\d{2,4}(?:[ ,]+\d{1,2}:\d{2}.*)?\Z|\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?\Z"
)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_#/\\.-]*\Z")
_URL = re.compile(r"(?:https?://|www\.)\S+\Z")
_OTHER_DELIMITER = re.compile(r"[;|\t]")

# Type scores, 0 to 1: how much a cell looks like one value rather than a piece of one, or several
# glued together. In the paper named in `dialect_detection` a cell has a known type (1) or none (0);
# the steps between are ours. `scripts/measure-reading dialects` shows what a change costs.
_SCORE_TYPED: Final = 1.0  # number, date, e-mail address
_SCORE_CODE: Final = 0.95  # also a web address
_SCORE_WORDS: Final = 0.9
_SCORE_OTHER: Final = 0.75
_SCORE_EMPTY: Final = 0.6
_SCORE_GLUED: Final = 0.5  # another delimiter inside, or longer than a value is
_SCORE_QUOTE: Final = 0.2  # a quote at its edge: the cut was wrong
_LONGEST_VALUE: Final = 400  # characters


def is_number_or_date(cell: str) -> bool:
    """Whether a cell without blanks around it is written as a number or a date."""
    return bool(_NUMBER.match(cell) or _DATE.match(cell))


def is_typed(cell: str) -> bool:
    """Whether a cell is a number, a date or an e-mail address, which no header is."""
    return is_number_or_date(cell) or bool(_EMAIL.match(cell))


def score_type(cell: str) -> float:
    """How much a cell without blanks around it looks like one whole value, 0 to 1."""
    if not cell:
        return _SCORE_EMPTY
    if len(cell) > _LONGEST_VALUE:
        return _SCORE_GLUED
    if is_typed(cell):
        return _SCORE_TYPED
    if _CODE.match(cell) or _URL.match(cell):
        return _SCORE_CODE
    if cell[0] in "\"'" or cell[-1] in "\"'":
        return _SCORE_QUOTE
    if _WORDS.match(cell):
        return _SCORE_WORDS
    return _SCORE_GLUED if _OTHER_DELIMITER.search(cell) else _SCORE_OTHER
