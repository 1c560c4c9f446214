"""Which column holds which field: header and values together, one field per column at most.

Every pair of column and role gets a score from 0 to 1, header evidence times how well the values
fit; the best assignment of all columns at once wins (so that ``Order Date`` and ``Ship Date`` don't
compete for one field, and a good second choice isn't taken by an earlier column).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from kindred.errors import InvalidInput
from kindred.reading.columns import header_words, headers
from kindred.reading.columns.fields import BY_NAME, CANONICAL, FIELDS, Field
from kindred.reading.columns.profiles import Profile

ACCEPTED = 0.5  # below, a guess is only an alternative
SURE = 0.6  # what a needed field has to reach
_SECRET_WORDS = frozenset(
    [
        "password",
        "passwort",
        "passwd",
        "pwd",
        "pin",
        "cvv",
        "cvc",
        "ssn",
        "iban",
        "bic",
        "secret",
        "passport",
        "aadhaar",
    ]
)
_SECRET_PHRASES = (
    "creditcard", "cardnumber", "cardno", "ccnumber", "kreditkarte", "numerodecarte", "numcarte",
    "tarjetadecredito", "socialsecurity", "pannumber", "pancard", "apikey", "accesstoken",
    "bankaccount", "accountnumber", "kontonummer", "motdepasse", "contrasena",
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """The columns of one role, how sure, and what else it could be."""

    columns: tuple[int, ...]
    confidence: float
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True)
class ColumnMap:
    """Roles to columns; ``personal`` are columns nobody needs that look like secrets."""

    names: tuple[str, ...]
    guesses: Mapping[str, Guess]
    personal: tuple[int, ...] = ()
    given: frozenset[str] = field(default_factory=frozenset)

    def column(self, role: str) -> int | None:
        """The role's (first) column."""
        guess = self.guesses.get(role)
        return guess.columns[0] if guess and guess.columns else None

    def has(self, *roles: str) -> bool:
        return all(role in self.guesses for role in roles)

    def used(self) -> set[int]:
        return {column for guess in self.guesses.values() for column in guess.columns}

    def without(self, *roles: str) -> ColumnMap:
        kept = {role: g for role, g in self.guesses.items() if role not in roles}
        return ColumnMap(self.names, kept, self.personal, self.given)

    def with_(self, role: str, guess: Guess) -> ColumnMap:
        return ColumnMap(self.names, {**self.guesses, role: guess}, self.personal, self.given)

    def _full_name(self) -> Guess | None:
        parts = [g for g in map(self.guesses.get, ("first_name", "last_name")) if g]
        if not parts:
            return None
        columns = tuple(column for part in parts for column in part.columns)
        return Guess(columns, min(part.confidence for part in parts))

    def as_detected(self) -> dict[str, Any]:
        """``{field: {column, confidence, alternatives}}`` of the canonical fields."""
        detected: dict[str, Any] = {}
        for role in CANONICAL:
            guess = self.guesses.get(role)
            if role == "name" and guess is None:
                guess = self._full_name()
            if guess is None:
                continue
            found = [self.names[c] for c in guess.columns]
            detected[role] = {
                "column": found[0] if len(found) == 1 else found,
                "confidence": round(guess.confidence, 2),
                "alternatives": [self.names[c] for c in guess.alternatives][:5],
            }
        return detected


def _known() -> dict[str, list[tuple[str, float]]]:
    """Header key -> [(role, strength)]."""
    table: dict[str, dict[str, float]] = {}
    for known in FIELDS:
        for names, strength in ((known.likely, 0.62), (known.sure, 0.95)):
            for place, name in enumerate(names):
                # What is listed first is the better choice where a file has both.
                roles = table.setdefault(headers.key(name), {})
                found = strength - 0.02 * place / len(names)
                roles[known.name] = max(roles.get(known.name, 0.0), found)
    return {key: list(roles.items()) for key, roles in table.items()}


