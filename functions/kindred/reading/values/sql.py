"""What every step of reading needs to write SQL."""

from __future__ import annotations


def quoted(value: object) -> str:
    """``value`` as a SQL string, with the quotes inside it doubled."""
    return "'" + str(value).replace("'", "''") + "'"
