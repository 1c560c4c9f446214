"""Use cases of segments: sum a run up, name, preview, compare."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kindred import settings
from kindred.customers import pages
from kindred.customers.store import load_current_run
from kindred.errors import Conflict, NotFound
from kindred.paths import Source
from kindred.segments import store
from kindred.segments.run_comparison import compare_runs
from kindred.segments.segmentation import Segmentation


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


def preview_segment(source: Source, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a definition would select in the current run: ``{count, share, revenue_share, sample}``.

    Fetches the customers' rows, and orders or events only if the definition asks for them.
    """
    from kindred.engine import open_engine
    from kindred.segments.definitions.conditions import tables_needed
    from kindred.segments.definitions.parsing import parse_definition
    from kindred.segments.definitions.preview import preview
    from kindred.tables import Tables

    run = load_current_run(source)
    run_id = run.run_id
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
            store.load_table(source, run.tables_run, name, folder)
            if run.tables_run and name in needed
            else None
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
    run_id = load_current_run(source).run_id
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


def _finished_run(source: Source, run_id: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The run that is asked for, or the current one, with its segments.

    One that is still being written is none.
    """
    current = load_current_run(source).run_id
    chosen = run_id or current
    is_kept = chosen == current or store.load_run(source, chosen)
    segments = store.load_segments(source, chosen) if is_kept else []
    if not segments:
        raise NotFound("This run isn't kept any more.", code="no-run", hint="Choose another run.")
    return chosen, segments
