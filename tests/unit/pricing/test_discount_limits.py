"""A discount in a shop keeps to the limits that quotes keep to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.paths import Source
from kindred.pricing.discount_limits import Reduction, why_none, why_too_much
from kindred.pricing.payloads import Place, Product, Settings

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SHOP = Source("m", "shopify", "s1")
PLACE = Place(kind="shopify", id="s1")


def product(**fields: Any) -> Product:
    given = {"name": "Tea", "source": PLACE, "currency": "EUR", "base_price": 1000} | fields
    return Product(**given)


def why(reduction: Reduction, *products: Product, **settings: Any) -> str | None:
    return why_too_much(reduction, products, Settings(**settings), NOW)


def percent(value: str) -> Reduction:
    return Reduction(percent=Decimal(value))


def test_a_percentage_goes_as_far_as_the_floor_and_no_further() -> None:
    assert why(percent("30"), floor=70.0) is None
    assert why(percent("30"), product(base_price=1013), floor=70.0) is None
    assert why(percent("30.1"), floor=70.0) == "Your limits allow at most 30 % off."
    assert why(percent("100"), floor=0.0) is None


def test_no_product_is_sold_below_its_margin() -> None:
    tea = product(cost=900)
    assert why(percent("5"), tea) is None
    assert why(percent("5"), tea, floor_margin=10.0) is not None
    assert why(percent("11"), tea, product(name="Cup", cost=950)) == (
        "“Tea” and 1 more would cost less than your limits allow."
    )
    assert why(percent("11"), product()) is None


@pytest.mark.parametrize(
    "fields",
    [{"status": "paused"}, {"cost": 100, "cost_at": NOW - timedelta(days=400)}],
)
def test_what_has_only_a_public_price_gets_no_discount(fields: dict[str, Any]) -> None:
    assert why(percent("1"), product(**fields)) is not None


def test_an_amount_is_taken_off_the_dearest_and_the_cheapest_alike() -> None:
    five = Reduction(amount=500)
    assert why(five, product(), product(base_price=5000)) is None
    assert "Bag" in (why(five, product(), product(name="Bag", base_price=900)) or "")


def test_the_switches_and_the_law_hold() -> None:
    assert why_none(SHOP, Settings(), NOW) is None
    assert why_none(SHOP, Settings(kill=True), NOW)
    assert why_none(SHOP, Settings(killed_sources=(PLACE,)), NOW)
    assert why_none(SHOP, Settings(killed_sources=(Place(kind="csv", id="s1"),)), NOW) is None
