"""Cases that merchants have met with other connectors, each with its right outcome here.

The real code syncs made-up shops of every platform over HTTP. Cases that stand elsewhere are in
the table of docs/shops.md with their tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from kindred.sources.shops.http import Answer
from shops.any_shop import KINDS, AnyShop, opened
from shops.loopback import Reply

ORDERS = {"shopify": 70, "woocommerce": 130, "magento": 130, "amazon": 130, "flipkart": 40}
#: Of each platform a path that it may lack, and the stream that follows from it.
LACKED = {
    "woocommerce": ("products/reviews", "reviews"),
    "magento": ("/creditmemos", "returns"),
    "amazon": ("/finances/2024-06-19/transactions", "returns"),
}


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[AnyShop]:
    with opened(request.param, ORDERS[request.param]) as shop:
        shop.syncs.sync()
        assert shop.errors() == {}
        yield shop


def test_an_unchanged_second_sync_writes_nothing(shop: AnyShop) -> None:
    """airbyte#4923: an inclusive cursor brings the last rows again and again."""
    kept = shop.syncs.kept
    parts, stored = dict(kept.parts), kept.state.stored
    assert stored
    for _ in range(3):
        shop.time.forward(hours=1)
        shop.syncs.sync()
    shop.time.forward(days=31)  # when everything is listed again
    shop.syncs.sync()
    assert shop.errors() == {}
    assert kept.parts == parts
    assert kept.state.stored == stored


def test_what_was_deleted_is_said_once_and_stays_away(shop: AnyShop) -> None:
    """The same after something went: to the next listing it is nothing new."""
    gone = shop.forget_product()
    shop.time.forward(days=31)
    shop.syncs.sync()
    assert ("products", gone) not in shop.held()
    stored = shop.syncs.kept.state.stored
    shop.time.forward(days=31)
    shop.syncs.sync()
    assert shop.syncs.kept.state.stored == stored
    assert ("products", gone) not in shop.held()


def test_a_second_sync_asks_for_the_hour_alone(shop: AnyShop) -> None:
    """airbyte#39336: everything is pulled again each time."""
    came: list[int] = []

    def weighed(_path: str, answer: Answer) -> Answer:
        came.append(len(answer.body))
        return answer

    shop.watch.twist = weighed
    shop.time.forward(hours=1)
    shop.syncs.sync()
    hour = sum(came)
    came.clear()
    shop.begun_anew()
    assert hour * 10 < sum(came), "bytes of an hour, and of everything"


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "magento"])
def test_a_full_listing_that_gives_one_of_many_takes_nobody_away(kind: str) -> None:
    """airbyte#45681: a refresh left 1 of about 1,000."""
    with opened(kind, 60) as shop:
        shop.syncs.sync()
        before = shop.held()
        assert len([1 for table, _ in before if table == "customers"]) > 10
        shop.watch.twist = one_alone
        shop.time.forward(days=8)
        state = shop.syncs.sync()
        error = state.cursor("customers").error
        assert error is not None
        assert error["code"] == "counts-differ"
        assert shop.held() == before
        shop.watch.twist = lambda _path, answer: answer
        shop.time.forward(hours=1)
        shop.syncs.sync()
        assert shop.errors() == {}
        assert shop.held() == before


def one_alone(path: str, answer: Answer) -> Answer:
    """A list of customers, cut after its first."""
    body = json.loads(answer.body)
    if isinstance(body, dict) and "data" in body:
        found = (body["data"] or {}).get("customers")
        if not found or len(found.get("nodes") or ()) < 2:
            return answer
        found["nodes"] = found["nodes"][:1]
        found["pageInfo"] = {"hasNextPage": False, "endCursor": None}
    elif "customers" not in path:
        return answer
    elif isinstance(body, list):
        body = body[:1]
    elif "items" in body:
        body["items"] = body["items"][:1]
    return replace(answer, body=json.dumps(body).encode())


@pytest.mark.parametrize("kind", LACKED)
def test_one_list_that_answers_404_is_none_with_its_reason_and_the_others_finish(kind: str) -> None:
    """airbyte PR 17777."""
    path, stream = LACKED[kind]

    def missing(_number: int, asked: str) -> Reply | None:
        code = {"code": "rest_no_route", "message": "No route was found."}
        return Reply(404, code) if path in asked else None

    with opened(kind, 60) as shop:
        shop.watch.instead = missing
        state = shop.syncs.sync()
        assert set(shop.errors()) == {stream}
        error: Any = shop.errors()[stream]
        assert error["message"]
        is_none = state.cursor(stream).none_at is not None
        assert is_none or error["code"] == "shop-answer-unusable"
        assert set(shop.held_orders()) == shop.orders()


def test_products_that_shopify_keeps_back_stop_nothing_else() -> None:
    with opened("shopify", 60, without_scopes=("read_products", "write_products")) as shop:
        state = shop.syncs.sync()
        assert set(shop.errors()) == {"products"}
        assert state.cursor("products").none_at is not None
        assert set(shop.held_orders()) == shop.orders()
