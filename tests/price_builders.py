"""Products, rules, customers and quotes as tests need them: usual where nothing is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kindred.pricing.payloads import Effect, Place, PriceTest, Product, Rule, Settings
from kindred.pricing.quotes import QuoteInputs, Shopper

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SOURCE = Place(kind="csv", id="u1")


def make_product(**fields: Any) -> Product:
    given: dict[str, Any] = {
        "name": "Boots",
        "source": SOURCE,
        "currency": "EUR",
        "base_price": 10_000,
    }
    return Product(**{**given, **fields})


def make_rule(kind: str = "discount", **fields: Any) -> Rule:
    """Effect fields (percent, amount, price, charm) and rule fields side by side."""
    effect = {
        name: fields.pop(name) for name in ("percent", "amount", "price", "charm") if name in fields
    }
    given: dict[str, Any] = {
        "name": "Rule",
        "source": SOURCE,
        "effect": Effect.model_validate({"kind": kind, **effect}),
    }
    return Rule.model_validate({**given, **fields})


def make_test(*effects: Effect | None, **fields: Any) -> PriceTest:
    given: dict[str, Any] = {
        "name": "Test",
        "source": SOURCE,
        "products": ["p1"],
        "arms": [{"id": f"arm{i}", "effect": effect} for i, effect in enumerate(effects)],
        "seed": "seed",
        "holdout": 0.0,
        "status": "running",
    }
    return PriceTest.model_validate({**given, **fields})


def make_shopper(**fields: Any) -> Shopper:
    given: dict[str, Any] = {
        "customer_id": "c1",
        "run_id": "r1",
        "segment_key": "s01",
        "columns": {"rfm_group": "Loyal", "churn": 0.1, "frequency": 3, "mood": None},
    }
    return Shopper(**{**given, **fields})


def make_inputs(**fields: Any) -> QuoteInputs:
    rules = fields.pop("rules", {})
    if not isinstance(rules, dict):
        rules = {f"rule{i}": rule for i, rule in enumerate(rules)}
    given: dict[str, Any] = {
        "product_id": "p1",
        "product": make_product(),
        "rules": rules,
        "settings": Settings(floor=0.0),
        "shopper": make_shopper(),
        "now": NOW,
    }
    return QuoteInputs(**{**given, **fields})
