"""A price is lowered as it was shown, once, and can be put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from kindred.errors import InvalidInput
from kindred.sources.shopify.discount_terms import code_of, tag_of
from kindred.sources.shopify.discounts import ShopifyDiscounts
from kindred.sources.shops.discounts import Discount, Done
from shops.shopify.connected import ConnectedShop

Open = Callable[..., ConnectedShop]
WAYS = ("segment", "codes", "draft_order")
DISCOUNTS = ShopifyDiscounts()


def discount(**fields: Any) -> Discount:
    given = {
        "id": "quote-1",
        "title": "For our regulars",
        "customer_ids": ("1000", "1001"),
        "percent": Decimal("12.5"),
        "product_ids": ("6000",),
    } | fields
    return Discount(**given)


def apply(shop: ConnectedShop, way: str, **fields: Any) -> Done:
    plan = DISCOUNTS.plan(shop.connection, discount(**fields), way)
    return DISCOUNTS.apply(shop.connection, shop.client, plan, {})


def holdings(shop: ConnectedShop) -> dict[str, Any]:
    """All of the shop that a discount may change."""
    admin = shop.server.admin
    return {
        "tags": {c["id"]: tuple(c["tags"]) for c in shop.made_up.customers},
        "segments": sorted(admin.segments),
        "discounts": sorted(admin.discounts),
        "drafts": sorted(admin.drafts),
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_says_what_it_will_do_and_does_nothing(way: str, shop: ConnectedShop) -> None:
    plan = DISCOUNTS.plan(shop.connection, discount(), way)
    assert plan.way == way
    assert "12.5 % off" in plan.steps[-1].what
    assert shop.server.requests == []


@pytest.mark.parametrize("way", WAYS)
def test_doing_it_twice_makes_it_once(way: str, shop: ConnectedShop) -> None:
    first = apply(shop, way)
    held = holdings(shop)
    assert apply(shop, way) == first
    assert holdings(shop) == held


@pytest.mark.parametrize("way", WAYS)
def test_undoing_leaves_the_shop_as_it_was(way: str, shop: ConnectedShop) -> None:
    before = holdings(shop)
    done = apply(shop, way)
    assert holdings(shop) != before
    for _ in range(2):  # what is gone already is fine
        DISCOUNTS.undo(shop.connection, shop.client, done)
        assert holdings(shop) == before


@pytest.mark.parametrize("way", WAYS)
def test_what_nobody_noted_is_found_and_taken_back(way: str, shop: ConnectedShop) -> None:
    before = holdings(shop)
    done = apply(shop, way)
    found = DISCOUNTS.find(shop.connection, shop.client, discount(), way)
    assert found == done
    DISCOUNTS.undo(shop.connection, shop.client, found)
    assert holdings(shop) == before
    nothing = DISCOUNTS.find(shop.connection, shop.client, discount(), way)
    assert {name.partition("/")[0] for name in nothing.made} <= {"tagged"}
    DISCOUNTS.undo(shop.connection, shop.client, nothing)


@pytest.mark.parametrize("way", ["codes", "draft_order"])
def test_what_was_made_for_who_is_forgotten_is_found_without_their_id(
    way: str, shop: ConnectedShop
) -> None:
    before = holdings(shop)
    done = apply(shop, way)
    marks = DISCOUNTS.marks(discount(), way)
    left = discount(customer_ids=("1001",))
    found = DISCOUNTS.find(shop.connection, shop.client, left, way, [marks["1000"]])
    assert sorted(found.made.values()) == sorted(done.made.values())
    assert not [name for name in found.made if "1000" in name]
    DISCOUNTS.undo(shop.connection, shop.client, found)
    assert holdings(shop) == before


def test_further_customers_get_the_discount_that_others_have(shop: ConnectedShop) -> None:
    first = apply(shop, "segment", customer_ids=("1000",))
    shared = {name: first.made[name] for name in ("segment", "automatic")}
    plan = DISCOUNTS.plan(shop.connection, discount(customer_ids=("1001",)), "segment")
    asked = len(shop.server.requests)
    second = DISCOUNTS.apply(shop.connection, shop.client, plan, shared)
    assert len(shop.server.requests) == asked + 1
    assert second.made == {"tagged/1001": tag_of(discount()), **shared}


def test_a_segment_discount_is_for_who_has_the_tag_and_nobody_else(shop: ConnectedShop) -> None:
    done = apply(shop, "segment")
    tag = tag_of(discount())
    tagged = {c["id"] for c in shop.made_up.customers if tag in c["tags"]}
    assert tagged == {"gid://shopify/Customer/1000", "gid://shopify/Customer/1001"}
    made = shop.server.admin.discounts[done.made["automatic"]]["discount"]
    assert made["context"] == {"customerSegments": {"add": [done.made["segment"]]}}
    assert made["customerGets"] == {
        "value": {"percentage": 0.125},
        "items": {"products": {"productVariantsToAdd": ["gid://shopify/ProductVariant/6000"]}},
    }
    segment = shop.server.admin.segments[done.made["segment"]]
    assert segment["query"] == f"customer_tags CONTAINS '{tag}'"
    assert made["title"] == "For our regulars"  # what buyers read


def test_a_code_is_one_customers_and_good_once(shop: ConnectedShop) -> None:
    done = apply(shop, "codes", percent=None, amount=Decimal("5.00"), product_ids=())
    assert done.codes["1000"] != done.codes["1001"]
    for customer, code in done.codes.items():
        made = shop.server.admin.discounts[done.made[f"code/{customer}"]]["discount"]
        assert made["code"] == code == code_of(discount(), customer)
        assert made["context"] == {"customers": {"add": [f"gid://shopify/Customer/{customer}"]}}
        assert (made["usageLimit"], made["appliesOncePerCustomer"]) == (1, True)
        assert made["customerGets"]["value"]["discountAmount"]["amount"] == "5.00"
        assert made["startsAt"] == "2026-11-02T12:00:00Z"  # now, by the shop's clock


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"percent": Decimal("12.5")}, Decimal("0.875")),
        ({"percent": Decimal(100)}, Decimal(0)),
        ({"percent": None, "amount": Decimal("1.00")}, None),
        ({"percent": None, "amount": Decimal("100000")}, Decimal(0)),
    ],
)
def test_a_draft_order_overrides_the_price_to_the_cent(
    fields: dict[str, Any], expected: Decimal | None, shop: ConnectedShop
) -> None:
    done = apply(shop, "draft_order", **fields)
    variant = shop.made_up.by_id("gid://shopify/ProductVariant/6000")
    assert variant is not None
    price = Decimal(variant["price"])
    lowered = (
        price - 1
        if expected is None
        else (price * expected).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    )
    given = shop.server.admin.drafts[done.made["draft/1000"]]["given"]
    (line,) = given["lineItems"]
    assert line["priceOverride"] == {
        "amount": str(lowered.quantize(Decimal("0.01"))),
        "currencyCode": "EUR",
    }
    assert given["purchasingEntity"] == {"customerId": "gid://shopify/Customer/1000"}
    assert done.codes["1000"].startswith(shop.server.url)


def test_a_sum_that_broke_off_is_finished_and_not_begun_anew(shop: ConnectedShop) -> None:
    with pytest.raises(InvalidInput):
        apply(shop, "codes", customer_ids=("1000", "1001", "99"), product_ids=("x",))
    apply(shop, "codes", customer_ids=("1000",))
    apply(shop, "codes", customer_ids=("1000", "1001"))
    assert len(shop.server.admin.discounts) == 2


def test_two_discounts_of_one_title_are_two(shop: ConnectedShop) -> None:
    one, two = apply(shop, "segment"), apply(shop, "segment", id="quote-2")
    assert one.made["automatic"] != two.made["automatic"]
    assert one.made["segment"] != two.made["segment"]


def test_what_shopify_refuses_is_said_in_its_words(shop: ConnectedShop) -> None:
    with pytest.raises(InvalidInput, match="Customer does not exist") as refused:
        apply(shop, "segment", customer_ids=("99999",))
    assert refused.value.code == "shop-refused"


def test_a_product_that_is_gone_makes_no_draft_order(shop: ConnectedShop) -> None:
    with pytest.raises(InvalidInput, match="aren't in the shop"):
        apply(shop, "draft_order", product_ids=("6000", "1"))
    assert shop.server.admin.drafts == {}


def test_without_the_scope_it_says_which_permission(shop: ConnectedShop) -> None:
    shop.server.admin.scopes.discard("write_discounts")
    with pytest.raises(InvalidInput) as refused:
        apply(shop, "codes")
    assert refused.value.code == "shop-access-denied"
    assert "discountCodeBasicCreate" in refused.value.message


@pytest.mark.parametrize(
    "fields",
    [
        {"title": " "},
        {"title": "x" * 256},
        {"customer_ids": ()},
        {"customer_ids": ("guest-1",)},
        {"customer_ids": ("1",) * 5_001},
        {"product_ids": ("sku",)},
        {"percent": None},
        {"amount": Decimal(1)},
        {"percent": Decimal(0)},
        {"percent": Decimal("100.1")},
        {"percent": None, "amount": Decimal(-1)},
        {"percent": None, "amount": Decimal(1), "currency": "USD"},
        {"starts_at": datetime(2026, 1, 1)},  # noqa: DTZ001 (that is what is wrong)
        {
            "starts_at": datetime(2026, 2, 1, tzinfo=UTC),
            "ends_at": datetime(2026, 1, 1, tzinfo=UTC),
        },
    ],
)
def test_a_discount_that_cant_be_is_refused_before_anybody_is_asked(
    fields: dict[str, Any], shop: ConnectedShop
) -> None:
    with pytest.raises(InvalidInput) as refused:
        DISCOUNTS.plan(shop.connection, discount(**fields), "codes")
    assert refused.value.hint
    assert shop.server.requests == []


def test_a_way_that_shopify_doesnt_know_is_refused(shop: ConnectedShop) -> None:
    with pytest.raises(InvalidInput):
        DISCOUNTS.plan(shop.connection, discount(), "coupons")
    with pytest.raises(InvalidInput):
        DISCOUNTS.plan(shop.connection, discount(product_ids=()), "draft_order")


def test_yen_have_no_cents(open_shop: Open) -> None:
    shop = open_shop(5, currency="JPY")
    shop.connection = replace(shop.connection, currency="JPY")
    done = apply(shop, "draft_order", percent=Decimal("33.3"))
    (line,) = shop.server.admin.drafts[done.made["draft/1000"]]["given"]["lineItems"]
    assert "." not in line["priceOverride"]["amount"]