KNOWN = _known()
_OR = re.compile(r"\s*/\s*|\s+or\s+", re.IGNORECASE)
#: What goods cost the shop and what kind of customer one is.
_NO_FIELD = re.compile(
    r"\b(?:costs? of goods|cogs|production costs?|points (?:earned|redeemed|used|balance)"
    r"|(?:customer|client|user|member) (?:type|kind))\b"
)
#: Words of their own that are near others: a month is no *monto*.
_NO_SLIP = frozenset({"month", "months", "monat", "margin"})
_BY_LENGTH: dict[int, list[str]] = {}
for _key in sorted(KNOWN):
    _BY_LENGTH.setdefault(len(_key), []).append(_key)


@lru_cache(maxsize=4096)
def header_scores(name: str) -> Mapping[str, float]:
    """Role -> how well the header alone names it."""
    scores = dict(_named(name))
    if "tax" in scores and headers.is_share(name):
        del scores["tax"]  # how much tax there is on a hundred, not money
    # Of two columns that differ in this alone, the one without tax holds the goods, and the one
    # with it is what was paid.
    for role in scores:
        paid = role == "order_total"
        if headers.is_without_tax(name) if paid else headers.is_with_tax(name):
            scores[role] -= 0.02
    return scores


def tell_anything(names: Sequence[str]) -> bool:
    """Whether any header is one that we know."""
    return any(header_scores(name) for name in names)


def _named(name: str) -> Mapping[str, float]:
    scores: dict[str, float] = {}
    for place, key in enumerate(headers.keys(name)):
        for role, strength in KNOWN.get(key, ()):
            scores[role] = max(scores.get(role, 0.0), strength * (1.0 if place == 0 else 0.98))
    if scores or _NO_FIELD.search(" ".join(headers.tokens(name))):
        return scores
    if either := _either(name):
        return either
    by_family = header_words.scores(headers.tokens(headers.without_brackets(name)))
    for key in headers.keys(name):
        for close, edits in _misspelt(key):
            if edits == 1 or not by_family:
                for role, strength in KNOWN[close]:
                    value = strength * (0.9 if edits == 1 else 0.82)
                    scores[role] = max(scores.get(role, 0.0), value)
    if scores:
        return scores
    by_words = _by_words(headers.tokens(name))
    return {
        role: max(by_family.get(role, 0.0), by_words.get(role, 0.0))
        for role in {*by_family, *by_words}
    }


def _either(name: str) -> dict[str, float]:
    """``ASIN/ISBN``, ``Mobile or Phone``: what all its names stand for."""
    parts = [headers.key(part) for part in _OR.split(name)]
    if len(parts) < 2 or not all(part in KNOWN for part in parts):
        return {}
    told = [dict(KNOWN[part]) for part in parts]
    shared = set(told[0]).intersection(*told)
    return {role: 0.9 * min(one[role] for one in told) for role in shared}


def _misspelt(key: str) -> list[tuple[str, int]]:
    most = 0 if len(key) < 5 or key in _NO_SLIP else 1 if len(key) < 9 else 2
    found = []
    if most:
        for length in range(len(key) - most, len(key) + most + 1):
            for known in _BY_LENGTH.get(length, ()):
                edits = headers.distance(key, known, most)
                # The first letter is seldom the one that is wrong ('date' isn't 'rate').
                if edits <= most and (known[0] == key[0] or (edits == 1 and len(key) >= 8)):
                    found.append((known, edits))
    least = min((edits for _, edits in found), default=0)
    return [(known, edits) for known, edits in found if edits == least]


_QUALIFIERS = frozenset(
    [
        "shop",
        "store",
        "my",
        "the",
        "our",
        "online",
        "web",
        "new",
        "raw",
        "main",
        "primary",
        "final",
        "original",
        "local",
        "csv",
        "export",
        "tbl",
        "col",
        "field",
        "x",
        "f",
        "dim",
        "fact",
        "order",
        "customer",
        "in",
        "of",
        "per",
        "usd",
        "utc",
        "gmt",
        "est",
        "ist",
        "iso",
        "mm",
        "dd",
        "yy",
        "yyyy",
        "hh",
        "ss",
        "incl",
        "excl",
        "k",
        "net",
        "gross",
        "brutto",
        "netto",
        "line",
        "lines",
    ]
)


