"""Use cases of what prices did: read, start and stop price tests; analytics; fairness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from kindred import documents
from kindred.customers import pages
from kindred.errors import Conflict, NotFound
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.analytics import analyse
from kindred.pricing.experiments import store
from kindred.pricing.experiments.reading import arms_of, read
from kindred.pricing.experiments.starting import Products, why_not
from kindred.pricing.experiments.tallies import ArmTotals, TestTally
from kindred.pricing.experiments.thompson import chances, thompson_weights
from kindred.pricing.fairness import LEAST_CUSTOMERS, TEST, report
from kindred.pricing.given import Given
from kindred.pricing.holdout_effects import ENOUGH_BUYERS, ENOUGH_CUSTOMERS
from kindred.pricing.payloads import PriceTest, Product


class _Counted:
    """Passes quotes on, and knows how many there were and the oldest moment."""

    def __init__(self, quotes: Iterable[Given]) -> None:
        self._quotes = quotes
        self.n = 0
        self.oldest: datetime | None = None

    def __iter__(self) -> Iterator[Given]:
        for quote in self._quotes:
            self.n += 1
            self.oldest = quote.created_at
            yield quote

    def told(self) -> dict[str, Any]:
        """``complete``: there were no more than are looked at."""
        return {
            "quotes": self.n,
            "oldest": self.oldest,
            "complete": self.n < store.MOST_QUOTES,
        }


def read_price_test(uid: str, test_id: str, *, now: datetime) -> dict[str, Any]:
    """What a test's arms brought, read in three ways, and whether to stop. Changes nothing."""
    test = store.load_test(uid, test_id)
    source = _source(uid, test)
    documents.get_source(source)
    arms = arms_of(test)
    tally = TestTally(test_id, arms, adaptive=test.thompson)
    quotes = _Counted(store.quotes_of_test(source, test_id, arms))
    for quote in quotes:
        tally.add(quote)
    totals = tally.totals()
    reading = read(test, totals, _running(test, tally, now))
    told = {
        "test_id": test_id,
        "status": test.status,
        "currency": tally.currency,
        "first_quote": tally.first,
        "last_quote": tally.last,
        "left_out": {"other_currency": tally.other_currency, "moved": len(tally.moved())},
        "history": quotes.told(),
        "totals": [asdict(totals[arm]) for arm in arms],
        **asdict(reading),
    }
    if test.thompson:
        sampled = [totals[arm.id] for arm in test.arms]
        told["weights"], told["chances"] = list(_weights(test, totals)), list(chances(sampled))
    shown: dict[str, Any] = pages.plain(told)
    return shown


def move_weights(uid: str, test_id: str, *, now: datetime) -> bool:
    """Give a running test with Thompson sampling the weights of the day; False if it has them."""
    test = store.load_test(uid, test_id)
    if not (test.thompson and test.status == "running" and test.weights_day != now.date()):
        return False
    arms = arms_of(test)
    tally = TestTally(test_id, arms, adaptive=True)
    for quote in store.quotes_of_test(_source(uid, test), test_id, arms):
        tally.add(quote)
    store.keep_weights(uid, test_id, _weights(test, tally.totals()), now.date())
    return True


def _weights(test: PriceTest, totals: Mapping[str, ArmTotals]) -> tuple[float, ...]:
    sampled = [totals[arm.id] for arm in test.arms]
    return thompson_weights(sampled, [arm.weight for arm in test.arms])


def start_price_test(uid: str, test_id: str, *, now: datetime) -> dict[str, Any]:
    """Let a draft run from now on; raises `Conflict` with all that is in the way."""
    draft = store.load_test(uid, test_id)
    source = _source(uid, draft)
    settings = pricing_store.load_configuration(source).settings

    def change(test: PriceTest, others: Mapping[str, PriceTest]) -> Mapping[str, Any]:
        if test.status == "running":
            return {}
        if test.status == "stopped":
            raise Conflict(
                "This price test was stopped.",
                code="test-stopped",
                hint="Make a new one: what customers saw before would be mixed in.",
            )
        running = [one for one in others.values() if one.status == "running"]
        products = _products(source, [test, *running])
        found = why_not(test, products, others, settings, now=now)
        if found:
            raise Conflict(" ".join(found), code="test-not-ready")
        return {"status": "running", "starts": now}

    store.change_test(uid, test_id, change)
    return _status(uid, test_id)


def stop_price_test(uid: str, test_id: str, *, now: datetime) -> dict[str, Any]:
    """End a test: from now on its products are priced as if there were none."""

    def change(test: PriceTest, _: Mapping[str, PriceTest]) -> Mapping[str, Any]:
        if test.status == "draft":
            raise Conflict("This price test hasn't been started.", code="test-not-running")
        return {"status": "stopped", "ends": now} if test.status == "running" else {}

    store.change_test(uid, test_id, change)
    return _status(uid, test_id)


def price_analytics(source: Source, days: int, *, now: datetime) -> dict[str, Any]:
    """What the prices of the last days did, by currency."""
    documents.get_source(source)
    quotes = _Counted(store.quotes_since(source, now - timedelta(days=days)))
    currencies = [asdict(one) for one in analyse(quotes)]
    told = {
        "days": days,
        "history": quotes.told(),
        "enough": {"customers": ENOUGH_CUSTOMERS, "buyers": ENOUGH_BUYERS},
        "currencies": currencies,
    }
    shown: dict[str, Any] = pages.plain(told)
    return shown


def fairness_report(
    source: Source, days: int, attribute: str | None, *, now: datetime
) -> dict[str, Any]:
    """Whether groups of customers were asked different prices, by a stated test."""
    documents.get_source(source)
    counted = _Counted(store.quotes_since(source, now - timedelta(days=days)))
    quotes = list(counted)
    named = {}
    if attribute is not None and attribute not in ("segment", "country"):
        values = store.load_attribute(source, attribute, {quote.customer_id for quote in quotes})
        if values is None:
            raise NotFound(
                "No customer of this source has that attribute.",
                code="no-attribute",
                hint="Name a column of the customers' table, or one of the file's own.",
            )
        named[attribute] = values
    told = {
        "days": days,
        "history": counted.told(),
        "test": TEST,
        "least_customers": LEAST_CUSTOMERS,
        "attributes": [asdict(one) for one in report(quotes, named)],
    }
    shown: dict[str, Any] = pages.plain(told)
    return shown


def _source(uid: str, test: PriceTest) -> Source:
    return Source(uid, test.source.kind, test.source.id)


def _running(test: PriceTest, tally: TestTally, now: datetime) -> timedelta:
    """How long a test has been running; drafts and tests without a quote haven't."""
    start = test.starts or tally.first
    if start is None or test.status == "draft":
        return timedelta(0)
    return max(timedelta(0), min(test.ends or now, now) - start)


def _products(source: Source, tests: Iterable[PriceTest]) -> Products:
    names = {name for test in tests for name in test.products}
    found = pricing_store.load_products(source, names)
    return {
        name: (one[0], one[1])
        for name, one in found.items()
        if one is not None and isinstance(one[1], Product)
    }


def _status(uid: str, test_id: str) -> dict[str, Any]:
    test = store.load_test(uid, test_id)
    shown: dict[str, Any] = pages.plain(
        {"test_id": test_id, "status": test.status, "starts": test.starts, "ends": test.ends}
    )
    return shown
