"""Use cases of customers: look one up, export all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kindred import paths
from kindred.customers import pages, store
from kindred.customers.next_steps import BY_CODE
from kindred.customers.store import CurrentRun
from kindred.errors import NotFound
from kindred.paths import Source
from kindred.spreadsheets import without_formula

_SHOWN: Final = ("segment_key", "name", "archetype", "fit", "reasons", "runner_up", "stability")


def find_customer(source: Source, customer_id: str) -> dict[str, Any]:
    """Where a customer is and what their segment is; one get by key, and one for the segment."""
    run = store.load_current_run(source)
    entry = _entry(source, run, customer_id)
    segment = store.load_segment(source, entry["segment_id"])
    return {
        "customer_id": customer_id,
        "run_id": run.run_id,
        **entry,
        "segment": {name: segment.get(name) for name in ("segment_key", "name", "archetype")},
    }


def get_customer(source: Source, customer_id: str) -> dict[str, Any]:
    """All that is known of one customer: scores, segment with its reasons, order lines."""
    run = store.load_current_run(source)
    entry = _entry(source, run, customer_id)
    ids, columns = store.load_page(source, entry["page_id"])
    position = ids.index(customer_id)
    segment = store.load_segment(source, entry["segment_id"])
    history = store.read_history(source, run.tables_run, customer_id) if run.tables_run else []
    scores = {name: values[position] for name, values in columns.items()}
    return {
        "customer_id": customer_id,
        "run_id": run.run_id,
        "segment_id": entry["segment_id"],
        "page_id": entry["page_id"],
        "scores": scores,
        "next_step": _next_step(source, run.run_id, scores),
        "segment": {name: segment.get(name) for name in _SHOWN},
        "history": history,
        "currency": run.currency,
    }


def _next_step(source: Source, run_id: str, scores: Mapping[str, Any]) -> dict[str, Any] | None:
    """The cheapest change that would move a customer to a better segment, in words."""
    change = BY_CODE.get(str(scores.get("next_step")))
    if change is None:
        return None
    key = str(scores["next_segment"])
    segment = store.load_segment(source, paths.segment_document_id(run_id, key))
    name = segment.get("name") or key
    return {
        "code": scores["next_step"],
        "segment_key": key,
        "segment": name,
        "text": change.text.format(segment=name),
    }


def export_segments(source: Source, file_format: str) -> dict[str, Any]:
    """Write the current run's customers as one file; its path and how many rows it has.

    Cells that a spreadsheet would run are preceded by an apostrophe (CSV only).
    """
    run_id = store.load_current_run(source).run_id
    names = store.load_segment_names(source, run_id)
    counter = _Counter()
    rows = counter.count(_rows(source, run_id, names))
    if file_format == "csv":
        chunks, content_type = _csv_chunks(rows), "text/csv; charset=utf-8"
    else:
        chunks, content_type = _json_chunks(rows), "application/json"
    path = store.save_export(source, f"{run_id}-customers.{file_format}", chunks, content_type)
    return {"path": path, "rows": counter.total, "run_id": run_id}


def neutralise(cell: object) -> object:
    """A text cell that a spreadsheet would run as a formula, made plain text."""
    return without_formula(cell, numbers_stay=False) if isinstance(cell, str) else cell


class _Counter:
    """Counts what passes through it."""

    def __init__(self) -> None:
        self.total = 0

    def count(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            self.total += 1
            yield row


def _rows(source: Source, run_id: str, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for segment_id, ids, columns in store.iterate_pages(source, run_id):
        for position, customer_id in enumerate(ids):
            values = {name: column[position] for name, column in columns.items()}
            yield {"customer_id": customer_id, "segment": names.get(segment_id, ""), **values}


def _csv_chunks(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(buffer, list(row), extrasaction="ignore", restval="")
            writer.writeheader()
        writer.writerow({name: neutralise(value) for name, value in row.items()})
        if buffer.tell() > 1 << 20:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _json_chunks(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    separator = "["
    for row in rows:
        yield separator + pages.to_json(row)
        separator = ",\n"
    yield "]" if separator != "[" else "[]"


def _entry(source: Source, run: CurrentRun, customer_id: str) -> dict[str, Any]:
    entry = store.find_index_entry(source, run.run_id, run.index_buckets, customer_id)
    if entry is None:
        raise NotFound(
            "No customer of this source has that id.",
            code="no-customer",
            hint="Ids are case-sensitive; e-mail addresses are stored in lower case.",
        )
    return entry
