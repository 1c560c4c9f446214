"""Which columns hold which field, as the steps of reading hand it to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kindred.reading.columns.arithmetic import Equation
from kindred.reading.columns.fields import CANONICAL

#: Digits of a confidence, and alternatives of a field, that a merchant is shown.
_SHOWN_DIGITS: Final = 2
SHOWN_ALTERNATIVES: Final = 5


@dataclass(frozen=True)
class Guess:
    """The columns of one field by their places, how sure (0 to 1), and what else it could be."""

    columns: tuple[int, ...]
    confidence: float
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True)
class ColumnMap:
    """Fields to columns. A field is called a role here, by its name in `fields.FIELDS`."""

    names: tuple[str, ...]  # of all columns of the file
    guesses: Mapping[str, Guess]  # by role
    personal: tuple[int, ...] = ()  # columns that look like secrets, which nobody needs
    given: frozenset[str] = field(default_factory=frozenset)  # roles that the merchant mapped
    equations: tuple[Equation, ...] = ()  # that told columns of money apart

    def column(self, role: str) -> int | None:
        """The role's (first) column."""
        guess = self.guesses.get(role)
        return guess.columns[0] if guess and guess.columns else None

    def has(self, *roles: str) -> bool:
        """Whether each of the roles has a column."""
        return all(role in self.guesses for role in roles)

    def used(self) -> set[int]:
        """The columns that any role has."""
        return {column for guess in self.guesses.values() for column in guess.columns}

    def free(self) -> list[int]:
        """The columns that no role has and that hold no secret."""
        taken = self.used() | set(self.personal)
        return [column for column in range(len(self.names)) if column not in taken]

    def without(self, *roles: str) -> ColumnMap:
        """The same but for these roles."""
        kept = {role: guess for role, guess in self.guesses.items() if role not in roles}
        return replace(self, guesses=kept)

    def with_(self, role: str, guess: Guess) -> ColumnMap:
        """The same, with this guess for a role."""
        return replace(self, guesses={**self.guesses, role: guess})

    def told_by(self, equation: Equation) -> ColumnMap:
        """The same, with an equation that decided on a column."""
        return replace(self, equations=(*self.equations, equation))

    def as_detected(self) -> dict[str, Any]:
        """``{field: {column, confidence, alternatives}}`` of the canonical fields."""
        detected: dict[str, Any] = {}
        for role in CANONICAL:
            guess = self.guesses.get(role)
            if role == "name" and guess is None:
                guess = self._full_name()
            if guess is None:
                continue
            columns = [self.names[c] for c in guess.columns]
            detected[role] = {
                "column": columns[0] if len(columns) == 1 else columns,
                "confidence": round(guess.confidence, _SHOWN_DIGITS),
                "alternatives": [self.names[c] for c in guess.alternatives][:SHOWN_ALTERNATIVES],
            }
        return detected

    def _full_name(self) -> Guess | None:
        parts = [g for g in map(self.guesses.get, ("first_name", "last_name")) if g]
        if not parts:
            return None
        columns = tuple(column for part in parts for column in part.columns)
        return Guess(columns, min(part.confidence for part in parts))
