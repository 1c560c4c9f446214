"""The shape of a date, and the one ``strptime`` format that reads all values of that shape.

``3/12/2010 8:26`` has the shape ``n1 / n2 / n4 space n1 : n2``; a column has few of them.
"""

from __future__ import annotations

import re
from typing import Final

from kindred.reading.values.date_words import months

_PARTS = re.compile(r"(\d+|[^\d\s.,/:+()@_-]+\.?|\s+|.)", re.DOTALL)


def shape_of(text: str) -> tuple[str, ...]:
    """The parts of a value with digits as their count: ``('n1', '/', 'n2', ...)``."""
    parts = []
    for part in _PARTS.findall(text):
        if part.isdigit():
            parts.append(f"n{len(part)}")
        elif part.isspace():
            parts.append(" ")
        elif part[0].isalpha():
            parts.append(_word(part))
        else:
            parts.append(part)
    return tuple(parts)


def _word(part: str) -> str:
    word = part.rstrip(".").lower()
    if word in months():
        return "month" + ("." if part.endswith(".") else "")
    if word in ("am", "pm", "a", "p"):
        return "ampm"
    if part == "T":
        return "T"
    if re.fullmatch(r"(?:st|nd|rd|th)", word):
        return "th"
    return "?"


def layout(shape: tuple[str, ...]) -> str | None:
    """The kind of date a shape is: 'ymd', 'xxy' (day or month first), 'words', 'month' (no day:
    the first is meant), or None."""
    kind, _ = _read(shape, "dmy")
    return kind


def format_of(shape: tuple[str, ...], order: str) -> str | None:
    """The strptime format of a shape, day and month in ``order``."""
    return _read(shape, order)[1]


def _read(shape: tuple[str, ...], order: str) -> tuple[str | None, str | None]:
    """``(layout, strptime format)``, None for what is no date."""
    kind, date_format, used = _read_date(shape, order)
    if kind is None:
        return None, None
    rest = list(shape[used:])
    if not rest:
        return kind, date_format
    time_format = _read_time(rest)
    if time_format is None:
        return None, None
    return kind, date_format + time_format


def _read_date(shape: tuple[str, ...], order: str) -> tuple[str | None, str, int]:
    """``(layout, format, parts used)`` of the date that a shape starts with."""
    s = shape
    in_numbers = len(s) >= 5 and s[1] in "-/." and s[2] in _SHORT and s[3] == s[1]
    if in_numbers and s[0] == "n4":
        second, third = ("%d", "%m") if order == "ydm" else ("%m", "%d")
        date = ("ymd", f"%Y{s[1]}{second}{s[1]}{third}", 5)
        return date if s[4] in _SHORT else _NO_DATE
    if in_numbers and s[0] in _SHORT:
        if s[4] not in ("n4", "n2"):
            return _NO_DATE
        if order == "ymd" and s[4] == "n2":
            return "xxy", f"%y{s[1]}%m{s[1]}%d", 5
        year = "%Y" if s[4] == "n4" else "%y"
        first, second = ("%m", "%d") if order == "mdy" else ("%d", "%m")
        return "xxy", f"{first}{s[1]}{second}{s[1]}{year}", 5
    if len(s) == 3 and s[0] == "n4" and s[1] in "-/" and s[2] == "n2":
        return "month", f"%Y{s[1]}%m", 3
    if s and s[0] in _COMPACT:
        return "ymd", _COMPACT[s[0]], 1
    return _read_words(s)


_SHORT: Final = ("n1", "n2")
_COMPACT: Final = {"n8": "%Y%m%d", "n14": "%Y%m%d%H%M%S"}  # without any mark
_NO_DATE: Final = (None, "", 0)


def _read_words(shape: tuple[str, ...]) -> tuple[str | None, str, int]:
    """Dates with a month in letters; its place holds the number by the time it is parsed."""
    formats: list[str] = []
    fields: list[str] = []
    for part in shape:
        if len(fields) == 3:
            break
        if part.startswith("month") and "m" not in fields:
            fields.append("m")
            formats.append("%m")
        elif part in _SHORT and "d" not in fields:
            fields.append("d")
            formats.append("%d")
        elif part in ("n4", "n2") and "y" not in fields:
            fields.append("y")
            formats.append("%Y" if part == "n4" else "%y")
        elif part in (" ", "-", "/", ",", "."):
            formats.append(part)
        else:
            return _NO_DATE
    if sorted(fields) == ["m", "y"] and len(formats) == len(shape) and "%Y" in formats:
        return "month", "".join(formats), len(formats)
    if sorted(fields) != ["d", "m", "y"]:
        return _NO_DATE
    return "words", "".join(formats), len(formats)


def _read_time(rest: list[str]) -> str | None:
    """The format of what stands behind a date, or None if it is no time of day."""
    pattern = ""
    while rest and rest[0] in (" ", "T", ",", "-", "@", "·"):
        pattern += rest[0]
        rest = rest[1:]
    if not rest or rest[0] not in _SHORT or not pattern:
        return "" if not rest and not pattern.strip() else None
    pattern += "%I" if "ampm" in rest else "%H"
    rest = rest[1:]
    if rest == ["ampm"] or rest == [" ", "ampm"]:
        return pattern + ("%p" if len(rest) == 1 else " %p")
    for directive in ("%M", "%S"):
        if len(rest) >= 2 and rest[0] in (":", ".") and rest[1] in _SHORT:
            pattern += rest[0] + directive
            rest = rest[2:]
    if len(rest) >= 2 and rest[0] in (".", ",") and rest[1].startswith("n") and "%S" in pattern:
        digits = int(rest[1][1:])
        pattern += rest[0] + ("%g" if digits == 3 else "%f" if digits <= 6 else "%n")
        rest = rest[2:]
    if "ampm" in rest:
        half = "".join("%p" if part == "ampm" else part for part in rest)
        return pattern + half if half.strip() == "%p" else None
    return pattern if not rest or rest == [" "] else None
