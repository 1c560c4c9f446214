"""What the law lets a shop's customers ask for: what is stored on them, and that it goes.

Who has to go is written below the source, where no client reads, and stays written: each sync's
tables are made without them, so they leave pages, index, texts and scores with the next run, and a
platform that tells of them again brings nothing back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, documents, log
from kindred.paths import Source
from kindred.sources.shops import connections

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

#: What a shop has to answer within, by the laws that we know of.
DUE: Final = timedelta(days=30)
_OPEN, _ANSWERED = "open", "answered"
_MOST_REQUESTS: Final = 100  # that one task answers


def redact(source: Source, customer_id: str, *, now: datetime) -> None:
    """Have a customer, by the platform's id, left out from now on; twice is as once.

    Noted among the webhooks too, so that the next sync makes new tables of what hasn't changed.
    For a shop that isn't connected the sweep has that done. Raises `SourceGone`.
    """
    name = _name(customer_id)
    note = {
        "stream": "customers",
        "object_id": customer_id,
        "other_id": None,
        "what": "redact_customer",
        "at": now,
        "received_at": now,
    }

    def work(transaction: Transaction) -> None:
        fields = connections.held(source, transaction)
        client = clients.firestore()
        said = {"customer_id": customer_id, "at": now}
        transaction.set(client.document(f"{source.redactions}/{name}"), said)
        transaction.set(client.document(f"{source.hooks}/redact-{name}"), note)
        if (fields.get("connection") or {}).get("state") != "connected":
            transaction.update(client.document(source.document), {"next_sync_at": now})

    clients.transact(work)
    log.event("customer_redacted", kind=source.kind, id=source.id)


def redacted(source: Source) -> frozenset[str]:
    """The platform's ids of customers who have to be in no table."""
    found = clients.firestore().collection(source.redactions).stream()
    return frozenset(str((one.to_dict() or {}).get("customer_id")) for one in found)


def note_request(source: Source, customer_id: str, *, now: datetime) -> None:
    """Keep that a customer asked what is stored on them, for the shop's team to see and answer.

    Raises `SourceGone`.
    """
    day = f"{now:%Y%m%d}"
    document = clients.firestore().document(
        f"{source.data_requests}/{day}-{_name(customer_id)[:32]}"
    )
    fields = {
        "customer_id": customer_id,
        "asked_at": now,
        "due_at": now + DUE,
        "state": _OPEN,
        "found": None,
        "answered_at": None,
    }

    def work(transaction: Transaction) -> bool:
        connections.held(source, transaction)
        if document.get(transaction=transaction).exists:
            return False
        transaction.create(document, fields)
        return True

    if clients.transact(work):
        log.event("data_requested", kind=source.kind, id=source.id)


def answer_requests(source: Source, *, now: datetime) -> bool:
    """Write beside each open request where its customer's data lie; whether more are left.

    They stay open while the shop has no tables yet. Raises `SourceGone`.
    """
    from google.cloud.firestore import FieldFilter

    tables_run = documents.get_source(source).get("tables_run")
    if not tables_run:
        return False
    requests = clients.firestore().collection(source.data_requests)
    query = requests.where(filter=FieldFilter("state", "==", _OPEN)).limit(_MOST_REQUESTS + 1)
    open_ = list(query.stream())
    if not open_:
        return False
    goes_on = _read_aliases(source)
    for one in open_[:_MOST_REQUESTS]:
        customer_id = str((one.to_dict() or {}).get("customer_id"))
        found = find_traces(source, tables_run, goes_on.get(customer_id, customer_id))
        one.reference.update({"state": _ANSWERED, "found": found, "answered_at": now})
    return len(open_) > _MOST_REQUESTS


def _read_aliases(source: Source) -> Mapping[str, str]:
    """Who a merged customer goes on as, by the platform's ids, as far as the shop has told."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from kindred.sources.shops.identity import Alias, resolve

    columns = ["id", "kept_id", "version"]
    usable = ~pc.field("is_deleted") & pc.field("kept_id").is_valid()
    said: list[Alias] = []
    for blob in clients.bucket().list_blobs(prefix=source.private_file("shop/aliases/")):
        with blob.open("rb") as remote:
            rows = pq.read_table(remote, columns=columns, filters=usable).to_pylist()
        said += [Alias(row["id"], row["kept_id"], row["version"]) for row in rows]
    return resolve(sorted(said, key=lambda one: one.version))


def find_traces(source: Source, tables_run: str, customer_id: str) -> list[dict[str, Any]]:
    """What is stored on a customer of the platform: which table, how many rows, by which id.

    No value is repeated: the shop's team reads those where they lie.
    """
    own = _ids_of(source, tables_run, customer_id)
    traces = []
    for table in ("customers", "orders", "texts", "events"):
        rows = _count(source, tables_run, table, own)
        if rows:
            traces.append({"what": table, "rows": rows, "customer_ids": sorted(own)})
    return traces


def _ids_of(source: Source, tables_run: str, customer_id: str) -> set[str]:
    """The canonical ids that a platform's customer has here."""
    import pyarrow.compute as pc

    condition = pc.field("platform_customer_id") == customer_id
    found = _read(source, tables_run, "customers", condition)
    return {str(value) for value in found} if found else set()


def _count(source: Source, tables_run: str, table: str, own: set[str]) -> int:
    import pyarrow.compute as pc

    if not own:
        return 0
    found = _read(source, tables_run, table, pc.field("customer_id").isin(sorted(own)))
    return len(found or ())


def _read(source: Source, tables_run: str, table: str, condition: Any) -> list[Any] | None:
    """The canonical ids in the rows of a stored table that a condition takes; None: no table."""
    import pyarrow.parquet as pq

    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/{table}.parquet"))
    if blob is None:
        return None
    with blob.open("rb", chunk_size=1 << 20) as remote:
        rows = pq.read_table(remote, columns=["customer_id"], filters=condition, pre_buffer=False)
    return list(rows.column("customer_id").to_pylist())


def _name(customer_id: str) -> str:
    return hashlib.sha256(customer_id.encode()).hexdigest()[:40]
