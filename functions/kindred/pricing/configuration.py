"""What a merchant decided about the prices of one source, as values. Pure.

A document that can't be used is left out and told, so that one bad rule doesn't stop all quotes.
Settings that can't be used are no settings: everybody pays public prices until they are right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeVar

from kindred.errors import InvalidInput
from kindred.paths import Source
from kindred.pricing.payloads import PriceTest, Product, Rule, Settings
from kindred.wire import parse

P = TypeVar("P", Settings, Rule, PriceTest, Product)
Owned = TypeVar("Owned", Rule, PriceTest)

#: Rules of one source; more are not looked at, which is told.
MOST_RULES: Final = 500
MOST_TESTS: Final = 100


@dataclass(frozen=True)
class Problem:
    """A document that was left out: where it lies, and which fields are wrong."""

    document: str  # collection/id
    message: str


@dataclass(frozen=True)
class Segment:
    """What a rule and an explanation need of a segment."""

    key: str
    name: str | None = None
    archetype: str | None = None


@dataclass(frozen=True)
class Results:
    """The run of a source that is shown, by which its customers are found."""

    run_id: str
    index_buckets: int
    segments: Mapping[str, Segment] = field(default_factory=dict)  # by document id


@dataclass(frozen=True)
class Configuration:
    """All that quotes of a source follow from, besides product, customer and moment."""

    settings: Settings
    rules: Mapping[str, Rule] = field(default_factory=dict)  # active ones
    tests: Mapping[str, PriceTest] = field(default_factory=dict)  # running ones
    opted_out: frozenset[str] = frozenset()  # hashes
    results: Results | None = None
    problems: tuple[Problem, ...] = ()

    @cached_property
    def version(self) -> str:
        """Tells two configurations apart by what they say, not by when they were read."""
        parts = (self.settings, *(v for _, v in sorted({**self.rules, **self.tests}.items())))
        text = json.dumps([part.model_dump(mode="json") for part in parts], sort_keys=True)
        return hashlib.sha256(
            f"{sorted(self.rules)}{sorted(self.tests)}{text}".encode()
        ).hexdigest()

    def with_drafts(
        self, rules: Mapping[str, Rule], settings: Settings | None = None
    ) -> Configuration:
        """The same with rules that aren't saved yet, in place of those of the same id."""
        active = {id_: rule for id_, rule in {**self.rules, **rules}.items() if rule.active}
        return replace(self, rules=active, settings=settings or self.settings)


Documents = Iterable[tuple[str, Mapping[str, Any]]]


def configure(
    source: Source,
    settings: Mapping[str, Any] | None,
    rules: Documents,
    tests: Documents,
    *,
    opted_out: Iterable[str] = (),
    results: Results | None = None,
) -> Configuration:
    """Documents as a configuration; what can't be used is among its problems."""
    problems: list[Problem] = []
    found_rules = _usable(source, Rule, "pricing_rules", rules, MOST_RULES, problems)
    found_tests = _usable(source, PriceTest, "price_tests", tests, MOST_TESTS, problems)
    return Configuration(
        settings=_settings(settings, problems),
        rules={id_: rule for id_, rule in found_rules.items() if rule.active},
        tests={id_: test for id_, test in found_tests.items() if test.status == "running"},
        opted_out=frozenset(opted_out),
        results=results,
        problems=tuple(problems),
    )


def read_product(product_id: str, fields: Mapping[str, Any]) -> Product | Problem:
    """A product's document as a value, or what is wrong with it."""
    return _read(Product, f"products/{product_id}", fields)


def _settings(fields: Mapping[str, Any] | None, problems: list[Problem]) -> Settings:
    found = _read(Settings, "settings/pricing", fields or {})
    if isinstance(found, Problem):
        problems.append(found)
        return Settings(kill=True)
    return found


def _usable(
    source: Source,
    model: type[Owned],
    collection: str,
    documents: Documents,
    most: int,
    problems: list[Problem],
) -> dict[str, Owned]:
    usable: dict[str, Owned] = {}
    for id_, fields in documents:
        if len(usable) == most:
            problems.append(Problem(collection, f"Only {most} are looked at; remove some."))
            break
        found = _read(model, f"{collection}/{id_}", fields)
        if isinstance(found, Problem):
            problems.append(found)
        elif (found.source.kind, found.source.id) == (source.kind, source.id):
            usable[id_] = found
    return usable


def _read(model: type[P], document: str, fields: Mapping[str, Any]) -> P | Problem:
    try:
        return parse(model, dict(fields))
    except InvalidInput as err:
        return Problem(document, err.message.removeprefix("The request isn't right: "))
