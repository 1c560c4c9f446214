"""How well the values of a column fit a field.

Both tables are read from above: the first rule that holds gives the score. Shares are of the
column's filled cells (0 to 1), ``words`` and ``length`` are means per cell, ``low`` and ``high``
numbers. Thresholds and scores were chosen on the corpus: `scripts/measure-reading mapping` finds
all fields and no false one with them, and shows at once what a change costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kindred.reading.columns.fields import Field
from kindred.reading.columns.profiles import Profile


@dataclass(frozen=True)
class Rule:
    """``score`` (0 to 1), times ``factor``, for a column whose profile is as ``when`` says."""

    score: float
    when: Callable[[Profile], bool] = lambda _: True
    factor: Callable[[Profile], float] = lambda _: 1.0
    header_below: float = 2.0  # only where the header names the field less surely; 2: always


#: Headers from this score on name a field surely.
_SURE_HEADER: Final = 0.9
#: Blank columns fit anything a little; more where the header is sure, unless it is one of words
#: that other things are called too.
_BLANK: Final = 0.3
_BLANK_BUT_NAMED: Final = 0.75
_OFTEN_OTHERWISE: Final = ("rating", "text", "words", "event", "status")


def _is_flag(p: Profile) -> bool:
    """Whether a column says yes or no with ones and noughts, not how much."""
    return p.integer > 0.95 and p.high == 1 and p.distinct <= 4 and p.count >= 3


def looks_like_ids(p: Profile) -> bool:
    """Whether values alone make a column one of ids."""
    return (
        p.words < 1.5 and p.length >= 2 and p.distinct > 3 and p.date < 0.5 and p.email < 0.5
        and (p.number < 0.5 or p.integer > 0.9) and p.filled > 0.5 and p.currency < 0.5
        and p.country < 0.5 and p.status < 0.5
    )  # fmt: skip


def _is_note(p: Profile) -> bool:
    """Whether every row carries the same note."""
    return p.distinct == 1 and p.count >= 20


def _is_one_for_all(p: Profile) -> bool:
    """Whether so many rows have one value that it can't tell orders apart."""
    return p.distinct == 1 and p.count >= 10 and p.exponent < 0.5  # those were several once


def _is_nothing(p: Profile) -> bool:
    """Whether an amount is what is left to pay, or was adjusted: nothing."""
    return p.zero > 0.98


def _is_coded_words(p: Profile) -> bool:
    """Whether there are few words that repeat, as in a status whose words we don't know."""
    return 2 <= p.distinct <= 12 and p.repeats >= 3 and p.letters > 0.8


def _is_place_code(p: Profile) -> bool:
    """Whether values are two letters each, of many kinds: states, not states of an order."""
    return 1.9 < p.length < 2.1 and p.letters > 0.9 and p.distinct > 2 and p.boolean < 0.1