def _by_words(tokens: Sequence[str]) -> dict[str, float]:
    """A known header with a word or two around it that don't change its meaning."""
    kept = [t for t in tokens if t not in _QUALIFIERS]
    scores: dict[str, float] = {}
    foreign = any("seller" in header_words.families(t) for t in tokens)
    for words in ([*kept], [*tokens[1:]], [*tokens[:-1]]):
        key = "".join(words)
        if len(key) < 3:
            continue
        certain = 0.72 if words == kept else 0.5
        for role, strength in KNOWN.get(key, ()):
            if not (foreign and role in _OF_PEOPLE and words != list(tokens)):
                scores[role] = max(scores.get(role, 0.0), strength * certain)
    return scores


_OF_PEOPLE = ("city", "country", "email", "phone")


def fit(role: Field, p: Profile, header: float) -> float:
    """How well values fit a role, 0 to 1. Blank columns fit anything a little."""
    if p.count == 0:
        named = header >= 0.9 and role.kind not in ("rating", "text", "words", "event", "status")
        return 0.75 if named else 0.3
    kinds = {
        "email": lambda: 1.0 if p.email > 0.5 else 0.15 if p.email < 0.1 else 0.6,
        "phone": lambda: 1.0 if p.phone > 0.4 else 0.3,
        "person": lambda: _fit_person(p),
        "money": lambda: _fit_money(role, p),
        "count": lambda: 1.0 if p.number > 0.8 and p.integer > 0.5 else 0.75 * p.number,
        "date": lambda: _fit_date(p),
        "time": lambda: 1.0 if p.time > 0.7 else 0.1,
        "id": lambda: _fit_id(p, header),
        "currency": lambda: _fit_currency(p),
        "country": lambda: _fit_country(p),
        "place": lambda: _fit_place(p),
        "bool": lambda: 1.0 if p.boolean > 0.6 else 0.25,
        "status": lambda: _fit_status(p),
        "event": lambda: _fit_event(p),
        "rating": lambda: _fit_rating(p),
        "text": lambda: 1.0 if p.words > 5 else 0.75 if p.words > 2.5 else 0.35,
        "words": lambda: _fit_words(role, p),
        "items": lambda: 1.0 if p.items > 0.3 or p.words > 2 else 0.3,
    }  # fmt: skip
    return float(kinds[role.kind]())


def _fit_words(role: Field, p: Profile) -> float:
    if role.name in ("product_name", "category") and p.distinct == 1 and p.count >= 20:
        return 0.5  # a note that every row carries, not a product
    if role.name == "category" and p.integer > 0.95 and p.repeats > 3:
        return 0.85  # the number of one
    return 1.0 if p.letters > 0.6 and p.email < 0.3 and p.date < 0.3 else 0.5


def _fit_person(p: Profile) -> float:
    if p.email > 0.3 or p.number > 0.5 or p.date > 0.5:
        return 0.15
    return (
        1.0 if p.person > 0.5 and p.words < 5 else 0.8 if p.letters > 0.8 and p.words < 5 else 0.3
    )


def _fit_currency(p: Profile) -> float:
    if p.currency > 0.6:
        return 1.0
    return 0.7 if p.money_sign > 0.5 and p.length < 4 else 0.1


def _fit_country(p: Profile) -> float:
    if p.country > 0.3:
        return 1.0
    return 0.8 if p.number < 0.2 and p.length < 40 else 0.2


def _fit_status(p: Profile) -> float:
    if p.status > 0.5:
        return 1.0
    few = 2 <= p.distinct <= 12 and p.repeats >= 3 and p.letters > 0.8  # words that we don't know
    return 0.75 if few or p.boolean > 0.9 else 0.45


