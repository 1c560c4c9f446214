"""Columns that nobody needs here: card numbers, passwords and the like."""

from __future__ import annotations

from typing import Final

from kindred.reading.columns import headers
from kindred.reading.columns.profiles import Profile

#: Share of the filled cells that are card numbers. By chance one number of ten passes the check.
_CARDS: Final = 0.5
_SECRET_WORDS: Final = frozenset(
    {"password", "passwort", "passwd", "pwd", "pin", "cvv", "cvc", "ssn", "iban", "bic", "secret",
     "passport", "aadhaar"}
)  # fmt: skip
_SECRET_PHRASES: Final = (
    "creditcard", "cardnumber", "cardno", "ccnumber", "kreditkarte", "numerodecarte", "numcarte",
    "tarjetadecredito", "socialsecurity", "pannumber", "pancard", "apikey", "accesstoken",
    "bankaccount", "accountnumber", "kontonummer", "motdepasse", "contrasena",
)  # fmt: skip
_POSTAL_WORDS: Final = frozenset({"code", "zip"})  # a 'PIN Code' is a postal code


def is_secret(name: str, profile: Profile) -> bool:
    """Whether a column of this name and these values looks like a secret."""
    if profile.card > _CARDS:
        return True
    words = headers.tokens(name)
    if not _POSTAL_WORDS.isdisjoint(words):
        return False
    key = "".join(words)
    return not _SECRET_WORDS.isdisjoint(words) or any(text in key for text in _SECRET_PHRASES)
