"""The templates in `samples/` are read whole, safe, and prices follow from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kindred.pricing.catalogue.product_files import read_products
from kindred.pricing.payloads import Product, Rule, Settings
from kindred.pricing.quotes import QuoteInputs, Shopper
from kindred.pricing.quoting import quote
from kindred.wire import parse

SAMPLES = Path(__file__).parents[3] / "samples"
IN_DECEMBER = datetime(2026, 12, 10, 12, tzinfo=ZoneInfo("Europe/Berlin"))


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / name).read_text("utf-8"))
    return found


def products() -> list[Product]:
    text = (SAMPLES / "pricing-products.csv").read_text("utf-8")
    listings, errors = read_products(text, currency=None, tax_included=True)
    assert errors == []
    place = {"kind": "csv", "id": "UPLOAD"}
    return [parse(Product, {**one.as_fields(), "source": place}) for one in listings]


def test_every_product_has_a_price_above_its_cost() -> None:
    found = products()
    assert len(found) == 5
    assert all(one.cost is not None and 0 < one.cost < one.base_price for one in found)


def test_the_settings_let_no_price_be_raised_or_far_reduced() -> None:
    settings = parse(Settings, load("pricing-settings.json"))
    assert (settings.ceiling, settings.premiums.enabled, settings.kill) == (100, False, False)
    assert settings.floor >= 80
    assert settings.floor_margin > 0


def test_the_first_rule_is_off_until_somebody_switches_it_on_and_lowers_within_limits() -> None:
    rule = parse(Rule, load("pricing-rule.json"))
    assert not rule.active
    settings = parse(Settings, load("pricing-settings.json"))
    columns = {"rfm_group": "At risk", "churn": 0.9}
    leaving = Shopper("ann", "r1", "s01", "Leaving", None, columns)
    for product in products():
        asked = QuoteInputs(
            product_id=product.product_id or "",
            product=product,
            rules={"first": rule.model_copy(update={"active": True})},
            settings=settings,
            shopper=leaving,
            now=IN_DECEMBER,
        )
        given = quote(asked)
        assert 0.9 * product.base_price - 1 <= given.price < product.base_price
        assert given.rule_ids == ("first",)
        loyal = replace(leaving, columns={"rfm_group": "Champions"})
        assert quote(replace(asked, shopper=loyal)).price == product.base_price