def _fit_place(p: Profile) -> float:
    if p.distinct <= 2 and p.count >= 20:
        return 0.7  # the shop's own, or where it was sold: in the store, online
    named = p.letters > 0.7 and p.words < 5
    return 1.0 if named and p.email < 0.1 and p.date < 0.3 else 0.2


def _fit_event(p: Profile) -> float:
    if p.event > 0.5:
        return 1.0
    return 0.55 if p.distinct <= 40 and p.repeats > 3 else 0.2


def _fit_money(role: Field, p: Profile) -> float:
    if role.name == "refund" and _is_flag(p):
        return 0.2
    if p.zero > 0.98 and role.name in ("amount", "subtotal", "order_total", "unit_price"):
        return 0.7  # what is left to pay, or was adjusted: nothing
    if p.date > 0.5 and p.number < 0.9:
        return 0.1
    return 1.0 if p.number > 0.9 else p.number if p.number > 0.5 else 0.2


def _is_flag(p: Profile) -> bool:
    """Ones and noughts say whether, not how much."""
    return p.integer > 0.95 and p.high == 1 and p.distinct <= 4 and p.count >= 3


def _fit_date(p: Profile) -> float:
    return 1.0 if max(p.date, p.epoch, p.serial) > 0.7 else 0.6 if p.date > 0.3 else 0.1


def _fit_id(p: Profile, header: float) -> float:
    if p.date > 0.8 and p.number < 0.5:
        return 0.2
    if p.words > 5 or p.length > 80:
        return 0.2
    if p.number > 0.9 and p.integer < 0.5:
        return 0.4 if header < 0.9 else 0.7
    return 1.0


def _fit_rating(p: Profile) -> float:
    return (
        1.0
        if p.number > 0.7 and p.low >= 0 and p.high <= 10
        else 0.6
        if p.high <= 100 and p.number > 0.7
        else 0.2
    )


_WHO = ("customer_id", "email", "phone", "name")
_TELLING = frozenset({"email", "date", "currency", "country", "event", "status", "rating", "time"})


def _combined(role: Field, header: float, values: float) -> float:
    """Header and values together; values that hardly anything else has make a vague header sure."""
    score = header * values
    if values == 1.0 and role.kind in _TELLING:
        score += (1 - score) * 0.35
    return score


def _preferred(role: Field, name: str, p: Profile) -> float:
    """What decides between columns that are named alike."""
    undone = 0.03 if role.name == "status" and p.undone else 0.0
    idle = 0.03 if role.kind == "money" and p.zero > 0.98 else 0.0
    # Money off in money says more than its share.
    share = 0.03 if role.name == "discount" and headers.is_share(name) else 0.0
    return undone - idle - share + 0.001 * p.filled


def _value_score(role: Field, p: Profile, p_all: Sequence[Profile]) -> float:
    """A guess by values alone, for a column whose header says nothing."""
    if p.count == 0:
        return 0.0
    if role.name == "email" and p.email > 0.8:
        return 0.9
    if role.name == "order_date" and max(p.date, p.epoch) > 0.9:
        return 0.66
    if role.name == "currency" and p.currency > 0.95:
        return 0.8
    if role.name == "amount" and p.number > 0.95 and (p.integer < 0.9 or p.money_sign > 0.5):
        return 0.62
    if role.name == "review_text" and p.words > 9:
        return 0.62
    if role.name == "event_type" and p.event > 0.8:
        return 0.62
    if role.name == "country" and p.country > 0.9:
        return 0.62
    if role.name == "status" and p.status > 0.9:
        return 0.55
    if role.name == "customer_id" and looks_like_ids(p) and p.repeats > 1.15:
        return 0.6
    if role.name == "order_id" and looks_like_ids(p) and p.repeats <= 1.15:
        return 0.45
    if (
        role.name == "quantity"
        and p.integer > 0.95
        and p.high <= 200
        and p.low >= -50
        and p.distinct > 2
    ):
        return 0.42
    return 0.0


