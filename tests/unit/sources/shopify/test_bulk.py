"""A first sync by a bulk export brings what pages would, in stretches any task can go on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.shopify import bulk
from kindred.sources.shops.paces import Paced
from kindred.sources.shops.platform import Page
from shops.shopify.connected import ConnectedShop

Open = Callable[..., ConnectedShop]


@pytest.fixture
def large(open_shop: Open, monkeypatch: pytest.MonkeyPatch) -> ConnectedShop:
    """Large, as far as these tests go: exports from 50 objects on, read 20 kB at a time."""
    monkeypatch.setattr(bulk, "BULK_FROM", 50)
    monkeypatch.setattr(bulk, "STRETCH", 20_000)
    return open_shop(200)


def records_of(pages: list[Page]) -> list[object]:
    return sorted((r for p in pages for r in p.records), key=lambda r: (type(r).__name__, r.id))


@pytest.mark.parametrize("name", ["orders", "customers"])
def test_an_export_brings_the_same_as_pages(name: str, large: ConnectedShop) -> None:
    exported = large.pages(name, large.window(None))
    assert "bulkOperationRunQuery" in large.server.admin.asked
    assert len(exported) > 2
    assert records_of(exported) == records_of(large.pages(name))
    counted = large.platform.count(
        large.connection, large.client, large.stream(name), large.window(None)
    )
    assert sum(page.objects for page in exported) == exported[-1].total == counted


def test_variants_of_an_export_are_their_products(
    large: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_FROM", 2)
    exported = large.pages("products", large.window(None))
    assert records_of(exported) == records_of(large.pages("products"))


def test_an_object_longer_than_a_stretch_is_read_whole(
    large: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STRETCH", 300)
    assert len(records_of(large.pages("customers", large.window(None)))) == len(
        large.made_up.customers
    )


def test_a_small_shop_waits_for_no_export(open_shop: Open) -> None:
    shop = open_shop(60)
    shop.pages("orders", shop.window(None))
    assert "bulkOperationRunQuery" not in shop.server.admin.asked


def test_while_shopify_writes_the_file_the_task_may_do_something_else(
    large: ConnectedShop,
) -> None:
    window = large.window(None)
    token = large.page("orders", window).next
    with pytest.raises(Paced) as wait:  # which no sync counts as a failure
        large.page("orders", window, token)
    assert wait.value.seconds > 0
    assert large.page("orders", window, token).objects > 0


def test_a_task_that_died_after_ordering_an_export_takes_it_up_again(
    large: ConnectedShop,
) -> None:
    window = large.window(None)
    first, second = (large.page("orders", window).next for _ in range(2))
    assert first == second
    assert len(large.server.admin.exports) == 1


def test_the_same_token_gives_the_same_stretch(large: ConnectedShop) -> None:
    window = large.window(None)
    large.server.admin.bulk_polls = 0
    token = large.page("orders", window).next
    page = large.page("orders", window, token)
    assert large.page("orders", window, token) == page
    assert large.page("orders", window, page.next).records != page.records


@pytest.mark.parametrize("code", ["TIMEOUT", "INTERNAL_SERVER_ERROR", "ACCESS_DENIED"])
def test_an_export_that_fails_is_replaced_by_pages(code: str, large: ConnectedShop) -> None:
    large.server.admin.bulk_fails = code
    exported = large.pages("customers", large.window(None))
    assert records_of(exported) == records_of(large.pages("customers"))


def test_an_export_that_shopify_wont_start_is_replaced_by_pages(
    large: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"bulkOperation": None, "userErrors": [{"field": [], "message": "too many"}]}
    monkeypatch.setattr(
        large.server.admin, "_bulkOperationRunQuery", lambda **_: refused, raising=False
    )
    exported = large.pages("customers", large.window(None))
    assert records_of(exported) == records_of(large.pages("customers"))


def test_exports_can_be_switched_off(large: ConnectedShop) -> None:
    large.connection = replace(large.connection, options={"bulk": "off"})
    large.pages("customers", large.window(None))
    assert large.server.admin.exports == {}


def test_a_file_shorter_than_shopify_says_is_noticed_before_any_of_it_counts(
    large: ConnectedShop,
) -> None:
    window = large.window(None)
    large.server.admin.bulk_polls = 0
    token = large.page("orders", window).next
    (name,) = large.server.admin.files
    large.server.admin.files[name] = large.server.admin.files[name][:-500]
    page = large.page("orders", window, token)
    assert page.next is not None
    assert '"bulk"' not in page.next  # pages have taken over
    assert page.objects > 0


def test_an_export_that_lacks_objects_never_counts_as_success(large: ConnectedShop) -> None:
    large.server.admin.bulk_drops = 3
    with pytest.raises(Unavailable) as lost:
        large.pages("orders", large.window(None))
    assert lost.value.code == "shop-export-lost"


def test_a_file_that_ended_before_it_was_read_starts_the_window_again(
    large: ConnectedShop,
) -> None:
    window = large.window(None)
    large.server.admin.bulk_polls = 0
    token = large.page("orders", window).next
    after = large.page("orders", window, token).next
    large.server.admin.files.clear()
    with pytest.raises(Unavailable) as lost:
        large.page("orders", window, after)
    assert lost.value.code == "shop-export-lost"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://evil.example.com/x", "https://a.shopify.com.evil.example.com/x"]
)  # fmt: skip
def test_an_export_at_a_strangers_address_is_never_fetched(url: str, large: ConnectedShop) -> None:
    window = large.window(None)
    large.server.admin.bulk_polls = 0
    token = large.page("orders", window).next
    for export in large.server.admin.exports.values():
        export["file"] = url
    with pytest.raises(InvalidInput) as refused:
        large.page("orders", window, token)
    assert refused.value.code == "shop-address-refused"


def test_lines_that_arent_grouped_are_noticed(large: ConnectedShop) -> None:
    window = large.window(None)
    large.server.admin.bulk_polls = 0
    token = large.page("orders", window).next
    (name,) = large.server.admin.files
    lines = large.server.admin.files[name].splitlines(keepends=True)
    child = next(i for i, line in enumerate(lines) if b"__parentId" in line)
    lines.insert(0, lines.pop(child))
    large.server.admin.files[name] = b"".join(lines)
    with pytest.raises(Unavailable) as lost:
        large.page("orders", window, token)
    assert lost.value.code == "shop-export-lost"


def test_nothing_to_export_is_an_empty_window(
    large: ConnectedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BULK_FROM", 0)
    large.made_up.orders.clear()
    pages = large.pages("orders", large.window(None))
    assert [page.objects for page in pages] == [0, 0]
