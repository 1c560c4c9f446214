"""The only place for customers that knows Firestore and Storage.

Other rooms' services may read through it: a customer is one read by key.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, documents, paths
from kindred.customers import pages
from kindred.documents import Write
from kindred.errors import Conflict
from kindred.paths import Source

if TYPE_CHECKING:
    import pyarrow as pa

_HISTORY: Final = 1_000  # order lines of one customer, who may be all of "guest"


@dataclass(frozen=True)
class CurrentRun:
    """The results of a source that are shown."""

    run_id: str
    index_buckets: int
    tables_run: str | None  # whose folder holds the canonical tables
    currency: str | None


def load_current_run(source: Source) -> CurrentRun:
    """Which results are shown; raises `SourceGone`, or `Conflict` ``no-run`` without results."""
    document = documents.get_source(source)
    if not document.get("current_run") or document.get("status") == "deleting":
        raise Conflict(
            "This source has no segments yet.", code="no-run", hint="Generate segments first."
        )
    return CurrentRun(
        run_id=document["current_run"],
        index_buckets=int(document["index_buckets"]),
        tables_run=document.get("tables_run"),
        currency=(document.get("report") or {}).get("currency"),
    )


@dataclass(frozen=True)
class Publication:
    """The documents of every customer of a run, to be written, and how many they are for."""

    writes: Iterator[Write]
    customers: int
    index_buckets: int


def lay_out(
    source: Source, run_id: str, customers: Path, segment_keys: Sequence[str]
) -> Publication:
    """Pages, segment by segment, then the index, from a Parquet file of one row per customer."""
    import pyarrow.parquet as pq

    table = pq.read_table(customers).sort_by(
        [("segment_key", "ascending"), ("rank", "ascending"), ("customer_id", "ascending")]
    )
    buckets = pages.count_buckets(table.num_rows)
    writes = _writes(source, run_id, table, segment_keys, buckets)
    return Publication(writes, table.num_rows, buckets)


def _writes(
    source: Source, run_id: str, customers: pa.Table, segment_keys: Sequence[str], buckets: int
) -> Iterator[Write]:
    import pyarrow.compute as pc

    index: list[list[str]] = [[] for _ in range(buckets)]
    for key in segment_keys:
        segment_id = paths.segment_document_id(run_id, key)
        members = customers.filter(pc.field("segment_key") == key)
        for page, columns in pages.build_pages(run_id, key, members):
            yield _page_write(source, run_id, segment_id, page)
            for customer_id, entry in pages.index_entries(page, columns, segment_id=segment_id):
                bucket = paths.bucket_of(customer_id, buckets)
                index[bucket].append(f"{json.dumps(customer_id, ensure_ascii=False)}:{entry}")
    for bucket, entries in enumerate(index):
        text = "{" + ",".join(entries) + "}"
        size = documents.weight(text) + documents.FIELDS_BYTES
        path = f"{source.customer_index}/{paths.bucket_id(run_id, bucket)}"
        yield path, {"run_id": run_id, "entries": text}, size


def _page_write(source: Source, run_id: str, segment_id: str, page: pages.Page) -> Write:
    document = {
        "run_id": run_id,
        "segment_id": segment_id,
        "page": page.number,
        "customer_ids": list(page.customer_ids),
        "columns": page.columns,
    }
    ids = sum(documents.weight(customer_id) + 4 for customer_id in page.customer_ids)
    size = documents.weight(page.columns) + ids + documents.FIELDS_BYTES
    return f"{source.customers}/{page.id}", document, size


def find_index_entry(
    source: Source, run_id: str, index_buckets: int, customer_id: str
) -> dict[str, Any] | None:
    """Where a customer is, and the figures a price needs: one read by key. None: not there."""
    return find_index_entries(source, run_id, index_buckets, [customer_id]).get(customer_id)


def find_index_entries(
    source: Source,
    run_id: str,
    index_buckets: int,
    customer_ids: Iterable[str],
    *,
    wait: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, Any]]:
    """The same of several, by id, in one request; each bucket is read once.

    ``wait`` says how long Firestore is waited for: a shop page can't wait as a job can.
    """
    wanted: dict[str, list[str]] = {}
    for customer_id in dict.fromkeys(customer_ids):
        bucket = paths.bucket_id(run_id, paths.bucket_of(customer_id, index_buckets))
        wanted.setdefault(f"{source.customer_index}/{bucket}", []).append(customer_id)
    found: dict[str, dict[str, Any]] = {}
    for path, document in documents.get_many(wanted, wait=wait).items():
        found |= pages.find_entries(document.get("entries", "{}"), wanted[path])
    return found


def load_page(source: Source, page_id: str) -> tuple[list[str], dict[str, list[Any]]]:
    """The ids of a page's customers, and their columns in the same order."""
    document = documents.get(f"{source.customers}/{page_id}") or {}
    return list(document.get("customer_ids", [])), json.loads(document.get("columns", "{}"))


def load_segment(source: Source, segment_id: str) -> dict[str, Any]:
    """The segment that a customer is in; empty if it isn't there."""
    return documents.get(f"{source.segments}/{segment_id}") or {}


def load_segment_names(source: Source, run_id: str) -> dict[str, str]:
    """The name of each segment of a run, by its document's id."""
    snapshots = documents.of_run(source.segments, run_id).stream()
    segments = [snapshot.to_dict() or {} for snapshot in snapshots]
    return {f"{run_id}-{segment['segment_key']}": segment["name"] for segment in segments}


def iterate_pages(
    source: Source, run_id: str
) -> Iterator[tuple[str, list[str], dict[str, list[Any]]]]:
    """Every page of a run: segment id, customer ids, columns."""
    for snapshot in documents.of_run(source.customers, run_id).stream():
        document = snapshot.to_dict() or {}
        yield document["segment_id"], document["customer_ids"], json.loads(document["columns"])


def iterate_members(
    source: Source, run_id: str, segment_key: str
) -> Iterator[tuple[list[str], dict[str, list[Any]]]]:
    """The pages of one segment: customer ids, columns in the same order."""
    # Page by page, since another segment's key may begin with this one's.
    for number in itertools.count():
        ids, columns = load_page(source, paths.page_id(run_id, segment_key, number))
        if not ids:
            return
        yield ids, columns


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
