"""Dates and times as files write them, told from the shapes of a column's values.

Every value has a shape (``3/12/2010 8:26`` is ``0/00/0000 0:00``); a column has few. Each shape
becomes one ``strptime`` format, and the order of day and month is decided by the column itself:
a number above 12 can't be a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kindred.reading.values.blanks import is_missing, missing_sql
from kindred.reading.values.numbers import plain, plain_sql

_MONTHS = {
    1: "january jan januar jän jänner janvier janv enero ene जनवरी gennaio gen janeiro januari",
    2: "february feb februar février févr fév fevr fev febrero फरवरी फ़रवरी febbraio fevereiro"
    " februari",
    3: "march mar märz mär mrz mars marzo मार्च marzo março maart mrt",
    4: "april apr avril avr abril abr अप्रैल aprile",
    5: "may mai mayo मई maggio mag maio mei",
    6: "june jun juni juin junio जून giugno giu junho",
    7: "july jul juli juillet juil julio जुलाई luglio lug julho",
    8: "august aug août aout agosto ago अगस्त augustus",
    9: "september sep sept septembre septiembre सितंबर सितम्बर settembre set setembro",
    10: "october oct oktober okt octobre octubre अक्टूबर अक्तूबर ottobre ott outubro out",
    11: "november nov novembre noviembre नवंबर नवम्बर novembro",
    12: "december dec dezember dez décembre déc decembre diciembre dic दिसंबर दिसम्बर dicembre"
    " dezembro",
}
MONTHS = {name: number for number, names in _MONTHS.items() for name in names.split()}
_DAY_NAMES = (
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb"
    "|dom"
)
# A weekday in front of a date. Group 1 is what has to follow, for 'Mar' is a month as well. Written
# so that RE2 (DuckDB) and Python read it alike.
WEEKDAY_PATTERN = (
    rf"^(?i:{_DAY_NAMES})[^\d\s.,/-]*\.?,?\s+"
    r"(\d{1,2}(?:\.|st|nd|rd|th)?[\s./-]+(?:[^\d\s.,/-]{3,}|\d{1,2}[./-])|[^\d\s.,/-]{3,}\.?\s+\d|\d{4}-)"
)
#: RE2 reads this as Python does. A year alone in front must not lose its '-05'.
ZONE_PATTERN = (
    r"(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
    r"\s*(?:Z|UTC|GMT|PST|PDT|EST|EDT|CST|CDT|MST|MDT|CET|CEST|BST|IST|"
    r"(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}|[+-]\d{2})(?:\s*\([^)]*\))?(?:\s*[A-Z]{3,4})?$"
)
#: What stands around dates without saying anything: pattern and what is left of it, in order.
NOISE = (
    (r"(\d)(?:st|nd|rd|th|er|ème|º|ª)(\s)", r"\1\2"),
    (r"\s+(?:de|del|of|at|um|à|às|a las|kl\.?)\s+", " "),
    (r"\s*(?:Uhr|uhr|hs\.?|hrs?\.?|h)$", ""),
    (WEEKDAY_PATTERN, r"\1"),
    (r"(\d)年(\d{1,2})月(\d{1,2})日", r"\1-\2-\3"),
)
_PARTS = re.compile(r"(\d+|[^\d\s.,/:+()@_-]+\.?|\s+|.)", re.DOTALL)
UNIX_SECONDS, UNIX_MILLIS, SERIAL, COMPACT = (
    "unix seconds",
    "unix milliseconds",
    "serial",
    "compact",
)


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


def strip_noise(text: str) -> str:
    """Without weekday, time zone, 'T' between date and time, and words such as 'at'."""
    text = " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())
    text = re.sub(ZONE_PATTERN, r"\1", text)
    for pattern, left in NOISE:
        text = re.sub(pattern, left, text)
    return text


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
    if word in MONTHS:
        return "month" + ("." if part.endswith(".") else "")
    if word in ("am", "pm", "a", "p"):
        return "ampm"
    if part == "T":
        return "T"
    if re.fullmatch(r"(?:st|nd|rd|th)", word):
        return "th"
    return "?"


def is_date(text: str) -> bool:
    """Whether a cell is a date in a spelling we read (not: a bare number)."""
    text = text.strip()
    if not 6 <= len(text) <= 45 or not any(c.isdigit() for c in text):
        return False
    shape = shape_of(strip_noise(text))
    if shape in (("n8",), ("n14",)):  # else every number of so many digits would be one
        return bool(re.match(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", text))
    kind = layout(shape)
    if kind == "month":  # so short that it may be a number of something else
        return any("1970" <= year <= "2100" for year in re.findall(r"\d{4}", text))
    return kind is not None


def layout(shape: tuple[str, ...]) -> str | None:
    """The kind of date a shape is: 'ymd', 'xxy' (day or month first), 'words', 'month' (no day:
    the first is meant), or None."""
    kind, _ = _read(shape, "dmy")
    return kind


def format_of(shape: tuple[str, ...], order: str) -> str | None:
    """The strptime format of a shape, day and month in ``order``."""
    return _read(shape, order)[1]


def _read(shape: tuple[str, ...], order: str) -> tuple[str | None, str | None]:
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
    s = shape
    numbers = ("n1", "n2")
    if len(s) >= 5 and s[0] == "n4" and s[1] in "-/." and s[2] in numbers and s[3] == s[1]:
        if s[4] in numbers:
            second, third = ("%d", "%m") if order == "ydm" else ("%m", "%d")
            return "ymd", f"%Y{s[1]}{second}{s[1]}{third}", 5
        return None, "", 0
    if len(s) >= 5 and s[0] in numbers and s[1] in "-/." and s[2] in numbers and s[3] == s[1]:
        if s[4] not in ("n4", "n2"):
            return None, "", 0
        if order == "ymd" and s[4] == "n2":
            return "xxy", f"%y{s[1]}%m{s[1]}%d", 5
        year = "%Y" if s[4] == "n4" else "%y"
        first, second = ("%m", "%d") if order == "mdy" else ("%d", "%m")
        return "xxy", f"{first}{s[1]}{second}{s[1]}{year}", 5
    if len(s) == 3 and s[0] == "n4" and s[1] in "-/" and s[2] == "n2":
        return "month", f"%Y{s[1]}%m", 3
    if s[:1] == ("n8",):
        return "ymd", "%Y%m%d", 1
    if s[:1] == ("n14",):
        return "ymd", "%Y%m%d%H%M%S", 1
    return _read_words(s)


def _read_words(s: tuple[str, ...]) -> tuple[str | None, str, int]:
    """Dates with a month in letters; its place holds the number by the time it is parsed."""
    fmt: list[str] = []
    seen: list[str] = []
    used = 0
    for part in s:
        if len(seen) == 3:
            break
        if part.startswith("month") and "m" not in seen:
            seen.append("m")
            fmt.append("%m")
        elif part in ("n1", "n2") and "d" not in seen and not (seen == [] and part == "n4"):
            seen.append("d")
            fmt.append("%d")
        elif part in ("n4", "n2") and "y" not in seen:
            seen.append("y")
            fmt.append("%Y" if part == "n4" else "%y")
        elif part in (" ", "-", "/", ",", "."):
            fmt.append(part)
        elif part == "th" or part == "?":
            return None, "", 0
        else:
            return None, "", 0
        used += 1
    if sorted(seen) == ["m", "y"] and used == len(s) and "%Y" in fmt:
        return "month", "".join(fmt), used
    if sorted(seen) != ["d", "m", "y"]:
        return None, "", 0
    return "words", "".join(fmt), used


def _read_time(rest: list[str]) -> str | None:
    fmt = ""
    while rest and rest[0] in (" ", "T", ",", "-", "@", "·"):
        fmt += "T" if rest[0] == "T" else rest[0]
        rest = rest[1:]
    if not rest or rest[0] not in ("n1", "n2") or not fmt:
        return "" if not rest and not fmt.strip() else None
    hour = "%I" if "ampm" in rest else "%H"
    fmt += hour
    rest = rest[1:]
    if rest == ["ampm"] or rest == [" ", "ampm"]:
        return fmt + ("%p" if len(rest) == 1 else " %p")
    for directive in ("%M", "%S"):
        if len(rest) >= 2 and rest[0] in (":", ".") and rest[1] in ("n1", "n2"):
            fmt += rest[0] + directive
            rest = rest[2:]
    if len(rest) >= 2 and rest[0] in (".", ",") and rest[1].startswith("n") and "%S" in fmt:
        digits = int(rest[1][1:])
        fmt += rest[0] + ("%g" if digits == 3 else "%f" if digits <= 6 else "%n")
        rest = rest[2:]
    if "ampm" in rest:
        rest_text = "".join("%p" if part == "ampm" else part for part in rest)
        return fmt + rest_text if rest_text.strip() == "%p" else None
    return fmt if not rest or rest == [" "] else None


def detect(
    values: Iterable[Shape], *, wanted: str = "auto", hint: str | None = None
) -> DateFormat | None:
    """The format of a column from the shapes of its values; None if it holds no dates.

    ``wanted`` is the merchant's word on day and month, ``hint`` a guess for when nothing decides.
    """
    shapes: dict[tuple[str, ...], list[Shape]] = {}
    plain = {UNIX_SECONDS: 0, UNIX_MILLIS: 0, SERIAL: 0}
    words = zone = fraction = other_digits = False
    total = 0
    for seen in values:
        text = seen.example.strip()
        if is_missing(text):
            continue
        other_digits = other_digits or seen.other_digits
        total += seen.count
        special = _special(text)
        if special:
            plain[special] += seen.count
            fraction = fraction or "." in text
            continue
        bare = strip_noise(text)
        zone = zone or bare != text
        shapes.setdefault(shape_of(bare), []).append(seen)
    special, count = max(plain.items(), key=lambda item: item[1])
    if count > total / 2:
        return DateFormat(
            special=special, has_time=special != SERIAL or fraction, other_digits=other_digits
        )
    order, decided = _order(shapes, wanted, hint)
    formats: list[str] = []
    by_count = sorted(shapes.items(), key=lambda item: (-sum(s.count for s in item[1]), item[0]))
    for shape, _ in by_count:
        fmt = format_of(shape, order or "dmy")
        if fmt and fmt not in formats:
            formats.append(fmt)
            words = words or "month" in "".join(shape)
    if not formats:
        return None
    return DateFormat(
        formats=tuple(formats[:40]),
        order=order or ("ymd" if formats[0].startswith("%Y") else None),
        has_time=any("%H" in f or "%I" in f for f in formats),
        decided=decided,
        has_words=words,
        has_zone=zone,
        other_digits=other_digits,
    )


def _special(text: str) -> str | None:
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and 20000 <= float(text) <= 65000:
        return SERIAL
    if re.fullmatch(r"\d{9,10}(?:\.\d+)?", text) and 3e8 <= float(text) <= 4.2e9:
        return UNIX_SECONDS
    if re.fullmatch(r"\d{12,13}", text):
        return UNIX_MILLIS
    return None


def _order(
    shapes: Mapping[tuple[str, ...], list[Shape]], wanted: str, hint: str | None
) -> tuple[str | None, bool]:
    """``(order, decided)`` of day and month where the shapes leave it open."""
    open_shapes = [(s, seen) for s, group in shapes.items() for seen in group if layout(s) == "xxy"]
    if not open_shapes:
        return _year_first(shapes, wanted, hint), True
    if wanted in ("dmy", "mdy", "ymd"):
        return wanted, True
    short = [seen for s, seen in open_shapes if s[4] == "n2"]
    if short and any(seen.largest > 31 for seen in short):
        return "ymd", True
    day_first = sum(seen.first_above for _, seen in open_shapes)
    month_first = sum(seen.second_above for _, seen in open_shapes)
    if day_first or month_first:
        decided = min(day_first, month_first) * 20 <= max(day_first, month_first)
        return ("dmy" if day_first >= month_first else "mdy"), decided
    if any(s[1] == "." for s, _ in open_shapes):
        return "dmy", False
    return hint or "dmy", False


def _year_first(
    shapes: Mapping[tuple[str, ...], list[Shape]], wanted: str, hint: str | None
) -> str | None:
    """'ydm' where dates that start with the year have their months last, else None."""
    seen = [s for shape, group in shapes.items() for s in group if layout(shape) == "ymd"]
    second, third = sum(s.second_above for s in seen), sum(s.third_above for s in seen)
    told = second > 20 * third or (hint == "ydm" and not third)
    return "ydm" if told and wanted == "auto" else None


def shape_of_values(values: Iterable[str]) -> list[Shape]:
    """The shapes of a few values, as :func:`shapes_sql` finds them for a whole column."""
    found: dict[str, list[str]] = {}
    for value in values:
        found.setdefault(re.sub(r"\d", "0", plain(value)), []).append(value)
    shapes = []
    for group in found.values():
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
        ) GROUP BY shape ORDER BY count DESC, example LIMIT 3000"""


