"""In which order the rows of a table are tried on a mutant.

First the rows that noticed a mutant of that name before: they stand in `witnesses.json`, so that
most mutants take one request. The file decides the order and nothing else. When other rows have
noticed, the tests write them into it; commit it together with the rules.
"""

from __future__ import annotations

import fcntl
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from rules.mutants import Mutant, Row, likely_first

FILE = Path(__file__).with_name("witnesses.json")
R = TypeVar("R", bound=Row)


class Search(Generic[R]):
    """The rows of one table, for the mutants of one rules file."""

    def __init__(self, rules: str, rows: Sequence[R], mutants: Iterable[Mutant]) -> None:
        self._rules = rules
        self._rows = rows
        self._by_name = {row.name: row for row in rows}
        self._mutants = {_name_of(mutant) for mutant in mutants}
        self._before: dict[str, list[str]] = _read().get(rules, {})
        self._new: dict[str, list[str]] = {}
        self._latest: deque[R] = deque(maxlen=25)  # the next mutant is often broken nearby

    def rows_for(self, mutant: Mutant) -> Iterator[R]:
        """Every row, those first that are likely to notice; a row may come twice."""
        before = self._before.get(_name_of(mutant), [])
        yield from (self._by_name[name] for name in before if name in self._by_name)
        yield from tuple(self._latest)
        yield from likely_first(self._rows, mutant)

    def has_noticed(self, mutant: Mutant, row: R) -> None:
        """Remember that this row noticed this mutant."""
        self._latest.appendleft(row)
        if row.name not in self._before.get(_name_of(mutant), []):
            self._new.setdefault(_name_of(mutant), []).append(row.name)

    def keep(self) -> None:
        """Write down what was new. Several processes may do so, one after the other."""
        if not self._new:
            return
        with FILE.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = json.loads(file.read() or "{}")
            own = kept.get(self._rules, {})
            names = {**own, **{name: [*own.get(name, []), *new] for name, new in self._new.items()}}
            kept[self._rules] = {
                name: sorted({row for row in rows if row in self._by_name})
                for name, rows in names.items()
                if name in self._mutants
            }
            file.seek(0)
            file.truncate()
            file.write(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _read() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text() or "{}")
    return read


def _name_of(mutant: Mutant) -> str:
    """Its name without the line, which changes with every line above it."""
    return mutant.name.partition(": ")[2]
