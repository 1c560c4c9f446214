"""The only place for sources of any kind that knows Firestore and Storage."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from google.cloud.firestore import And, FieldFilter

from kindred import clients, documents, log
from kindred.errors import InvalidInput, SourceGone
from kindred.jobs.states import ACTIVE, Status
from kindred.jobs.store import parse_job
from kindred.paths import CSV, Source
from kindred.sources.document import Handed, SourceDocument, SourceSettings, StoredReading
from kindred.sources.payloads import BasedOn, SourceOptions
from kindred.tables import SCHEMA, SCHEMA_VERSION, Tables
from kindred.wire import parse

_READING: Final = "reading.json"


def load(source: Source) -> SourceDocument:
    """The source's document; raises `SourceGone` if there is none."""
    return parse_document(source, load_fields(source))


def load_fields(source: Source) -> dict[str, Any]:
    """The fields of the source's document as they are stored; raises `SourceGone`."""
    fields = documents.get(source.document)
    if fields is None:
        raise SourceGone
    return fields


def parse_document(source: Source, fields: Mapping[str, Any]) -> SourceDocument:
    """What servers wrote into a source's document; what its owner wrote isn't looked at."""
    return SourceDocument(
        source=source,
        job=parse_job(fields),
        label=fields.get("label"),
        file_name=fields.get("file_name"),
        created_at=fields.get("created_at"),
        report=fields.get("report"),
        tables_run=fields.get("tables_run"),
        tables_key=fields.get("tables_key"),
        current_run=fields.get("current_run"),
        segment_names=fields.get("segment_names") or {},
        fixed_segments=tuple(fields.get("fixed_segments") or ()),
        texts_state=fields.get("texts_state"),
        texts_pending_since=fields.get("texts_pending_since"),
    )


def parse_settings(source: Source, fields: Mapping[str, Any]) -> SourceSettings:
    """What the owner decided, checked; raises `InvalidInput` for what rules should have refused."""
    based_on = fields.get("based_on")
    return SourceSettings(
        source=source,
        generate_segments=fields.get("generate_segments") is not False,
        options=parse(SourceOptions, fields.get("options") or {}),
        based_on=parse(BasedOn, based_on) if based_on else None,
    )


def parse_handed(handed: Mapping[str, Any]) -> Handed:
    """What earlier tasks of a job have left; nothing yet in the first one."""
    return Handed(
        tables_run=handed.get("tables_run"),
        tables_key=handed.get("tables_key"),
        texts_state=handed.get("texts_state"),
    )


def save_reading(
    source: Source, run_id: str, tables: Tables, rows: Path | None, reading: StoredReading
) -> None:
    """Store canonical tables, the cells that they were made of, and the report on both.

    Writing it twice changes nothing. The report goes last: where it is, all is.
    """
    bucket = clients.bucket()
    files = {name: getattr(tables, name) for name in SCHEMA} | {"rows": rows}
    for name, local in files.items():
        if local is not None:
            blob = bucket.blob(source.private_file(f"{run_id}/{name}.parquet"))
            blob.upload_from_filename(str(local), timeout=300)
    content = {"schema": SCHEMA_VERSION, "currency": tables.currency, "fields": reading.as_fields()}
    bucket.blob(source.private_file(f"{run_id}/{_READING}")).upload_from_string(
        json.dumps(content), content_type="application/json", timeout=120
    )


def load_reading(
    source: Source, tables_run: str, folder: Path, *, of_any_schema: bool = False
) -> tuple[Tables, StoredReading] | None:
    """What `save_reading` stored; None if it is gone, not whole, or of another schema.

    ``of_any_schema``: also what an earlier version stored, which may lack columns.
    """
    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/{_READING}"))
    if blob is None:
        return None
    content = json.loads(blob.download_as_bytes(timeout=120))
    if content.get("schema") != SCHEMA_VERSION and not of_any_schema:
        return None
    tables = load_tables(source, tables_run, folder)
    if tables is None:
        return None
    return replace(tables, currency=content["currency"]), _parse_reading(content["fields"])


def _parse_reading(fields: Mapping[str, Any]) -> StoredReading:
    return StoredReading(
        report=fields["report"],
        detected=fields["detected"],
        notices=tuple(fields["notices"]),
        tables_run=fields["tables_run"],
        tables_key=fields["tables_key"],
        file_hash=fields["file_hash"],
        same_as=fields["same_as"],
    )


