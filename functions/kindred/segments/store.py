"""The only place in this room that knows Firestore and Storage."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from google.cloud.firestore import DELETE_FIELD, ArrayRemove, ArrayUnion, FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from kindred import clients, paths
from kindred.customers import pages
from kindred.errors import SourceGone
from kindred.paths import Source
from kindred.segments.segmentation import Segment, Segmentation

if TYPE_CHECKING:
    import pyarrow as pa
    from google.cloud.firestore import DocumentReference

# A commit holds at most 500 writes and 10 MiB; the emulator takes 4 MiB, and whoever sends more is
# told to try again, for ever. The rest is room for what isn't weighed.
_COMMIT_WRITES: Final = 400
_COMMIT_BYTES: Final = 3_500_000
_WRITERS: Final = 4
#: Beside the canonical table `customers`, which may lie in the same folder.
_CUSTOMERS: Final = "segmented.parquet"

_HISTORY: Final = 1_000  # order lines of one customer, who may be all of "guest"
_FIELDS_BYTES: Final = 2_000  # what a document's path and short fields weigh at most

Write = tuple[str, dict[str, Any], int]  # path, document, bytes (about)


def publish(
    source: Source, run_id: str, result: Segmentation, *, created_at: datetime
) -> tuple[int, int]:
    """Write everything of a run but its summary. Repeatable: ids follow from the run.

    Returns the numbers of customers and of index buckets. Nothing shows to readers until the
    source's document names the run.
    """
    import pyarrow.parquet as pq

    customers = pq.read_table(result.customers).sort_by(
        [("segment_key", "ascending"), ("rank", "ascending"), ("customer_id", "ascending")]
    )
    buckets = pages.count_buckets(customers.num_rows)
    _commit_all(
        itertools.chain(
            _segment_writes(source, run_id, result, created_at),
            _customer_writes(source, run_id, result, customers, buckets),
            _chart_writes(source, run_id, result),
        )
    )
    return customers.num_rows, buckets


def _segment_writes(
    source: Source, run_id: str, result: Segmentation, created_at: datetime
) -> Iterator[Write]:
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


def _customer_writes(
    source: Source, run_id: str, result: Segmentation, customers: pa.Table, buckets: int
) -> Iterator[Write]:
    """Pages, segment by segment, then the index."""
    import pyarrow.compute as pc

    index: list[list[str]] = [[] for _ in range(buckets)]
    for segment in result.segments:
        segment_id = paths.segment_document_id(run_id, segment.segment_key)
        members = customers.filter(pc.field("segment_key") == segment.segment_key)
        for page, columns in pages.build_pages(run_id, segment.segment_key, members):
            document = {
                "run_id": run_id,
                "segment_id": segment_id,
                "page": page.number,
                "customer_ids": list(page.customer_ids),
                "columns": page.columns,
            }
            weight = _bytes(page.columns) + sum(_bytes(i) + 4 for i in page.customer_ids)
            yield f"{source.customers}/{page.id}", document, weight + _FIELDS_BYTES
            for customer_id, entry in pages.index_entries(page, columns, segment_id=segment_id):
                bucket = paths.bucket_of(customer_id, buckets)
                index[bucket].append(f"{json.dumps(customer_id, ensure_ascii=False)}:{entry}")
    for bucket, entries in enumerate(index):
        text = "{" + ",".join(entries) + "}"
        path = f"{source.customer_index}/{paths.bucket_id(run_id, bucket)}"
        yield path, {"run_id": run_id, "entries": text}, _bytes(text) + _FIELDS_BYTES


def _chart_writes(source: Source, run_id: str, result: Segmentation) -> Iterator[Write]:
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
        yield path, document, _bytes(text) + _FIELDS_BYTES


def _bytes(text: str) -> int:
    """What a text weighs in a document: a letter outside ASCII is two to four bytes."""
    return len(text) if text.isascii() else len(text.encode())


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
    return _get(f"{source.runs}/{run_id}") or {}


def load_model(source: Source, run_id: str) -> dict[str, Any] | None:
    blob = clients.bucket().get_blob(source.private_file(f"{run_id}/model.json"))
    if blob is None:
        return None
    model: dict[str, Any] = json.loads(blob.download_as_bytes(timeout=120))
    return model


def load_document(source: Source) -> dict[str, Any]:
    snapshot = clients.firestore().document(source.document).get()
    if not snapshot.exists:
        raise SourceGone
    return snapshot.to_dict() or {}


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


def find_index_entry(
    source: Source, run_id: str, index_buckets: int, customer_id: str
) -> dict[str, Any] | None:
    """One get by key."""
    bucket = paths.bucket_of(customer_id, index_buckets)
    path = f"{source.customer_index}/{paths.bucket_id(run_id, bucket)}"
    entries: dict[str, dict[str, Any]] = json.loads((_get(path) or {}).get("entries", "{}"))
    return entries.get(customer_id)


def load_page(source: Source, page_id: str) -> tuple[list[str], dict[str, list[Any]]]:
    document = _get(f"{source.customers}/{page_id}") or {}
    return list(document.get("customer_ids", [])), json.loads(document.get("columns", "{}"))


def load_segment(source: Source, segment_id: str) -> dict[str, Any]:
    return _get(f"{source.segments}/{segment_id}") or {}


def load_segments(source: Source, run_id: str) -> list[dict[str, Any]]:
    return [document.to_dict() or {} for document in _of_run(source.segments, run_id).stream()]


def iterate_pages(
    source: Source, run_id: str
) -> Iterator[tuple[str, list[str], dict[str, list[Any]]]]:
    """Every page of a run: segment id, customer ids, columns."""
    for snapshot in _of_run(source.customers, run_id).stream():
        document = snapshot.to_dict() or {}
        yield document["segment_id"], document["customer_ids"], json.loads(document["columns"])


def read_history(source: Source, tables_run: str, customer_id: str) -> list[dict[str, Any]]:
    """A customer's order lines, oldest first, at most the latest 1,000.

    Reads only the row groups that may hold the customer: the table lies sorted by customer.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/orders.parquet"))
    if blob is None:
        return []
    columns = ["order_id", "ordered_at", "kind", "amount", "quantity", "product_name", "category"]
    with blob.open("rb", chunk_size=1 << 20) as remote:
        table = pq.read_table(
            remote,
            columns=[*columns, "line"],
            filters=pc.field("customer_id") == customer_id,
            pre_buffer=False,
        )
    ordered = table.sort_by([("ordered_at", "ascending"), ("line", "ascending")])
    latest = ordered[-_HISTORY:]
    return [{name: pages.plain(row[name]) for name in columns} for row in latest.to_pylist()]


