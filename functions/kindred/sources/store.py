"""The only place for sources of any kind that knows Firestore and Storage.

Over 300 lines, because all that is found across merchants and all that is erased stands together.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from google.cloud.firestore import DocumentSnapshot, FieldFilter, Query

from kindred import clients, documents, log, paths, settings
from kindred.errors import InvalidInput
from kindred.jobs.states import ACTIVE, Status
from kindred.jobs.store import parse_job
from kindred.paths import CSV, Source
from kindred.sources.document import Handed, SourceDocument, SourceSettings, StoredReading
from kindred.sources.payloads import BasedOn, SourceOptions
from kindred.tables import SCHEMA, SCHEMA_VERSION, Tables
from kindred.wire import parse

_READING: Final = "reading.json"
_NAME: Final = "__name__"
#: Of one merchant at a time.
_SHARE: Final = settings.MAX_UNFINISHED_UPLOADS
#: Below and above every id of a source (`kindred.paths.check_id`).
_FIRST_ID, _AFTER_IDS = "-", "~"
_ACCOUNT_LETTERS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


def load(source: Source) -> SourceDocument:
    """The source's document; raises `SourceGone` if there is none."""
    return parse_document(source, load_fields(source))


def load_fields(source: Source) -> dict[str, Any]:
    """The fields of the source's document as they are stored; raises `SourceGone`."""
    return documents.get_source(source)


