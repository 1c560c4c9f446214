"""Words in dates: months, weekdays, time zones, and what stands around a date without meaning.

Names come from CLDR by Babel, loaded at the first date with letters that is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from kindred.reading.values.quoting import quoted

#: Whose month names are read: of the languages that headers are known in, or by their words.
_MONTH_LANGUAGES: Final = (
    "en", "de", "de_AT", "fr", "es", "hi", "it", "pt", "nl", "pl", "sv", "tr", "id", "ru",
)  # fmt: skip
#: Whose weekdays are. Those of others begin like months or words: ``set``, ``ma``, ``do``.
_WEEKDAY_LANGUAGES: Final = ("en", "de", "fr", "es")
#: Spellings in files that CLDR lacks: without the accent, and older Hindi ones.
_MORE_MONTHS: Final = {
    "fév": 2, "fevr": 2, "mrz": 3, "aout": 8, "decembre": 12,
    "फरवरी": 2, "सितम्बर": 9, "अक्तूबर": 10, "नवम्बर": 11, "दिसम्बर": 12,
}  # fmt: skip
#: Behind a shortened Hindi word, which Python and SQL would cut at different places.
_HINDI_SHORT: Final = "\u0970"

#: RE2 reads this as Python does. A year alone in front must not lose its '-05'.
_ZONE: Final = (
    r"(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
    r"\s*(?:Z|UTC|GMT|PST|PDT|EST|EDT|CST|CDT|MST|MDT|CET|CEST|BST|IST|"
    r"(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}|[+-]\d{2})(?:\s*\([^)]*\))?(?:\s*[A-Z]{3,4})?$"
)
#: What has to follow a weekday, for 'Mar' is a month as well.
_AFTER_WEEKDAY: Final = (
    r"\d{1,2}(?:\.|st|nd|rd|th)?[\s./-]+(?:[^\d\s.,/-]{3,}|\d{1,2}[./-])"
    r"|[^\d\s.,/-]{3,}\.?\s+\d|\d{4}-"
)


@cache
def months() -> Mapping[str, int]:
    """Month names and their short forms, in lower case without a point, by number."""
    from babel import Locale

    numbers = dict(_MORE_MONTHS)
    for language in _MONTH_LANGUAGES:
        forms = Locale.parse(language).months
        for names in (forms[use][size] for use in _USES for size in ("wide", "abbreviated")):
            for number, name in names.items():
                if not name.endswith(_HINDI_SHORT):
                    numbers[name.rstrip(".").lower()] = number
    return numbers


_USES: Final = ("format", "stand-alone")  # 'de janeiro' and 'janeiro' differ in some languages


@cache
def _weekdays() -> tuple[str, ...]:
    """Short names of weekdays, in lower case without a point."""
    from babel import Locale

    names = {
        name.rstrip(".").lower()
        for language in _WEEKDAY_LANGUAGES
        for name in Locale.parse(language).days["format"]["abbreviated"].values()
    }
    return tuple(sorted(names))


@cache
def _noise() -> tuple[tuple[str, str], ...]:
    """What stands around dates without saying anything: pattern and what is left, in order."""
    weekday = rf"^(?i:{'|'.join(_weekdays())})[^\d\s.,/-]*\.?,?\s+({_AFTER_WEEKDAY})"
    return (
        (r"(\d)(?:st|nd|rd|th|er|ème|º|ª)(\s)", r"\1\2"),
        (r"\s+(?:de|del|of|at|um|à|às|a las|kl\.?)\s+", " "),
        (r"\s*(?:Uhr|uhr|hs\.?|hrs?\.?|h)$", ""),
        (weekday, r"\1"),
        (r"(\d)年(\d{1,2})月(\d{1,2})日", r"\1-\2-\3"),
    )


def strip_noise(text: str) -> str:
    """Without weekday, time zone, 'T' between date and time, and words such as 'at'."""
    text = " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())
    text = re.sub(_ZONE, r"\1", text)
    for pattern, left in _noise():
        text = re.sub(pattern, left, text)
    return text


def strip_noise_sql(text: str) -> str:
    """A DuckDB expression for :func:`strip_noise`."""
    text = f"regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}]+', ' ', 'g')"
    text = f"regexp_replace({text}, {quoted(_ZONE)}, '\\1')"
    for pattern, left in _noise():
        text = f"regexp_replace({text}, {quoted(pattern)}, {quoted(left)}, 'g')"
    return text


def months_to_numbers(text: str) -> str:
    """The first word as the number of its month, if it is one."""

    def number(match: re.Match[str]) -> str:
        month = months().get(match[0].rstrip(".").lower())
        return f"{month:02}" if month else match[0]

    return re.sub(r"[^\d\s.,/:+()@_-]+\.?", number, text, count=1)


def months_to_numbers_sql(text: str) -> str:
    """A DuckDB expression for :func:`months_to_numbers`; nothing is left of other words."""
    word = f"lower(regexp_extract({text}, '[\\pL\\pM]+'))"
    names = ", ".join(f"{quoted(name)}: '{month:02}'" for name, month in sorted(months().items()))
    number = f"map {{{names}}}[{word}]"
    return f"regexp_replace({text}, '[\\pL\\pM]+\\.?', coalesce({number}, ''))"