def save_export(source: Source, name: str, chunks: Iterable[str], content_type: str) -> str:
    """Stream a text file into the source's exports, whole or not at all; its path."""
    path = source.export_file(name)
    blob = clients.bucket().blob(path)
    blob.content_disposition = f'attachment; filename="{name}"'
    # As bytes: the writer of text would store the part that was written before an error.
    with blob.open("wb", content_type=content_type) as remote:
        for chunk in chunks:
            remote.write(chunk.encode())
    return path


def delete_run(source: Source, run_id: str) -> None:
    """Remove every document of a run, and its summary last."""
    client = clients.firestore()
    for collection in source.run_collections:
        while True:
            query = _of_run(collection, run_id).select([]).limit(100)  # pages weigh up to 700 kB
            found = [snapshot.reference for snapshot in query.get()]
            if not found:
                break
            _delete_all(found)
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


def _of_run(collection: str, run_id: str) -> Any:
    """The documents of one run: a range of ids ('.' follows '-')."""
    client = clients.firestore()
    reference = client.collection(collection)
    key = FieldPath.document_id()
    return (
        reference.where(filter=FieldFilter(key, ">=", reference.document(f"{run_id}-")))
        .where(filter=FieldFilter(key, "<", reference.document(f"{run_id}.")))
        .order_by(key)
    )


def _get(path: str) -> dict[str, Any] | None:
    document: dict[str, Any] | None = clients.firestore().document(path).get().to_dict()
    return document


def _commit_all(writes: Iterable[Write]) -> None:
    """Set every document, in commits of bounded size, a few at a time."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        pending = []
        for commit in _commits(writes):
            pending.append(pool.submit(_commit, commit))
            if len(pending) >= 2 * _WRITERS:  # bounds what waits in memory
                pending.pop(0).result()
        for future in pending:
            future.result()


def _commits(writes: Iterable[Write]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    commit: list[tuple[str, dict[str, Any]]] = []
    size = 0
    for path, document, weight in writes:
        if commit and (len(commit) >= _COMMIT_WRITES or size + weight > _COMMIT_BYTES):
            yield commit
            commit, size = [], 0
        commit.append((path, document))
        size += weight
    if commit:
        yield commit


def _commit(documents: list[tuple[str, dict[str, Any]]]) -> None:
    client = clients.firestore()
    batch = client.batch()
    for path, document in documents:
        batch.set(client.document(path), document)
    batch.commit(timeout=120)


def _delete_all(references: Iterable[DocumentReference]) -> None:
    batch = clients.firestore().batch()
    for reference in references:
        batch.delete(reference)
    batch.commit(timeout=120)
