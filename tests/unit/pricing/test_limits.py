"""A price stays between floor, cost, margin and ceiling, and near the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.pricing import limits
from kindred.pricing.limits import Bounds, Held, bounds, hold, hold_to_earlier
from kindred.pricing.payloads import Place, Product, Settings
from kindred.pricing.quotes import Earlier

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def make_product(**fields: Any) -> Product:
    given: dict[str, Any] = {
        "name": "Boots",
        "source": Place(kind="csv", id="u1"),
        "currency": "EUR",
        "base_price": 10_000,
    }
    return Product(**{**given, **fields})


@pytest.mark.parametrize(
    ("product", "settings", "may_raise", "expected"),
    [
        ({}, {}, False, Bounds(5_000, 10_000)),
        ({}, {"floor": 0.0}, False, Bounds(0, 10_000)),
        ({}, {"ceiling": 120.0}, True, Bounds(5_000, 12_000)),
        ({}, {"ceiling": 120.0}, False, Bounds(5_000, 10_000)),
        ({"cost": 6_000}, {"floor_margin": 20.0}, False, Bounds(7_500, 10_000)),
        ({"cost": 6_001}, {"floor_margin": 20.0}, False, Bounds(7_502, 10_000)),  # rounded up
        ({"cost": 6_000}, {"floor": 80.0, "floor_margin": 20.0}, False, Bounds(8_000, 10_000)),
        ({"cost": 6_000}, {"floor_margin": 100.0}, False, Bounds(10_000, 10_000)),
        ({"cost": 0}, {"floor_margin": 100.0, "floor": 0.0}, False, Bounds(0, 10_000)),
        ({"cost": 12_000}, {}, False, Bounds(10_000, 10_000)),  # sold at a loss: never raised
        ({"cost": 12_000}, {"ceiling": 150.0}, True, Bounds(10_000, 15_000)),
        ({"base_price": 0, "cost": 500}, {"ceiling": 200.0}, True, Bounds(0, 0)),
        ({"base_price": 999}, {"floor": 33.3}, False, Bounds(333, 999)),
        ({"base_price": 999}, {"ceiling": 133.3}, True, Bounds(500, 1_331)),
    ],
)
def test_between_which_prices_a_quote_stays(
    product: dict[str, Any], settings: dict[str, Any], may_raise: bool, expected: Bounds
) -> None:
    assert bounds(make_product(**product), Settings(**settings), NOW, may_raise=may_raise) == (
        expected
    )


def test_a_stale_cost_leaves_the_public_price_alone() -> None:
    settings = Settings(cost_days=30, ceiling=150.0)
    old = make_product(cost=100, cost_at=NOW - timedelta(days=31))
    fresh = make_product(cost=100, cost_at=NOW - timedelta(days=30))
    undated = make_product(cost=100)
    assert bounds(old, settings, NOW, may_raise=True) == Bounds(10_000, 10_000)
    assert bounds(fresh, settings, NOW, may_raise=True) == Bounds(5_000, 15_000)
    assert bounds(undated, settings, NOW, may_raise=True) == Bounds(5_000, 15_000)


def test_a_cost_whose_moment_has_no_zone_is_read_all_the_same() -> None:
    product = make_product(cost=100, cost_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point
    assert limits.cost_is_stale(product, Settings(cost_days=30), NOW)


def test_the_limit_that_was_met_is_named() -> None:
    settings = Settings(ceiling=110.0, floor_margin=20.0)
    dear = make_product(cost=6_000)
    within = bounds(dear, settings, NOW, may_raise=True)
    assert hold(Decimal(100), dear, settings, within) == Held(Decimal(7_500), ("margin",))
    assert hold(Decimal(20_000), dear, settings, within) == Held(Decimal(11_000), ("ceiling",))
    assert hold(Decimal(8_000), dear, settings, within) == Held(Decimal(8_000))
    cheap = make_product()
    within = bounds(cheap, settings, NOW, may_raise=False)
    assert hold(Decimal(100), cheap, settings, within) == Held(Decimal(5_000), ("floor",))
    assert hold(Decimal(20_000), cheap, settings, within) == (Held(Decimal(10_000), ("ceiling",)))


@pytest.mark.parametrize(
    ("earlier", "settings", "expected"),
    [
        (Earlier(), {"step": 5.0}, Held(Decimal(8_000))),
        (Earlier(price=8_000), {"step": 0.0, "cooldown": 9}, Held(Decimal(8_000))),
        (Earlier(price=10_000), {"step": 5.0}, Held(Decimal(9_500), ("step",))),
        (Earlier(price=6_000), {"step": 10.0}, Held(Decimal(6_600), ("step",))),
        (Earlier(price=10_000), {"step": 20.0}, Held(Decimal(8_000))),
        (
            Earlier(price=9_000, changed_at=NOW - timedelta(hours=23)),
            {"cooldown": 24},
            Held(Decimal(9_000), ("cooldown",)),
        ),
        (
            Earlier(price=9_000, changed_at=NOW - timedelta(hours=24)),
            {"cooldown": 24},
            Held(Decimal(8_000)),
        ),
        (
            Earlier(price=9_000, new_today=3),
            {"quotes_per_day": 3},
            Held(Decimal(9_000), ("quotes_per_day",)),
        ),
        (Earlier(price=9_000, new_today=2), {"quotes_per_day": 3}, Held(Decimal(8_000))),
    ],
)
def test_a_price_stays_near_the_last_one(
    earlier: Earlier, settings: dict[str, Any], expected: Held
) -> None:
    assert hold_to_earlier(Decimal(8_000), earlier, Settings(**settings), NOW) == expected
