"""Text as SQL writes it."""

from __future__ import annotations


def quoted(text: object) -> str:
    """A SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"
