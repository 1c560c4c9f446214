"""The signs and codes that name a currency beside an amount."""

from __future__ import annotations

import re
from typing import Final

from kindred.money import currency_codes

#: Longest first, so that ``US$`` isn't read as ``$``. CLDR's signs are no help: there, each country
#: has ``$`` for its own money.
SIGNS: Final[tuple[tuple[str, str], ...]] = (
    ("US $", "USD"), ("CA $", "CAD"), ("AU $", "AUD"), ("NZ $", "NZD"), ("HK $", "HKD"),
    ("C $", "CAD"), ("US$", "USD"), ("CA$", "CAD"), ("AU$", "AUD"), ("NZ$", "NZD"),
    ("HK$", "HKD"), ("MX$", "MXN"), ("C$", "CAD"), ("A$", "AUD"), ("S$", "SGD"), ("R$", "BRL"),
    ("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("¥", "JPY"), ("₩", "KRW"), ("₽", "RUB"),
    ("₺", "TRY"), ("₫", "VND"), ("฿", "THB"), ("₦", "NGN"), ("₴", "UAH"), ("₪", "ILS"),
    ("₱", "PHP"), ("zł", "PLN"), ("Kč", "CZK"), ("Rs.", "INR"), ("Rs", "INR"), ("$", "USD"),
)  # fmt: skip
_RUPEES: Final = frozenset({"INR", "LKR", "PKR", "NPR", "MUR"})
_DOLLARS: Final = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP"}
)
#: Signs of several currencies: the file's own counts, if it is one of these.
_SHARED_SIGNS: Final = {
    "$": _DOLLARS,
    "¥": frozenset({"JPY", "CNY"}),
    "Rs": _RUPEES,
    "Rs.": _RUPEES,
    "£": frozenset({"GBP", "EGP"}),
}


def codes_pattern() -> str:
    """All currency codes as alternatives of a pattern, for RE2 and Python."""
    return "|".join(sorted(currency_codes()))


def signs_pattern() -> str:
    """All signs as alternatives of a pattern, longer ones first."""
    return "|".join(re.escape(sign) for sign, _ in sorted(SIGNS, key=lambda s: -len(s[0])))


def currency_of(text: str) -> str | None:
    """The currency that a money cell names by sign or code, or None."""
    for code in re.findall(r"[A-Z]{3}", text):
        if code in currency_codes():
            return str(code)
    return next((code for sign, code in SIGNS if sign in text), None)


def currency_sql(column: str, expected: str | None = None) -> str:
    """A DuckDB expression for :func:`currency_of`; NULL for plain numbers.

    A bare ``$`` or ``¥`` stands for the ``expected`` currency where that is written so.
    """
    cases = " ".join(
        f"WHEN contains({column}, '{sign}')"
        f" THEN '{expected if expected in _SHARED_SIGNS.get(sign, ()) else code}'"
        for sign, code in SIGNS
    )
    codes = f"regexp_extract({column}, '(?:^|[^A-Z])({codes_pattern()})(?:[^A-Z]|$)', 1)"
    return (
        f"CASE WHEN regexp_full_match({column}, '[-0-9., ]*') THEN NULL"
        f" WHEN {codes} <> '' THEN {codes} {cases} END"
    )
