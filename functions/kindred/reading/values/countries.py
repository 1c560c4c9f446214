"""Which words are countries. Names come from CLDR by Babel, loaded at the first question."""

from __future__ import annotations

from functools import cache
from typing import Final

#: Whose names are read: the languages that headers are known in, Italian, Portuguese, Dutch.
_LANGUAGES: Final = ("en", "de", "de_AT", "fr", "es", "hi", "it", "pt", "nl")
#: As shops write them and CLDR doesn't, and what shops write that sell to parts of countries.
_MORE_NAMES: Final = frozenset({
    "uk", "great britain", "england", "scotland", "eire", "us", "usa", "united states of america",
    "uae", "rsa", "the netherlands", "holland", "czech republic", "turkey", "korea", "hong kong",
    "bharat", "polska", "espana", "channel islands", "european community", "unspecified",
})  # fmt: skip
#: Territories whose name is rather a person's, a state's or a garment's in one of these languages:
#: Jordan, Chad, Georgia, Dominique, Martinique, Montserrat, Maurice, Granada, Guadalupe, Jersey.
_OTHER_MEANING: Final = frozenset({"JO", "TD", "GE", "DM", "MQ", "MS", "MU", "GD", "GP", "JE"})
#: ISO 3166 codes of the countries that shops sell to most; a few have three letters. With all of
#: them, a column of American states would look like one of countries: half of those are codes.
_CODES: Final = frozenset({
    "GB", "UK", "US", "DE", "FR", "ES", "IT", "NL", "BE", "AT", "CH", "PT", "PL", "SE", "NO", "DK",
    "FI", "IE", "IS", "GR", "CY", "MT", "CZ", "HU", "RO", "BG", "HR", "SI", "SK", "LT", "LV", "EE",
    "TR", "RU", "UA", "IL", "AE", "SA", "BH", "KW", "QA", "LB", "EG", "ZA", "NG", "KE", "GH", "IN",
    "PK", "BD", "LK", "NP", "CN", "HK", "TW", "JP", "KR", "SG", "MY", "ID", "TH", "VN", "PH", "AU",
    "NZ", "BR", "AR", "CL", "CO", "PE", "MX", "CA", "UY", "EC", "LU", "MA", "TN", "DZ", "USA",
    "GBR", "DEU", "FRA", "ESP", "ITA", "IND", "CAN", "AUS",
})  # fmt: skip


def is_country(value: str) -> bool:
    """Whether a cell says nothing but a country, by name or by code."""
    return value in _CODES or value.lower() in _names()


@cache
def _names() -> frozenset[str]:
    """Names of countries in lower case."""
    from babel import Locale

    names = {
        name.lower()
        for language in _LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code not in _OTHER_MEANING  # longer ones are continents
    }
    return frozenset(names) | _MORE_NAMES
