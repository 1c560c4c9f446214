"""What stands for nothing in a cell: the words that databases and spreadsheets write there."""

from __future__ import annotations

from typing import Final

#: In lower case. A dash is how accounting formats show zero.
MISSING: Final = frozenset(
    {"null", "(null)", "none", "nan", "na", "n/a", "#n/a", "n.a.", "nil", "<na>", "nat", "\\n"}
    | {"undefined", "-", "--", "---", "–", "—"}
)  # fmt: skip
_ZERO_DATE: Final = "0000-00-00"  # MySQL's
#: Trimmed from cells: blanks, also those that don't break, and marks that can't be seen.
AROUND: Final = " \t\u00a0\u202f\u200b\u200e\u200f\ufeff"


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return (len(text) <= 9 and text.lower() in MISSING) or text.startswith(_ZERO_DATE)


def missing_sql(column: str) -> str:
    """A DuckDB expression for :func:`is_missing`."""
    words = ", ".join("'" + word + "'" for word in sorted(MISSING))
    return (
        f"(strlen({column}) <= 9 AND lower({column}) IN ({words})"
        f" OR prefix({column}, '{_ZERO_DATE}'))"
    )
