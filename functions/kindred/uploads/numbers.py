"""Numbers as people and programs write them: money signs, grouping, decimal commas, (12.50).

A column is read with one :class:`NumberFormat`, told from all its values, so that ``1.234`` means
the same on every line. :func:`parse` is the promise, value by value; :func:`sql` is the same thing
as an expression over a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kindred.uploads.currencies import CODES, SIGNS

_SPACES = "    '’٬"
_MINUS = "-−–"
_CODE_WORDS = "|".join(sorted(CODES))
_SIGN_WORDS = "|".join(re.escape(sign) for sign, _ in sorted(SIGNS, key=lambda s: -len(s[0])))
_CURRENCY = rf"(?:{_CODE_WORDS}|{_SIGN_WORDS}|kr\.?|Fr\.?|lei|Euro|EURO|euro|INR\.|руб\.?)"
#: A whole number cell; the digits are group 1. RE2 and Python read it alike.
PATTERN = (
    rf"^[\s ]*[{_MINUS}(+]*[\s ]*{_CURRENCY}?[\s ]*[{_MINUS}(+]?[\s ]*"
    rf"(\d[\d.,{_SPACES}]*|[.,]\d+)"
    rf"[\s ]*{_CURRENCY}?%?[\s ]*[{_MINUS})]*(?:[\s ]*{_CURRENCY})?[\s ]*$"
)
_MATCH = re.compile(PATTERN)
PLAIN = r"^-?\d+(\.\d+)?$"
_NEGATIVE = rf"^[\s ]*(?:{_CURRENCY})?[\s ]*[{_MINUS}(]|[{_MINUS})][\s ]*(?:{_CURRENCY})?[\s ]*$"
_IS_NEGATIVE = re.compile(_NEGATIVE)
_MAX = Decimal(10) ** 15


@dataclass(frozen=True)
class NumberFormat:
    """``decimal`` is '.' or ','; the other one, blanks and apostrophes group."""

    decimal: str = "."

    @property
    def group(self) -> str:
        return "," if self.decimal == "." else "."


def body(text: str) -> str | None:
    """The digits and separators of a number cell, or None if it isn't one."""
    match = _MATCH.match(text)
    return match[1].strip(_SPACES) if match else None


def _shape_ok(digits: str, fmt: NumberFormat) -> bool:
    return bool(re.match(_shape_pattern(fmt), digits))


def _shape_pattern(fmt: NumberFormat) -> str:
    d, g = re.escape(fmt.decimal), re.escape(fmt.group)
    grouped = "|".join(rf"\d{{1,3}}(?:{s}\d{{2,4}})*{s}\d{{3,4}}" for s in (g, rf"[{_SPACES}]"))
    return rf"^(?:\d+|{grouped})?(?:{d}\d*)?$"


def parse(text: str, fmt: NumberFormat) -> Decimal | None:
    """The number a cell holds, or None. ``(12.50)`` and ``12.50-`` are negative."""
    digits = body(text)
    if digits is None or not _shape_ok(digits, fmt):
        return None
    plain = "".join(c for c in digits if c.isdigit() or c == fmt.decimal).replace(fmt.decimal, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if value >= _MAX:
        return None
    return -value if _IS_NEGATIVE.search(text) else value


def is_number(text: str) -> bool:
    """Whether a cell is a number in any format."""
    return body(text) is not None


def decimal_votes(values: Iterable[tuple[str, int]]) -> tuple[int, int]:
    """``(for '.', for ',')``: how many of ``(cell, times)`` only make sense with that decimal."""
    dot = comma = 0
    for text, times in values:
        digits = body(text)
        if not digits:
            continue
        vote = _vote(digits)
        if vote == ".":
            dot += times
        elif vote == ",":
            comma += times
    return dot, comma


def _vote(digits: str) -> str | None:
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if not dots and not commas:
        return None
    mark, count = (".", dots) if dots else (",", commas)
    other = "," if mark == "." else "."
    tail = len(digits) - digits.rfind(mark) - 1
    if count > 1:
        return other  # only grouping repeats
    if any(c in _SPACES for c in digits):
        return mark  # blanks group, so the mark is the decimal
    head = digits[: digits.find(mark)]
    if tail != 3 or len(head) > 3 or head in ("", "0"):
        return mark
    return None


def choose(dot: int, comma: int, default: str) -> NumberFormat:
    """The format that most values ask for; ``default`` where none does."""
    if dot == comma:
        return NumberFormat(default)
    return NumberFormat("." if dot > comma else ",")


def sql(column: str, fmt: NumberFormat, digits: int = 4) -> str:
    """A DuckDB expression: ``column`` as ``DECIMAL(20, digits)``, NULL where it isn't a number.

    The plain spelling is cast directly; only what that refuses takes the slow way.
    """
    kind = f"DECIMAL(20, {digits})"
    d = fmt.decimal
    text = f"regexp_extract({column}, {_q(PATTERN)}, 1)"
    cleaned = f"regexp_replace({text}, {_q('[^0-9' + d + ']')}, '', 'g')"
    if d == ",":
        cleaned = f"replace({cleaned}, ',', '.')"
    trimmed = f"trim({text}, {_q(_SPACES)})"
    slow = (
        f"CASE WHEN {text} <> '' AND regexp_matches({trimmed}, {_q(_shape_pattern(fmt))})"
        f" THEN TRY_CAST({cleaned} AS {kind})"
        f" * (CASE WHEN regexp_matches({column}, {_q(_NEGATIVE)}) THEN -1 ELSE 1 END) END"
    )
    slow = f"CAST({slow} AS {kind})"
    if d == ",":
        # A plain integer is the only spelling that needs no look.
        plain = f"regexp_full_match({column}, '-?[0-9]+')"
        return f"CASE WHEN {plain} THEN TRY_CAST({column} AS {kind}) ELSE {slow} END"
    return f"coalesce(TRY_CAST({column} AS {kind}), {slow})"


def _q(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def currency_of(text: str) -> str | None:
    """The currency a money cell names by sign or code, or None."""
    for code in re.findall(r"[A-Z]{3}", text):
        if code in CODES:
            return str(code)
    for sign, code in SIGNS:
        if sign in text:
            return code
    return None


def currency_sql(column: str, expected: str | None = None) -> str:
    """A DuckDB expression for :func:`currency_of`; NULL for plain numbers.

    A bare ``$`` or ``¥`` stands for the ``expected`` currency where that is written so.
    """
    rupees = "INR LKR PKR NPR MUR"
    dollars = "USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP"
    shared = {"$": dollars, "¥": "JPY CNY", "Rs": rupees, "Rs.": rupees, "£": "GBP EGP"}
    cases = " ".join(
        f"WHEN contains({column}, {_q(s)})"
        f" THEN {_q(expected if expected and expected in shared.get(s, '') else c)}"
        for s, c in SIGNS
    )
    codes = f"regexp_extract({column}, '(?:^|[^A-Z])({_CODE_WORDS})(?:[^A-Z]|$)', 1)"
    return (
        f"CASE WHEN regexp_full_match({column}, '[-0-9., ]*') THEN NULL"
        f" WHEN {codes} <> '' THEN {codes} {cases} END"
    )
