"""Expressions that turn the text columns of an order file into checked, canonical rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kindred.reading.columns.profiles import EXPONENT
from kindred.reading.values import dates, numbers
from kindred.reading.values.blanks import AROUND, missing_sql
from kindred.reading.values.words import BOOLEANS, CANCEL_WORDS, REFUND_WORDS
from kindred.tables import MONEY

FIRST_YEAR, LAST_YEAR = 1970, 2100


def q(text: object) -> str:
    """A SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def text_of(column: str) -> str:
    """A cell without blanks around it, NULL when nothing is left."""
    return f"nullif(trim({column}, {q(AROUND)}), '')"


def said(text: str) -> str:
    """A text, NULL where it says that there is nothing."""
    return f"CASE WHEN {missing_sql(text)} THEN NULL ELSE {text} END"


def id_of(text: str) -> str:
    """An id as text: ``="0012"`` and ``'0012`` unwrapped, ``17850.0`` as 17850.

    ``text`` is as `text_of` gives it, here and below: trimming a cell twice costs as much again.
    """
    quoted = " OR ".join(f"prefix({text}, {q(mark)})" for mark in ("=", "'", '"'))
    return (
        f"CASE WHEN suffix({text}, '0') THEN CASE WHEN regexp_matches({text}, '^[0-9]+[.,]0+$')"
        f" AND NOT suffix({text}, ',000') THEN regexp_extract({text}, '^[0-9]+') ELSE {text} END"
        f" WHEN {quoted}"
        f" THEN nullif(trim(regexp_replace({text}, '^[=''\"]+|[\"'']+$', '', 'g')), '')"
        f" ELSE {text} END"
    )


def lost_digits(text: str) -> str:
    """Whether a spreadsheet rounded an id: ``4.50012E+11`` stands for many numbers."""
    return f"coalesce(contains({text}, 'E+') AND regexp_matches({text}, {q(EXPONENT)}), false)"


def item_name(text: str) -> str:
    """The name in ``name:Linen Shirt|sku:LS-1|quantity:2``, as shops pack an item into a cell."""
    packed = f"contains({text}, '|') AND regexp_matches({text}, '(^|\\|)\\s*name:')"
    name = f"regexp_extract({text}, '(?:^|\\|)\\s*name:\\s*([^|]*)', 1)"
    return f"CASE WHEN {packed} THEN nullif(trim({name}), '') ELSE {text} END"


def words_match(column: str, words: Sequence[str]) -> str:
    """Whether a status says one of these words."""
    pattern = "|".join(words)
    return f"coalesce(regexp_matches(lower({column}), {q(pattern)}), false)"


def cancelled(column: str) -> str:
    return words_match(column, CANCEL_WORDS)


def refunded(column: str) -> str:
    partial = "partial|teilweise|partiel|parcial|आंशिक|not returned|non-return"
    return f"({words_match(column, REFUND_WORDS)} AND NOT {words_match(column, [partial])})"


def boolean_of(column: str) -> str:
    yes = ", ".join(q(w) for w, value in BOOLEANS.items() if value)
    no = ", ".join(q(w) for w, value in BOOLEANS.items() if not value)
    text = f"lower(trim({column}))"
    return f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END"


@dataclass(frozen=True)
class Cell:
    """One field of the row: the column it is read from and the expression that reads it."""

    column: str
    name: str
    expression: str
    kind: str  # what a reader expects there, for the reason


@dataclass
class Checks:
    """Conditions in the order they are tested; the first that holds gives code and reason."""

    cases: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, condition: str, code: str, reason: str) -> None:
        self.cases.append((condition, code, reason))

    def code(self) -> str:
        return "CASE " + " ".join(f"WHEN {c} THEN {q(code)}" for c, code, _ in self.cases) + " END"

    def reason(self) -> str:
        """Only looked for where there is a code."""
        cases = " ".join(f"WHEN {c} THEN {r}" for c, _, r in self.cases)
        return f"CASE WHEN code IS NOT NULL THEN CASE {cases} END END"


def unreadable(column: str, value: str, name: str, what: str, checks: Checks) -> None:
    """Reject rows whose cell is filled but couldn't be read as ``what``."""
    checks.add(
        f"{column} IS NOT NULL AND {value} IS NULL AND NOT {missing_sql(column)}",
        "type-error",
        f"{q(name + ': ')} || chr(34) || left({column}, 60) || chr(34) || {q(f' is not {what}.')}",
    )


def money(text: str, fmt: numbers.NumberFormat) -> str:
    return numbers.sql(text, fmt)


def moment(text: str, fmt: dates.DateFormat) -> str:
    return dates.sql(text, fmt)


def exact(expression: str) -> str:
    return f"CAST({expression} AS {MONEY})"


def struct(columns: Mapping[str, str]) -> str:
    """JSON of the columns that have a value, or NULL."""
    if not columns:
        return "NULL::VARCHAR"
    pairs = ", ".join(f"{q(name)}, {column}" for name, column in columns.items())
    return f"json_object({pairs})"
