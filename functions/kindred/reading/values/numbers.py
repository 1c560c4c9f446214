"""Numbers as people and programs write them: money signs, grouping, decimal commas, (12.50).

A column is read with one :class:`NumberFormat`, decided by all its values, so that ``1.234`` means
the same on every line. :func:`parse` is the promise, value by value; :func:`sql` is the same thing
as an expression over a column. CLDR has each country's format but not which country wrote a file,
and programs mix them, so marks are judged by where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from kindred.reading.values.currencies import codes_pattern, signs_pattern
from kindred.reading.values.quoting import quoted

#: Digits of other scripts and their marks, as the plain ones; what can't be seen is left out.
_SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９")
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
_OTHER = "".join(_SCRIPTS) + "٫،．，"
_PLAIN = "0123456789" * len(_SCRIPTS) + ".,.,"
_TO_PLAIN = str.maketrans(_OTHER, _PLAIN, _INVISIBLE)
#: What groups digits; French and Swiss spreadsheets write blanks that don't break.
_SPACES = " \u00a0\u2009\u202f'\u2019\u066c"
_BLANK = "[\\s\u00a0\u2009\u202f]*"
_MINUS = "-\u2212\u2013"
_PIECES = r"(?i:pcs?|pieces?|units?|ea|each|nos|stk|stück|x|×|uds?|unidades|pièces?|szt|adet)\.?"
_MAX = Decimal(10) ** 15  # DECIMAL(20, 4), as money is kept, ends at 10^16


@dataclass(frozen=True)
class NumberFormat:
    """``decimal`` is '.' or ','; the other one, blanks and apostrophes group."""

    decimal: str = "."

    @property
    def group(self) -> str:
        return "," if self.decimal == "." else "."


@cache
def _currency() -> str:
    """What may stand for a currency beside an amount."""
    return rf"(?:{codes_pattern()}|{signs_pattern()}|kr\.?|Fr\.?|lei|Euro|EURO|euro|INR\.|руб\.?)"


@cache
def _cell() -> re.Pattern[str]:
    """A whole number cell; the digits are group 1. RE2 and Python read it alike."""
    currency = _currency()
    return re.compile(
        rf"^{_BLANK}[{_MINUS}(+]*{_BLANK}{currency}?{_BLANK}{currency}?{_BLANK}[{_MINUS}(+]?"
        rf"{_BLANK}(\d[\d.,{_SPACES}]*|[.,]\d+){_BLANK}(?:{currency}|{_PIECES})?%?(?:/-)?"
        rf"{_BLANK}[{_MINUS})]*(?:{_BLANK}{currency})?{_BLANK}$"
    )


@cache
def _below_zero() -> re.Pattern[str]:
    """A cell below zero. A dash after a mark stands for no cents: ``12,-``, ``Rs. 12/-``."""
    currency = _currency()
    return re.compile(
        rf"^{_BLANK}(?:{currency})?{_BLANK}(?:{currency})?{_BLANK}[{_MINUS}(]"
        rf"|[^{_MINUS}/.,][{_MINUS})]{_BLANK}(?:{currency})?{_BLANK}$"
    )


def plain(text: str) -> str:
    """The text with the digits and marks of other scripts as plain ones, nothing invisible."""
    return text if text.isascii() else text.translate(_TO_PLAIN)


def plain_sql(column: str) -> str:
    """A DuckDB expression for :func:`plain`."""
    # translate() is slow: only for what isn't ASCII, which has more bytes than characters.
    translated = f"translate({column}, {quoted(_OTHER + _INVISIBLE)}, {quoted(_PLAIN)})"
    return f"CASE WHEN strlen({column}) = length({column}) THEN {column} ELSE {translated} END"


def body(text: str) -> str | None:
    """The digits and separators of a number cell, or None if it isn't one."""
    match = _cell().match(plain(text))
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
    bare = "".join(c for c in digits if c.isdigit() or c == fmt.decimal).replace(fmt.decimal, ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    if value >= _MAX:
        return None
    return -value if _below_zero().search(plain(text)) else value


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


def leaves_open(text: str) -> bool:
    """Whether a cell's mark may be the decimal one or group thousands: ``1,234``."""
    digits = body(text)
    return digits is not None and ("." in digits or "," in digits) and _vote(digits) is None


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
    direct = f"TRY_CAST({column} AS {kind})"
    # With a decimal comma, a plain integer is the only spelling that needs no look.
    is_plain = f"regexp_full_match({column}, '-?[0-9]+')" if d == "," else f"{direct} IS NOT NULL"
    # NULL where the direct way serves: DuckDB computes what an expression repeats for every row,
    # also where it stands in a branch that few rows take.
    cell = f"CASE WHEN {is_plain} THEN NULL ELSE {plain_sql(column)} END"
    text = f"regexp_extract({cell}, {quoted(_cell().pattern)}, 1)"
    cleaned = f"regexp_replace({text}, {quoted('[^0-9' + d + ']')}, '', 'g')"
    if d == ",":
        cleaned = f"replace({cleaned}, ',', '.')"
    trimmed = f"trim({text}, {quoted(_SPACES)})"
    sign = f"CASE WHEN regexp_matches({cell}, {quoted(_below_zero().pattern)}) THEN -1 ELSE 1 END"
    slow = (
        f"CASE WHEN {text} <> '' AND regexp_matches({trimmed}, {quoted(_shape_pattern(fmt))})"
        f" THEN TRY_CAST({cleaned} AS {kind})"
        f" * ({sign}) END"
    )
    return f"CASE WHEN {is_plain} THEN {direct} ELSE CAST({slow} AS {kind}) END"
