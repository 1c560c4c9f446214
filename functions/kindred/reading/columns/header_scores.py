"""How well a header alone names each field: by the lists of headers, or by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from kindred.reading.columns import header_words, headers
from kindred.reading.columns.fields import FIELDS
from kindred.reading.columns.header_families import families

# Scores, 0 to 1, and what they are multiplied by. They were chosen on the corpus:
# `scripts/measure-reading mapping` finds all fields and no false one with them.
_SURE: Final = 0.95  # a header under `sure`
_LIKELY: Final = 0.62  # a header under `likely`, which its values have to agree with
#: From the first to the last header of a list: what is listed first is the better choice where a
#: file has both.
_LIST_SPAN: Final = 0.02
#: Between two columns that differ in tax alone; the same span, so that it decides nothing else.
_TAX_STEP: Final = 0.02
_WITHOUT_BRACKETS: Final = 0.98  # a header without what stands in brackets, or its currency
_ANY_OF_BOTH: Final = 0.9  # `ASIN/ISBN`
_ONE_EDIT: Final = 0.9
_TWO_EDITS: Final = 0.82
_ONE_WORD_MORE: Final = 0.5  # a word around that may change the meaning
_QUALIFIED: Final = 0.72  # words around that don't
_LEAST_WORD: Final = 3  # letters of a header that is looked for among other words
# Misspellings: letters of a header from which on one or two edits are allowed, or the first letter
# may be the wrong one (elsewhere it seldom is: 'date' isn't 'rate').
_ONE_EDIT_LETTERS: Final = 5
_TWO_EDIT_LETTERS: Final = 9
_FIRST_LETTER_LETTERS: Final = 8

_ALTERNATIVES = re.compile(r"\s*/\s*|\s+or\s+", re.IGNORECASE)
#: What goods cost the shop, and what kind of customer one is.
_NO_FIELD = re.compile(
    r"\b(?:costs? of goods|cogs|production costs?|points (?:earned|redeemed|used|balance)"
    r"|(?:customer|client|user|member) (?:type|kind))\b"
)
#: Words of their own that are near others: a month is no *monto*.
_NOT_MISSPELT: Final = frozenset({"month", "months", "monat", "margin"})
#: Words that may stand around a known header and don't change its meaning.
_QUALIFIERS: Final = frozenset(
    {"shop", "store", "my", "the", "our", "online", "web", "new", "raw", "main", "primary",
     "final", "original", "local", "csv", "export", "tbl", "col", "field", "x", "f", "dim", "fact",
     "order", "customer", "in", "of", "per", "usd", "utc", "gmt", "est", "ist", "iso", "mm", "dd",
     "yy", "yyyy", "hh", "ss", "incl", "excl", "k", "net", "gross", "brutto", "netto", "line",
     "lines"}
)  # fmt: skip
#: Fields that a seller has too: `store city` is no customer's.
_OF_PEOPLE: Final = ("city", "country", "email", "phone")


def _listed_headers() -> dict[str, dict[str, float]]:
    """Header key -> role -> how surely the header names it."""
    table: dict[str, dict[str, float]] = {}
    for field in FIELDS:
        for names, strength in ((field.likely, _LIKELY), (field.sure, _SURE)):
            for place, name in enumerate(names):
                roles = table.setdefault(headers.key(name), {})
                score = strength - _LIST_SPAN * place / len(names)
                roles[field.name] = max(roles.get(field.name, 0.0), score)
    return table


_LISTED: Final = _listed_headers()


def _by_length(keys: Iterable[str]) -> dict[int, list[str]]:
    table: dict[int, list[str]] = {}
    for key in sorted(keys):
        table.setdefault(len(key), []).append(key)
    return table


_LISTED_BY_LENGTH: Final = _by_length(_LISTED)


@lru_cache(maxsize=4096)
def score_header(name: str) -> Mapping[str, float]:
    """Role -> how well the header alone names it, 0 to 1; nothing for a header nobody knows."""
    scores = _score_name(name)
    if "tax" in scores and headers.is_share(name):
        del scores["tax"]  # how much tax there is on a hundred, not money
    # Of two columns that differ in this alone, the one without tax holds the goods, and the one
    # with it is what was paid.
    for role in scores:
        paid = role == "order_total"
        if headers.is_without_tax(name) if paid else headers.is_with_tax(name):
            scores[role] -= _TAX_STEP
    return scores


def has_known_header(names: Sequence[str]) -> bool:
    """Whether any of the headers names a field."""
    return any(score_header(name) for name in names)


def _score_name(name: str) -> dict[str, float]:
    """Scores by the first way that gives any: as listed, one of two, misspelt, by its words."""
    scores: dict[str, float] = {}
    words = ["".join(filter(str.isalpha, word)) for word in headers.tokens(name)]
    for place, key in enumerate(headers.keys(name)):
        for role, strength in _LISTED.get(key, {}).items():
            _raise(scores, role, strength * (1.0 if place == 0 else _WITHOUT_BRACKETS))
    if scores or _NO_FIELD.search(" ".join(headers.tokens(name))):
        return scores
    if by_parts := _score_alternatives(name):
        return by_parts
    by_words = header_words.score_words(headers.tokens(headers.without_brackets(name)))
    for key in headers.keys(name):
        for listed, edits in _misspellings(key):
            # A short word that the listed header lacks is another word: a gift is no GST.
            is_word_changed = any(len(w) < _ONE_EDIT_LETTERS and w not in listed for w in words)
            if not is_word_changed and (edits == 1 or not by_words):
                for role, strength in _LISTED[listed].items():
                    _raise(scores, role, strength * (_ONE_EDIT if edits == 1 else _TWO_EDITS))
    if scores:
        return scores
    for role, score in _score_among_words(headers.tokens(name)).items():
        _raise(by_words, role, score)
    return by_words


def _raise(scores: dict[str, float], role: str, score: float) -> None:
    scores[role] = max(scores.get(role, 0.0), score)


def _score_alternatives(name: str) -> dict[str, float]:
    """``ASIN/ISBN``, ``Mobile or Phone``: what all its names stand for."""
    parts = [headers.key(part) for part in _ALTERNATIVES.split(name)]
    if len(parts) < 2 or not all(part in _LISTED for part in parts):
        return {}
    listed = [_LISTED[part] for part in parts]
    shared = set(listed[0]).intersection(*listed)
    return {role: _ANY_OF_BOTH * min(one[role] for one in listed) for role in shared}


def _misspellings(key: str) -> list[tuple[str, int]]:
    """Listed headers that ``key`` may be meant for, and by how many edits; the nearest only."""
    if len(key) < _ONE_EDIT_LETTERS or key in _NOT_MISSPELT:
        return []
    most = 1 if len(key) < _TWO_EDIT_LETTERS else 2
    near = []
    for length in range(len(key) - most, len(key) + most + 1):
        for listed in _LISTED_BY_LENGTH.get(length, ()):
            edits = headers.edit_distance(key, listed, most)
            same_start = listed[0] == key[0]
            if edits <= most and (same_start or (edits == 1 and len(key) >= _FIRST_LETTER_LETTERS)):
                near.append((listed, edits))
    least = min((edits for _, edits in near), default=0)
    return [(listed, edits) for listed, edits in near if edits == least]


def _score_among_words(tokens: Sequence[str]) -> dict[str, float]:
    """A known header with a word or two around it that don't change its meaning."""
    telling = [t for t in tokens if t not in _QUALIFIERS]
    scores: dict[str, float] = {}
    is_sellers = any("seller" in families(t) for t in tokens)
    for words in (telling, [*tokens[1:]], [*tokens[:-1]]):
        key = "".join(words)
        if len(key) < _LEAST_WORD:
            continue
        factor = _QUALIFIED if words == telling else _ONE_WORD_MORE
        for role, strength in _LISTED.get(key, {}).items():
            if not (is_sellers and role in _OF_PEOPLE and words != list(tokens)):
                _raise(scores, role, strength * factor)
    return scores
