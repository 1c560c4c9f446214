"""Money as whole minor units of one ISO 4217 currency. No floats, no mixing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from kindred.errors import InvalidInput

# ISO 4217 (2024): the currencies whose minor unit isn't a hundredth.
_DIGITS: Final = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
         "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip


def minor_digits(currency: str | None) -> int:
    """Decimal places of a currency; 2 where it is unknown."""
    return _DIGITS.get(currency or "", 2)


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
