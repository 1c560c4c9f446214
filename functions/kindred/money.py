"""Money as whole minor units of one ISO 4217 currency. No floats, no mixing.

Currencies and their decimals come from CLDR by Babel, which is loaded at the first question: a
function that asks none starts without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Final

from kindred.errors import InvalidInput

#: ISO 4217's decimals where CLDR has none: it says how prices are usually shown, ISO in what they
#: are counted, which is what shops and payment providers send. Rounding to the former loses money.
_ISO_DIGITS: Final = {
    **dict.fromkeys(
        ("AFN", "ALL", "COP", "HUF", "IDR", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "MRO",
         "SLL", "SOS", "STD", "SYP", "TMM", "YER", "ZMK", "ZWD"), 2),
    "IQD": 3,
}  # fmt: skip
#: Replaced since 2023 (by XCG, EUR, USD, ZWG): older files still hold them.
_FORMER_CODES: Final = frozenset({"ANG", "BGN", "SVC", "ZWL"})


@cache
def currency_codes() -> frozenset[str]:
    """ISO 4217 codes of what is legal tender anywhere, and of what was until lately."""
    from babel.core import get_global

    tender = {
        code
        for periods in get_global("territory_currencies").values()
        for code, _start, end, is_tender in periods
        if is_tender and end is None
    }
    return frozenset(tender) | _FORMER_CODES


@lru_cache(maxsize=1024)
def minor_digits(currency: str | None) -> int:
    """Decimal places of a currency; 2 where it is unknown."""
    from babel.core import get_global

    if currency in _ISO_DIGITS:
        return _ISO_DIGITS[currency]
    fractions = get_global("currency_fractions")
    return int(fractions.get(currency or "DEFAULT", fractions["DEFAULT"])[0])


def figure(amount: Decimal | int | str | None, currency: str | None) -> float:
    """A sum as people are shown it, a JSON number: rounded once, halves up; nothing is 0."""
    unit = Decimal(1).scaleb(-minor_digits(currency))
    return float(Decimal(amount or 0).quantize(unit, ROUND_HALF_UP))


@dataclass(frozen=True)
class Money:
    """``minor`` whole minor units (cents) of ``currency``."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """The nearest whole minor unit; half to even, so that sums don't drift."""
        scaled = Decimal(amount).scaleb(minor_digits(currency))
        return cls(int(scaled.to_integral_value(ROUND_HALF_EVEN)), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + other.minor, self._same(other))

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - other.minor, self._same(other))

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def _same(self, other: Money) -> str:
        if self.currency != other.currency:
            raise InvalidInput(
                f"{self.currency} and {other.currency} can't be added up.",
                code="mixed-currencies",
            )
        return self.currency
