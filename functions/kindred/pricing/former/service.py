"""Use cases of the log of what everybody was asked: each change closes the time before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from kindred.errors import InvalidInput, SourceGone
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.asked_prices import (
    SETTINGS_THAT_MATTER,
    Asking,
    after_change,
    is_change,
    moves,
)
from kindred.pricing.configuration import Configuration, read_product
from kindred.pricing.former import store
from kindred.pricing.payloads import Place, Product, Rule, Settings
from kindred.pricing.rules import in_scope
from kindred.pricing.shoppers import is_for_everybody
from kindred.wire import parse

Fields = Mapping[str, Any]
_WRITERS: Final = 8


def note_product(
    uid: str, product_id: str, before: Fields | None, after: Fields | None, *, at: datetime
) -> bool:
    """Log what a product cost everybody before it was changed; False if that is of no matter.

    A new product has no past: its log begins with the first change.
    """
    if before is None or after is None or not is_change(before, after):
        return False
    was, is_ = read_product(product_id, before), read_product(product_id, after)
    if not isinstance(was, Product) or not isinstance(is_, Product):
        return False
    found = _configuration(uid, is_.source, at)
    if found is None or not moves(was, is_, found.settings):
        return False
    return _log(uid, product_id, was, found, found, at)


def note_rule(
    uid: str, rule_id: str, before: Fields | None, after: Fields | None, *, at: datetime
) -> int:
    """Log what products cost everybody before a rule for everybody was changed; how many."""
    was, is_ = _rule(before), _rule(after)
    ours = [rule for rule in (was, is_) if rule is not None]
    noted = 0
    for place in {(rule.source.kind, rule.source.id) for rule in ours}:
        of_place = {
            f"{rule_id}-{i}": rule
            for i, rule in enumerate(ours)
            if (rule.source.kind, rule.source.id) == place
        }
        source = Place(kind=place[0], id=place[1])
        now = _configuration(uid, source, None)
        if now is None:
            continue
        rules = {id_: rule for id_, rule in now.rules.items() if id_ != rule_id}
        if was is not None and was.source == source:
            rules[rule_id] = was
        then = Configuration(now.settings, rules)
        about = (
            (id_, product)
            for id_, product in _products(uid, source)
            if in_scope(of_place, product, id_)
        )
        noted += _log_all(uid, about, then, now, at)
    return noted


def note_settings(uid: str, before: Fields | None, after: Fields | None, *, at: datetime) -> int:
    """Log what products cost everybody before settings for everybody were changed; how many."""
    was, is_ = before or {}, after or {}
    if all(was.get(name) == is_.get(name) for name in SETTINGS_THAT_MATTER):
        return 0
    settings = _settings(was)
    by_source: dict[tuple[str, str], list[tuple[str, Product]]] = defaultdict(list)
    for id_, product in _products(uid, None):
        by_source[product.source.kind, product.source.id].append((id_, product))
    noted = 0
    for (kind, id_), products in by_source.items():
        now = _configuration(uid, Place(kind=kind, id=id_), None)
        if now is not None:
            noted += _log_all(uid, products, Configuration(settings, now.rules), now, at)
    return noted


def _log_all(
    uid: str,
    products: Iterable[tuple[str, Product]],
    then: Configuration,
    now: Configuration,
    at: datetime,
) -> int:
    with ThreadPoolExecutor(_WRITERS) as pool:
        done = pool.map(lambda one: _log(uid, one[0], one[1], then, now, at), products)
        return sum(done)


def _log(
    uid: str,
    product_id: str,
    was: Product,
    then: Configuration,
    now: Configuration,
    at: datetime,
) -> bool:
    def change(fields: Fields) -> Any:
        product = read_product(product_id, fields)
        if not isinstance(product, Product):
            return None
        before = Asking(was, then.rules, then.settings)
        after = Asking(product, now.rules, now.settings)
        return after_change(product_id, before, after, at)

    return store.change_asked(uid, product_id, change)


def _configuration(uid: str, place: Place, at: datetime | None) -> Configuration | None:
    """What holds for a source: as it is now, or, with a moment, as it was up to a minute before."""
    source = Source(uid, place.kind, place.id)
    try:
        if at is not None:
            return pricing_store.configuration(source, at)
        return pricing_store.load_configuration(source)
    except SourceGone:
        return None


def _products(uid: str, source: Place | None) -> Iterator[tuple[str, Product]]:
    for id_, fields in store.each_product(uid, source):
        product = read_product(id_, fields)
        if isinstance(product, Product):
            yield id_, product


def _rule(fields: Fields | None) -> Rule | None:
    """A rule for everybody that is active; None for another, and for what can't be used."""
    if fields is None:
        return None
    try:
        rule = parse(Rule, dict(fields))
    except InvalidInput:
        return None
    return rule if rule.active and is_for_everybody(rule.who) else None


def _settings(fields: Fields) -> Settings:
    try:
        return parse(Settings, dict(fields))
    except InvalidInput:
        return Settings(kill=True)  # as quotes take what can't be used
