"""What each column of a sample says of another: which value comes with which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from kindred.reading.columns.arithmetic import Cells
from kindred.reading.columns.column_map import ColumnMap
from kindred.reading.columns.profiles import Profile

# `tests/slow/reading/test_structure.py` holds them.
_FILLED: Final = 0.5  # of the cells of a column that says anything
_ENOUGH_GROUPS: Final = 5  # values that come again, for them to show what they determine
_ONE_EACH: Final = 1.1  # values beside each other one, at most, where two columns say the same


class Rows:
    """The columns of a sample, with what each says of the others."""

    def __init__(self, rows: Sequence[Cells], profiles: Sequence[Profile]) -> None:
        self.columns: Sequence[Cells] = list(zip(*rows, strict=True))
        self.profiles = profiles

    def free(self, mapping: ColumnMap) -> list[int]:
        """Columns without a role that aren't all blank or all the same."""
        return [
            column
            for column in mapping.free()
            if self.profiles[column].distinct > 1 and self.profiles[column].filled > _FILLED
        ]

    def determines(self, one: int, other: int) -> float | None:
        """Of values of ``one`` on several rows, the share with one value of ``other``.

        None: too few come again to tell.
        """
        groups = [group for group in self._groups(one, other) if len(group) > 1]
        if len(groups) < _ENOUGH_GROUPS:
            return None
        return sum(len(set(group)) == 1 for group in groups) / len(groups)

    def per_value(self, one: int, other: int) -> float:
        """Mean number of different values of ``other`` beside one of ``one``; 0 without any."""
        groups = self._groups(one, other)
        return sum(len(set(group)) for group in groups) / len(groups) if groups else 0.0

    def say_the_same(self, one: int, other: int) -> bool:
        """Whether each value of the one has about one of the other, both ways."""
        ways = (self.per_value(one, other), self.per_value(other, one))
        return all(0 < way <= _ONE_EACH for way in ways)

    def _groups(self, one: int, other: int) -> list[list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for a, b in zip(self.columns[one], self.columns[other], strict=True):
            if a and b:
                groups[a].append(b)
        return list(groups.values())
