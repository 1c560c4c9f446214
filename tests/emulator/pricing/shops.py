"""Merchants with products, rules and customers, as documents: what quotes are made of."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from kindred import clients, paths
from kindred.paths import CSV, Source

RUN = "r20260301t000000000000"
CUSTOMERS: Mapping[str, str] = {"ann": "s01", "ben": "s02", "cat": "s01"}
BUCKETS = 2


def make_shop(
    uid: str | None = None,
    kind: str = CSV,
    *,
    customers: Mapping[str, str] = CUSTOMERS,
    **document: Any,
) -> Source:
    """A source with results: customers in two segments."""
    source = Source(uid or f"merchant-{uuid.uuid4().hex[:8]}", kind, f"u{uuid.uuid4().hex[:8]}")
    fields = {"status": "ready", "current_run": RUN, "index_buckets": BUCKETS, "kind": kind}
    put(source.document, {**fields, **document})
    for key, name in {"s01": "Regulars", "s02": "Bargain hunters"}.items():
        segment = {"segment_key": key, "name": name, "archetype": None, "run_id": RUN}
        put(f"{source.segments}/{RUN}-{key}", segment)
    buckets: list[dict[str, Any]] = [{} for _ in range(BUCKETS)]
    for id_, key in customers.items():
        entry = {"segment_id": f"{RUN}-{key}", "page_id": f"{RUN}-{key}-0000", "frequency": 3}
        buckets[paths.bucket_of(id_, BUCKETS)][id_] = entry
    for number, entries in enumerate(buckets):
        place = f"{source.customer_index}/{paths.bucket_id(RUN, number)}"
        put(place, {"run_id": RUN, "entries": json.dumps(entries)})
    return source


def put(path: str, fields: Mapping[str, Any]) -> None:
    clients.firestore().document(path).set(dict(fields))


def read(path: str) -> dict[str, Any]:
    """A document's fields; empty if it isn't there."""
    return clients.firestore().document(path).get().to_dict() or {}


def add_product(source: Source, id_: str = "tea", **fields: Any) -> None:
    place = {"kind": source.kind, "id": source.id}
    product = {"name": "Tea", "source": place, "currency": "EUR", "base_price": 2000}
    put(paths.product_path(source.uid, id_), {**product, **fields})


def add_rule(source: Source, id_: str = "regulars", percent: float = 10, **fields: Any) -> None:
    """A discount for the regulars."""
    place = {"kind": source.kind, "id": source.id}
    effect = {"kind": "discount", "percent": percent}
    who = {"segments": ["s01"]}
    rule = {"name": "Regulars", "source": place, "effect": effect, "who": who}
    put(paths.pricing_rule_path(source.uid, id_), {**rule, **fields})


def set_pricing(source: Source, **fields: Any) -> None:
    put(paths.pricing_settings_path(source.uid), fields)


def history_of(source: Source) -> dict[str, dict[str, Any]]:
    """Every quote of the merchant that is kept, by id."""
    found = clients.firestore().collection(paths.price_history_path(source.uid)).stream()
    return {one.id: one.to_dict() or {} for one in found}
