"""Column names as written, and as compared: case, blanks, accents and punctuation don't count."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from kindred.money import currency_codes

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LATIN_MARKS = re.compile("[̀-ͯ]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: The type that some tools write behind a name: ``quantity:int``.
_TYPE = re.compile(
    r"\s*:\s*(?:int(?:eger)?|long|float|double|decimal|num(?:ber|eric)?|str(?:ing)?|text|varchar"
    r"|date(?:time)?|timestamp|bool(?:ean)?)\d*$",
    re.IGNORECASE,
)
#: ``Tax 5%``: how much of a hundred the money beside it is.
_PERCENT = re.compile(r"(?<=\S)\s+\(?\d+(?:[.,]\d+)?\s*%\)?")
#: ``VAT %``, ``discount_percent``
_SHARE = re.compile(
    r"(?<!\d)\s*%|\b(?:rate|percent|percentage|pct|satz|taux|tasa)\b", re.IGNORECASE
)
_TAX: Final = r"(?:tax|taxes|vat|gst|mwst|ust|tva|iva|btw)"
_INCLUDING: Final = r"(?:inc|incl|including|inkl|inclusive|incluido)"
_EXCLUDING: Final = r"(?:ex|exc|excl|excluding|exclusive|without|before|ohne|hors|sin)"
_WITH_TAX = re.compile(rf"\b{_INCLUDING}\b.*\b{_TAX}\b|\b{_TAX} {_INCLUDING}\b|\bttc\b")
_WITHOUT_TAX = re.compile(rf"\b{_EXCLUDING}\b.*\b{_TAX}\b|\b{_TAX} {_EXCLUDING}\b|\b(?:netto|ht)\b")
#: ``unit_price_tax_excl``: what is said of tax behind the name of a column.
_OF_TAX = re.compile(
    rf" (?:(?:{_INCLUDING}|{_EXCLUDING}) {_TAX}|{_TAX} (?:{_INCLUDING}|{_EXCLUDING})|ht|ttc)$"
)
_SIGNS = str.maketrans({"ß": "ss", "№": "no ", "º": "o", "ª": "a", "ø": "o", "æ": "ae", "ł": "l"})
_HUNDREDTHS: Final = frozenset({"cents", "cent", "pence", "paise", "centavos", "centimes"})
_UNITS: Final = frozenset(
    {"rs", "euro", "euros", "dollar", "dollars", "gbp", "rupees", *_HUNDREDTHS}
)
#: Codes that are words of their own.
_NOT_CODES: Final = ("all", "try", "top", "mop", "pen", "cup")
_CURRENCY_SIGNS: Final = (("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("¥", "JPY"))
_LONGEST_NAME: Final = 200  # characters of a column's name that are kept
_HASH_DIGITS: Final = 32  # hexadecimal: 128 bits, so that no two sets of headers meet by chance


def tokens(header: str) -> tuple[str, ...]:
    """``"Total_Amount(LKR)"`` -> ``("total", "amount", "lkr")``."""
    text = _CAMEL.sub(" ", header.strip())
    text = text.replace(".º", "º").lower().translate(_SIGNS)
    text = unicodedata.normalize("NFKD", text)
    text = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", text))
    # Devanagari vowel signs aren't \w everywhere: keep letters, marks and digits by category.
    spaced = "".join(c if c == "#" or unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return tuple(spaced.split())


def key(header: str) -> str:
    """The header without anything that people write differently."""
    return "".join(tokens(header))


def without_brackets(header: str) -> str:
    """``Price after discount (Price before - Discount)`` -> ``Price after discount``."""
    return _BRACKETS.sub(" ", header) if key(_BRACKETS.sub(" ", header)) else header


def keys(header: str) -> tuple[str, ...]:
    """The header's key first, then those without brackets, without a currency, without tax."""
    header = _TYPE.sub("", header) or header
    header = _PERCENT.sub(" ", header)
    bare = _BRACKETS.sub(" ", header)
    without_tax = _OF_TAX.sub("", " ".join(tokens(bare))).replace(" ", "")
    all_keys = (
        key(header), key(bare), without_currency(header), without_currency(bare), without_tax
    )  # fmt: skip
    return tuple(dict.fromkeys(k for k in all_keys if k))


def without_currency(header: str) -> str:
    """The key of a header without the currency and unit that it names."""
    codes = currency_codes()
    return "".join(t for t in tokens(header) if t.upper() not in codes and t not in _UNITS)


def is_with_tax(header: str) -> bool:
    """Whether a header says that tax is inside: ``Subtotal (inc tax)``."""
    return bool(_WITH_TAX.search(" ".join(tokens(header))))


def is_without_tax(header: str) -> bool:
    """Whether a header says that tax is not inside: ``Subtotal (ex tax)``."""
    return bool(_WITHOUT_TAX.search(" ".join(tokens(header))))


def is_share(header: str) -> bool:
    """Whether a header names how much of a hundred, not money: ``VAT %``, ``discount_percent``."""
    return bool(_SHARE.search(header.replace("_", " ")))


def is_in_hundredths(header: str) -> bool:
    """Whether a header names money in its smallest unit: ``amount_cents``."""
    return not _HUNDREDTHS.isdisjoint(tokens(header))


def currency_in(header: str) -> str | None:
    """The ISO code that a header carries (``Total_Amount_LKR``), or None."""
    for token in tokens(header):
        if token.upper() in currency_codes() and token not in _NOT_CODES:
            return token.upper()
    for sign, code in _CURRENCY_SIGNS:
        if sign in header:
            return code
    return None


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Names that tell columns apart: blank ones are numbered, repeated ones get ``(2)``."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for index, cell in enumerate(header):
        words = cell.strip("\ufeff").replace("\x1e", " ").split()
        name = " ".join(words)[:_LONGEST_NAME] or f"column_{index + 1}"
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in seen:
            seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
            seen[name] = 1
        names.append(name)
    return tuple(names)


def edit_distance(a: str, b: str, most: int) -> int:
    """Edits from ``a`` to ``b`` (insert, delete, replace, swap neighbours), or ``most + 1``.

    After Damerau and Levenshtein, with each piece of text edited once.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(row[-1] + 1, last[j] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def header_hash(names: Sequence[str]) -> str:
    """The same for the same headers in the same order, whatever their case, blanks and accents."""
    text = "\n".join(key(name) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
