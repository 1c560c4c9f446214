"""Reads segment definitions from their documents, and says what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kindred.errors import InvalidInput
from kindred.segments.definitions.conditions import (
    COMPARISONS,
    LONGEST_WORD,
    NUMBERS,
    PREDICTIONS,
    WORDS,
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

DEEPEST = 8
MOST_NODES = 100
#: Values in one list, and letters in one word.
MOST_VALUES = 200


def parse_definition(document: Any) -> Definition:
    """A definition from its document; `InvalidInput` names the place that is wrong.

    One of ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": ...}``,
    ``{"trait": "frequency", "is": ">", "value": 3}``, ``{"recency": {"is": "<=", "days": 30}}``,
    ``{"prediction": "churn", "is": ">", "value": 0.8}``,
    ``{"orders": {"days": 90, "is": ">=", "value": 2}}``,
    ``{"events": {"type": "cart", "days": 7, "is": ">=", "value": 1}}``,
    ``{"segment": ["s01"]}``, ``{"random": {"seed": "a", "share": 0.1}}``.
    """
    return _Parser().read(document, "definition", 0)


class _Parser:
    def __init__(self) -> None:
        self.nodes = 0

    def read(self, node: Any, where: str, depth: int) -> Definition:
        self.nodes += 1
        if self.nodes > MOST_NODES or depth > DEEPEST:
            raise _wrong(where, f"at most {MOST_NODES} conditions, {DEEPEST} levels deep")
        if not isinstance(node, Mapping):
            raise _wrong(where, "a condition is an object")
        kinds = [kind for kind in _READERS if kind in node]
        if len(kinds) != 1:
            raise _wrong(where, f"exactly one of {', '.join(_READERS)}")
        kind = kinds[0]
        if kind in ("all", "any"):
            parts = node[kind]
            if not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
                raise _wrong(f"{where}.{kind}", "a list of conditions")
            read = tuple(
                self.read(part, f"{where}.{kind}[{i}]", depth + 1) for i, part in enumerate(parts)
            )
            return All(read) if kind == "all" else AnyOf(read)
        if kind == "not":
            return Not(self.read(node["not"], f"{where}.not", depth + 1))
        leaf: Definition = _READERS[kind](node, where)
        return leaf


def _read_trait(node: Mapping[str, Any], where: str) -> Trait:
    column = node["trait"]
    if column not in NUMBERS and column not in WORDS:
        raise _wrong(
            where, f"{str(column)[:60]!r} is no trait; there are {', '.join((*NUMBERS, *WORDS))}"
        )
    comparison = _comparison(node, where)
    if column in WORDS and comparison not in ("==", "!=", "in"):
        raise _wrong(where, f"{column} is a word: use ==, != or in")
    return Trait(column, comparison, _value(node.get("value"), comparison, column, where))


def _read_prediction(node: Mapping[str, Any], where: str) -> Trait:
    if node["prediction"] not in PREDICTIONS:
        raise _wrong(where, f"a prediction is one of {', '.join(PREDICTIONS)}")
    return _read_trait({**node, "trait": node["prediction"]}, where)


def _read_recency(node: Mapping[str, Any], where: str) -> Trait:
    inner = _inner(node, "recency", where)
    comparison = _comparison(inner, where, numbers=True)
    return Trait("recency_days", comparison, _number(inner.get("days"), where))


def _read_orders(node: Mapping[str, Any], where: str) -> OrdersIn:
    inner = _inner(node, "orders", where)
    measure = inner.get("measure", "orders")
    if measure not in ("orders", "amount"):
        raise _wrong(where, "measure is orders or amount")
    return OrdersIn(
        _days(inner, where),
        _comparison(inner, where, numbers=True),
        _number(inner.get("value"), where),
        measure,
        _optional_text(inner, "category", where),
        _optional_text(inner, "product_id", where),
    )


def _read_events(node: Mapping[str, Any], where: str) -> EventsIn:
    inner = _inner(node, "events", where)
    kind = _optional_text(inner, "type", where)
    if kind is None:
        raise _wrong(where, "events need a type")
    return EventsIn(
        _days(inner, where),
        kind,
        _comparison(inner, where, numbers=True),
        _number(inner.get("value"), where),
    )


def _read_segment(node: Mapping[str, Any], where: str) -> InSegment:
    keys = node["segment"]
    keys = [keys] if isinstance(keys, str) else keys
    if not _is_list(keys):
        raise _wrong(where, f"segment is a list of at most {MOST_VALUES} segment keys")
    return InSegment(tuple(_word(key, where, "a segment key") for key in keys))


def _read_random(node: Mapping[str, Any], where: str) -> InBucket:
    inner = _inner(node, "random", where)
    share = _number(inner.get("share"), where)
    if not 0 <= share <= 1:
        raise _wrong(where, "share lies between 0 and 1")
    return InBucket(_word(str(inner.get("seed", "")), where, "seed"), share)


_READERS: dict[str, Any] = {
    "all": None,
    "any": None,
    "not": None,
    "trait": _read_trait,
    "recency": _read_recency,
    "prediction": _read_prediction,
    "orders": _read_orders,
    "events": _read_events,
    "segment": _read_segment,
    "random": _read_random,
}


def _inner(node: Mapping[str, Any], kind: str, where: str) -> Mapping[str, Any]:
    inner = node[kind]
    if not isinstance(inner, Mapping):
        raise _wrong(f"{where}.{kind}", "an object")
    return inner


def _comparison(node: Mapping[str, Any], where: str, *, numbers: bool = False) -> str:
    comparison = node.get("is")
    if comparison not in COMPARISONS or (numbers and comparison == "in"):
        raise _wrong(where, f"'is' is one of {' '.join(COMPARISONS)}")
    return str(comparison)


def _value(value: Any, comparison: str, column: str, where: str) -> Any:
    def one(item: Any) -> float | str:
        if column in WORDS:
            return _word(item, where, f"what {column} is compared with")
        return _number(item, where)

    if comparison != "in":
        return one(value)
    if not _is_list(value):
        raise _wrong(where, f"'in' needs a list of at most {MOST_VALUES} values")
    return tuple(one(item) for item in value)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(where, "a number")
    try:
        number = float(value)
    except OverflowError:  # JSON's whole numbers have no end
        number = math.inf
    if not math.isfinite(number):
        raise _wrong(where, "a number")
    return number


def _days(node: Mapping[str, Any], where: str) -> int:
    days = _number(node.get("days"), where)
    if not 1 <= days <= 36_500 or days != int(days):
        raise _wrong(where, "days is a whole number from 1")
    return int(days)


def _optional_text(node: Mapping[str, Any], name: str, where: str) -> str | None:
    value = node.get(name)
    return None if value is None else _word(value, where, name)


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and 0 < len(value) <= MOST_VALUES
    )


def _word(value: Any, where: str, name: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_WORD or not _is_unicode(value):
        raise _wrong(where, f"{name} is a word of at most {LONGEST_WORD} letters")
    return value


def _is_unicode(text: str) -> bool:
    """JSON can spell halves of a character, which no engine takes."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _wrong(where: str, expected: str) -> InvalidInput:
    return InvalidInput(
        f"This segment definition can't be read at {where}: expected {expected}.",
        code="definition-invalid",
        hint="See docs/segments.md for every kind of condition.",
    )