#: Rules of single fields, tried before those of their kind.
_FIELD_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "product_name": (Rule(0.5, _is_note),),
    "category": (
        Rule(0.5, _is_note),
        Rule(0.85, lambda p: p.integer > 0.95 and p.repeats > 3),  # the number of a category
    ),
    "refund": (Rule(0.2, _is_flag),),
    "order_id": (Rule(0.2, _is_one_for_all),),
    "amount": (Rule(0.7, _is_nothing),),
    "subtotal": (Rule(0.7, _is_nothing),),
    "order_total": (Rule(0.7, _is_nothing),),
    "unit_price": (Rule(0.7, _is_nothing),),
}
#: Kind of a field -> how well values fit it.
_KIND_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "email": (Rule(1.0, lambda p: p.email > 0.5), Rule(0.15, lambda p: p.email < 0.1), Rule(0.6)),
    "phone": (Rule(1.0, lambda p: p.phone > 0.4), Rule(0.3)),
    "person": (
        Rule(0.15, lambda p: p.email > 0.3 or p.number > 0.5 or p.date > 0.5),
        Rule(1.0, lambda p: p.person > 0.5 and p.words < 5),
        Rule(0.8, lambda p: p.letters > 0.8 and p.words < 5),  # first names alone, nicknames
        Rule(0.3),
    ),
    "money": (
        Rule(0.1, lambda p: p.date > 0.5 and p.number < 0.9),
        Rule(1.0, lambda p: p.number > 0.9),
        Rule(1.0, lambda p: p.number > 0.5, factor=lambda p: p.number),
        Rule(0.2),
    ),
    "count": (
        Rule(1.0, lambda p: p.number > 0.8 and p.integer > 0.5),
        Rule(0.75, factor=lambda p: p.number),
    ),
    "date": (
        Rule(1.0, lambda p: max(p.date, p.epoch, p.serial) > 0.7),
        Rule(0.6, lambda p: p.date > 0.3),
        Rule(0.1),
    ),
    "time": (Rule(1.0, lambda p: p.time > 0.7), Rule(0.1)),
    "id": (
        Rule(0.2, lambda p: p.date > 0.8 and p.number < 0.5),
        Rule(0.2, lambda p: p.words > 5 or p.length > 80),
        Rule(0.4, lambda p: p.number > 0.9 and p.integer < 0.5, header_below=_SURE_HEADER),
        Rule(0.7, lambda p: p.number > 0.9 and p.integer < 0.5),
        Rule(1.0),
    ),
    "currency": (
        Rule(1.0, lambda p: p.currency > 0.6),
        Rule(0.7, lambda p: p.money_sign > 0.5 and p.length < 4),
        Rule(0.1),
    ),
    "country": (
        # Two letters are codes of countries all, or of something else: half the states' are both.
        Rule(0.3, lambda p: p.length < 2.5 and p.country < 0.9 and p.distinct > 3),
        Rule(1.0, lambda p: p.country > 0.3),
        Rule(0.8, lambda p: p.number < 0.2 and p.length < 40),  # in a language that we don't know
        Rule(0.2),
    ),
    "place": (
        # The shop's own, or where it was sold: in the store, online.
        Rule(0.7, lambda p: p.distinct <= 2 and p.count >= 20),
        Rule(1.0, lambda p: p.letters > 0.7 and p.words < 5 and p.email < 0.1 and p.date < 0.3),
        Rule(0.2),
    ),
    "bool": (Rule(1.0, lambda p: p.boolean > 0.6), Rule(0.25)),
    "status": (
        Rule(1.0, lambda p: p.status > 0.5),
        Rule(0.3, _is_place_code),
        Rule(0.75, lambda p: _is_coded_words(p) or p.boolean > 0.9),
        Rule(0.45),
    ),
    "event": (
        Rule(1.0, lambda p: p.event > 0.5),
        Rule(0.55, lambda p: p.distinct <= 40 and p.repeats > 3),
        Rule(0.2),
    ),
    "rating": (
        Rule(1.0, lambda p: p.number > 0.7 and p.low >= 0 and p.high <= 10),
        Rule(0.6, lambda p: p.high <= 100 and p.number > 0.7),
        Rule(0.2),
    ),
    "text": (Rule(1.0, lambda p: p.words > 5), Rule(0.75, lambda p: p.words > 2.5), Rule(0.35)),
    "words": (
        Rule(1.0, lambda p: p.letters > 0.6 and p.email < 0.3 and p.date < 0.3),
        Rule(0.5),
    ),
    "items": (Rule(1.0, lambda p: p.items > 0.3 or p.words > 2), Rule(0.3)),
}
#: Field -> how much values alone speak for it, in a column whose header says nothing.
_ALONE_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "email": (Rule(0.9, lambda p: p.email > 0.8),),
    "order_date": (Rule(0.66, lambda p: max(p.date, p.epoch) > 0.9),),
    "currency": (Rule(0.8, lambda p: p.currency > 0.95),),
    "amount": (Rule(0.62, lambda p: p.number > 0.95 and (p.integer < 0.9 or p.money_sign > 0.5)),),
    "review_text": (Rule(0.62, lambda p: p.words > 9),),
    "event_type": (Rule(0.62, lambda p: p.event > 0.8),),
    "country": (Rule(0.62, lambda p: p.country > 0.9),),
    "status": (Rule(0.55, lambda p: p.status > 0.9),),
    # Who bought comes again, an order doesn't: 1.15 rows to an id.
    "customer_id": (Rule(0.6, lambda p: looks_like_ids(p) and p.repeats > 1.15),),
    "order_id": (Rule(0.45, lambda p: looks_like_ids(p) and p.repeats <= 1.15),),
    "quantity": (
        Rule(
            0.42, lambda p: p.integer > 0.95 and p.low >= -50 and p.high <= 200 and p.distinct > 2
        ),
    ),
}


def score_values(field: Field, profile: Profile, header: float) -> float:
    """How well values fit a field, 0 to 1; ``header`` is how well the header names it."""
    if profile.count == 0:
        named = header >= _SURE_HEADER and field.kind not in _OFTEN_OTHERWISE
        return _BLANK_BUT_NAMED if named else _BLANK
    rules = (*_FIELD_RULES.get(field.name, ()), *_KIND_RULES[field.kind])
    return next(
        rule.score * rule.factor(profile)
        for rule in rules
        if header < rule.header_below and rule.when(profile)
    )


def score_values_alone(field: Field, profile: Profile) -> float:
    """How much values speak for a field where the header says nothing, 0 to 1."""
    if profile.count == 0:
        return 0.0
    rules = _ALONE_RULES.get(field.name, ())
    return next((rule.score for rule in rules if rule.when(profile)), 0.0)
