"""What goes wrong at Shopify, and what the merchant notices of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from kindred.errors import InvalidInput, KindredError, Unavailable
from kindred.sources.shopify import queries
from kindred.sources.shopify.listing import search_of
from kindred.sources.shopify.refusals import AccessDenied
from kindred.sources.shops.http import USER_AGENT, AnswerUnusable, Throttled
from kindred.sources.shops.platform import Delivery, Window
from kindred.sources.shops.records import CustomerRecord, OrderRecord
from shops.shopify.connected import ConnectedShop
from shops.shopify.server import Bucket, Instead

Open = Callable[..., ConnectedShop]


def test_a_throttle_that_looks_like_success_is_waited_out_exactly(shop: ConnectedShop) -> None:
    shop.server.bucket.left = 100
    with pytest.raises(Throttled) as wait:
        shop.page("orders", shop.window())
    asked = shop.server.admin.cost_of(
        shop.server.requests[-1]["asked"]["query"], shop.server.requests[-1]["asked"]["variables"]
    )
    assert wait.value.seconds == pytest.approx((asked - 100) / 100)
    assert shop.paces.refused == [wait.value.seconds]
    shop.server.forward(wait.value.seconds)
    assert shop.page("orders", shop.window()).objects > 0


def test_a_whole_sync_through_a_throttle_loses_nothing(open_shop: Open) -> None:
    shop = open_shop(150)
    shop.server.bucket = Bucket(most=1000, per_second=50, left=1000)
    assert len(shop.records("orders", OrderRecord)) == 150
    assert len(shop.paces.refused) > 5


def test_a_development_shop_with_a_tiny_bucket_is_read_in_tiny_pages(open_shop: Open) -> None:
    shop = open_shop(30)
    shop.server.bucket = Bucket(most=40, per_second=2, single=1000, left=40)
    assert len(shop.records("orders", OrderRecord)) == 30


def test_pages_get_smaller_where_a_query_costs_too_much_and_stay_so(open_shop: Open) -> None:
    shop = open_shop(40)
    shop.server.bucket.single = 300
    pages = shop.pages("orders")
    assert sum(page.objects for page in pages) == 40
    refused = [r for r in shop.server.requests if r["asked"]["variables"].get("first") == 10]
    assert len(refused) == 1  # the token remembers


def test_the_pace_is_told_what_a_query_costs_and_what_is_left(shop: ConnectedShop) -> None:
    shop.pages("orders")
    assert {operation for operation, _ in shop.paces.taken} == {"graphql"}
    assert shop.paces.learned[-1]["capacity"] == 2000
    assert shop.paces.learned[-1]["per_second"] == 100
    later = [cost for _, cost in shop.paces.taken if cost > 300]
    assert later  # a page after the first takes what it is known to cost


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_fault_of_the_server_may_pass(status: int, shop: ConnectedShop) -> None:
    shop.server.instead = [Instead(status)]
    with pytest.raises(Unavailable):
        shop.page("orders", shop.window())
    assert shop.page("orders", shop.window()).objects > 0


def test_too_many_requests_is_a_throttle_that_the_pace_knows_of(shop: ConnectedShop) -> None:
    shop.server.instead = [Instead(429, headers={"retry-after": "2.0"})]
    with pytest.raises(Throttled) as wait:
        shop.page("orders", shop.window())
    assert wait.value.seconds == 2
    assert shop.paces.refused == [2]


def test_a_web_page_at_200_is_no_empty_shop(shop: ConnectedShop) -> None:
    shop.server.instead = [
        Instead(200, b"<html>Down for maintenance</html>", {"content-type": "text/html"})
    ]
    with pytest.raises(AnswerUnusable, match="text/html"):
        shop.page("orders", shop.window())


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": {"orders": []}}',
        b'{"data": {"orders": {"nodes": [{}], "pageInfo": {}}}}',
        b'{"data": {"orders": {"pageInfo": {}}}}',
        b'{"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": true}}}}',
        b'{"errors": "Not found"}',
        b'{"errors": [{"message": "odd"}]}',
        b'{"data": {"orders": {"nodes": [',
    ],
)
def test_half_an_answer_is_no_empty_shop(body: bytes, shop: ConnectedShop) -> None:
    shop.server.instead = [Instead(200, body, {"content-type": "application/json"})]
    with pytest.raises(AnswerUnusable):
        shop.page("orders", shop.window())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("INTERNAL_SERVER_ERROR", Unavailable),
        ("SHOP_INACTIVE", InvalidInput),
        ("MAX_COST_EXCEEDED", Unavailable),
    ],
)
def test_an_error_at_200_is_never_success(
    code: str, kind: type[KindredError], shop: ConnectedShop
) -> None:
    body = json.dumps({"data": None, "errors": [{"message": "x", "extensions": {"code": code}}]})
    shop.server.instead = [Instead(200, body.encode())] * 9
    with pytest.raises(kind) as failed:
        shop.page("orders", shop.window())
    assert failed.value.hint


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "access-ended"), (402, "shop-frozen"), (403, "shop-access-denied"),
     (404, "shop-not-found"), (423, "shop-locked")],
)  # fmt: skip
def test_a_shop_that_is_closed_to_us_says_what_to_do(
    status: int, code: str, shop: ConnectedShop
) -> None:
    shop.server.instead = [Instead(status, b'{"errors": "no"}')]
    with pytest.raises(KindredError) as failed:
        shop.page("orders", shop.window())
    assert failed.value.code == code
    assert failed.value.hint


def test_a_token_that_ended_during_a_task_is_renewed_by_the_next(shop: ConnectedShop) -> None:
    ended = replace(
        shop.connection.credentials, expires_at=shop.server.clock - timedelta(seconds=1)
    )
    shop.server.tokens[shop.server.token] = shop.server.clock - timedelta(seconds=1)
    shop.connection = replace(shop.connection, credentials=ended)
    with pytest.raises(Unavailable) as failed:
        shop.page("orders", shop.window())
    assert failed.value.code == "shop-token-expired"


def test_a_token_taken_back_before_its_end_means_connecting_again(shop: ConnectedShop) -> None:
    living = replace(shop.connection.credentials, expires_at=shop.server.clock + timedelta(hours=1))
    shop.server.tokens.clear()
    shop.connection = replace(shop.connection, credentials=living)
    with pytest.raises(InvalidInput) as failed:
        shop.page("orders", shop.window())
    assert failed.value.code == "access-ended"


def test_no_token_is_in_what_an_error_says(shop: ConnectedShop) -> None:
    for status in (401, 403, 500):
        shop.server.instead = [Instead(status, shop.server.token.encode())]
        with pytest.raises(KindredError) as failed:
            shop.page("orders", shop.window())
        assert shop.server.token not in str(failed.value.as_dict())
    assert shop.server.token not in repr(shop.connection)


def test_emails_that_shopify_keeps_back_are_missing_and_nothing_else(
    shop: ConnectedShop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.server.admin.denied = {"Customer.defaultEmailAddress", "Order.email", "Order.phone"}
    customers = shop.records("customers", CustomerRecord)
    assert len(customers) == len(shop.made_up.customers)
    assert {c.person.email for c in customers} == {None}
    assert None not in {c.person.name for c in customers}
    assert len(shop.records("orders", OrderRecord)) == len(shop.made_up.orders)
    assert '"fields": "defaultEmailAddress"' in capsys.readouterr().err


def test_one_stream_without_its_scope_leaves_the_others_alone(shop: ConnectedShop) -> None:
    shop.server.admin.scopes -= {"read_customers", "write_customers"}
    with pytest.raises(AccessDenied):
        shop.page("customers", shop.window())
    assert shop.patient_page("orders", shop.window()).objects > 0
    assert shop.patient_page("products", shop.window()).objects > 0


def test_another_version_that_answers_raises_an_alarm(
    shop: ConnectedShop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.server.version = "2027-01"
    shop.page("orders", shop.window())
    alarm = next(
        json.loads(line)
        for line in capsys.readouterr().err.splitlines()
        if "shopify_version_differs" in line
    )
    assert alarm["severity"] == "WARNING"
    assert (alarm["asked"], alarm["served"]) == ("2026-10", "2027-01")


def test_pages_that_lead_to_themselves_end(shop: ConnectedShop) -> None:
    first = shop.page("orders", shop.window())
    assert first.next is not None
    cursor = json.loads(first.next)["after"]
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": cursor}}
    shop.server.instead = [Instead(200, json.dumps({"data": {"orders": page}}).encode())]
    with pytest.raises(AnswerUnusable, match="nowhere"):
        shop.page("orders", shop.window(), first.next)


def test_a_missing_object_in_a_page_is_no_shorter_page(shop: ConnectedShop) -> None:
    page = {"nodes": [None], "pageInfo": {"hasNextPage": False}}
    shop.server.instead = [Instead(200, json.dumps({"data": {"orders": page}}).encode())]
    with pytest.raises(AnswerUnusable):
        shop.page("orders", shop.window())


def test_a_refund_that_vanishes_while_it_is_read_isnt_left_out(
    shop: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    refunded = next(o for o in shop.made_up.orders if o["refunds"])
    monkeypatch.setattr(shop.server.admin, "_nodes", lambda ids: [None for _ in ids], raising=False)
    number = refunded["id"].rsplit("/", 1)[1]
    with pytest.raises(AnswerUnusable):
        shop.platform.read(shop.connection, shop.client, shop.stream("orders"), number)


@pytest.mark.parametrize("name", ["customers", "orders", "products"])
def test_nothing_is_lost_between_filter_and_order_since_both_are_by_change(name: str) -> None:
    listing = queries.LISTINGS[name]
    assert "sortKey: UPDATED_AT" in listing.page
    window = Window(None, datetime(2026, 1, 1, tzinfo=UTC))
    assert search_of(window).startswith("updated_at:")


def test_shops_firewalls_know_who_asks(shop: ConnectedShop) -> None:
    shop.page("orders", shop.window())
    assert {request["agent"] for request in shop.server.requests} == {USER_AGENT}


def test_a_repeated_webhook_can_be_told_by_its_id(shop: ConnectedShop) -> None:
    secrets = [shop.server.client_secret]
    headers, raw = shop.server.webhook("orders/updated", {"id": 1}, number=7)
    first, again = (
        shop.platform.verify(Delivery("POST", "https://k.example", headers, raw), secrets)
        for _ in range(2)
    )
    assert first == again
    assert first.id == "webhook-7"
