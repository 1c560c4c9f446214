"""Use cases of segments: look customers up, export, summarise a run."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from kindred import paths, settings
from kindred.customers import pages
from kindred.errors import Conflict, NotFound
from kindred.paths import Source
from kindred.segments import store
from kindred.segments.comparing import compare_runs
from kindred.segments.segmentation import Segmentation
from kindred.segments.steps import BY_CODE

#: First characters by which a spreadsheet takes a cell for a formula (OWASP, CSV injection).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def summarise(
    run_id: str,
    result: Segmentation,
    *,
    report: Mapping[str, Any] | None,
    index_buckets: int,
    started_at: datetime,
    finished_at: datetime,
) -> dict[str, Any]:
    """A run's summary document."""
    return {
        "run_id": run_id,
        "started_at": started_at,
        "finished_at": finished_at,
        "as_of": result.as_of,
        "algorithm": result.choice.get("algorithm"),
        "choice": pages.plain(result.choice),
        "customer_count": sum(segment.customer_count for segment in result.segments),
        "segment_count": len(result.segments),
        "index_buckets": index_buckets,
        "report": dict(report) if report else None,
        "totals": pages.plain(result.totals),
        "segments": [
            {
                "segment_key": segment.segment_key,
                "name": segment.name,
                "customer_count": segment.customer_count,
                "share": segment.share,
            }
            for segment in result.segments
        ],
    }


def find_customer(source: Source, customer_id: str) -> dict[str, Any]:
    """Where a customer is and what their segment is; one get by key, and one for the segment."""
    document = _ready(source)
    entry = _entry(source, document, customer_id)
    segment = store.load_segment(source, entry["segment_id"])
    return {
        "customer_id": customer_id,
        "run_id": document["current_run"],
        **entry,
        "segment": {name: segment.get(name) for name in ("segment_key", "name", "archetype")},
    }


def get_customer(source: Source, customer_id: str) -> dict[str, Any]:
    """All that is known of one customer: scores, segment with its reasons, order lines."""
    document = _ready(source)
    entry = _entry(source, document, customer_id)
    ids, columns = store.load_page(source, entry["page_id"])
    position = ids.index(customer_id)
    segment = store.load_segment(source, entry["segment_id"])
    history = (
        store.read_history(source, document["tables_run"], customer_id)
        if document.get("tables_run")
        else []
    )
    shown = ("segment_key", "name", "archetype", "fit", "reasons", "runner_up", "stability")
    scores = {name: values[position] for name, values in columns.items()}
    return {
        "customer_id": customer_id,
        "run_id": document["current_run"],
        "segment_id": entry["segment_id"],
        "page_id": entry["page_id"],
        "scores": scores,
        "next_step": _next_step(source, document["current_run"], scores),
        "segment": {name: segment.get(name) for name in shown},
        "history": history,
        "currency": (document.get("report") or {}).get("currency"),
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


def preview_segment(source: Source, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a definition would select in the current run: ``{count, share, revenue_share, sample}``.

    Fetches the customers' rows, and orders or events only if the definition asks for them.
    """
    from kindred.engine import open_engine
    from kindred.segments.definitions import parse_definition, tables_needed
    from kindred.segments.previewing import preview
    from kindred.tables import Tables

    document = _ready(source)
    run_id, tables_run = document["current_run"], document["tables_run"]
    needed = tables_needed(parse_definition(definition))
    as_of = date.fromisoformat(store.load_run(source, run_id)["as_of"])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        customers = store.load_customers(source, run_id, folder)
        if customers is None:
            raise Conflict(
                "The rows of this run aren't kept.", code="no-rows", hint="Generate segments again."
            )
        orders, events = (
            store.load_table(source, tables_run, name, folder) if name in needed else None
            for name in ("orders", "events")
        )
        with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
            tables = Tables(customers, orders=orders, events=events)
            found = preview(definition, customers, tables, as_of=as_of, engine=engine)
    shown: dict[str, Any] = pages.plain(found)
    return {**shown, "run_id": run_id}


def name_segment(source: Source, key: str, name: str | None, *, fixed: bool) -> dict[str, Any]:
    """Give a segment the merchant's own name, in this run and in all to come.

    None takes the name back, from the next run on. ``fixed``: its middle stays where it is when
    segments are generated again.
    """
    document = _ready(source)
    run_id = document["current_run"]
    others = {}
    for segment in store.load_segments(source, run_id):
        others[segment["segment_key"]] = segment["name"]
    if key not in others:
        raise NotFound("This source has no such segment.", code="no-segment")
    name = name.strip() if name else None
    del others[key]
    if name is not None and name.casefold() in {other.casefold() for other in others.values()}:
        raise Conflict(
            "Another segment has that name.", code="name-taken", hint="Choose another name."
        )
    store.name_segment(source, run_id, key, name, fixed=fixed)
    return {"segment_key": key, "name": name, "fixed": fixed}


def compare_sources(
    a: Source, b: Source, *, run_a: str | None = None, run_b: str | None = None
) -> dict[str, Any]:
    """Two results side by side, segment by segment; no customer of one meets the other."""
    chosen_a, segments_a = _finished_run(a, run_a)
    chosen_b, segments_b = _finished_run(b, run_b)
    compared: dict[str, Any] = pages.plain(compare_runs(segments_a, segments_b))
    return {
        **compared,
        "a": {"source": {"kind": a.kind, "id": a.id}, "run_id": chosen_a},
        "b": {"source": {"kind": b.kind, "id": b.id}, "run_id": chosen_b},
    }


def export_segments(source: Source, file_format: str) -> dict[str, Any]:
    """Write the current run's customers as one file; its path and how many rows it has.

    Cells that a spreadsheet would run are preceded by an apostrophe (CSV only).
    """
    document = _ready(source)
    run_id = document["current_run"]
    names = {
        f"{run_id}-{segment['segment_key']}": segment["name"]
        for segment in store.load_segments(source, run_id)
    }
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
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


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


def _ready(source: Source) -> dict[str, Any]:
    document = store.load_document(source)
    if not document.get("current_run") or document.get("status") == "deleting":
        raise Conflict(
            "This source has no segments yet.",
            code="no-run",
            hint="Generate segments first.",
        )
    return document


def _finished_run(source: Source, run_id: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The run that is asked for, or the current one, with its segments.

    One that is still being written is none.
    """
    current: str = _ready(source)["current_run"]
    chosen = run_id or current
    is_kept = chosen == current or store.load_run(source, chosen)
    segments = store.load_segments(source, chosen) if is_kept else []
    if not segments:
        raise NotFound("This run isn't kept any more.", code="no-run", hint="Choose another run.")
    return chosen, segments


def _entry(source: Source, document: Mapping[str, Any], customer_id: str) -> dict[str, Any]:
    entry = store.find_index_entry(
        source, document["current_run"], int(document["index_buckets"]), customer_id
    )
    if entry is None:
        raise NotFound(
            "No customer of this source has that id.",
            code="no-customer",
            hint="Ids are case-sensitive; e-mail addresses are stored in lower case.",
        )
    return entry
