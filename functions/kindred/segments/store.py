"""The only place for segments that knows Firestore and Storage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from google.cloud.firestore import DELETE_FIELD, ArrayRemove, ArrayUnion
from google.cloud.firestore_v1.field_path import FieldPath

from kindred import clients, documents, paths
from kindred.customers import pages
from kindred.documents import Write
from kindred.paths import Source
from kindred.segments.segmentation import Segment, Segmentation

#: Beside the canonical table `customers`, which may lie in the same folder.
_CUSTOMERS: Final = "segmented.parquet"


def segment_writes(
    source: Source, run_id: str, result: Segmentation, created_at: datetime
) -> Iterator[Write]:
    """The documents of a run's segments and of what their customers feel."""
    for segment in result.segments:
        document_id = paths.segment_document_id(run_id, segment.segment_key)
        document = segment_document(segment, source, run_id, created_at)
        yield f"{source.segments}/{document_id}", document, 20_000
        if segment.emotions is not None:
            heat = {
                "run_id": run_id,
                "segment_id": document_id,
                "name": segment.name,
                "emotions": dict(segment.emotions),
            }
            yield f"{source.emotions}/{document_id}", heat, 5_000


def chart_writes(source: Source, run_id: str, result: Segmentation) -> Iterator[Write]:
    """The documents of a run's charts."""
    for name, chart in result.charts.items():
        text = pages.to_json(chart.get("data"))
        document = {
            "run_id": run_id,
            "name": name,
            "title": chart.get("title", ""),
            "takeaway": chart.get("takeaway", ""),
            "data": text,
        }
        path = f"{source.charts}/{paths.chart_id(run_id, name)}"
        yield path, document, documents.weight(text) + documents.FIELDS_BYTES


def segment_document(
    segment: Segment, source: Source, run_id: str, created_at: datetime
) -> dict[str, Any]:
    """A segment as its document, by the data contract."""
    return {
        **pages.plain(asdict(segment)),
        # Shares are written as computed: rounding would keep them from adding up to 1.
        "share": float(segment.share),
        "revenue_share": float(segment.revenue_share),
        "run_id": run_id,
        "source": {"kind": source.kind, "id": source.id},
        "created_at": created_at,
    }


def run_document(source: Source, run_id: str) -> str:
    """Where a run's summary lies, by which readers know that the run came to its end."""
    return f"{source.runs}/{run_id}"


def save_files(source: Source, run_id: str, result: Segmentation) -> None:
    """Keep every customer's row, and what the next run starts from; private, both."""
    bucket = clients.bucket()
    customers = bucket.blob(source.private_file(f"{run_id}/{_CUSTOMERS}"))
    customers.upload_from_filename(str(result.customers), timeout=300)
    model = bucket.blob(source.private_file(f"{run_id}/model.json"))
    model.upload_from_string(
        pages.to_json(result.model), content_type="application/json", timeout=120
    )


def load_customers(source: Source, run_id: str, folder: Path) -> Path | None:
    """Every customer's row of a run, fetched into ``folder``; None if it isn't kept."""
    return _fetch(source, f"{run_id}/{_CUSTOMERS}", folder)


def load_table(source: Source, tables_run: str, name: str, folder: Path) -> Path | None:
    """One canonical table, fetched into ``folder``; None if the source has none of that name."""
    return _fetch(source, f"{tables_run}/{name}.parquet", folder)


def _fetch(source: Source, name: str, folder: Path) -> Path | None:
    blob = clients.bucket().get_blob(source.private_file(name))
    if blob is None:
        return None
    target = folder / Path(name).name
    blob.download_to_filename(str(target), timeout=300)
    return target


def load_run(source: Source, run_id: str) -> dict[str, Any]:
    return documents.get(f"{source.runs}/{run_id}") or {}


def load_model(source: Source, run_id: str) -> dict[str, Any] | None:
    blob = clients.bucket().get_blob(source.private_file(f"{run_id}/model.json"))
    if blob is None:
        return None
    model: dict[str, Any] = json.loads(blob.download_as_bytes(timeout=120))
    return model


def name_segment(source: Source, run_id: str, key: str, name: str | None, *, fixed: bool) -> None:
    """Keep a merchant's own name with the source, and show it in this run."""
    client = clients.firestore()
    batch = client.batch()
    held = ArrayUnion([key]) if fixed else ArrayRemove([key])
    told = {f"segment_names.`{key}`": name or DELETE_FIELD, "fixed_segments": held}
    batch.update(client.document(source.document), told)
    if name:
        document_id = paths.segment_document_id(run_id, key)
        batch.update(client.document(f"{source.segments}/{document_id}"), {"name": name})
        heat = client.document(f"{source.emotions}/{document_id}")
        if heat.get().exists:
            batch.update(heat, {"name": name})
    batch.commit(timeout=60)


def load_segments(source: Source, run_id: str) -> list[dict[str, Any]]:
    """The documents of every segment of a run."""
    snapshots = documents.of_run(source.segments, run_id).stream()
    return [snapshot.to_dict() or {} for snapshot in snapshots]


def delete_run(source: Source, run_id: str) -> None:
    """Remove every document of a run, and its summary last."""
    client = clients.firestore()
    for collection in source.run_collections:
        while True:
            # A page weighs up to 700 kB, and a commit has a limit.
            query = documents.of_run(collection, run_id).select([]).limit(100)
            found = [snapshot.reference for snapshot in query.get()]
            if not found:
                break
            documents.delete_all(found)
    client.document(f"{source.runs}/{run_id}").delete()


def list_run_ids(source: Source) -> list[str]:
    """Ids of the kept runs, oldest first (run ids sort by time)."""
    return sorted(
        reference.id for reference in clients.firestore().collection(source.runs).list_documents()
    )


def list_document_runs(source: Source) -> set[str]:
    """The runs that have left documents, whether they came to an end or not; a query for each."""
    found: set[str] = set()
    for collection in source.run_collections:
        reference = clients.firestore().collection(collection)
        query = reference.order_by(FieldPath.document_id()).select(["run_id"]).limit(1)
        while documents := query.get():
            run = str(documents[0].get("run_id"))
            found.add(run)
            query = query.start_at({FieldPath.document_id(): reference.document(f"{run}.")})
    return found
