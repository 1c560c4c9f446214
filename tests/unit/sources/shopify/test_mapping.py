"""Money, people and states, as they come out of Shopify's objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.shopify import mapping, refunds, values
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.records import RefundRecord
from shops.shopify.made_up_shop import MadeUpShop

CENTS = st.decimals("0.00", "9999.99", places=2, allow_nan=False)


def bag(amount: Decimal | str) -> dict[str, Any]:
    return {"shopMoney": {"amount": str(amount), "currencyCode": "EUR"}}


def whole(node: dict[str, Any]) -> dict[str, Any]:
    """An order of the made-up shop as if it had been paged to the end."""
    return {**node, "lineItems": {"nodes": node["lineItems"]}}


def refund_node(node: dict[str, Any]) -> dict[str, Any]:
    pages = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")
    return {**node, **{name: {"nodes": node[name]} for name in pages}}


@pytest.mark.parametrize("included", [True, False])
def test_lines_tax_and_shipping_make_the_total_to_the_cent(included: bool) -> None:
    for node in MadeUpShop(80, taxes_included=included).orders:
        order = mapping.order_record(whole(node))
        goods = sum((line.amount + (line.tax or 0) for line in order.lines), Decimal(0))
        shipping_tax = Decimal(
            node["shippingLine"]["taxLines"][0]["priceSet"]["shopMoney"]["amount"]
        )
        assert order.shipping is not None
        assert goods + order.shipping + shipping_tax == order.total


def test_the_buyers_currency_is_never_taken_for_the_shops() -> None:
    order = mapping.order_record(whole(MadeUpShop(1).orders[0]))
    assert order.currency == "EUR"
    assert order.total == Decimal(MadeUpShop(1).orders[0]["totalPriceSet"]["shopMoney"]["amount"])


def test_a_gift_card_is_no_goods_neither_bought_nor_given_back() -> None:
    shop = MadeUpShop(3)
    node = next(o for o in shop.orders if len(o["lineItems"]) > 1)
    node["lineItems"][0]["isGiftCard"] = True
    order = mapping.order_record(whole(node))
    assert len(order.lines) == len(node["lineItems"]) - 1
    refund = refunds.refund_record(refund_node(shop.add_refund(node, lines=2)))
    assert [line.line_id for line in refund.lines] == [order.lines[0].id]


@pytest.mark.parametrize(
    ("status", "state"),
    [("SUCCESS", "done"), ("PENDING", "pending"), ("FAILURE", "failed"), (None, "done")],
)
def test_only_money_that_went_back_is_done(status: str | None, state: str) -> None:
    shop = MadeUpShop(1)
    refund = shop.add_refund(shop.orders[0], status=status)
    assert refunds.refund_record(refund_node(refund)).state == state


def test_money_given_back_for_no_line_is_other() -> None:
    shop = MadeUpShop(1)
    refund = shop.add_refund(shop.orders[0], lines=0, more=Decimal("7.50"))
    record = refunds.refund_record(refund_node(refund))
    assert (record.lines, record.other) == ((), Decimal("7.50"))


@given(st.lists(CENTS, min_size=1, max_size=6), CENTS)
def test_what_was_kept_is_shared_by_the_lines_exactly(
    amounts: list[Decimal], kept: Decimal
) -> None:
    node = {
        "id": "gid://shopify/Refund/1",
        "updatedAt": "2026-01-01T00:00:00Z",
        "processedAt": "2026-01-01T00:00:00Z",
        "order": {"id": "gid://shopify/Order/1", "taxesIncluded": False, "currencyCode": "EUR"},
        "refundLineItems": {
            "nodes": [
                {"quantity": 1, "subtotalSet": bag(a), "totalTaxSet": bag("0"), "lineItem": {}}
                for a in amounts
            ]
        },
        "refundShippingLines": {"nodes": []},
        "orderAdjustments": {"nodes": [{"reason": "RESTOCK", "amountSet": bag(kept)}]},
        "transactions": {"nodes": []},
    }
    record = refunds.refund_record(node)
    assert sum(line.amount for line in record.lines) == max(sum(amounts) - kept, Decimal(0))
    assert all(line.amount >= 0 for line in record.lines)
    assert record.other == 0


def kept_back(kept: str, *, with_tax: bool, lines: bool = True) -> RefundRecord:
    """A refund of a shirt for 100 and 19 tax and of shipping for 5 and 0.95, less ``kept``."""
    shirt = {"quantity": 1, "subtotalSet": bag("119" if with_tax else "100"),
             "totalTaxSet": bag("19"), "lineItem": {"id": "gid://shopify/LineItem/7"}}  # fmt: skip
    shipping = {"subtotalAmountSet": bag("5.95" if with_tax else "5"), "taxAmountSet": bag("0.95")}
    return refunds.refund_record(
        {
            "id": "gid://shopify/Refund/1",
            "updatedAt": "2026-01-01T00:00:00Z",
            "processedAt": "2026-01-01T00:00:00Z",
            "order": {"id": "gid://shopify/Order/1", "taxesIncluded": with_tax,
                      "currencyCode": "EUR"},
            "refundLineItems": {"nodes": [shirt] if lines else []},
            "refundShippingLines": {"nodes": [shipping]},
            "orderAdjustments": {"nodes": [{"reason": "RESTOCK", "amountSet": bag(kept)}]},
            "transactions": {"nodes": []},
        }
    )  # fmt: skip


@pytest.mark.parametrize("with_tax", [True, False])
@pytest.mark.parametrize(
    ("kept", "goods", "tax", "shipping"),
    [
        ("0", "100", "19", "5"),
        ("59.5", "50", "9.5", "5"),  # half of the money is half of the goods and half of the tax
        ("119", "0", "0", "5"),
        ("121.975", "0", "0", "2.5"),
        ("124.95", "0", "0", "0"),
        ("500", "0", "0", "0"),
    ],
)
def test_what_was_kept_is_money_with_its_tax_off_goods_first_and_then_off_shipping(
    kept: str, goods: str, tax: str, shipping: str, with_tax: bool
) -> None:
    record = kept_back(kept, with_tax=with_tax)
    (line,) = record.lines
    assert (line.amount, line.tax, record.shipping, record.other) == (
        Decimal(goods), Decimal(tax), Decimal(shipping), 0,
    )  # fmt: skip


def test_what_was_kept_of_shipping_that_goes_back_alone_is_no_refund() -> None:
    assert kept_back("2.975", with_tax=True, lines=False).shipping == Decimal("2.5")


def test_a_refund_on_its_way_changes_nothing_yet() -> None:
    shop = MadeUpShop(1)
    refund = shop.add_refund(shop.orders[0], more=Decimal(3))
    refund["orderAdjustments"][0]["reason"] = "PENDING_REFUND_DISCREPANCY"
    assert refunds.refund_record(refund_node(refund)).other == 0


def test_the_only_variant_of_a_product_has_its_products_name() -> None:
    for node in MadeUpShop(40).products:
        records = mapping.product_records({**node, "variants": {"nodes": node["variants"]}}, "EUR")
        assert len(records) == len(node["variants"])
        for record in records:
            assert record.name is not None
            assert "Default Title" not in record.name
            assert record.category in ("Clothing", "Goods")


def test_an_archived_product_is_not_active() -> None:
    states = {
        node["status"]: mapping.product_records(
            {**node, "variants": {"nodes": node["variants"]}}, "EUR"
        )[0].is_active
        for node in MadeUpShop(400).products
    }
    assert states == {"ACTIVE": True, "ARCHIVED": False}


def test_who_left_a_checkout_is_known_from_its_customer_alone() -> None:
    for node in MadeUpShop(80).checkouts:
        cart = mapping.cart_record(whole(node))
        assert (cart.person.email is None) == (node["customer"] is None)
        assert cart.is_recovered == (node["completedAt"] is not None)
        assert cart.url == node["abandonedCheckoutUrl"]


@pytest.mark.parametrize("text", ["", "12", "gid://shopify/Order/x", "gid://evil/Order/1", None, 7])
def test_what_is_no_id_is_refused(text: object) -> None:
    with pytest.raises(AnswerUnusable):
        values.number_of(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01T00:00:00", None, 12])
def test_a_time_without_a_zone_is_refused(text: object) -> None:
    with pytest.raises(AnswerUnusable):
        values.time_of(text)


@pytest.mark.parametrize("amount", ["abc", "NaN", "Infinity"])
def test_a_figure_that_is_none_is_refused(amount: str) -> None:
    node = whole(MadeUpShop(1).orders[0])
    node["totalPriceSet"] = bag(amount)
    with pytest.raises(AnswerUnusable):
        mapping.order_record(node)