def parse(text: str, fmt: DateFormat) -> datetime | None:
    """One value as a naive time, by the same rules as :func:`sql`."""
    text = plain(text).strip()
    if fmt.special:
        return _parse_special(text, fmt.special)
    text = strip_noise(text)
    if fmt.has_words:
        text = _months_to_numbers(text)
    for pattern in fmt.formats:
        try:
            # Naive on purpose: the shop's own clock.
            return datetime.strptime(text, pattern.replace("%g", "%f").replace("%n", "%f"))  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _months_to_numbers(text: str) -> str:
    def number(match: re.Match[str]) -> str:
        month = MONTHS.get(match[0].rstrip(".").lower())
        return f"{month:02}" if month else match[0]

    return re.sub(r"[^\d\s.,/:+()@_-]+\.?", number, text, count=1)


def _parse_special(text: str, special: str) -> datetime | None:
    from datetime import timedelta

    try:
        value = float(text)
    except ValueError:
        return None
    if special == SERIAL:
        return datetime(1899, 12, 30) + timedelta(seconds=round(value * 86400))  # noqa: DTZ001
    seconds = value / (1000 if special == UNIX_MILLIS else 1)
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001


def sql(column: str, fmt: DateFormat) -> str:
    """A DuckDB expression: ``column`` as TIMESTAMP, NULL where it isn't a date of this format."""
    if fmt.other_digits:
        column = plain_sql(column)
    if fmt.special:
        number = f"TRY_CAST({column} AS DOUBLE)"
        if fmt.special == SERIAL:
            seconds = f"CAST(round({number} * 86400) AS BIGINT)"
            return (
                f"CASE WHEN {number} BETWEEN 1 AND 200000"
                f" THEN TIMESTAMP '1899-12-30' + to_seconds({seconds}) END"
            )
        scale = 1000 if fmt.special == UNIX_SECONDS else 1
        return (
            f"CASE WHEN {number} BETWEEN 0 AND 1e14 THEN"
            f" make_timestamp(CAST(round({number} * {scale}) AS BIGINT) * 1000) END"
        )
    text = f"trim({column})"
    if fmt.has_zone:
        text = f"regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}]+', ' ', 'g')"
        text = f"regexp_replace({text}, {_q(ZONE_PATTERN)}, '\\1')"
        for pattern, left in NOISE:
            text = f"regexp_replace({text}, {_q(pattern)}, {_q(left)}, 'g')"
    if fmt.has_words:
        text = _months_sql(text)
    formats = ", ".join(_q(f) for f in fmt.formats)
    return f"try_strptime({text}, [{formats}])"


def _months_sql(text: str) -> str:
    """Month names (any language we know) replaced by their numbers."""
    word = f"lower(regexp_extract({text}, '[\\pL\\pM]+'))"
    names = ", ".join(f"{_q(name)}: '{number:02}'" for name, number in sorted(MONTHS.items()))
    number = f"map {{{names}}}[{word}]"
    return f"regexp_replace({text}, '[\\pL\\pM]+\\.?', coalesce({number}, ''))"


def _q(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
