"""Shops from their interface to the canonical tables: synced, changed, synced again, merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from kindred.engine.duckdb import open_engine
from kindred.sources.magento.platform import Magento
from kindred.sources.shops.http import Client
from kindred.sources.shops.merging import Merged, ShopFacts, merge
from kindred.sources.shops.paces import ShopPaces
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.platform import Connection, Credentials, Platform
from kindred.sources.shops.ports import Asked
from kindred.sources.shops.syncing import Work
from kindred.sources.woocommerce.platform import WooCommerce
from shops.kept import Kept, Killed, Time
from shops.magento import server as magento
from shops.serving import running
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import Shop

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class Synced:
    """A served shop and what its syncs have kept, task by task."""

    site: Any
    platform: Platform
    connection: Connection
    kept: Kept
    time: Time
    runs: int = 0

    def sync(self, minutes: float = 20) -> None:
        """A whole sync, by tasks of so many minutes; those that die are begun again."""
        self.runs += 1
        asked = Asked(f"r{self.runs}", self.time(), why="scheduled")
        for _ in range(500):
            try:
                pause = self._work(asked, minutes).run()
            except Killed:
                continue
            if pause is None:
                return
            self.time.forward(seconds=pause.seconds)
        raise AssertionError("the sync doesn't end")

    def _work(self, asked: Asked, minutes: float) -> Work:
        paces = ShopPaces({}, clock=self.time, sleep=self.time.sleep, chance=lambda: 0.5)
        return Work(
            self.platform,
            self.kept,
            self.kept.state,
            asked,
            connection=lambda: self.connection,
            client=Client(paces, local=True),
            clock=self.time,
            until=self.time.now + timedelta(minutes=minutes),
            chance=lambda: 0.5,
            on_page=lambda _state: None,
        )

    def merge(self, folder: Path) -> Merged:
        folder.mkdir(exist_ok=True)
        files: dict[str, list[Path]] = defaultdict(list)
        for number, ((table, _), records) in enumerate(self.kept.parts.items()):
            path = folder / f"{table}-{number}.parquet"
            seen_at = NOW + timedelta(seconds=number)
            write_part(records, table, path, zone=self.connection.zone, seen_at=seen_at)
            files[table].append(path)
        facts = ShopFacts(self.connection.kind, self.connection.currency, self.connection.zone)
        with open_engine(folder / "engine") as engine:
            return merge(files, folder / "merged", engine=engine, shop=facts)


@contextmanager
def woocommerce(**options: Any) -> Iterator[Synced]:
    site = Site(Shop(**options))
    with running(site) as address:
        keys = Credentials("oauth1", {"consumer_key": KEY, "consumer_secret": SECRET})
        shop = Connection("woocommerce", address, keys, "Europe/Berlin", "EUR")
        yield Synced(site, WooCommerce(), shop, Kept(), Time(NOW))


def orders_of(merged: Merged) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    assert merged.tables.orders is not None
    rows: list[dict[str, Any]] = pq.read_table(merged.tables.orders).to_pylist()
    return rows


def test_a_woocommerce_shop_comes_whole_and_its_money_agrees(tmp_path: Path) -> None:
    with woocommerce(orders=240) as synced:
        synced.sync()
        merged = synced.merge(tmp_path)
        shop = synced.site.shop
        sold = [
            one
            for number in shop.ids("orders")
            if (one := shop.one("orders", number))["status"]
            in ("completed", "processing", "on-hold")
        ]
        refunded = sum(
            -Decimal(line["total"])
            for one in sold
            for refund in shop.refunds(one["id"])
            for line in refund["line_items"]
        )
    goods = sum(Decimal(line["total"]) for one in sold for line in one["line_items"])
    rows = orders_of(merged)
    kinds = {kind: sum(row["amount"] for row in rows if row["kind"] == kind) for kind in
             ("sale", "refund", "cancelled")}  # fmt: skip
    assert kinds == {"sale": goods, "refund": -refunded, "cancelled": 0}
    assert merged.report["lines_exceed_totals"] == 0
    assert merged.report["rows_without_customer"] == 0


def test_an_unchanged_shop_writes_nothing_and_what_changed_arrives(tmp_path: Path) -> None:
    with woocommerce(orders=240) as synced:
        synced.sync()
        kept = dict(synced.kept.parts)
        synced.time.forward(hours=1)
        synced.sync()
        assert synced.kept.parts == kept

        edited, deleted, refunded = 1_000_010, 1_000_012, 1_000_014
        shop = synced.site.shop
        shop.change("orders", edited, synced.time.now, status="cancelled")
        shop.delete("orders", deleted)  # for good: no list and no webhook tells
        back = {"id": 77, "date_created_gmt": "2026-11-29T13:00:00", "amount": "1.00",
                "line_items": [], "reason": "Scratch"}  # fmt: skip
        shop.change(
            "orders", refunded, synced.time.now, status="completed", refunds=[back],
            total="10.00", shipping_total="0.00",
        )  # fmt: skip
        synced.time.forward(hours=1)
        synced.sync()
        soon = {row["order_id"] for row in orders_of(synced.merge(tmp_path / "soon"))}
        synced.time.forward(days=31)
        synced.sync()
        rows = orders_of(synced.merge(tmp_path / "later"))
    of = {number: [row for row in rows if row["order_id"] == str(number)] for number in
          (edited, deleted, refunded)}  # fmt: skip
    assert all(row["kind"] == "cancelled" for row in of[edited])
    assert str(deleted) in soon
    assert of[deleted] == []
    assert {row["kind"] for row in of[refunded]} == {"sale", "refund"}


def test_a_guest_is_the_same_person_in_every_sync_and_every_order(tmp_path: Path) -> None:
    with woocommerce(orders=90, products=6, reviews=0, drafts=0) as synced:
        shop = synced.site.shop
        for number in shop.ids("customers")[:20]:
            shop.delete("customers", number)  # else a guest is the customer with that address
        synced.sync()
        before = orders_of(synced.merge(tmp_path / "before"))
        guests = {row["order_id"] for row in before if str(row["customer_id"]).startswith("guest-")}
        for number in sorted(guests)[:5]:
            shop.change("orders", int(number), synced.time.now, status="completed")
        synced.time.forward(hours=1)
        synced.sync()
        after = orders_of(synced.merge(tmp_path / "after"))
        mails = {one: shop.one("orders", int(one))["billing"]["email"].lower() for one in guests}
    assert len(guests) > 10
    who = {row["order_id"]: row["customer_id"] for row in before}
    assert {row["order_id"]: row["customer_id"] for row in after} == who
    persons = {mails[one]: who[one] for one in guests}
    assert len(persons) < len(guests), "some ordered again"
    assert all(who[one] == persons[mails[one]] for one in guests)
    assert len(set(persons.values())) == len(persons)


def test_a_sync_that_is_killed_and_cut_into_short_tasks_ends_the_same(tmp_path: Path) -> None:
    with woocommerce(orders=150, products=8, reviews=10) as whole:
        whole.sync()
        expected = whole.merge(tmp_path / "whole").report
    with woocommerce(orders=150, products=8, reviews=10) as cut:
        cut.kept.kill_at = 4
        cut.sync(minutes=0.1)
        assert cut.merge(tmp_path / "cut").report == expected
        assert cut.kept.writes > 4


def test_a_magento_shop_comes_whole_and_its_money_agrees(tmp_path: Path) -> None:
    site = magento.Site(orders=230)
    with running(site) as address:
        keys = Credentials("token", {"access_token": magento.TOKEN})
        shop = Connection("magento", address, keys, "Europe/Berlin", "EUR")
        synced = Synced(site, Magento(), shop, Kept(), Time(NOW))
        synced.sync()
        merged = synced.merge(tmp_path)
    orders = [site.one("orders", number) for number in range(1, 231)]
    sold = {one["entity_id"]: one for one in orders if one and one["state"] not in
            ("canceled", "pending_payment")}  # fmt: skip

    def goods(one: Any) -> Decimal:
        whole = one["items"][0]
        return Decimal(str(whole["base_row_total"])) - Decimal(str(whole["base_discount_amount"]))

    memos = [site.one("creditmemos", number) for number in range(10, 231, 10)]
    back = sum(goods(one) for one in memos if one and one["state"] == 2 and
               one["order_id"] in sold)  # fmt: skip
    rows = orders_of(merged)
    sales = sum(row["amount"] for row in rows if row["kind"] == "sale")
    refunds = sum(row["amount"] for row in rows if row["kind"] == "refund")
    assert sales == sum(goods(one) for one in sold.values())
    assert refunds == -back
    assert back > 0
    assert merged.report["lines_exceed_totals"] == 0
