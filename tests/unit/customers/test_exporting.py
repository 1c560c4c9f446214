"""Exports hold every customer once, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred import documents
from kindred.customers import service, store
from kindred.errors import Conflict, NotFound
from kindred.paths import Source

SOURCE = Source("merchant", "csv", "up1")
READY = {"status": "ready", "current_run": "r1", "index_buckets": 1}


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("http://x")',
        "=",
        "\n=1",
        "＝1",
    ],
)
def test_a_cell_that_would_run_is_made_text(cell: str) -> None:
    assert service.neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Ann", "5-3", "a=b", "", "ann@example.com", -2.5, None, 0])
def test_any_other_cell_stays_as_it_is(cell: object) -> None:
    assert service.neutralise(cell) == cell


class Kept:
    """A run's pages in memory, and what is exported."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any]) -> None:
        self.pages: list[tuple[str, list[str], dict[str, list[Any]]]] = []
        self.names = {"r1-s1": "=cmd|' /C calc'!A0"}
        self.text = self.path = ""
        monkeypatch.setattr(documents, "get", lambda path: document)
        monkeypatch.setattr(
            documents, "get_many", lambda paths, wait: dict.fromkeys(paths, document)
        )
        monkeypatch.setattr(store, "load_segment_names", lambda source, run: self.names)
        monkeypatch.setattr(store, "iterate_pages", lambda source, run: iter(self.pages))
        monkeypatch.setattr(store, "save_export", self.save)

    def save(self, source: Source, name: str, chunks: Iterable[str], content_type: str) -> str:
        self.text, self.path = "".join(chunks), source.export_file(name)
        return self.path


ids = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), unique=True
)


@given(ids)
def test_every_customer_is_in_the_file_once_and_nothing_runs(customers: list[str]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        kept = Kept(monkeypatch, READY)
        kept.pages = [
            ("r1-s1", customers, {"mood": ["+joy"] * len(customers), "r": [-1] * len(customers)})
        ]
        told = service.export_segments(SOURCE, "csv")
        assert told["rows"] == len(customers)
        rows = list(csv.DictReader(io.StringIO(kept.text, newline="")))
        assert [row["customer_id"].removeprefix("'") for row in rows] == [
            customer.removeprefix("'") for customer in customers
        ]
        for row in rows:
            assert row["segment"].startswith("'=")
            assert row["mood"] == "'+joy"
            assert not row["customer_id"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            assert row["r"] == "-1", "a number stays a number"

        told = service.export_segments(SOURCE, "json")
        assert told["rows"] == len(customers)
        assert [row["customer_id"] for row in json.loads(kept.text)] == customers


def test_an_export_lies_among_the_sources_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(monkeypatch, READY)
    told = service.export_segments(SOURCE, "csv")
    assert told == {"path": kept.path, "rows": 0, "run_id": "r1"}
    assert kept.path == "derived/merchant/csv/up1/exports/r1-customers.csv"


@pytest.mark.parametrize(
    "document", [{"status": "running"}, {"status": "deleting", "current_run": "r1"}]
)
def test_what_has_no_result_cannot_be_exported_or_searched(
    monkeypatch: pytest.MonkeyPatch, document: dict[str, Any]
) -> None:
    Kept(monkeypatch, document)
    for ask in (
        lambda: service.export_segments(SOURCE, "csv"),
        lambda: service.find_customer(SOURCE, "C1"),
        lambda: service.get_customer(SOURCE, "C1"),
    ):
        with pytest.raises(Conflict) as refused:
            ask()
        assert refused.value.code == "no-run"


@pytest.mark.parametrize("customer_id", ["nobody", "segment_id", "__proto__", "C1 ", "c1", "\0"])
def test_an_unknown_customer_is_not_found(
    monkeypatch: pytest.MonkeyPatch, customer_id: str
) -> None:
    entries = json.dumps({"C1": {"segment_id": "r1-s1", "page_id": "r1-s1-0000"}})
    Kept(monkeypatch, {**READY, "entries": entries})
    with pytest.raises(NotFound):
        service.find_customer(SOURCE, customer_id)
