# ruff: noqa: E501
"""Headers that no list holds, read by their words: ``LINE_AMT``, ``Bestellzeit``, ``# de venta``.

A rule names the families of words (`header_families`) that make a field and those that unmake it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kindred.reading.columns.header_families import families, is_word

# Scores, 0 to 1, chosen on the corpus: `scripts/measure-reading mapping` finds all fields and no
# false one with them.
_ALL_UNDERSTOOD: Final = 0.8
_UNKNOWN_WORD: Final = 0.07  # taken off for each word that no family has
_WORD_MORE: Final = 0.02  # taken off for each word that the rule doesn't need
_ONE_OF_SEVERAL: Final = 0.06  # taken off where one word decides and others stand beside it
_MOST_UNKNOWN: Final = 3  # words; a header with more is a sentence
_LEAST_PART: Final = 4  # letters of a word inside another: shorter ones are there by chance
#: Words that mean nothing for the field.
_FILLERS: Final = frozenset(
    {"de", "du", "des", "la", "le", "les", "el", "del", "der", "die", "das", "the", "of", "for",
     "in", "to", "a", "und", "and", "y", "et", "por", "par", "customer's", "extern", "external"}
)  # fmt: skip
#: ``(field, families that all occur, families that don't)``
_RULES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("email", ("email",), ("seller", "date")),
    ("phone", ("phone",), ("seller", "date")),
    ("currency", ("currency",), ("money", "price")),
    ("orders_count", ("howmany", "several"), ("price", "date")),
    ("first_order", ("first", "order", "date"), ()),
    ("last_order", ("last", "order", "date"), ()),
    ("event_type", ("event", "type"), ("date",)),
    ("event_time", ("event", "date"), ()),
    ("event_time", ("review", "date"), ()),
    ("event_time", ("review", "placed"), ("later",)),
    ("review_title", ("review", "headline"), ("product",)),
    ("review_text", ("review", "said"), ("headline",)),
    ("rating", ("review", "stars"), ("howmany",)),
    ("order_date", ("order", "date"), ("later", "event", "first", "money")),
    ("order_date", ("placed", "date"), ("later", "event", "customer")),
    ("order_date", ("order", "placed"), ("later", "id", "money", "customer", "product")),
    ("customer_id", ("customer", "id"), ("product", "email", "phone", "tax", "date", "aside")),
    ("order_id", ("order", "id"), ("customer", "product", "date", "money", "line", "tax", "aside")),
    ("product_id", ("product", "id"), ("customer", "money", "price", "date", "tax")),
    ("product_id", ("product", "sku"), ("customer", "money", "price", "date", "tax", "name", "discount", "subtotal", "quantity")),
    ("name", ("customer", "name"), ("product", "id")),
    ("name", ("author", "name"), ()),
    ("name", ("billing", "name"), ("product",)),
    ("product_name", ("product", "describe"), ("customer", "id", "category")),
    ("category", ("category",), ("id", "customer", "city", "country", "event")),
    ("discount", ("discount",), ("around", "id", "price", "name", "type", "shipping", "date")),
    ("shipping", ("shipping", "fee"), ("date", "tax", "name", "id", "city")),
    ("tax", ("tax", "money"), ("around", "id", "shipping")),
    ("tax", ("tax", "subtotal"), ("around", "id", "shipping")),
    ("refund", ("back", "money"), ("date", "tax", "shipping", "seller", "id", "quantity")),
    ("subtotal", ("subtotal",), ("tax", "shipping", "cost")),
    ("amount", ("after", "discount", "price"), ("shipping",)),
    ("amount", ("after", "discount", "money"), ("shipping",)),
    ("unit_price", ("piece", "price"), ("shipping", "tax", "discount")),
    ("unit_price", ("product", "price"), ("shipping", "tax", "discount", "money")),
    ("amount", ("line", "money"), ("shipping", "tax", "discount", "id")),
    ("order_total", ("whole", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("order", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("product", "money"), ("shipping", "tax", "discount", "id", "date", "quantity")),
    ("amount", ("money", "money"), ("other", "shipping", "tax", "discount", "id", "date", "quantity", "cost", "back", "price")),
    ("amount", ("customer", "money"), ("order", "other", "shipping", "tax", "discount", "id", "date", "quantity", "cost", "back", "name")),
    ("quantity", ("product", "quantity"), ("price", "money", "date")),
    ("quantity", ("quantity", "placed"), ("price", "money", "date", "several")),
    ("quantity", ("order", "quantity"), ("price", "money", "date", "several")),
    ("status", ("order", "status"), ("city", "country")),
    ("city", ("city",), ("seller", "category")),
    ("country", ("country",), ("seller", "category")),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """``totalshippingcost`` -> ``("total", "shipping", "cost")``; else the word itself."""
    if len(word) < 2 * _LEAST_PART or is_word(word):
        return (word,)
    cuts: dict[int, tuple[str, ...]] = {len(word): ()}
    for start in range(len(word) - _LEAST_PART, -1, -1):
        for end in range(len(word), start + _LEAST_PART - 1, -1):
            if end in cuts and is_word(word[start:end]):
                cuts[start] = (word[start:end], *cuts[end])
                break
    return cuts.get(0, (word,))


def score_words(tokens: Sequence[str]) -> dict[str, float]:
    """Field -> how well the words of a header name it, 0 to 1."""
    parts = [part for token in tokens for part in _parts(token)]
    words = [part for part in parts if part not in _FILLERS]
    by_word = [families(word) for word in words]
    present = frozenset().union(*by_word)
    unknown = sum(1 for families_of_one in by_word if not families_of_one)
    if not present or unknown > _MOST_UNKNOWN:
        return {}
    scores: dict[str, float] = {}
    for field, needed, barred in _RULES:
        if not _covers(needed, by_word) or any(family in present for family in barred):
            continue
        extra = len(words) - len(needed) - unknown
        score = _ALL_UNDERSTOOD - _UNKNOWN_WORD * unknown - _WORD_MORE * max(0, extra)
        if len(needed) == 1 and len(words) > 1:
            score -= _ONE_OF_SEVERAL
        scores[field] = max(scores.get(field, 0.0), score)
    return scores


def _covers(needed: Sequence[str], by_word: Sequence[frozenset[str]]) -> bool:
    """Whether each family can be found in a word of its own; a single compound may hold all."""
    if len(needed) == 1:
        return any(needed[0] in families_of_one for families_of_one in by_word)
    for place, families_of_one in enumerate(by_word):
        if needed[0] in families_of_one:
            rest = [*by_word[:place], *by_word[place + 1 :]]
            if len(families_of_one) > 1 and len(by_word) == 1:
                return all(family in families_of_one for family in needed)
            if _covers(needed[1:], rest):
                return True
    return False
