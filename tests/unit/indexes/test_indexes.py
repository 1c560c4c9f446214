"""Every query that needs an index has one: the emulator never asks, production refuses."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client, Query
from google.cloud.firestore_v1.aggregation import AggregationQuery
from kindred import clients, documents, paths
from kindred.accounts import store as accounts_store
from kindred.accounts.store import FirestoreTeams
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.catalogue import store as catalogue_store
from kindred.pricing.experiments import store as experiments_store
from kindred.pricing.former import store as former_store
from kindred.pricing.history import store as history_store
from kindred.pricing.payloads import Place
from kindred.segments.segmentation import Segment
from kindred.sources import store as sources_store
from kindred.sources.csv import store as csv_store
from kindred.sources.shops import given as shop_discounts
from kindred.sources.shops import hooks as shop_hooks
from kindred.sources.shops import store as shops_store
from kindred.webhooks import store as webhooks_store
from kindred.webhooks.store import FirestoreWebhooks

ROOT = Path(__file__).parents[3]
DECLARED = json.loads((ROOT / "firestore.indexes.json").read_text())
SOURCE = Source("merchant", "csv", "up1")
SHOP = Source("merchant", "shopify", "s1")
NOW = datetime(2026, 3, 1, tzinfo=UTC)

#: Each function that asks by a field, and a call that makes it ask.
QUERIES: dict[str, Callable[[], Any]] = {
    "csv.find_same_file": lambda: csv_store.find_same_file(SOURCE, "hash"),
    "sources.list_unfinished": lambda: list(sources_store.list_unfinished(NOW)),
    "shops.list_due": lambda: shop_hooks.list_due(NOW),
    "shops.list_unsynced": lambda: list(shops_store.list_unsynced(NOW)),
    "shops.list_overdue": lambda: list(shop_discounts.list_overdue(NOW)),
    "shops.count_live": lambda: shop_discounts.count_live(SHOP),
    "shops.count_connected": lambda: shops_store.count_connected("merchant", 30),
    "shops.count_syncing": lambda: shops_store.count_syncing("merchant", NOW),
    "sources.list_text_pending": lambda: list(sources_store.list_text_pending(NOW)),
    "sources._unfinished_of": lambda: sources_store.is_surplus(SOURCE, 100),
    "sources.list_untidied": lambda: list(sources_store.list_untidied(NOW)),
    "sources._erase_named": lambda: [
        sources_store._erase_named(SOURCE, name) for name in paths.OF_ONE_SOURCE
    ],
    "pricing._of_source": lambda: [
        pricing_store._of_source(SOURCE, collection, 10)
        for collection in (paths.pricing_rules_path, paths.price_tests_path)
    ],
    "catalogue.list_products": lambda: catalogue_store.list_products(SOURCE),
    "former.each_product": lambda: list(former_store.each_product("m", Place(kind="csv", id="u1"))),
    "history._earlier": lambda: history_store.load_earlier(
        SOURCE, [("ann", "tea")], counted=True, now=NOW
    ),
    "history.count_new": lambda: history_store.count_new(SOURCE, "ann", "tea", NOW),
    "history.delete_quotes_of": lambda: history_store.delete_quotes_of(SOURCE, ["ann"]),
    "history.oldest_open": lambda: history_store.oldest_open(SOURCE),
    "history.list_quotes": lambda: history_store.list_quotes(SOURCE, NOW),
    "history.list_settled": lambda: history_store.list_settled(SOURCE, NOW, NOW),
    "kindred.of_run": lambda: list(documents.of_run(SOURCE.segments, "r1").stream()),
    "accounts.list_deleting": lambda: accounts_store.list_deleting(NOW),
    "accounts.list_erased": lambda: accounts_store.list_erased(NOW),
    "webhooks.deliveries": lambda: FirestoreWebhooks().deliveries("m", "w", "dead"),
    "webhooks.list_overdue": lambda: list(webhooks_store.list_overdue(NOW)),
    "experiments.list_adaptive": lambda: experiments_store.list_adaptive(),
    "experiments.quotes_of_test": lambda: list(
        experiments_store.quotes_of_test(SOURCE, "t1", ["a", "holdout"])
    ),
    "experiments.quotes_since": lambda: list(experiments_store.quotes_since(SOURCE, NOW)),
    "accounts.pending": lambda: FirestoreTeams().transact(lambda records: records.pending("m")),
}

Needed = tuple[str, str, tuple[str, ...]]  # collection, scope, fields in order


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Needed]:
    """What queries would need, recorded in place of being sent."""
    seen: list[Needed] = []
    client = Client(project="demo-indexes", credentials=AnonymousCredentials())

    def record(query: Query, *_: Any, **__: Any) -> Iterator[Any]:
        found = query._to_protobuf()
        scope = "COLLECTION_GROUP" if found.from_[0].all_descendants else "COLLECTION"
        filters = found.where.composite_filter.filters or [found.where]
        by = [part.field_filter.field.field_path for part in filters]
        orders = [order.field.field_path for order in found.order_by]
        named = dict.fromkeys(path for path in (*by, *orders) if path and path != "__name__")
        seen.append((found.from_[0].collection_id, scope, tuple(named)))
        return iter(())

    def count(aggregation: AggregationQuery, **_: Any) -> Any:
        record(aggregation._nested_query)
        return [[SimpleNamespace(value=10**6)]]

    monkeypatch.setattr(Query, "stream", record)
    monkeypatch.setattr(Query, "get", lambda query, **_: list(record(query)))
    monkeypatch.setattr(AggregationQuery, "get", count)
    monkeypatch.setattr("google.cloud.firestore.Transaction._begin", lambda *_, **__: None)
    monkeypatch.setattr("google.cloud.firestore.Transaction._commit", lambda *_: [])
    monkeypatch.setattr("google.cloud.firestore.Transaction._rollback", lambda *_: None)
    monkeypatch.setattr(clients, "firestore", lambda: client)
    return seen


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_its_index(asked: list[Needed], name: str) -> None:
    QUERIES[name]()
    assert asked
    missing = [need for need in asked if not _is_served(need)]
    assert missing == []


def test_every_function_that_asks_by_a_field_is_tried_here() -> None:
    asking = set()
    rooms = ROOT / "functions" / "kindred"
    for path in [rooms / "documents.py", *rooms.rglob("store.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(call, ast.Attribute) and call.attr == "where" for call in ast.walk(node)
            ):
                asking.add(f"{path.parent.name}.{node.name}")
    # These are asked through the functions that use them.
    inner = {
        "sources._of_every_merchant",
        "sources._shares",
        "history._history_of",
        "history._of_pair",
    }
    assert asking - inner <= set(QUERIES)


def test_the_check_itself_notices_a_missing_index() -> None:
    assert not _is_served(("csv_uploads", "COLLECTION_GROUP", ("label",)))
    assert not _is_served(("csv_uploads", "COLLECTION", ("label", "status")))
    assert not _is_served(("csv_uploads", "COLLECTION", ("report",)))


def test_deliveries_are_listed_whatever_became_of_them(asked: list[Needed]) -> None:
    FirestoreWebhooks().deliveries("m", "w", None)
    assert asked
    assert all(_is_served(need) for need in asked)


def test_what_was_told_goes_when_its_time_is_over() -> None:
    assert [o["fieldPath"] for o in _overrides("deliveries") if o.get("ttl")] == ["expires_at"]


def test_what_a_shop_was_asked_to_agree_to_goes_when_its_time_is_over() -> None:
    ends = [o["fieldPath"] for o in _overrides("shop_authorizations") if o.get("ttl")]
    assert ends == ["expires_at"]


def test_maps_and_lists_of_a_segment_are_not_indexed() -> None:
    shapes = ("Mapping", "tuple", "list", "dict")
    nested = {f.name for f in fields(Segment) if any(shape in str(f.type) for shape in shapes)}
    for collection in ("csv_segments", "segments"):
        exempt = {o["fieldPath"] for o in _overrides(collection) if not o["indexes"]}
        assert nested <= exempt


def _is_served(need: Needed) -> bool:
    collection, scope, paths = need
    if len(paths) == 1:
        overridden = [o for o in _overrides(collection) if o["fieldPath"] == paths[0]]
        if overridden:
            return any(index["queryScope"] == scope for index in overridden[0]["indexes"])
        return scope == "COLLECTION"
    return not paths or any(
        index["collectionGroup"] == collection
        and index["queryScope"] == scope
        and tuple(part["fieldPath"] for part in index["fields"]) == paths
        for index in DECLARED["indexes"]
    )


def _overrides(collection: str) -> list[dict[str, Any]]:
    return [o for o in DECLARED["fieldOverrides"] if o["collectionGroup"] == collection]
