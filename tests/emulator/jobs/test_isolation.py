"""A source's data never leaves its place: every path that a server touches, recorded.

Not by looking at what the code means to do, but at every request it sends to Firestore and Storage.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from emulator.places import document_of, estate_of, make_upload, some_customers
from emulator.recorder import Touched, asked_about_prices, is_at
from emulator.workers import Works
from kindred.customers import service as customers
from kindred.paths import OF_ONE_SOURCE, Source
from kindred.segments import service as segments
from kindred.sources import service as sources
from kindred.sources.csv import service as csv
from kindred.sources.csv.payloads import RowEdit
from kindred.sources.payloads import SourceOptions

CONTENT = some_customers(40)

pytestmark = pytest.mark.usefixtures("quiet_place")


def allowed_for(source: Source) -> tuple[str, ...]:
    """The places of one source, and the named exceptions within the same merchant."""
    return (
        source.document,
        source.derived,
        str(source.raw_folder),
        f"users/{source.uid}/column_mappings",
    )


def asked_of_the_merchant(source: Source) -> set[str]:
    """What a job of a new file asks beside: the same bytes, an erased account, its own quotes."""
    same_bytes = f"run_query users/{source.uid}/csv_uploads"
    erased = f"batch_get_documents erased_accounts/{source.uid}"
    return {same_bytes, erased, *asked_about_prices(source, "price_history")}


def ready_source(works: Works, **fields: Any) -> Source:
    source = make_upload(CONTENT, **fields)
    assert csv.start_upload(source, "orders.csv", now=works.clock())
    works.until_idle(source)
    assert document_of(source)["status"] == "ready", document_of(source)["error"]
    return source


def test_the_recorder_sees_what_is_touched(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    seen = {entry.split(" ", 1)[1] for entry in touched.paths}
    for path in estate_of(source).places:
        assert path in seen, f"{path} was written unseen"


def test_processing_stays_within_its_source(works: Works, touched: Touched) -> None:
    source = make_upload(CONTENT, column_mapping={"customer_id": "Customer ID"})
    touched.paths.clear()
    assert csv.start_upload(source, "orders.csv", now=works.clock())
    works.until_idle(source)
    assert document_of(source)["status"] == "ready"
    assert touched.outside(*allowed_for(source)) == asked_of_the_merchant(source)
    assert not [path for path in touched.paths if "data_sources" in path]


def test_every_use_of_a_source_stays_within_it(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    uses: dict[str, Any] = {
        "find": lambda: customers.find_customer(source, _some_customer(source)),
        "get": lambda: customers.get_customer(source, _some_customer(source)),
        "export as CSV": lambda: customers.export_segments(source, "csv"),
        "export as JSON": lambda: customers.export_segments(source, "json"),
        "preview a segment": lambda: segments.preview_segment(
            source, {"orders": {"days": 90, "is": ">=", "value": 1}}
        ),
        "compare": lambda: segments.compare_sources(source, source),
        "list rows": lambda: csv.list_rows(source, 0, 10),
        "preview": lambda: csv.preview_upload(source, None, None),
        "regenerate": lambda: _regenerate(works, source),
    }
    for name, use in uses.items():
        touched.paths.clear()
        use()
        assert touched.paths, name
        # How many of the merchant's uploads are unfinished, before one more is; then its quotes.
        count = {f"run_aggregation_query users/{source.uid}/csv_uploads"}
        beside = count | asked_about_prices(source, "price_history")
        expected = beside if name == "regenerate" else set()
        assert touched.outside(*allowed_for(source)) == expected, name


def _some_customer(source: Source) -> str:
    for path, document in estate_of(source).documents.items():
        if "/customers/" in path:
            return str(document["customer_ids"][0])
    raise AssertionError("no customers")


def _regenerate(works: Works, source: Source) -> None:
    sources.regenerate(source, SourceOptions(as_of=date(2026, 6, 1)), now=works.clock())
    works.until_idle(source)


def test_an_edit_touches_the_old_version_and_the_new_one(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    touched.paths.clear()
    edits = [RowEdit(row=0, column="City", value="Rome")]
    told = csv.edit_rows(source, edits, editor_uid=source.uid, now=works.clock())
    version = Source(source.uid, "csv", told["upload_id"])
    assert touched.outside(*allowed_for(source), *allowed_for(version)) == set()
    before = estate_of(source)
    touched.paths.clear()
    assert csv.start_upload(version, "orders.csv", now=works.clock())
    works.until_idle(version)
    outside = touched.outside(*allowed_for(version)) - asked_of_the_merchant(version)
    # What it builds on, and the prices that were told by the name of that.
    outside -= asked_about_prices(source, "price_history")
    beyond = {path for path in outside if not is_at(path.split(" ", 1)[1], source.document)}
    assert {path for path in beyond if source.derived not in path} == set()
    assert estate_of(source) == before, "and leaves it as it was"


def test_deleting_a_source_touches_nothing_beside_it(works: Works, touched: Touched) -> None:
    source = ready_source(works)
    neighbour = make_upload(CONTENT, uid=source.uid)
    shop = Source(source.uid, "shopify", source.id)
    twin = make_upload(CONTENT, uid=f"{source.uid}x")
    before = [estate_of(other) for other in (neighbour, twin)]
    touched.paths.clear()
    sources.delete_source(source, now=works.clock())
    works.until_idle(source)
    # Deleting a collection asks for all that lies between two names, which are the source's.
    asked = {"run_query **/*", *asked_about_prices(source, *OF_ONE_SOURCE)}
    assert touched.outside(*allowed_for(source)) <= asked
    assert not [path for path in touched.paths if shop.collection in path]
    assert estate_of(source).places == set()
    assert [estate_of(other) for other in (neighbour, twin)] == before


def test_a_shops_places_and_a_files_places_never_meet() -> None:
    csv, shop = Source("m", "csv", "s1"), Source("m", "shopify", "s1")
    assert not is_at(shop.document, csv.document)
    assert not is_at(csv.document, shop.document)
    assert not is_at(shop.derived, csv.derived)
    assert not is_at(csv.derived, shop.derived)
    longer = Source("m", "csv", "s10")
    assert not longer.derived.startswith(csv.derived)
    assert not str(longer.raw_folder).startswith(str(csv.raw_folder))
    assert not longer.document.startswith(f"{csv.document}/")
