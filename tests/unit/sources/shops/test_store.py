"""Which files count, what a document says, and what a webhook's document names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from kindred.paths import Source
from kindred.sources.shops import listings, store
from kindred.sources.shops.cursors import Listing
from kindred.sources.shops.ports import Asked, Known, Named
from kindred.sources.shops.schedule import Refresh

SOURCE = Source("merchant", "shopify", "s1")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "name", "counts"),
    [
        ("orders", "orders-000007-beginning-20260301T115800-00000.parquet", True),
        ("orders", "orders-000006-beginning-20260301T115800-00000.parquet", False),  # in the base
        ("orders", "hooks-000009-00000.parquet", True),
        ("customers", "customers-000008-gone-00000.parquet", True),
        ("orders", "base-000007.parquet", True),
        ("orders", "base-000006.parquet", False),  # an earlier one
        ("orders", "base-000008.parquet", False),  # of a worker that was killed
        ("known", "customers-000008-beginning-20260301T115800-00000.parquet", False),
        ("orders", "orders-1000007-beginning-20260301T115800-00000.parquet", True),
        ("orders", "hooks-1000009-00000.parquet", True),
        ("orders", "somebody-elses.parquet", False),
    ],
)
def test_a_file_counts_that_the_base_does_not_hold(table: str, name: str, counts: bool) -> None:
    assert store._counts(table, name, 7) is counts


def test_what_is_known_is_read_in_the_order_of_its_numbers() -> None:
    names = ["orders-1000000-hooks.parquet", "orders-999999-hooks.parquet"]
    assert [name for _, name in sorted([("known", n) for n in names], key=store._in_order)] == [
        "orders-999999-hooks.parquet",
        "orders-1000000-hooks.parquet",
    ]


def test_what_a_sync_is_for_is_handed_from_task_to_task() -> None:
    asked = Asked("r1", NOON, "asked", ("orders",), (("orders", "o1"),), full=True, for_tables=True)
    assert store.parse_asked(store.asked_fields(asked), "r1") == asked
    plain = Asked("r1", NOON, "scheduled")
    assert store.parse_asked(store.asked_fields(plain), "r1") == plain
    assert store.parse_asked({"tables_run": "r0"}, "r1") is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        (
            {"what": "changed", "stream": "orders", "object_id": "o1"},
            Named("orders", "o1", delivery_id="d1"),
        ),
        (
            {"what": "merged", "stream": "customers", "object_id": "c1", "other_id": "c2"},
            Named("customers", "c1", merged_into="c2", delivery_id="d1"),
        ),
        (
            {"what": "redact_customer", "stream": "customers", "object_id": "c1"},
            Named("customers", "c1", delivery_id="d1", is_redacted=True),
        ),
        ({"what": "changed"}, Named("orders", "", delivery_id="d1", is_redacted=True)),
    ],
)
def test_a_webhook_names_what_is_read_again(fields: dict[str, Any], named: Named) -> None:
    assert store._named("d1", fields) == named


def test_a_shop_without_settings_has_those_that_work() -> None:
    shop = store.parse_shop(SOURCE, {"kind": "shopify"})
    assert (shop.zone, shop.is_connected, shop.refresh) == ("UTC", False, Refresh("changed", 5))
    chosen = store.parse_shop(SOURCE, {"refresh": {"when": "nightly"}, "zone": "Asia/Kolkata"})
    assert (chosen.refresh.when, chosen.zone) == ("nightly", "Asia/Kolkata")


def test_what_an_earlier_version_knew_is_read_though_it_lacks_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Objects were known without their time of change once."""
    path = tmp_path / "known.parquet"
    columns = {"number": [3], "table": ["orders"], "id": ["o1"], "digest": ["ab"]}
    pq.write_table(pa.table(columns), path)
    shop = store.parse_shop(SOURCE, {"kind": "shopify", "shop": "s1"})
    kept = store.SourceStore(shop, tmp_path, seen_at=NOON, clock=lambda: NOON)
    listed = [("known", "orders-000003-hooks.parquet")]
    monkeypatch.setattr(kept, "_list", lambda prefix="": listed)
    monkeypatch.setattr(kept, "_download", lambda part: path)
    assert list(kept.list_known("orders")) == [Known(3, "orders", "o1", "ab")]


def test_what_was_known_without_a_time_is_gone_as_of_the_listing_that_lacks_it() -> None:
    known = [Known(3, "orders", "o1", "ab"), Known(3, "orders", "o2", "cd")]
    again = [*known, Known(7, "orders", "o2", "cd", NOON)]
    (gone,) = listings.gone(again, again, Listing(7, NOON), since=0)
    assert (gone.id, gone.updated_at, gone.is_deleted) == ("o1", NOON, True)
