"""Dates and times as files write them, read by the shapes of a column's values.

Every value has a shape (``3/12/2010 8:26`` is ``0/00/0000 0:00``); a column has few. Each shape
becomes one ``strptime`` format, and the order of day and month is decided by the column itself:
a number above 12 can't be a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kindred.reading.values.blanks import is_missing, missing_sql
from kindred.reading.values.date_numbers import (
    SERIAL,
    UNIX_MILLIS,
    UNIX_SECONDS,
    kind_of_number,
    number_sql,
    parse_number,
)
from kindred.reading.values.date_shapes import format_of, layout, shape_of
from kindred.reading.values.date_words import (
    months_to_numbers,
    months_to_numbers_sql,
    strip_noise,
    strip_noise_sql,
)
from kindred.reading.values.numbers import plain, plain_sql
from kindred.reading.values.quoting import quoted

_DATE_LENGTH: Final = (6, 45)  # characters: `1/5/24`, and a long form with its time zone
_MOST_FORMATS: Final = 40  # tried one after the other on each cell
_MOST_SHAPES: Final = 3000  # of a column; one of free text has as many as it has rows
#: Values against the order of day and month that most show, up to this many in one, are errors.
_ONE_ERROR_IN: Final = 20


@dataclass(frozen=True)
class DateFormat:
    """``formats`` in order of use; ``order`` is 'dmy', 'mdy', 'ymd', 'ydm', or None: it can't
    matter."""

    formats: tuple[str, ...] = ()
    special: str | None = None
    order: str | None = None
    has_time: bool = False
    decided: bool = True  # by the values; False: taken from ``hint`` or by default
    has_words: bool = False
    has_zone: bool = False
    other_digits: bool = False  # of another script


@dataclass(frozen=True)
class Shape:
    """Values that look alike: one of them, how many, and how many can't start with a month
    (``first_above``), have one second (``second_above``) or third (``third_above``); ``largest``
    first number."""

    example: str
    count: int
    first_above: int = 0
    second_above: int = 0
    third_above: int = 0
    largest: int = 0
    other_digits: bool = False


def is_date(text: str) -> bool:
    """Whether a cell is a date in a spelling we read (not: a bare number)."""
    text = text.strip()
    if not _DATE_LENGTH[0] <= len(text) <= _DATE_LENGTH[1] or not any(c.isdigit() for c in text):
        return False
    shape = shape_of(strip_noise(text))
    if shape in (("n8",), ("n14",)):  # else every number of so many digits would be one
        return bool(re.match(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", text))
    kind = layout(shape)
    if kind == "month":  # so short that it may be a number of something else
        return any("1970" <= year <= "2100" for year in re.findall(r"\d{4}", text))
    return kind is not None


def detect(
    values: Iterable[Shape], *, wanted: str = "auto", hint: str | None = None
) -> DateFormat | None:
    """The format of a column from the shapes of its values; None if it holds no dates.

    ``wanted`` is the merchant's word on day and month, ``hint`` a guess for when nothing decides.
    """
    column = _look(values)
    special, count = max(column.numbers.items(), key=lambda item: item[1])
    if count > column.total / 2:
        has_time = special != SERIAL or column.has_fraction
        return DateFormat(special=special, has_time=has_time, other_digits=column.other_digits)
    order, decided = _order(column.shapes, wanted, hint)
    formats = _formats(column.shapes, order or "dmy")
    if not formats:
        return None
    names = tuple(formats)
    return DateFormat(
        formats=names[:_MOST_FORMATS],
        order=order or ("ymd" if names[0].startswith("%Y") else None),
        has_time=any("%H" in name or "%I" in name for name in names),
        decided=decided,
        has_words=any(formats.values()),
        has_zone=column.has_noise,
        other_digits=column.other_digits,
    )


@dataclass
class _Column:
    """What the values of a column add up to."""

    numbers: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((UNIX_SECONDS, UNIX_MILLIS, SERIAL), 0)
    )
    shapes: dict[tuple[str, ...], list[Shape]] = field(default_factory=dict)
    total: int = 0
    has_fraction: bool = False  # of a day or a second
    has_noise: bool = False
    other_digits: bool = False


def _look(values: Iterable[Shape]) -> _Column:
    column = _Column()
    for shape in values:
        text = shape.example.strip()
        if is_missing(text):
            continue
        column.other_digits = column.other_digits or shape.other_digits
        column.total += shape.count
        special = kind_of_number(text)
        if special:
            column.numbers[special] += shape.count
            column.has_fraction = column.has_fraction or "." in text
            continue
        bare = strip_noise(text)
        column.has_noise = column.has_noise or bare != text
        column.shapes.setdefault(shape_of(bare), []).append(shape)
    return column


def _formats(shapes: Mapping[tuple[str, ...], list[Shape]], order: str) -> dict[str, bool]:
    """The formats of a column, the most frequent first, and whether each holds a month in words."""
    by_count = sorted(shapes.items(), key=lambda item: (-sum(s.count for s in item[1]), item[0]))
    formats: dict[str, bool] = {}
    for shape, _ in by_count:
        name = format_of(shape, order)
        if name and name not in formats:
            formats[name] = "month" in "".join(shape)
    return formats


def _order(
    shapes: Mapping[tuple[str, ...], list[Shape]], wanted: str, hint: str | None
) -> tuple[str | None, bool]:
    """``(order, decided)`` of day and month where the shapes leave it open."""
    open_shapes = [(s, one) for s, group in shapes.items() for one in group if layout(s) == "xxy"]
    if not open_shapes:
        return _year_first(shapes, wanted, hint), True
    if wanted in ("dmy", "mdy", "ymd"):
        return wanted, True
    short = [one for s, one in open_shapes if s[4] == "n2"]
    if short and any(one.largest > 31 for one in short):
        return "ymd", True
    day_first = sum(one.first_above for _, one in open_shapes)
    month_first = sum(one.second_above for _, one in open_shapes)
    if day_first or month_first:
        decided = min(day_first, month_first) * _ONE_ERROR_IN <= max(day_first, month_first)
        return ("dmy" if day_first >= month_first else "mdy"), decided
    if any(s[1] == "." for s, _ in open_shapes):
        return "dmy", False
    return hint or "dmy", False


def _year_first(
    shapes: Mapping[tuple[str, ...], list[Shape]], wanted: str, hint: str | None
) -> str | None:
    """'ydm' where dates that start with the year have their months last, else None."""
    year_first = [s for shape, group in shapes.items() for s in group if layout(shape) == "ymd"]
    second, third = sum(s.second_above for s in year_first), sum(s.third_above for s in year_first)
    months_last = second > _ONE_ERROR_IN * third or (hint == "ydm" and not third)
    return "ydm" if months_last and wanted == "auto" else None


def shape_of_values(values: Iterable[str]) -> list[Shape]:
    """The shapes of a few values, as :func:`shapes_sql` finds them for a whole column."""
    groups: dict[str, list[str]] = {}
    for value in values:
        groups.setdefault(re.sub(r"\d", "0", plain(value)), []).append(value)
    shapes = []
    for group in groups.values():
        pairs = [[int(n) for n in re.findall(r"\d+", v)[:3]] for v in map(plain, group)]
        shapes.append(
            Shape(
                min((v for v in map(plain, group) if not is_missing(v)), default=group[0]),
                len(group),
                sum(1 for p in pairs if p and p[0] > 12),
                sum(1 for p in pairs if len(p) > 1 and p[1] > 12),
                sum(1 for p in pairs if len(p) > 2 and p[2] > 12),
                max((p[0] for p in pairs if p), default=0),
                any(v != plain(v) for v in group),
            )
        )
    return shapes


def shapes_sql(column: str, relation: str) -> str:
    """A query for the rows of :class:`Shape` of a whole column."""
    return f"""
        SELECT coalesce(min(v) FILTER (NOT {missing_sql("v")}), min(v)) AS example,
            sum(n)::BIGINT AS count,
            coalesce(sum(n) FILTER (a > 12), 0)::BIGINT AS first_above,
            coalesce(sum(n) FILTER (b > 12), 0)::BIGINT AS second_above,
            coalesce(sum(n) FILTER (c > 12), 0)::BIGINT AS third_above,
            coalesce(max(a), 0)::BIGINT AS largest, bool_or(v <> trim(raw)) AS other_digits
        FROM (
            SELECT v, raw, n, shape,
                TRY_CAST(split_part(v, sep, 1) AS INT) AS a,
                TRY_CAST(split_part(v, sep, 2) AS INT) AS b,
                TRY_CAST(regexp_extract(split_part(v, sep, 3), '^[0-9]+') AS INT) AS c
            FROM (
                SELECT v, raw, n, translate(v, '123456789', '000000000') AS shape,
                    CASE WHEN contains(v, '/') THEN '/' WHEN regexp_matches(v, '^[0-9]+-') THEN '-'
                        WHEN regexp_matches(v, '^[0-9]+[.][0-9]+[.]') THEN '.'
                        ELSE chr(1) END AS sep
                FROM (SELECT raw, trim({plain_sql("raw")}) AS v, n
                    FROM (SELECT {column} AS raw, count(*) AS n FROM {relation}
                        WHERE {column} IS NOT NULL GROUP BY 1))
            )
        ) GROUP BY shape ORDER BY count DESC, example LIMIT {_MOST_SHAPES}"""


def parse(text: str, fmt: DateFormat) -> datetime | None:
    """One value as a naive time, by the same rules as :func:`sql`."""
    text = plain(text).strip()
    if fmt.special:
        return parse_number(text, fmt.special)
    text = strip_noise(text)
    if fmt.has_words:
        text = months_to_numbers(text)
    for pattern in fmt.formats:
        try:
            # Naive on purpose: the shop's own clock.
            return datetime.strptime(text, pattern.replace("%g", "%f").replace("%n", "%f"))  # noqa: DTZ007
        except ValueError:
            continue
    return None


def sql(column: str, fmt: DateFormat) -> str:
    """A DuckDB expression: ``column`` as TIMESTAMP, NULL where it isn't a date of this format."""
    if fmt.other_digits:
        column = plain_sql(column)
    if fmt.special:
        return number_sql(column, fmt.special)
    text = f"trim({column})"
    if fmt.has_zone:
        text = strip_noise_sql(text)
    if fmt.has_words:
        text = months_to_numbers_sql(text)
    formats = ", ".join(quoted(f) for f in fmt.formats)
    return f"try_strptime({text}, [{formats}])"
