"""Coupons: planned without asking anybody, made once, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from kindred.errors import InvalidInput
from kindred.sources.shops.discounts import Discount, Discounts
from kindred.sources.woocommerce.discounts import WooCommerceDiscounts
from shops.woocommerce.server import Site
from shops.woocommerce.shop import Shop
from unit.sources.woocommerce.asked_shops import NOW, asked, connection

SHOP = connection("https://shop.example.com")
TEN = Discount(
    "d1", "Come back", ("3", "4", "5"), percent=Decimal(10), ends_at=NOW + timedelta(days=30),
    emails={"3": "a@example.com", "4": "b@example.com"},
)  # fmt: skip


def coupons() -> Discounts:
    return WooCommerceDiscounts(clock=lambda: NOW)


def test_a_plan_is_a_coupon_for_each_address_in_words() -> None:
    plan = coupons().plan(SHOP, TEN, "coupons")
    assert len(plan.steps) == 2  # nobody knows the address of the third
    assert "10 % off, once, for customer 3 alone" in plan.steps[0].what
    made: Any = plan.steps[0].arguments["coupon"]
    assert made["email_restrictions"] == ["a@example.com"]
    assert (made["usage_limit"], made["usage_limit_per_user"]) == (1, 1)
    assert made["date_expires_gmt"] == "2026-12-21T12:00:00"
    assert coupons().plan(SHOP, TEN, "coupons") == plan


def test_coupons_are_made_once_found_again_and_taken_back() -> None:
    with asked(Site(Shop(orders=1), clock=NOW.timestamp)) as shop:
        plan = coupons().plan(shop.connection, TEN, "coupons")
        done = coupons().apply(shop.connection, shop.client, plan, {})
        assert sorted(done.made) == ["coupon/3", "coupon/4"]
        kept = shop.shop.coupons
        assert {one["code"] for one in kept.values()} == set(done.codes.values())
        assert all(one["code"] == one["code"].lower() for one in kept.values())

        kept.popitem()  # as if the first attempt had been killed before the last one
        again = coupons().apply(shop.connection, shop.client, plan, {})
        assert again.codes == done.codes
        assert len(kept) == 2

        assert coupons().find(shop.connection, shop.client, TEN, "coupons") == again
        (forgotten, mark), *_ = coupons().marks(TEN, "coupons").items()
        left = replace(TEN, customer_ids=[one for one in TEN.customer_ids if one != forgotten])
        lost = coupons().find(shop.connection, shop.client, left, "coupons", [mark])
        assert sorted(lost.made.values()) == sorted(again.made.values())
        assert f"coupon/{forgotten}" not in lost.made
        for _ in range(2):
            coupons().undo(shop.connection, shop.client, again)
            assert kept == {}


def test_somebody_elses_coupon_with_that_code_is_left_alone() -> None:
    with asked(Site(Shop(orders=1), clock=NOW.timestamp)) as shop:
        plan = coupons().plan(shop.connection, TEN, "coupons")
        made: Any = plan.steps[0].arguments["coupon"]
        shop.shop.coupons[1] = {"id": 1, "code": made["code"], "description": "Summer"}
        with pytest.raises(InvalidInput, match="already exists"):
            coupons().apply(shop.connection, shop.client, plan, {})
        assert list(shop.shop.coupons) == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"percent": None},
        {"amount": Decimal(5), "currency": "EUR"},
        {"percent": Decimal(0)},
        {"percent": Decimal("100.5")},
        {"percent": None, "amount": Decimal(5), "currency": "USD"},
        {"percent": None, "amount": Decimal("NaN"), "currency": "EUR"},
        {"percent": None, "amount": Decimal(-5), "currency": "EUR"},
        {"starts_at": NOW + timedelta(days=1)},
        {"ends_at": NOW - timedelta(days=1)},
        {"emails": {}},
        {"product_ids": ("12", "gid://x")},
    ],
)
def test_what_a_shop_cant_give_is_refused_before_it_is_asked(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        coupons().plan(SHOP, replace(TEN, **change), "coupons")
    assert refused.value.code == "discount-refused"


def test_an_amount_off_some_products_is_written_exactly() -> None:
    five = replace(
        TEN, percent=None, amount=Decimal("5.50"), currency="EUR", product_ids=("12", "733")
    )
    made: Any = coupons().plan(SHOP, five, "coupons").steps[0].arguments["coupon"]
    assert (made["discount_type"], made["amount"]) == ("fixed_cart", "5.50")
    assert made["product_ids"] == [12, 733]


def test_another_way_than_coupons_is_refused() -> None:
    with pytest.raises(InvalidInput):
        coupons().plan(SHOP, TEN, "segment")
