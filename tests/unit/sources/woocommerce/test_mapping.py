"""Objects of WooCommerce as records. The shapes are those of 9.8.5."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.woocommerce import catalogue, mapping

D = Decimal


def line(**given: Any) -> dict[str, Any]:
    return {
        "id": 1, "name": "Mug", "product_id": 12, "variation_id": 0, "quantity": 2,
        "subtotal": "21.00", "subtotal_tax": "0.00", "total": "21.00", "total_tax": "3.99",
        "meta_data": [], "sku": "mug", "price": "10.5", **given,
    }  # fmt: skip


def order(**given: Any) -> Fields:
    made = {
        "id": 13, "status": "processing", "currency": "USD", "prices_include_tax": False,
        "date_created": "2026-11-20T23:51:12", "date_created_gmt": "2026-11-20T22:51:12",
        "date_modified": "2026-11-20T23:51:14", "date_modified_gmt": "2026-11-20T22:51:14",
        "shipping_total": "0.00", "total": "24.99", "customer_id": 0, "number": "R-13",
        "billing": {"first_name": "G", "last_name": "", "email": "g@example.com", "phone": "",
                    "city": "Z&uuml;rich", "country": "ch"},
        "created_via": "checkout", "line_items": [line()], "fee_lines": [], "refunds": [], **given,
    }  # fmt: skip
    return Fields.read(made, "order 13")


def refund(number: int, amount: str, *lines: dict[str, Any], **given: Any) -> Fields:
    made = {
        "id": number, "date_created_gmt": f"2026-11-21T10:00:{number:02}", "amount": amount,
        "reason": "", "refunded_payment": True, "line_items": list(lines), **given,
    }  # fmt: skip
    return Fields.read(made, f"refund {number}")


def back(of: int, quantity: int, total: str, tax: str = "0.00") -> dict[str, Any]:
    return {
        "id": of + 900, "quantity": -quantity, "total": f"-{total}", "total_tax": f"-{tax}",
        "meta_data": [{"id": 5, "key": "_refunded_item_id", "value": str(of)}],
    }  # fmt: skip


def test_an_order_is_read_exactly() -> None:
    made = mapping.order_of(order())
    assert made.id == "13"
    assert made.number == "R-13"
    assert made.ordered_at == datetime(2026, 11, 20, 22, 51, 12, tzinfo=UTC)
    assert made.updated_at == datetime(2026, 11, 20, 22, 51, 14, tzinfo=UTC)
    assert (made.person.city, made.person.country, made.person.name) == ("Zürich", "CH", "G")
    assert made.person.customer_id is None
    assert made.person.phone is None
    assert made.total == D("24.99")
    (only,) = made.lines
    assert (only.quantity, only.amount, only.tax, only.unit_price) == (
        D(2), D("21.00"), D("3.99"), D("10.5000"),
    )  # fmt: skip


@pytest.mark.parametrize("prices_include_tax", [True, False])
def test_a_line_is_net_of_tax_however_prices_are_typed_in(prices_include_tax: bool) -> None:
    made = mapping.order_of(
        order(
            prices_include_tax=prices_include_tax,
            line_items=[line(subtotal="16.806723", total="15.126050", total_tax="2.873950")],
        )
    )
    (only,) = made.lines
    assert only.amount + (only.tax or 0) == D("18.000000")
    assert only.discount == D("1.680673")


def test_a_variation_is_the_product_of_its_line() -> None:
    made = mapping.order_of(order(line_items=[line(variation_id=733)]))
    assert made.lines[0].product_id == "733"
    gone = mapping.order_of(order(line_items=[line(product_id=0)]))
    assert gone.lines[0].product_id is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("checkout-draft", "draft"), ("auto-draft", "draft"), ("pending", "draft"),
        ("processing", "placed"), ("on-hold", "placed"), ("completed", "placed"),
        ("refunded", "placed"), ("cancelled", "cancelled"), ("failed", "cancelled"),
        ("shipped-by-plugin", "placed"),
    ],
)  # fmt: skip
def test_what_counts_as_a_sale_is_what_the_shops_own_reports_count(status: str, state: str) -> None:
    assert mapping.order_of(order(status=status)).state == state


def test_an_order_in_the_bin_is_deleted_and_holds_nobodys_data() -> None:
    made = mapping.order_of(order(status="trash"))
    assert made.is_deleted
    assert made.person.email is None
    assert made.lines == ()


def test_a_fee_is_charged_beside_the_goods() -> None:
    made = mapping.order_of(order(shipping_total="4.90", fee_lines=[{"id": 9, "total": "2.00"}]))
    assert made.shipping == D("6.90")
    assert sum(one.amount for one in made.lines) == D("21.00")


def test_a_fee_below_zero_is_a_discount_on_the_goods() -> None:
    made = mapping.order_of(
        order(
            line_items=[line(), line(id=2, total="7.00", subtotal="7.00")],
            fee_lines=[{"id": 9, "total": "-10.00", "total_tax": "-1.90"}],
        )
    )
    assert sum(one.tax or 0 for one in made.lines) == D("3.99") * 2 - D("1.90")
    assert [one.amount for one in made.lines] == [D("13.5000"), D("4.5000")]
    assert [one.discount for one in made.lines] == [D("7.5000"), D("2.5000")]
    assert made.shipping == 0


def test_a_draft_of_the_checkout_is_a_cart() -> None:
    given = order(status="checkout-draft", payment_url="https://shop.example.com/checkout/1/")
    assert mapping.is_draft(given)
    made = mapping.cart_of(given)
    assert made.person.email == "g@example.com"
    assert made.product_ids == ("12",)
    assert made.value == D("24.99")
    assert made.left_at == datetime(2026, 11, 20, 22, 51, 14, tzinfo=UTC)
    assert mapping.cart_of(order(payment_url="javascript:alert(1)")).url is None


def test_local_times_are_read_in_the_shops_zone_where_utc_is_missing() -> None:
    given = order(
        date_created_gmt=None, date_modified_gmt=None, date_created="2026-07-01T12:00:00",
        date_modified=None,
    )  # fmt: skip
    made = mapping.order_of(given, ZoneInfo("Europe/Berlin"))
    assert made.ordered_at == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "field",
    [
        {"total": "1,234.00"}, {"total": "NaN"}, {"total": "1e30"}, {"line_items": "none"},
        {"date_modified_gmt": "yesterday"}, {"line_items": [7]}, {"id": ""},
    ],
)  # fmt: skip
def test_an_order_that_cant_be_read_isnt_left_out_quietly(field: dict[str, Any]) -> None:
    with pytest.raises(AnswerUnusable, match="order 13"):
        mapping.order_of(order(**field))


# Refunds -----------------------------------------------------------------------------------


def test_refunds_of_lines_are_a_ledger_with_the_lines_they_are_for() -> None:
    (made,) = mapping.refunds_of(order(), [refund(1, "12.50", back(1, 1, "10.50", "2.00"))])
    assert (made.id, made.order_id, made.currency, made.state) == ("1", "13", "USD", "done")
    (only,) = made.lines
    assert (only.line_id, only.quantity, only.amount, only.tax) == ("1", 1, D("10.50"), D("2.00"))
    assert made.other == 0
    assert made.shipping == 0


def test_money_back_for_no_line_is_goods_shipping_and_tax_by_their_share() -> None:
    whole = order(
        line_items=[line(total="80.00", subtotal="80.00", total_tax="10.00")],
        shipping_total="10.00", total="100.00",
    )  # fmt: skip
    (half,) = mapping.refunds_of(whole, [refund(1, "50.00")])
    assert (half.other, half.shipping) == (D(40), D(5))


def test_a_refund_of_all_that_is_left_takes_what_is_left_of_each() -> None:
    whole = order(
        line_items=[line(total="80.00", subtotal="80.00", total_tax="10.00")],
        shipping_total="10.00", total="100.00",
    )  # fmt: skip
    first, rest = mapping.refunds_of(
        whole, [refund(2, "54.50"), refund(1, "45.50", back(1, 1, "40.00", "5.50"))]
    )
    assert (first.id, first.other) == ("1", 0)
    assert (rest.other, rest.shipping) == (D(40), D(10))


def test_refunded_shipping_is_no_refund_of_goods() -> None:
    given = refund(1, "4.90", shipping_lines=[{"id": 3, "total": "-4.90", "total_tax": "0.00"}])
    (made,) = mapping.refunds_of(order(shipping_total="4.90", total="29.89"), [given])
    assert (made.other, made.shipping) == (0, D("4.90"))


def test_all_of_an_order_with_a_discount_as_a_fee_goes_back_and_nothing_more() -> None:
    fee = {"id": 9, "total": "-10.00", "total_tax": "-1.90"}
    whole = order(
        line_items=[line(), line(id=2, total="7.00", subtotal="7.00", total_tax="1.33")],
        fee_lines=[fee], total="21.42",
    )  # fmt: skip
    sold = mapping.order_of(whole)
    given = refund(
        1, "21.42", back(1, 2, "21.00", "3.99"), back(2, 2, "7.00", "1.33"),
        fee_lines=[{"id": 19, "total": "10.00", "total_tax": "1.90"}],
    )  # fmt: skip
    (made,) = mapping.refunds_of(whole, [given])
    assert [(one.line_id, one.amount, one.tax) for one in made.lines] == [
        (one.id, one.amount, one.tax) for one in sold.lines
    ]
    assert (made.other, made.shipping) == (0, 0)


def test_a_charge_that_goes_back_is_no_discount() -> None:
    whole = order(fee_lines=[{"id": 9, "total": "2.00"}], total="26.99")
    fees = [{"id": 19, "total": "-2.00", "total_tax": "0.00"}]
    (made,) = mapping.refunds_of(
        whole, [refund(1, "26.99", back(1, 2, "21.00", "3.99"), fee_lines=fees)]
    )
    assert ([one.amount for one in made.lines], made.shipping) == ([D("21.00")], D("2.00"))


amounts = st.decimals("0.01", "500", places=2)


@given(st.lists(amounts, min_size=1, max_size=4), st.lists(amounts, max_size=4), amounts)
def test_no_sum_of_refunds_takes_more_than_the_money_that_went_back(
    goods: list[Decimal], money_back: list[Decimal], shipping: Decimal
) -> None:
    lines = [
        line(id=place + 1, total=str(one), subtotal=str(one), total_tax="0.00")
        for place, one in enumerate(goods)
    ]
    total = sum(goods, D(0)) + shipping
    whole = order(line_items=lines, shipping_total=str(shipping), total=str(total))
    made = mapping.refunds_of(
        whole, [refund(place + 1, str(one)) for place, one in enumerate(money_back)]
    )
    for one, amount in zip(made, money_back, strict=True):
        assert 0 <= one.other <= amount
        assert 0 <= (one.shipping or 0) <= amount
        assert one.other + (one.shipping or 0) <= amount


# The rest ------------------------------------------------------------------------------------


def test_what_has_no_time_at_all_is_kept_as_of_long_ago() -> None:
    """airbyte PR 17777: rows without a cursor. Imported customers and drafts of products."""
    nothing = dict.fromkeys(
        ("date_created", "date_created_gmt", "date_modified", "date_modified_gmt")
    )
    given = Fields.read({"id": 1, "role": "customer", "billing": [], **nothing}, "customer 1")
    made = catalogue.customer_of(given)
    assert (made.created_at, made.updated_at.year) == (None, 1970)
    undated = mapping.order_of(order(**nothing))
    assert undated.ordered_at is None  # which is told as an order without a date


def test_a_customer_without_a_time_of_change_has_the_one_of_its_making() -> None:
    given = Fields.read(
        {"id": 1, "date_created_gmt": "2026-11-20T23:49:54", "date_modified_gmt": None,
         "email": "a@example.com", "role": "customer", "first_name": "Ana", "last_name": "M",
         "billing": []},
        "customer 1",
    )  # fmt: skip
    made = catalogue.customer_of(given)
    assert made.updated_at == made.created_at == datetime(2026, 11, 20, 23, 49, 54, tzinfo=UTC)
    assert (made.person.name, made.person.email) == ("Ana M", "a@example.com")
    assert made.consent is None


def test_who_works_in_the_shop_is_a_customer_once_they_have_bought() -> None:
    def person(role: str, *, bought: bool) -> bool:
        return catalogue.is_customer(Fields({"role": role, "is_paying_customer": bought}, "x"))

    assert not person("shop_manager", bought=False)
    assert person("shop_manager", bought=True)
    assert person("customer", bought=False)
    assert person("subscriber", bought=False)


def test_a_variation_has_the_name_of_its_product_and_its_options() -> None:
    parent = Fields.read(
        {"id": 22, "name": "Mug &amp; co", "status": "publish", "price": "9.00", "sku": "m",
         "date_modified_gmt": "2026-02-01T00:00:00", "images": [{"src": "https://e.com/m.jpg"}],
         "categories": [{"name": "Kitchen &#038; more"}], "permalink": "https://e.com/m",
         "stock_quantity": None, "variations": [733]},
        "product 22",
    )  # fmt: skip
    green = Fields.read(
        {"id": 733, "price": "9.50", "status": "publish", "stock_quantity": 3, "image": None,
         "date_modified_gmt": "2026-01-01T00:00:00", "attributes": [{"option": "Green"}]},
        "variation 733",
    )  # fmt: skip
    whole, one = catalogue.products_of(parent, [green], "EUR")
    assert (whole.name, whole.category, whole.price) == ("Mug & co", "Kitchen & more", D("9.00"))
    assert (one.id, one.name, one.price, one.stock) == ("733", "Mug & co – Green", D("9.50"), D(3))
    assert one.image == "https://e.com/m.jpg"
    assert one.updated_at == whole.updated_at  # the name would have changed with the product


def test_a_review_is_plain_text_of_somebody_known_by_address() -> None:
    given = Fields.read(
        {"id": 5, "date_created_gmt": "2026-11-20T23:51:15", "product_id": 12, "rating": 5,
         "status": "approved", "reviewer": "Bob", "reviewer_email": "bob@example.com",
         "review": "<p>Nice &amp; warm<br />too</p>\n<script>x</script>"},
        "review 5",
    )  # fmt: skip
    made = catalogue.review_of(given)
    assert made.text == "Nice & warm\ntoo\nx"
    assert (made.rating, made.product_id, made.is_shown) == (5, "12", True)
    assert made.person.email == "bob@example.com"
    held = catalogue.review_of(Fields({**given.of, "status": "hold", "rating": 0}, "review 5"))
    assert (held.is_shown, held.rating) == (False, None)