def looks_like_ids(p: Profile) -> bool:
    """Whether values alone make a column one of ids."""
    return (
        p.words < 1.5 and p.length >= 2 and p.distinct > 3 and p.date < 0.5 and p.email < 0.5
        and (p.number < 0.5 or p.integer > 0.9) and p.filled > 0.5 and p.currency < 0.5
        and p.country < 0.5 and p.status < 0.5
    )  # fmt: skip


def map_columns(
    names: Sequence[str],
    profiles: Sequence[Profile],
    *,
    has_header: bool = True,
    given: Mapping[str, str | Sequence[str]] | None = None,
) -> ColumnMap:
    """The best assignment of roles to columns."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    personal = tuple(
        i for i, (n, p) in enumerate(zip(names, profiles, strict=True)) if is_secret(n, p)
    )
    fixed = _given_columns(names, given or {})
    taken = {column for columns in fixed.values() for column in columns}
    roles = [role for role in FIELDS if role.name not in fixed]
    scores = np.zeros((len(roles), len(names)))
    meaningful = has_header and tell_anything(names)
    others_tell = any(
        p.distinct > 1 and any(header_scores(name).get(role, 0.0) >= SURE for role in _WHO)
        for name, p in zip(names, profiles, strict=True)
    )
    for at, (name, p) in enumerate(zip(names, profiles, strict=True)):
        if at in taken or (at in personal):
            continue
        by_header = header_scores(name) if has_header else {}
        for row, role in enumerate(roles):
            strength = by_header.get(role.name, 0.0)
            if strength:
                values = fit(role, p, strength)
                if role.name in _WHO and others_tell and p.distinct == 1 and p.count >= 10:
                    values *= 0.5  # the shop itself, or an account that every row is booked to
                scores[row, at] = _combined(role, strength, values) + _preferred(role, name, p)
            elif not by_header or not meaningful:
                by_value = _value_score(role, p, profiles)
                scores[row, at] = by_value * (1.0 if not meaningful else 0.8)
    later = 1e-6 * np.arange(len(names))[None, :] + 1e-5 * np.arange(len(roles))[:, None]
    rows, cols = linear_sum_assignment(-(scores - later * (scores > 0)))
    guesses = {role: Guess(columns, 1.0) for role, columns in fixed.items()}
    for row, at in zip(rows.tolist(), cols.tolist(), strict=True):
        score = float(scores[row, at])
        if score >= ACCEPTED:
            others = [
                int(c)
                for c in np.argsort(-scores[row], kind="stable")
                if c != at and scores[row, c] >= 0.3
            ]
            guesses[roles[row].name] = Guess((at,), min(0.99, score), tuple(others[:5]))
    mapping = ColumnMap(tuple(names), guesses, personal, frozenset(fixed))
    if not meaningful:
        return mapping
    mapping = _pieces(_sole_date(_numbered_items(mapping), profiles), profiles)
    return _references(_statuses(mapping, profiles), profiles)


def _statuses(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """Further statuses that take orders back: one tells of the order, one of the payment."""
    guess = mapping.guesses.get("status")
    if guess is None or "status" in mapping.given:
        return mapping
    left_out = mapping.used() | set(mapping.personal)
    more = tuple(
        c
        for c, (name, p) in enumerate(zip(mapping.names, profiles, strict=True))
        if c not in left_out
        and p.undone > 0
        and p.status > 0.5
        and header_scores(name).get("status", 0.0) >= SURE
    )
    return mapping.with_("status", replace(guess, columns=(*guess.columns, *more)))


def _references(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """A reference that is another in each order is the order's, not a product's."""
    order, product = mapping.column("order_id"), mapping.column("product_id")
    if order is None or product is None or mapping.has("product_name"):
        return mapping
    alone = all(p.count >= 20 and p.repeats < 1.02 for p in (profiles[order], profiles[product]))
    named = "product_id" in mapping.given or mapping.has("quantity")
    return mapping if named or not alone else mapping.without("product_id")


def _pieces(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """An 'amount' of a few, beside a price that is far more, is how many."""
    amount, price = mapping.guesses.get("amount"), mapping.column("unit_price")
    if amount is None or price is None or mapping.has("quantity") or "amount" in mapping.given:
        return mapping
    few, dear = profiles[amount.columns[0]], profiles[price]
    if few.integer > 0.95 and 0 < few.high <= 100 and few.high < dear.high / 2:
        return mapping.without("amount").with_("quantity", amount)
    return mapping


_NUMBERED = re.compile(r"(.*\D)(\d{1,3})$")


def _numbered_items(mapping: ColumnMap) -> ColumnMap:
    """What was bought may stand in one column per item: ``line_item_1``, ``line_item_2`` …"""
    for role in ("product_name", "line_items"):
        guess = mapping.guesses.get(role)
        found = guess and _NUMBERED.match(headers.key(mapping.names[guess.columns[0]]))
        if not guess or not found or role in mapping.given:
            continue
        others = mapping.without("product_name", "line_items")
        stem, taken = found.group(1), others.used() | set(mapping.personal)
        series: dict[int, int] = {}
        for place, name in enumerate(mapping.names):
            other = _NUMBERED.match(headers.key(name))
            if other and other.group(1) == stem and place not in taken:
                series.setdefault(int(other.group(2)), place)
        columns = tuple(series[number] for number in sorted(series))
        return others.with_("product_name", Guess(columns, guess.confidence))
    return mapping


_OTHER_DATES = (
    "ship",
    "deliver",
    "paid",
    "pay",
    "update",
    "birth",
    "due",
    "cancel",
    "return",
    "expir",
)


def _sole_date(mapping: ColumnMap, profiles: Sequence[Profile]) -> ColumnMap:
    """The only column of dates is when it happened, whatever it is called."""
    dated = [i for i, p in enumerate(profiles) if p.date > 0.9]
    told = ("order_date", "event_time", "first_order", "last_order")
    if len(dated) != 1 or any(
        (guess := mapping.guesses.get(role)) and guess.confidence >= SURE for role in told
    ):
        return mapping
    name = headers.key(mapping.names[dated[0]])
    if any(word in name for word in _OTHER_DATES) or mapping.given & set(told):
        return mapping
    taken = [role for role, guess in mapping.guesses.items() if dated[0] in guess.columns]
    return mapping.without(*taken).with_("order_date", Guess((dated[0],), 0.65))


def _given_columns(
    names: Sequence[str], given: Mapping[str, str | Sequence[str]]
) -> dict[str, tuple[int, ...]]:
    places = {name: i for i, name in reversed(list(enumerate(names)))}
    loose = {headers.key(name): i for i, name in reversed(list(enumerate(names)))}
    fixed: dict[str, tuple[int, ...]] = {}
    for role, wanted in given.items():
        if role not in BY_NAME:
            raise InvalidInput(
                f"'{role[:60]}' isn't a field that a column can be mapped to.",
                code="unknown-field",
                hint=f"Fields are {', '.join(CANONICAL)}.",
            )
        columns = [wanted] if isinstance(wanted, str) else list(wanted or ())
        found = []
        for column in columns:
            place = places.get(column, loose.get(headers.key(column)))
            if place is None:
                raise InvalidInput(
                    f"The file has no column '{column[:100]}'.",
                    code="unknown-column",
                    hint=f"Its columns are {', '.join(names)[:600]}.",
                )
            found.append(place)
        if found:
            fixed[role] = tuple(found)
    return fixed


def is_secret(name: str, p: Profile) -> bool:
    """Card numbers, passwords and the like: nobody needs them here."""
    if p.card > 0.5:
        return True
    words = headers.tokens(name)
    if "code" in words or "zip" in words:  # a 'PIN Code' is a postal code
        return False
    key = "".join(words)
    return bool(_SECRET_WORDS.intersection(words)) or any(t in key for t in _SECRET_PHRASES)
