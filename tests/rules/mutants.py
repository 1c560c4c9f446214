"""Breaks a rules file in one place at a time, so that tests can show they would notice.

The files stay in a small style (one ``return`` per function, ``allow … if …;``, conditions joined
by ``&&`` and ``||``), which is all that is parsed here. Each mutant is one of:

- an ``allow`` loses one of its methods, or goes altogether;
- one condition, as small as they come, is made ``true`` or ``false``;
- one entry of a list goes;
- one number is one more or one less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeVar

_ALLOW = re.compile(r"\ballow\s+(?P<methods>[a-z, ]+):\s*if\s+(?P<condition>[^;]+);")
_RETURN = re.compile(r"\breturn\s+(?P<condition>[^;]+);")
_LIST = re.compile(r"\[(?P<entries>[^\[\]]+)\]")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'")
_NUMBER = re.compile(r"(?<![\w.'])\d+(?![\w'])")
_PLACE = re.compile(r"\b(?:match\s+(?P<match>\S+)|function\s+(?P<function>\w+))")
#: `allow read` is both.
_READS = {"read": ("get", "list")}


@dataclass(frozen=True)
class Mutant:
    """A broken copy of the rules; ``words`` and ``around`` hint at the rows that should notice."""

    name: str
    text: str
    words: frozenset[str]  # of what was changed
    around: frozenset[str]  # of its line and the function or match that it stands in
    loosened: bool  # more is allowed than before, as far as one can tell


class Row(Protocol):
    """A row of either table."""

    @property
    def name(self) -> str: ...

    @property
    def allowed(self) -> bool: ...


R = TypeVar("R", bound=Row)


def likely_first(rows: Sequence[R], mutant: Mutant) -> list[R]:
    """All rows, those first that should notice: nearly every mutant falls to one of the first.

    Rows that the mutant could turn come first; among them one of each caller and subject, then a
    second of each, and those that speak of the broken place before others.
    """

    def likeness(row: R) -> int:
        words = words_of(row.name)
        return 10 * len(mutant.words & words) + len(mutant.around & words)

    turns: Counter[tuple[str, ...]] = Counter()
    ranked = []
    for row in sorted(rows, key=likeness, reverse=True):
        caller, verb, _, *rest = row.name.split()
        subject = (caller, verb, *rest[:1])
        ranked.append(((row.allowed is mutant.loosened, turns[subject]), row))
        turns[subject] += 1
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def mutants_of(text: str, *, numbers: bool = True) -> Iterator[Mutant]:
    """Every mutant of ``text``; ``numbers`` says whether limits are moved as well."""
    plain = re.sub(r"//[^\n]*", lambda found: " " * len(found.group()), text)
    # Patterns may hold anything; blanked out, they can't be taken for code.
    masked = _STRING.sub(lambda found: "'" + "~" * (len(found.group()) - 2) + "'", plain)
    for found in _ALLOW.finditer(masked):
        yield from _without_methods(text, plain, found)
    for pattern in (_ALLOW, _RETURN):
        for found in pattern.finditer(masked):
            if pattern is _RETURN and "get(/databases" in found.group():
                continue  # role() has no condition; what compares it is mutated
            for start, end in _conditions(masked, *found.span("condition")):
                for value in ("true", "false"):
                    loosened = value == "true"
                    yield _mutant(text, plain, start, end, value, loosened=loosened)
            yield from _shorter_lists(text, plain, masked, *found.span("condition"))
            if numbers:
                yield from _moved_limits(text, plain, masked, *found.span("condition"))


def _without_methods(text: str, plain: str, found: re.Match[str]) -> Iterator[Mutant]:
    given = [method.strip() for method in found["methods"].split(",")]
    single = [part for method in given for part in _READS.get(method, (method,))]
    start, end = found.span("methods")
    for method in single:
        rest = ", ".join(other for other in single if other != method)
        if rest:
            yield _mutant(text, plain, start, end, rest, loosened=False, what=f"without {method}")
    never = f"allow {found['methods']}: if false;"
    yield _mutant(text, plain, *found.span(), never, loosened=False, what="removed")


def _conditions(masked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the smallest conditions of an expression."""
    while start < end and masked[start].isspace():
        start += 1
    while end > start and masked[end - 1].isspace():
        end -= 1
    for operator in ("||", "&&"):
        parts = _split(masked, start, end, operator)
        if len(parts) > 1:
            for part in parts:
                yield from _conditions(masked, *part)
            return
    if masked[start] == "(" and _closing(masked, start) == end - 1:
        yield from _conditions(masked, start + 1, end - 1)
    else:
        yield start, end


def _split(masked: str, start: int, end: int, operator: str) -> list[tuple[int, int]]:
    depth, parts, begin = 0, [], start
    for at in range(start, end):
        depth += (masked[at] in "([{") - (masked[at] in ")]}")
        if depth == 0 and masked.startswith(operator, at):
            parts.append((begin, at))
            begin = at + len(operator)
    return [*parts, (begin, end)]


def _closing(masked: str, start: int) -> int:
    depth = 0
    for at in range(start, len(masked)):
        depth += (masked[at] == "(") - (masked[at] == ")")
        if depth == 0:
            return at
    raise ValueError("a parenthesis isn't closed")


def _shorter_lists(text: str, plain: str, masked: str, start: int, end: int) -> Iterator[Mutant]:
    for found in _LIST.finditer(masked, start, end):
        entries = list(_STRING.finditer(masked, *found.span("entries")))
        # An entry more in a list that forbids is looser; the words decide well enough either way.
        for n, entry in enumerate(entries):
            if len(entries) == 1:
                first, last = entry.span()
            elif n == 0:
                first, last = entry.start(), entries[1].start()
            else:
                first, last = entries[n - 1].end(), entry.end()
            what = f"without {plain[entry.start() : entry.end()]}"
            yield _mutant(text, plain, first, last, "", loosened=False, what=what)


def _moved_limits(text: str, plain: str, masked: str, start: int, end: int) -> Iterator[Mutant]:
    for found in _NUMBER.finditer(masked, start, end):
        for step in (1, -1):
            number = str(int(found.group()) + step)
            what = f"{found.group()} is {number}"
            yield _mutant(text, plain, *found.span(), number, loosened=step > 0, what=what)


def _mutant(
    text: str, plain: str, start: int, end: int, put: str, *, loosened: bool, what: str = ""
) -> Mutant:
    line = plain.count("\n", 0, start) + 1
    told = " ".join(plain[start:end].split())
    places = list(_PLACE.finditer(plain, 0, start))[-1:]
    around = " ".join((*(place.group() for place in places), plain.splitlines()[line - 1]))
    return Mutant(
        name=f"line {line}: {what or f'{put}:'} {told[:70]}",
        text=text[:start] + put + text[end:],
        words=words_of(what or told),
        around=words_of(around),
        loosened=loosened,
    )


@cache
def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]\w{2,}|\d+", text.lower()))
