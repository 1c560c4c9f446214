"""Who a rule is for, and what a customer's own evidence says about a discount. Pure.

Only columns of the customer index are asked: a definition that needs more never holds, and
`what_it_lacks` says so. Evidence moves a discount within its range and nothing else.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kindred.customers.pages import INDEX_COLUMNS
from kindred.errors import InvalidInput
from kindred.pricing.payloads import Evidence, Who
from kindred.pricing.quotes import Shopper
from kindred.segments.definitions.conditions import (
    All,
    AnyOf,
    Definition,
    EventsIn,
    InBucket,
    InSegment,
    Not,
    OrdersIn,
    Trait,
)
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.naming.archetypes import ARCHETYPES

#: Labels of the emotion model that are unpleasant to feel.
NEGATIVE_MOODS = frozenset({
    "anger", "annoyance", "confusion", "disappointment", "disapproval", "disgust",
    "embarrassment", "fear", "grief", "nervousness", "remorse", "sadness",
})  # fmt: skip
#: How far up its range each piece of evidence moves a discount; together at most to its end.
LAPSING_FROM, LAPSING_SHARE = 0.6, 0.5  # chance of no further order
LOYAL_FROM, LOYAL_SHARE = 10, 0.25  # orders
MOOD_SHARE = 0.25
#: What a premium may never rest on: churn risk and what stands for it, and feelings.
NEVER_RAISES_COLUMNS = frozenset({
    "churn", "r", "recency_days", "rfm_group", "overdue", "sentiment", "mood", "desire", "worry",
    "devotion", "curiosity", "pride", "anger",
})  # fmt: skip
NEVER_RAISES_GROUPS = frozenset({
    "Needs attention", "At risk", "Previously loyal", "Almost lost", "Dormant",
})  # fmt: skip
#: Archetypes that stand for either: kinds of person, and who stays away longer than others.
NEVER_RAISES_ARCHETYPES = frozenset(
    word
    for kind in ARCHETYPES
    if kind.temperament or any(kind.needs.get(axis, 0) > 0 for axis in ("overdue", "recency"))
    for word in (kind.id, kind.name)
)
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_for_everybody(who: Who) -> bool:
    """Whether a rule names nobody. A definition that is there but empty can't be read: nobody."""
    return who.is_everybody and who.definition is None


def fits(who: Who, shopper: Shopper) -> bool:
    """Whether a customer is among those whom a rule is for; everybody fits an empty one."""
    if is_for_everybody(who):
        return True
    if not shopper.is_known:
        return False
    return (
        shopper.segment_key in who.segments
        or shopper.archetype in who.archetypes
        or shopper.columns.get("rfm_group") in who.rfm_groups
        or (who.definition is not None and _is_defined(who.definition, shopper))
    )


def what_it_lacks(who: Who, shopper: Shopper) -> str | None:
    """Why a rule's definition can't hold for a customer, where that isn't an answer to it."""
    if who.definition is None:
        return None
    definition = _parsed(who.definition)
    if definition is None:
        return "its definition can't be read"
    return _lack(definition, shopper)


def _lack(definition: Definition, shopper: Shopper) -> str | None:
    for leaf in _leaves(definition):
        if isinstance(leaf, OrdersIn | EventsIn):
            return "its definition needs orders or events, which a price doesn't wait for"
        if isinstance(leaf, Trait) and leaf.column not in INDEX_COLUMNS:
            return f"its definition needs {leaf.column}, which isn't looked up for prices"
        if isinstance(leaf, Trait) and leaf.column not in shopper.columns:
            return f"its definition needs {leaf.column}, which this source doesn't have"
    return None


def may_raise_for(who: Who, shopper: Shopper) -> bool:
    """Whether a premium may rest on what a rule asks: never churn, feelings or temperament."""
    if shopper.archetype in NEVER_RAISES_ARCHETYPES or who.archetypes:
        return False
    if NEVER_RAISES_GROUPS & set(who.rfm_groups):
        return False
    if who.definition is None:
        return True
    definition = _parsed(who.definition)
    return definition is not None and not any(
        isinstance(leaf, Trait) and leaf.column in NEVER_RAISES_COLUMNS
        for leaf in _leaves(definition)
    )


def kinds_of_data(who: Who) -> frozenset[str]:
    """Which kinds of personal data decide whom a rule is for."""
    kinds = {"segment"} if who.segments else set()
    if who.archetypes:
        kinds.add("archetype")
    if who.rfm_groups:
        kinds.add("purchase_history")
    definition = _parsed(who.definition) if who.definition else None
    for leaf in _leaves(definition) if definition else ():
        if isinstance(leaf, Trait):
            kinds.add("mood" if leaf.column == "mood" else "purchase_history")
        elif isinstance(leaf, InSegment):
            kinds.add("segment")
        elif isinstance(leaf, InBucket):
            kinds.add("customer_id")
    return frozenset(kinds)


def history_share(shopper: Shopper, evidence: Evidence) -> float:
    """How far up its range the purchase history moves a discount, 0 to 1."""
    if not evidence.purchase_history:
        return 0.0
    lapsing = _number(shopper, "churn") >= LAPSING_FROM
    loyal = _number(shopper, "frequency") >= LOYAL_FROM
    return LAPSING_SHARE * lapsing + LOYAL_SHARE * loyal


def mood_share(shopper: Shopper, evidence: Evidence) -> float:
    """How far up its range an unpleasant mood moves a discount, 0 to 1."""
    mood = shopper.columns.get("mood")
    unpleasant = isinstance(mood, str) and mood.lower() in NEGATIVE_MOODS
    return MOOD_SHARE if evidence.emotional_state and unpleasant else 0.0


def _number(shopper: Shopper, column: str) -> float:
    value = shopper.columns.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return -math.inf
    return value if value == value else -math.inf


def _parsed(document: Mapping[str, Any]) -> Definition | None:
    try:
        return parse_definition(document)
    except (InvalidInput, RecursionError):
        return None


def _leaves(definition: Definition) -> Iterator[Definition]:
    match definition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield definition


def _is_defined(document: Mapping[str, Any], shopper: Shopper) -> bool:
    definition = _parsed(document)
    if definition is None or _lack(definition, shopper):
        return False
    return _is_member(definition, shopper)


def _is_member(definition: Definition, shopper: Shopper) -> bool:
    """What `definitions.membership.is_member` says, without the table engine that it loads."""
    match definition:
        case All(parts):
            return all(_is_member(part, shopper) for part in parts)
        case AnyOf(parts):
            return any(_is_member(part, shopper) for part in parts)
        case Not(part):
            return not _is_member(part, shopper)
        case Trait(column, comparison, value):
            return _compare(shopper.columns.get(column), comparison, value)
        case InSegment(keys):
            return shopper.segment_key in keys
        case InBucket(seed, share):
            text = f"{seed}:{shopper.customer_id}".encode()
            digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
            return share >= 1 or digest[:8] < f"{int(share * 16**8):08x}"
    return False


def _compare(known: Any, comparison: str, value: Any) -> bool:
    if known is None or known != known:
        return False
    try:
        return bool(known in value if comparison == "in" else _OPERATORS[comparison](known, value))
    except TypeError:  # a word where a number is asked for
        return False
