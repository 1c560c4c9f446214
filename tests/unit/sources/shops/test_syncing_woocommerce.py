"""The engine of syncs with a real platform's client and a served shop."""

from __future__ import annotations

from bisect import insort
from typing import Any

from kindred.sources.shops.cursors import State
from kindred.sources.shops.ports import Named
from shops.kept import Kept, Time, sync_wholly
from shops.made_up import content
from shops.woocommerce.server import Site, busy, down, limited, out_of_memory
from shops.woocommerce.shop import Shop
from unit.sources.woocommerce import asked_shops as served


def synced(shop: served.Asked, kept: Kept, time: Time, run: str) -> State:
    return sync_wholly(
        shop.platform, shop.connection, shop.client, kept, run, clock=time, wait=time.sleep
    )


def ids(kept: Kept, table: str) -> set[str]:
    return {id_ for of, id_ in content(kept.parts) if of == table}


def placed(shop: Shop) -> set[str]:
    """Orders that are any, by their ids."""
    return {str(number) for number in shop.ids("orders") if not shop.is_draft(number)}


def errors(state: State) -> dict[str, Any]:
    return {name: one.error for name, one in state.cursors.items() if one.error}


def test_a_woocommerce_shop_comes_whole_and_an_unchanged_one_stores_nothing_more() -> None:
    shop, kept, time = Shop(orders=230), Kept(), Time(served.NOW)
    with served.asked(Site(shop)) as opened:
        state = synced(opened, kept, time, "r1")
        assert errors(state) == {}
        assert ids(kept, "orders") == placed(shop)
        assert len(ids(kept, "customers")) == shop.customers - 1, "the administrator is none"
        stored = kept.state.stored
        time.forward(hours=1)
        synced(opened, kept, time, "r2")
        assert kept.state.stored == stored


def test_what_changes_in_a_woocommerce_shop_arrives_and_what_was_deleted_goes() -> None:
    shop, kept, time = Shop(orders=60), Kept(), Time(served.NOW)
    with served.asked(Site(shop)) as opened:
        synced(opened, kept, time, "r1")
        time.forward(hours=1)
        changed, gone = shop.ids("orders")[3], shop.ids("orders")[5]
        shop.change("orders", changed, time.now, status="refunded")
        shop.delete("orders", gone)
        time.forward(hours=1)
        synced(opened, kept, time, "r2")
        record: Any = content(kept.parts)["orders", str(changed)]
        assert record.status == "refunded"
        time.forward(days=31)
        state = synced(opened, kept, time, "r3")
        assert errors(state) == {}
        assert str(gone) not in ids(kept, "orders")


def test_a_weak_and_busy_woocommerce_host_costs_time_and_no_order() -> None:
    shop, kept, time = Shop(orders=120), Kept(), Time(served.NOW)
    site = Site(shop)
    site.faults += [out_of_memory("orders", 25), busy("customers", 30, times=2)]
    with served.asked(site) as opened:
        state = synced(opened, kept, time, "r1")
    assert errors(state) == {}
    assert ids(kept, "orders") == placed(shop)


def test_a_page_that_was_refused_is_not_asked_for_at_that_size_again() -> None:
    shop, kept, time = Shop(orders=130), Kept(), Time(served.NOW)
    site = Site(shop)
    site.faults += [limited("/orders", 25, 40)]
    with served.asked(site) as opened:
        state = synced(opened, kept, time, "r1")
        assert errors(state) == {}
        assert ids(kept, "orders") == placed(shop)
    large = [one for one in site.asked if one.params.get("per_page") == "100"]
    lists = [one for one in large if one.params.get("status") == "any"]
    assert len([one for one in lists if one.path.endswith("/orders")]) == 1


def test_a_shop_that_was_down_is_asked_for_little_first() -> None:
    shop, kept, time = Shop(orders=60), Kept(), Time(served.NOW)
    site = Site(shop)
    with served.asked(site) as opened:
        site.faults += [down("/products", 5)]  # three sizes, then two tries at the smallest
        state = synced(opened, kept, time, "r1")
        assert errors(state) == {}
        assert len(ids(kept, "products")) >= len(shop.ids("products"))
    sizes = [one.params["per_page"] for one in site.asked if one.path.endswith("/products")]
    tried = [size for size in sizes if size != "1"]
    assert tried[:3] == ["100", "25", "10"]
    assert set(tried[3:]) == {"10"}


def test_a_review_that_was_gone_when_it_was_read_and_comes_back_has_its_text_again() -> None:
    """A review has one time only, when it was written: coming back leaves it as it was."""
    shop, kept, time = Shop(orders=40), Kept(), Time(served.NOW)
    number = shop.ids("reviews")[4]
    before = shop.modified("reviews", number)
    with served.asked(Site(shop)) as opened:
        synced(opened, kept, time, "r1")
        told: Any = content(kept.parts)["reviews", str(number)]
        assert told.text
        shop.delete("reviews", number)
        kept.named = [Named("reviews", str(number), delivery_id="d1")]
        time.forward(hours=1)
        synced(opened, kept, time, "r2")
        assert ("reviews", str(number)) not in content(kept.parts)
        stored = kept.state.stored
        time.forward(days=1)
        synced(opened, kept, time, "r3")
        assert ("reviews", str(number)) not in content(kept.parts)
        assert kept.state.stored == stored, "its deletion is stored once"
        shop.gone.discard(("reviews", number))
        insort(shop._times["reviews"], (before, number))
        time.forward(days=1)
        synced(opened, kept, time, "r4")
    assert content(kept.parts)["reviews", str(number)] == told