def parse_document(source: Source, fields: Mapping[str, Any]) -> SourceDocument:
    """What servers wrote into a source's document; what its owner wrote isn't looked at."""
    return SourceDocument(
        source=source,
        job=parse_job(fields),
        label=fields.get("label"),
        uploaded_by=fields.get("uploaded_by"),
        file_name=fields.get("file_name"),
        created_at=fields.get("created_at"),
        report=fields.get("report"),
        tables_run=fields.get("tables_run"),
        tables_key=fields.get("tables_key"),
        current_run=fields.get("current_run"),
        forgets_before=fields.get("forgets_before"),
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
        uploaded_by=handed.get("uploaded_by"),
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


def load_emails(source: Source, customer_ids: Collection[str]) -> dict[str, str]:
    """The addresses of some customers, of those who have one, from the source's stored tables."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    tables_run = load(source).tables_run
    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/customers.parquet"))
    if blob is None or not customer_ids:
        return {}
    wanted = pc.field("customer_id").isin(sorted(customer_ids)) & pc.field("email").is_valid()
    with blob.open("rb", chunk_size=1 << 20) as remote:
        columns = ["customer_id", "email"]
        rows = pq.read_table(remote, columns=columns, filters=wanted, pre_buffer=False)
    return {one["customer_id"]: one["email"] for one in rows.to_pylist() if one["email"]}


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
    """Delete every document and file below a source, in whatever collection; how many.

    Also what stands beside it and is about it alone: its prices and their history.
    """
    reference = clients.firestore().document(source.document)
    count = 0
    for collection in reference.collections():
        count += clients.firestore().recursive_delete(collection)
    count += erase_named(source)
    prefixes = [source.derived]
    if source.raw_folder:
        prefixes.append(source.raw_folder)
    return count + clients.delete_files(prefixes)


def erase_named(source: Source) -> int:
    """Delete what stands beside a source and is about it alone; how many documents."""
    return sum(_erase_named(source, name) for name in paths.OF_ONE_SOURCE)


def _erase_named(source: Source, collection: str) -> int:
    every = clients.firestore().collection(f"{paths.user_path(source.uid)}/{collection}")
    of_kind = every.where(filter=FieldFilter("source.kind", "==", source.kind))
    query = of_kind.where(filter=FieldFilter("source.id", "==", source.id)).select([]).limit(300)
    count = 0
    while found := [one.reference for one in query.get()]:
        documents.delete_all(found)
        count += len(found)
    return count


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


def count_unfinished(uid: str, *, up_to: int) -> int:
    """How many uploads of a merchant wait for their file or are worked on; no more than ``up_to``.

    Costs one read, however many there are.
    """
    count: Any = _unfinished_of(uid).limit(up_to).count()
    return int(count.get(timeout=60)[0][0].value)


def has_room(uid: str) -> bool:
    """Whether one more job of a merchant may start."""
    most = settings.MAX_UNFINISHED_UPLOADS
    return count_unfinished(uid, up_to=most) < most


def is_surplus(source: Source, most: int) -> bool:
    """Whether ``most`` unfinished uploads of the same merchant came before this one."""
    if count_unfinished(source.uid, up_to=most + 1) <= most:
        return False
    query = _unfinished_of(source.uid).order_by("created_at").select([]).limit(most)
    return source.id not in {snapshot.id for snapshot in query.stream()}


def _unfinished_of(uid: str) -> Query:
    uploads = clients.firestore().collection(f"{paths.user_path(uid)}/csv_uploads")
    unfinished = [status.value for status in (Status.WAITING_FOR_FILE, *ACTIVE)]
    query: Query = uploads.where(filter=FieldFilter("status", "in", unfinished))
    return query


def list_unfinished(now: datetime, limit: int = 5_000) -> Iterator[SourceDocument]:
    """Sources whose job isn't over, of every merchant."""
    unfinished = (Status.WAITING_FOR_FILE, *ACTIVE, Status.DELETING)
    statuses = FieldFilter("status", "in", [status.value for status in unfinished])
    yield from _of_every_merchant([statuses], now, limit)


def list_text_pending(now: datetime, limit: int = 500) -> Iterator[SourceDocument]:
    """Sources of every merchant that were segmented without their texts, the service being away."""
    pending = FieldFilter("texts_state", "==", "pending")
    ready = FieldFilter("status", "==", Status.READY.value)
    yield from _of_every_merchant([pending, ready], now, limit)


def list_untidied(now: datetime, limit: int = 500) -> Iterator[SourceDocument]:
    """Sources where a job has ended and nobody has looked since for what it left; oldest first.

    The order is no merchant's to choose, and whoever has had a turn isn't listed again.
    """
    due = FieldFilter("tidy_after", "<=", now)
    for collection in paths.SOURCE_COLLECTIONS:
        query = clients.firestore().collection_group(collection).where(filter=due)
        yield from _parsed(query.order_by("tidy_after").limit(limit).stream())


def _of_every_merchant(
    conditions: Sequence[FieldFilter], now: datetime, limit: int
) -> Iterator[SourceDocument]:
    """Sources of which the conditions (equalities) hold, some of each merchant who has any.

    In the order of their paths, so that a merchant's can be passed over once there were `_SHARE` of
    them, from a place that ``now`` decides: who comes last this time comes first another time.
    """
    for collection in paths.SOURCE_COLLECTIONS:
        query = clients.firestore().collection_group(collection)
        for condition in conditions:
            query = query.where(filter=condition)
        start = f"{paths.USERS}/{_letters(now)}/{collection}/{_FIRST_ID}"
        there = _shares(query.where(filter=_named(">=", start)), collection)
        back = _shares(query.where(filter=_named("<", start)), collection)
        yield from _parsed(itertools.islice(itertools.chain(there, back), limit))


def _shares(query: Query, collection: str) -> Iterator[DocumentSnapshot[Any]]:
    """What a query finds, in the order of paths, at most `_SHARE` of one merchant."""
    seen: Counter[str] = Counter()
    after: str | None = None
    while True:
        page = query if after is None else query.where(filter=_named(">", after))
        after = None
        for snapshot in page.order_by(_NAME).limit(_SHARE).stream():
            uid = snapshot.reference.parent.parent.id
            seen[uid] += 1
            after = snapshot.reference.path
            if seen[uid] > _SHARE:
                after = f"{paths.USERS}/{uid}/{collection}/{_AFTER_IDS}"
                break
            yield snapshot
        if after is None:
            return


def _named(comparison: str, path: str) -> FieldFilter:
    return FieldFilter(_NAME, comparison, clients.firestore().document(path))


def _letters(now: datetime) -> str:
    """Somewhere among the ids of accounts, which are of letters and digits."""
    digest = hashlib.sha256(now.isoformat().encode()).digest()
    return "".join(_ACCOUNT_LETTERS[byte % len(_ACCOUNT_LETTERS)] for byte in digest[:4])


def _parsed(snapshots: Iterable[DocumentSnapshot[Any]]) -> Iterator[SourceDocument]:
    for snapshot in snapshots:
        fields = snapshot.to_dict() or {}
        uid = snapshot.reference.parent.parent.id
        kind = CSV if snapshot.reference.parent.id == "csv_uploads" else str(fields.get("kind"))
        try:
            source = Source(uid, kind, snapshot.id)
        except InvalidInput as err:  # not made by us; the next one is not to blame
            log.event("source_unreadable", severity="WARNING", code=err.code)
            continue
        yield parse_document(source, fields)
