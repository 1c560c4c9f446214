"""How jobs end that can't come to a result, and what the sweep puts right afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from emulator.places import (
    change_document,
    document_of,
    estate_of,
    make_upload,
    some_customers,
)
from emulator.workers import Killed, Works, raise_killed
from kindred import clients, jobs, settings
from kindred.customers import service as customers
from kindred.paths import Source
from kindred.pipeline import sweeping
from kindred.reading import files
from kindred.segments import segmenting
from kindred.sources import service, store
from kindred.sources.csv import service as csv_service

CONTENT = some_customers(24)


def ended(works: Works, source: Source) -> dict[str, Any]:
    works.tasks.waiting.clear()
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())
    return works.until_idle(source)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"column_mapping": {"customer_id": [1, 2]}}, "invalid-request"),
        ({"column_mapping": {"customer_id": "No such column"}}, "unknown-column"),
        ({"column_mapping": {"no_such_field": "Email"}}, "unknown-field"),
        ({"options": {"algorithm": "magic"}}, "invalid-request"),
        ({"options": {"as_of": "yesterday"}}, "invalid-request"),
        ({"based_on": {"upload_id": "none", "mode": "append"}}, "base-missing"),
        ({"based_on": {"upload_id": "../x", "mode": "append"}}, "invalid-id"),
    ],
)
def test_what_no_attempt_can_cure_fails_at_the_first_with_a_reason(
    works: Works, fields: dict[str, Any], code: str
) -> None:
    source = make_upload(CONTENT, **fields)
    document = ended(works, source)
    assert (document["status"], document["attempt"]) == ("failed", 1)
    assert document["error"]["code"] == code
    assert document["error"]["message"]
    assert (document["stage"], document["lease"]) == (None, None)
    assert estate_of(source).places == {source.document, source.raw_file("orders.csv")}


def test_a_file_that_has_gone_is_told(works: Works) -> None:
    source = make_upload(CONTENT)
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())
    clients.bucket().blob(source.raw_file("orders.csv")).delete()
    document = works.until_idle(source)
    assert (document["status"], document["error"]["code"]) == ("failed", "no-file")
    assert document["attempt"] == 1


def test_rows_that_are_read_serve_without_the_file(works: Works) -> None:
    source = make_upload(CONTENT)
    first = ended(works, source)
    clients.bucket().blob(source.raw_file("orders.csv")).delete()
    service.regenerate(source, None, now=works.clock())
    second = works.until_idle(source)
    assert (second["status"], second["report"]) == ("ready", first["report"])
    assert second["current_run"] != first["current_run"]


def test_rows_that_are_lost_are_read_again(works: Works) -> None:
    source = make_upload(CONTENT)
    first = ended(works, source)
    for blob in clients.bucket().list_blobs(prefix=source.private_file(f"{first['tables_run']}/")):
        blob.delete()
    service.regenerate(source, None, now=works.clock())
    second = works.until_idle(source)
    assert second["status"] == "ready"
    assert second["tables_run"] == second["current_run"]


@pytest.mark.parametrize("room", ["reading", "segmenting"])
def test_an_error_of_ours_is_tried_three_times_and_told_without_data(
    works: Works, monkeypatch: pytest.MonkeyPatch, room: str, capsys: pytest.CaptureFixture[str]
) -> None:
    private = "ann" + "@example.com"

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError(private)

    module, name = {
        "reading": (files, "read_file"),
        "segmenting": (segmenting, "segment_customers"),
    }[room]
    monkeypatch.setattr(module, name, broken)
    monkeypatch.setattr("emulator.workers.Broken", ZeroDivisionError)
    source = make_upload(CONTENT)
    document = ended(works, source)
    assert (document["status"], document["attempt"]) == ("failed", settings.MAX_ATTEMPTS)
    assert document["error"]["code"] == "worker-lost"
    assert private not in str(document)
    assert private not in capsys.readouterr().err
    works.clock.forward(minutes=30)
    works.sweep()
    assert estate_of(source).places == {source.document, source.raw_file("orders.csv")}


def test_a_worker_that_wakes_up_after_a_cancel_leaves_nothing_for_long(works: Works) -> None:
    """Its job was cancelled while it slept past its lease; what it writes then is removed."""
    source = make_upload(CONTENT)
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())

    def sleep_through_a_cancel() -> None:
        works.clock.forward(seconds=100)
        assert jobs.request_cancel(source, now=works.clock()) == "cancelled"

    works.writes.plan(5, sleep_through_a_cancel, afterwards=True)
    works.attempt()
    assert document_of(source)["status"] == "cancelled"
    works.clock.forward(minutes=30)
    works.sweep()
    assert estate_of(source).places == {source.document, source.raw_file("orders.csv")}


def test_the_sweep_leaves_alone_what_began_since_it_looked(works: Works) -> None:
    """It has read the document of an idle source; meanwhile a run begins and writes."""
    source = make_upload(CONTENT)
    ended(works, source)
    works.clock.forward(minutes=30)
    looked_at = store.load(source)
    works.writes.revive()
    service.regenerate(source, None, now=works.clock())
    works.writes.plan(9, raise_killed)
    with pytest.raises(Killed):
        works.attempt()
    works.writes.revive()
    before = estate_of(source)
    assert len({d.get("run_id") for d in before.documents.values()} - {None}) == 2, "half made"
    sweeping.tidy(looked_at, now=works.clock())
    assert estate_of(source) == before
    works.clock.forward(seconds=100)
    assert works.until_idle(source)["status"] == "ready"


def test_tables_that_are_superseded_go_and_those_in_use_stay(works: Works) -> None:
    source = make_upload(CONTENT)
    first = ended(works, source)
    change_document(source, options={"date_order": "ymd"})  # so it is read again
    for _ in range(settings.KEPT_RUNS + 1):
        works.clock.forward(minutes=1)
        service.regenerate(source, None, now=works.clock())
        last = works.until_idle(source)
        assert last["status"] == "ready"
    works.clock.forward(minutes=30)
    works.sweep()
    places = estate_of(source).places
    assert not [path for path in places if first["current_run"] in path], "neither rows nor run"
    assert source.private_file(f"{last['tables_run']}/customers.parquet") in places
    customer = next(
        str(d["customer_ids"][0])
        for path, d in estate_of(source).documents.items()
        if f"/customers/{last['current_run']}" in path
    )
    assert customers.get_customer(source, customer)["history"]


def test_one_source_that_cannot_be_helped_keeps_nobody_from_the_sweep(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_upload(CONTENT), make_upload(CONTENT)
    real = csv_service.start_upload

    def start(source: Source, *args: Any, **kwargs: Any) -> Any:
        if source == first:
            raise ZeroDivisionError
        return real(source, *args, **kwargs)

    monkeypatch.setattr(csv_service, "start_upload", start)
    assert sweeping.sweep(now=works.clock()) >= 1
    assert document_of(first)["status"] == "waiting_for_file"
    assert document_of(second)["status"] == "queued"
