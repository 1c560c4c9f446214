"""What a merchant is told on connecting: what comes, how far back, what is missing and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from kindred.sources.shops.platform import Probe
from shops.shopify.connected import ConnectedShop

Open = Callable[..., ConnectedShop]


def probe(shop: ConnectedShop) -> Probe:
    return shop.platform.probe(shop.connection, shop.client, now=shop.server.clock)


def test_a_shop_with_every_scope_gives_all_that_shopify_has(shop: ConnectedShop) -> None:
    found = probe(shop)
    assert (found.name, found.currency, found.zone) == ("The Made-up Shop", "EUR", "Europe/Berlin")
    assert found.shop == "made-up.myshopify.com"
    assert {name: c.state for name, c in found.capabilities.items()} == {
        "customers": "full", "orders": "full", "products": "full", "abandoned": "full",
        "webhooks": "full", "discounts": "full",
        "reviews": "none", "messages": "none", "browsing": "none",
    }  # fmt: skip


def test_whatever_isnt_full_says_why_and_what_to_do(shop: ConnectedShop) -> None:
    shop.server.admin.scopes -= {"read_all_orders", "write_discounts", "read_products"}
    for capability in probe(shop).capabilities.values():
        assert capability.state == "full" or (capability.reason and capability.instead)


def test_orders_older_than_60_days_that_wont_come_are_never_called_complete(
    shop: ConnectedShop,
) -> None:
    shop.server.admin.scopes.discard("read_all_orders")
    found = probe(shop)
    orders = found.capabilities["orders"]
    oldest = found.oldest["orders"]
    assert orders.state == "partial"
    assert f"from {oldest:%Y-%m-%d} on" in orders.reason
    assert "CSV" in orders.instead
    assert shop.server.clock - timedelta(days=60) <= oldest


def test_the_oldest_order_is_shown(shop: ConnectedShop) -> None:
    assert (
        probe(shop)
        .oldest["orders"]
        .isoformat()
        .startswith(shop.made_up.orders[0]["createdAt"][:19])
    )


@pytest.mark.parametrize(
    ("scope", "lost"),
    [
        ("read_customers", {"customers"}),
        ("read_orders", {"orders", "abandoned"}),
        ("read_products", {"products"}),
        ("write_discounts", {"discounts"}),
    ],
)
def test_a_missing_scope_costs_what_it_covers_and_no_more(
    scope: str, lost: set[str], shop: ConnectedShop
) -> None:
    shop.server.admin.scopes -= {scope, scope.replace("read_", "write_")}
    found = probe(shop).capabilities
    none = {name for name, c in found.items() if c.state == "none"}
    assert none - {"reviews", "messages", "browsing"} == lost
    assert scope in next(c.reason for name, c in found.items() if name in lost)


def test_writing_includes_reading(shop: ConnectedShop) -> None:
    shop.server.admin.scopes.discard("read_customers")
    assert probe(shop).capabilities["customers"].state == "full"


def test_protected_customer_data_is_named_and_nothing_fails(shop: ConnectedShop) -> None:
    shop.server.admin.denied = {"Customer.defaultEmailAddress", "Order.email", "Order.phone"}
    found = probe(shop).capabilities
    assert found["customers"].state == "partial"
    assert "e-mail addresses" in found["customers"].reason
    assert "phone numbers" in found["orders"].reason
    assert "protected customer data" in found["orders"].instead


def test_who_may_not_see_abandoned_checkouts_gets_the_rest(shop: ConnectedShop) -> None:
    shop.server.admin.denied = {"QueryRoot.abandonedCheckouts"}
    found = probe(shop).capabilities
    assert found["abandoned"].state == "none"
    assert "permission" in found["abandoned"].instead
    assert found["orders"].state == "full"


def test_without_the_apps_secret_there_are_no_webhooks(shop: ConnectedShop) -> None:
    values = {"access_token": shop.server.token}
    shop.connection = replace(
        shop.connection, credentials=replace(shop.connection.credentials, values=values)
    )
    assert probe(shop).capabilities["webhooks"].state == "none"


def test_another_version_that_answers_makes_what_comes_partial(shop: ConnectedShop) -> None:
    shop.server.version = "2027-01"
    orders = probe(shop).capabilities["orders"]
    assert orders.state == "partial"
    assert "2027-01" in orders.reason


def test_a_clock_nobody_knows_is_utc(open_shop: Open) -> None:
    assert probe(open_shop(5, zone="Mars/Olympus")).zone == "UTC"


def test_an_empty_shop_can_be_connected(shop: ConnectedShop) -> None:
    for held in (shop.made_up.orders, shop.made_up.customers, shop.made_up.products):
        held.clear()
    found = probe(shop)
    assert found.oldest == {}
    assert found.capabilities["orders"].state == "full"
