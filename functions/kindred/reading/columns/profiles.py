"""What the values of a column look like, from a sample: the evidence beside its header."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kindred.money import currency_codes
from kindred.reading.values import dates, numbers
from kindred.reading.values.blanks import is_missing
from kindred.reading.values.countries import is_country
from kindred.reading.values.currencies import SIGNS
from kindred.reading.values.words import (
    BOOLEANS,
    EVENT_WORDS,
    STATUS_WORDS,
    UNDONE_WORDS,
)

#: How spreadsheets write a long number that they don't show in full.
EXPONENT: Final = r"^\d([.,]\d+)?E\+\d\d$"
_EXPONENT = re.compile(EXPONENT)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}\Z")
_PHONE = re.compile(r"'?\(?\+?[\d][\d\s().\-/x]{5,22}\Z")
_TIME = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?\Z|\d{1,2}\s?[AaPp][Mm]\Z"
)
_PERSON = re.compile(r"[^\W\d_][^\d@_]*[\s,.][^\d@_]*[^\W\d_]\.?\Z")
_LETTERS = re.compile(r"[^\W\d_]")
_INTEGER = re.compile(r"[-+]?\d+(?:[.,]0{1,2})?\Z")
_NONZERO = re.compile(r"[1-9]")
_EPOCH = re.compile(r"1(?:\d{9}(?:\.\d+)?|\d{12})\Z")  # seconds or milliseconds since 1970
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?\Z")  # days since 1900, from 1982 to 2036
_CARD = re.compile(r"(?:\d[ -]?){13,19}\Z")
_PHONE_DIGITS: Final = (7, 15)  # the most by ITU-T E.164; local numbers have seven
_CARD_DIGITS: Final = (13, 19)  # ISO/IEC 7812
_LONGEST_STATUS: Final = 40  # characters; a sentence that holds such a word is no status


@dataclass(frozen=True)
class Profile:
    """Shares, 0 to 1, are of the cells of the sample that aren't blank."""

    filled: float  # share of all cells of the sample
    count: int  # cells that aren't blank
    distinct: int  # different values among them
    number: float = 0.0
    integer: float = 0.0
    money_sign: float = 0.0
    zero: float = 0.0
    date: float = 0.0
    epoch: float = 0.0  # could be Unix time
    serial: float = 0.0  # could be a spreadsheet's day number
    time: float = 0.0
    email: float = 0.0
    phone: float = 0.0
    person: float = 0.0
    currency: float = 0.0
    country: float = 0.0
    boolean: float = 0.0
    status: float = 0.0
    undone: float = 0.0  # cancelled, refunded
    event: float = 0.0
    items: float = 0.0  # several items packed into one cell: `name:Scarf|sku:W|quantity:2`
    card: float = 0.0
    exponent: float = 0.0
    letters: float = 0.0
    words: float = 0.0  # mean words of a cell
    length: float = 0.0  # mean characters
    low: float = 0.0
    high: float = 0.0

    @property
    def repeats(self) -> float:
        """Mean times a value occurs; 0 without values."""
        return self.count / self.distinct if self.distinct else 0.0


def profile_column(cells: Sequence[str | None]) -> Profile:
    """The profile of a column's sampled cells; None and words such as NULL are blank."""
    values = [v for cell in cells if cell and (v := numbers.plain(cell).strip())]
    values = [v for v in values if not is_missing(v)]
    if not values:
        return Profile(0.0, 0, 0)
    n = len(values)
    lowered = [v.lower() for v in values]
    sizes = [v for v in map(_size, values) if v is not None]
    return Profile(
        filled=n / len(cells),
        count=n,
        distinct=len(set(values)),
        words=sum(len(v.split()) for v in values) / n,
        length=sum(map(len, values)) / n,
        low=min(sizes, default=0.0),
        high=max(sizes, default=0.0),
        **{name: sum(1 for v in values if test(v)) / n for name, test in _TESTS.items()},
        **{name: sum(1 for v in lowered if test(v)) / n for name, test in _LOWERED_TESTS.items()},
    )


def _size(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _is_phone(text: str) -> bool:
    digits = sum(c in "0123456789" for c in text)
    least, most = _PHONE_DIGITS
    return bool(least <= digits <= most and _PHONE.match(text) and not dates.is_date(text))


def _is_status(text: str) -> bool:
    return len(text) <= _LONGEST_STATUS and _holds_any(text, STATUS_WORDS)


def _holds_any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _is_card(text: str) -> bool:
    """Whether a text is a payment card number: its digits pass the Luhn check."""
    digits = [int(c) for c in text if c in "0123456789"]
    least, most = _CARD_DIGITS
    if not _CARD.match(text) or not least <= len(digits) <= most:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = digit * 2 if place % 2 else digit
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


#: Share -> whether a value counts for it.
_TESTS: Final[Mapping[str, Callable[[str], object]]] = {
    "number": numbers.is_number,
    "integer": _INTEGER.match,
    "money_sign": lambda v: any(sign in v for sign, _ in SIGNS),
    "zero": lambda v: not _NONZERO.search(v) and numbers.is_number(v),
    "date": dates.is_date,
    "epoch": _EPOCH.match,
    "serial": _SERIAL.match,
    "time": _TIME.match,
    "email": _EMAIL.match,
    "phone": _is_phone,
    "person": _PERSON.match,
    "currency": lambda v: v.upper() in currency_codes(),
    "country": is_country,
    "items": lambda v: "|" in v and ":" in v,
    "card": _is_card,
    "exponent": _EXPONENT.match,
    "letters": _LETTERS.search,
}
#: The same, of values in lower case.
_LOWERED_TESTS: Final[Mapping[str, Callable[[str], object]]] = {
    "boolean": lambda v: v in BOOLEANS,
    "status": _is_status,
    "undone": lambda v: _holds_any(v, UNDONE_WORDS),
    "event": lambda v: v.replace(" ", "_").replace("-", "_") in EVENT_WORDS,
}
