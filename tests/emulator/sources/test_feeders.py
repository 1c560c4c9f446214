"""A kind of source that isn't a file goes the whole way, and touches nothing of a file's."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from emulator.places import document_of, estate_of, some_customers
from emulator.recorder import Touched, asked_about_prices
from emulator.workers import Works
from kindred import clients, jobs
from kindred.customers import service as customers
from kindred.errors import Conflict, NotFound, SourceGone
from kindred.paths import OF_ONE_SOURCE, Source
from kindred.segments import service as segments_service
from kindred.sources import kinds, service
from kindred.sources.document import SourceDocument
from kindred.sources.feeders import Feed, HandOn


class Shop:
    """Feeds the orders of a shop that isn't there, in two tasks: fetch, then bring."""

    def __init__(self) -> None:
        self.orders = some_customers(40)
        self.fetched = 0

    def tables_key(self, claim: jobs.Claim) -> str:
        return f"{len(self.orders)} bytes"

    def can_feed(self, document: SourceDocument) -> bool:
        return True

    def feed(self, claim: jobs.Claim, folder: Path, *, engine: Any, on_stage: Any) -> Feed | HandOn:
        from kindred.reading.files import read_file
        from kindred.reading.types import ReadOptions

        if "cursor" not in claim.handed:
            return HandOn("processUpload", {"cursor": 1})
        self.fetched += 1
        export = folder / "orders.csv"
        export.write_bytes(self.orders)
        reading = read_file(
            export, ReadOptions(), folder / "tables", engine=engine, on_stage=on_stage
        )
        return Feed(reading.tables, reading.report, {"platform": "shopify"})


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    feeder = Shop()
    monkeypatch.setitem(kinds.FEEDERS, "shopify", lambda: feeder)
    return feeder


def connect(**fields: Any) -> Source:
    """The document of a connected shop that nothing has been fetched from."""
    source = Source(f"merchant-{uuid.uuid4().hex[:8]}", "shopify", "s1")
    document = {"kind": "shopify", "label": "Shop", "status": "ready", **fields}
    clients.firestore().document(source.document).set(document)
    return source


def places_of(source: Source) -> tuple[str, ...]:
    return (source.document, source.derived)


def test_a_shop_goes_from_claim_to_ready_in_its_own_place(
    works: Works, touched: Touched, shop: Shop
) -> None:
    source = connect()
    touched.paths.clear()
    service.regenerate(source, None, now=works.clock())
    document = works.until_idle(source)
    assert document["status"] == "ready", document["error"]
    assert document["detected"] == {"platform": "shopify"}
    estate = estate_of(source)
    collections = {path.split("/")[-2] for path in estate.documents}
    assert {"runs", "segments", "customers", "customer_index"} <= collections
    assert "csv_segments" not in collections
    kinds_named = [d["source"] for p, d in estate.documents.items() if "/segments/" in p]
    assert kinds_named
    assert all(named == {"kind": "shopify", "id": "s1"} for named in kinds_named)
    assert all(path.startswith(places_of(source)) for path in estate.places)
    assert touched.outside(*places_of(source)) == asked_about_prices(source, "price_history")


def test_a_shop_is_segmented_again_from_its_stored_tables(works: Works, shop: Shop) -> None:
    source = connect()
    service.regenerate(source, None, now=works.clock())
    first = works.until_idle(source)
    works.clock.forward(minutes=1)
    service.regenerate(source, None, now=works.clock())
    second = works.until_idle(source)
    assert shop.fetched == 1
    assert second["tables_run"] == first["tables_run"]
    assert second["current_run"] > first["current_run"]
    shop.orders += shop.orders.splitlines(keepends=True)[-2]
    service.regenerate(source, None, now=works.clock())
    works.until_idle(source)
    assert shop.fetched == 2, "what the tables follow from has changed"


def test_a_shops_customers_are_found_exported_and_in_the_end_deleted(
    works: Works, touched: Touched, shop: Shop
) -> None:
    source = connect()
    service.regenerate(source, None, now=works.clock())
    works.until_idle(source)
    someone = next(
        d["customer_ids"][0] for p, d in estate_of(source).documents.items() if "/customers/" in p
    )
    touched.paths.clear()
    assert customers.find_customer(source, someone)["segment"]["name"]
    assert customers.get_customer(source, someone)["history"]
    exported = customers.export_segments(source, "json")
    assert exported["path"].startswith(source.derived)
    assert exported["rows"] == document_of(source)["customer_count"]
    often = {"trait": "frequency", "is": ">=", "value": 2}
    chosen = segments_service.preview_segment(source, often)
    assert 0 < chosen["count"] <= exported["rows"]
    assert segments_service.compare_sources(source, source)
    assert touched.outside(*places_of(source)) == set()
    service.delete_source(source, now=works.clock())
    works.until_idle(source)
    asked = {"run_query **/*", *asked_about_prices(source, *OF_ONE_SOURCE)}
    assert touched.outside(*places_of(source)) <= asked
    assert not [path for path in touched.paths if "csv" in path]
    assert estate_of(source).places == set()
    for ask in (customers.find_customer, customers.get_customer):
        with pytest.raises((SourceGone, NotFound)):
            ask(source, someone)


def test_a_shop_that_is_not_connected_and_has_brought_nothing_says_so(works: Works) -> None:
    source = connect()
    with pytest.raises(Conflict) as refused:
        service.regenerate(source, None, now=works.clock())
    assert refused.value.code == "no-tables"