def load_tables(
    source: Source, tables_run: str, folder: Path, names: Collection[str] = SCHEMA
) -> Tables | None:
    """Fetch canonical tables of a source into ``folder``, without their currency; None if gone."""
    bucket = clients.bucket()
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for blob in bucket.list_blobs(prefix=source.private_file(f"{tables_run}/")):
        name = blob.name.rsplit("/", 1)[-1].removesuffix(".parquet")
        if name in names:
            files[name] = folder / f"{name}.parquet"
            blob.download_to_filename(str(files[name]), timeout=300)
    if "customers" not in files:
        return None
    return Tables(
        customers=files["customers"],
        orders=files.get("orders"),
        texts=files.get("texts"),
        events=files.get("events"),
        products=files.get("products"),
    )


def forget_texts(document: SourceDocument) -> int:
    """Remove what holds customers' own words: texts, the file's cells, the raw file."""
    source, run = document.source, document.tables_run
    files = [source.private_file(f"{run}/{name}.parquet") for name in ("texts", "rows")]
    if document.file_name is not None:
        files.append(source.raw_file(document.file_name))
    return clients.delete_files(files)


def save_rejects(source: Source, run_id: str, rejects: Path) -> str:
    """Store the rows that couldn't be used, for members to fetch; their path."""
    path = source.export_file(f"{run_id}-rejects.csv")
    blob = clients.bucket().blob(path)
    blob.content_disposition = 'attachment; filename="rejected-rows.csv"'
    blob.upload_from_filename(str(rejects), content_type="text/csv; charset=utf-8", timeout=300)
    return path


def delete_run_files(source: Source, run_id: str) -> None:
    """Remove what a run left in Storage."""
    clients.delete_files((source.private_file(f"{run_id}/"), source.export_file(f"{run_id}-")))


def list_file_runs(source: Source) -> set[str]:
    """The runs that have left files in Storage."""
    blobs = clients.bucket().list_blobs(prefix=source.derived)
    return {run for blob in blobs if (run := source.run_of_file(blob.name)) is not None}


def erase_below(source: Source) -> int:
    """Delete every document and file below a source, in whatever collection; how many."""
    reference = clients.firestore().document(source.document)
    count = 0
    for collection in reference.collections():
        count += clients.firestore().recursive_delete(collection)
    prefixes = [source.derived]
    if source.raw_folder:
        prefixes.append(source.raw_folder)
    return count + clients.delete_files(prefixes)


def delete_strays(source: Source, *, before: datetime) -> int:
    """Remove raw files that came ``before`` and have no document; how many there were."""
    if source.raw_folder is None:
        return 0
    bucket = clients.bucket()
    files = bucket.list_blobs(prefix=source.raw_folder)
    strays = [file for file in files if file.time_created < before]
    bucket.delete_blobs(strays, on_error=lambda file: None)  # gone already
    return len(strays)


def delete_document(source: Source) -> None:
    """Delete the source's own document, and nothing below it."""
    clients.firestore().document(source.document).delete()


def list_unfinished(limit: int = 5_000, of_one_merchant: int = 100) -> Iterator[SourceDocument]:
    """Sources whose job isn't over, of every merchant, longest untouched first.

    At most so many of one merchant, who could keep all others from their turn.
    """
    seen: Counter[str] = Counter()
    # A document that waits has only what its client wrote, and that has no updated_at.
    waiting = _list(FieldFilter("status", "==", Status.WAITING_FOR_FILE.value), "created_at", limit)
    active = [status.value for status in (*ACTIVE, Status.DELETING)]
    for document in itertools.chain(
        waiting, _list(FieldFilter("status", "in", active), "updated_at", limit)
    ):
        seen[document.source.uid] += 1
        if seen[document.source.uid] <= of_one_merchant:
            yield document


def list_text_pending(limit: int = 100) -> Iterator[SourceDocument]:
    """Sources that were segmented without their texts, since the service was away."""
    waits = And(
        [
            FieldFilter("texts_state", "==", "pending"),
            FieldFilter("status", "==", Status.READY.value),
        ]
    )
    yield from _list(waits, "updated_at", limit)


def list_untidied(now: datetime, limit: int = 500) -> Iterator[SourceDocument]:
    """Sources where a job has ended and nobody has looked since for what it left."""
    yield from _list(FieldFilter("tidy_after", "<=", now), "tidy_after", limit)


def _list(condition: FieldFilter | And, order: str, limit: int) -> Iterator[SourceDocument]:
    for collection in ("csv_uploads", "data_sources"):
        query = clients.firestore().collection_group(collection)
        for snapshot in query.where(filter=condition).order_by(order).limit(limit).stream():
            fields = snapshot.to_dict() or {}
            uid = snapshot.reference.parent.parent.id
            kind = CSV if collection == "csv_uploads" else str(fields.get("kind"))
            try:
                source = Source(uid, kind, snapshot.id)
            except InvalidInput as err:  # not made by us; the next one is not to blame
                log.event("source_unreadable", severity="WARNING", code=err.code)
                continue
            yield parse_document(source, fields)
