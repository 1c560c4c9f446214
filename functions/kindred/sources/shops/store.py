"""The only place of syncs that knows Firestore and Storage: cursors, paces, parts, what is due.

Over 300 lines, because all that is kept of a sync stands together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from google.cloud.firestore import FieldFilter

from kindred import clients, documents, log
from kindred.errors import LeaseLost, SourceGone, Unavailable
from kindred.jobs.states import ACTIVE, IDLE
from kindred.paths import Source
from kindred.sources.shops.cursors import State, parse_state, state_fields
from kindred.sources.shops.paces import Bucket, paces_fields, parse_paces
from kindred.sources.shops.platform import StreamName
from kindred.sources.shops.ports import Asked, Known, Named
from kindred.sources.shops.records import TABLES, Record
from kindred.sources.shops.schedule import Made, Refresh, facts_digest, parse_made, parse_refresh
from kindred.sources.shops.showing import shown_streams
from kindred.tables import SCHEMA_VERSION

#: How often the source's document says how much of a stream has come, while nothing else changes.
_SHOWN_EVERY: Final = timedelta(seconds=5)
_MOST_NAMED: Final = 300  # deliveries that one sync reads: those deletions fit in one commit
_DOWNLOADS: Final = 8
#: The notice of a shop that has no customers yet.
NOTHING_TO_SEGMENT: Final = "nothing-to-segment"
_NUMBERED: Final = re.compile(r"(?P<stream>[a-z]+)-(?P<number>[0-9]{6,})(-|\.parquet$)")


@dataclass(frozen=True)
class Shop:
    """What a connected shop's document says of it, beside its job."""

    source: Source
    shop: str | None
    zone: str
    currency: str | None
    is_connected: bool
    refresh: Refresh
    capabilities: Mapping[str, Mapping[str, Any]]
    streams: Mapping[StreamName, Mapping[str, Any]]
    is_empty: bool = False  # its tables have no customer
    is_new: bool = False  # no sync of it has ended yet


def parse_shop(source: Source, fields: Mapping[str, Any]) -> Shop:
    """A shop of its source's document."""
    return Shop(
        source=source,
        shop=fields.get("shop"),
        zone=fields.get("zone") or "UTC",
        currency=fields.get("currency"),
        is_connected=(fields.get("connection") or {}).get("state") == "connected",
        refresh=parse_refresh(fields.get("refresh")),
        capabilities=fields.get("capabilities") or {},
        streams=fields.get("streams") or {},
        is_empty=any(one.get("code") == NOTHING_TO_SEGMENT for one in fields.get("notices") or ()),
        is_new=fields.get("synced_at") is None,
    )


def load_shop(source: Source) -> Shop:
    """Raises `SourceGone`."""
    return parse_shop(source, documents.get_source(source))


def asked_fields(asked: Asked) -> dict[str, Any]:
    """What a sync is for, as one task hands it to the next."""
    return {
        "sync": {
            "began_at": asked.began_at,
            "why": asked.why,
            "streams": None if asked.streams is None else list(asked.streams),
            "objects": [{"stream": stream, "id": id_} for stream, id_ in asked.objects],
            "full": asked.full,
            "for_tables": asked.for_tables,
        }
    }


def parse_asked(handed: Mapping[str, Any], run_id: str) -> Asked | None:
    """What `asked_fields` made; None where no sync was asked for."""
    sync = handed.get("sync")
    if not sync:
        return None
    return Asked(
        run_id,
        sync["began_at"],
        sync["why"],
        None if sync.get("streams") is None else tuple(sync["streams"]),
        tuple((one["stream"], one["id"]) for one in sync.get("objects") or ()),
        full=bool(sync.get("full")),
        for_tables=bool(sync.get("for_tables")),
    )


def load_state(source: Source) -> State:
    """Where the source's sync is."""
    return parse_state(documents.get(source.sync_cursors))


def list_redacted(source: Source) -> frozenset[str]:
    """The platform's ids of customers who have to be in no table."""
    found = clients.firestore().collection(source.redactions).stream()
    return frozenset(str((one.to_dict() or {}).get("customer_id")) for one in found)


def made_of(shop: Shop, state: State, redacted: Collection[str] | None = None) -> Made:
    """What tables would be made of now; ``redacted``: those that they were made without."""
    without = list_redacted(shop.source) if redacted is None else redacted
    made_with = [SCHEMA_VERSION, shop.zone, shop.currency]
    facts = [facts_digest(one) for one in (made_with, sorted(without))]
    return Made(state.stored, state.changed, "".join(facts))


def has_to_forget(shop: Shop, fields: Mapping[str, Any]) -> bool:
    """Whether a shop's tables, as its document says, were made of other facts than hold now.

    So it is after a customer had to be forgotten.
    """
    state = load_state(shop.source)
    made = parse_made(fields.get("tables_key"))
    return made is not None and state.stored > 0 and made.facts != made_of(shop, state).facts


def list_unsynced(now: datetime, limit: int = 500) -> Iterator[Source]:
    """Shops of every merchant that are to be asked what is new, and aren't being worked on.

    The one that has waited longest comes first.
    """
    query = (
        clients.firestore()
        .collection_group("data_sources")
        .where(filter=FieldFilter("status", "in", [status.value for status in IDLE]))
        .where(filter=FieldFilter("next_sync_at", "<=", now))
        .order_by("next_sync_at")
        .limit(limit)
    )
    for snapshot in query.stream():
        try:
            kind = str((snapshot.to_dict() or {}).get("kind"))
            source = Source(snapshot.reference.parent.parent.id, kind, snapshot.id)
        except Exception as err:  # noqa: BLE001 - not made by us; the next one is not to blame
            log.failure("source_unreadable", err)
        else:
            yield source


def count_connected(uid: str, most: int) -> int:
    """How many shops of a merchant are connected, up to a number."""
    query = (
        clients.firestore()
        .collection(f"users/{uid}/data_sources")
        .where(filter=FieldFilter("connection.state", "==", "connected"))
        .limit(most)
    )
    return len(query.select([]).get())


def count_syncing(uid: str, now: datetime) -> int:
    """How many shops of a merchant are worked on. One that waits for its shop isn't."""
    active = FieldFilter("status", "in", [status.value for status in ACTIVE])
    query = clients.firestore().collection(f"users/{uid}/data_sources").where(filter=active)
    waits = [
        (one.to_dict() or {}).get("lease", {}).get("not_before")
        for one in query.select(["lease.not_before"]).stream()
    ]
    return sum(until is None or until <= now for until in waits)


def plan_sync(source: Source, at: datetime | None) -> None:
    """When the sweep starts the next sync; None: not any more. Raises `SourceGone`."""
    _update(source, {"next_sync_at": at})


def note_counts(
    source: Source, counts: Mapping[str, Mapping[str, int]], streams: Iterable[str]
) -> None:
    """How many objects of each stream the tables were made of. Raises `SourceGone`."""
    known = {name: sum(of_years.values()) for name, of_years in counts.items()}
    if shown := {f"streams.{name}.count": known.get(name, 0) for name in streams}:
        _update(source, shown)


def _update(source: Source, fields: Mapping[str, Any]) -> None:
    from google.api_core.exceptions import NotFound

    try:
        clients.firestore().document(source.document).update(dict(fields))
    except NotFound:
        raise SourceGone from None


class SourceStore:
    """Keeps `ports.Store` for one task of one source's sync.

    Two workers never write over each other: a state is saved only on the one that was loaded, so
    that a worker whose job another has taken over is told by `LeaseLost`.
    """

    def __init__(
        self, shop: Shop, folder: Path, *, seen_at: datetime, clock: Callable[[], datetime]
    ) -> None:
        self._shop = shop
        self._source = shop.source
        self._folder = folder
        self._seen_at = seen_at
        self._clock = clock
        self._written: Any = None  # when the cursors' document was written last, as it says
        self._buckets: Mapping[str, Bucket] = {}
        self._streams = dict(shop.streams)
        self._shown_at: datetime | None = None

    def load(self) -> tuple[State, dict[str, Bucket]]:
        """Where the sync is, and the shop's pace."""
        client = clients.firestore()
        cursors = client.document(self._source.sync_cursors).get()
        self._written = cursors.update_time if cursors.exists else None
        self._buckets = parse_paces(documents.get(self._source.sync_paces))
        return parse_state(cursors.to_dict()), dict(self._buckets)

    def save(self, state: State) -> None:
        self._commit(state, {})

    def finish(
        self, state: State, buckets: Mapping[str, Bucket], fields: Mapping[str, Any]
    ) -> None:
        """The state at a task's end, with the shop's pace and what members see."""
        self._shown_at = None
        self._commit(state, fields, buckets)

    def _commit(
        self,
        state: State,
        fields: Mapping[str, Any],
        buckets: Mapping[str, Bucket] | None = None,
    ) -> None:
        from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

        client = clients.firestore()
        batch = client.batch()
        cursors = client.document(self._source.sync_cursors)
        if self._written is None:
            batch.create(cursors, state_fields(state))
        else:
            option = client.write_option(last_update_time=self._written)
            batch.update(cursors, state_fields(state), option=option)
        if buckets is not None and buckets != self._buckets:
            batch.set(client.document(self._source.sync_paces), paces_fields(buckets))
            self._buckets = dict(buckets)
        if shown := {**self._newly_shown(state), **fields}:
            batch.update(client.document(self._source.document), shown)
        try:
            self._written = _patiently(batch.commit)[0].update_time
        except NotFound:
            raise SourceGone from None
        except (AlreadyExists, FailedPrecondition):
            raise LeaseLost("Another worker has taken this sync over.") from None

    def _newly_shown(self, state: State) -> dict[str, Any]:
        """Streams of which members are to see something else; mere counts from time to time."""
        now = self._clock()
        shown = shown_streams(
            state, self._streams, self._shop.capabilities, is_new=self._shop.is_new
        )
        is_time = self._shown_at is None or now - self._shown_at >= _SHOWN_EVERY
        changed = {
            name: one
            for name, one in shown.items()
            if (one if is_time else _word(one)) != (
                self._streams.get(name) if is_time else _word(self._streams.get(name))
            )
        }  # fmt: skip
        if changed:
            self._streams |= changed
            self._shown_at = now
        return {f"streams.{name}": one for name, one in changed.items()}

    # Parts ---------------------------------------------------------------------------------

    def put_part(self, table: str, name: str, records: Sequence[Record]) -> None:
        from kindred.sources.shops.parts import write_part

        local = self._folder / "part.parquet"
        write_part(records, table, local, zone=self._shop.zone, seen_at=self._seen_at)
        self._upload(local, f"{table}/{name}")

    def put_base(self, number: int, files: Mapping[str, Path]) -> None:
        """One file per table in the place of all parts with lower numbers."""
        for table, local in files.items():
            self._upload(local, f"{table}/base-{number:06}")

    def fetch_parts(self, base: int) -> dict[str, list[Path]]:
        """All that counts, by table: the base of that number, and every part that isn't in it."""
        wanted = [(table, name) for table, name in self._list() if _counts(table, name, base)]
        paths: dict[str, list[Path]] = {}
        with ThreadPoolExecutor(_DOWNLOADS) as pool:
            for (table, _), path in zip(wanted, pool.map(self._download, wanted), strict=True):
                paths.setdefault(table, []).append(path)
        return paths

    def tidy(self, state: State) -> None:
        """Remove parts that the base holds, and what listings before the last one have shown."""
        numbers = {name: cursor.full_number for name, cursor in state.cursors.items()}
        old = [
            self._source.private_file(f"shop/{table}/{name}")
            for table, name in self._list()
            if (
                _number(name)[1] < numbers.get(_number(name)[0], 0)
                if table == "known"
                else not _counts(table, name, state.base)
            )
        ]
        if old:
            bucket = clients.bucket()
            bucket.delete_blobs([bucket.blob(one) for one in old], on_error=lambda blob: None)

    def put_known(self, name: str, known: Sequence[Known]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        local = self._folder / "known.parquet"
        columns = {one: [getattr(row, one) for row in known] for one in _KNOWN}
        pq.write_table(pa.table(columns), local, compression="zstd")
        self._upload(local, f"known/{name}")

    def list_known(self, stream: StreamName) -> Iterator[Known]:
        import pyarrow.parquet as pq

        for table, name in sorted(self._list(f"known/{stream}-"), key=_in_order):
            path = self._download((table, name))
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(10_000):
                    # A file of an earlier version may lack the last columns.
                    there = set(batch.schema.names)
                    rows = (
                        batch.column(one).to_pylist() if one in there else [None] * batch.num_rows
                        for one in _KNOWN
                    )
                    yield from (Known(*row) for row in zip(*rows, strict=True))
            path.unlink()

    def _list(self, prefix: str = "") -> list[tuple[str, str]]:
        root = f"{self._source.private_file('shop/')}"
        blobs = clients.bucket().list_blobs(prefix=f"{root}{prefix}")
        found = [blob.name.removeprefix(root).split("/", 1) for blob in blobs]
        return [(one[0], one[1]) for one in found if len(one) == 2]

    def _upload(self, local: Path, name: str) -> None:
        blob = clients.bucket().blob(self._source.private_file(f"shop/{name}.parquet"))
        blob.upload_from_filename(str(local), timeout=300)
        if local.parent == self._folder:
            local.unlink()  # the folder is memory

    def _download(self, part: tuple[str, str]) -> Path:
        table, name = part
        path = self._folder / "parts" / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        blob = clients.bucket().blob(self._source.private_file(f"shop/{table}/{name}"))
        blob.download_to_filename(str(path), timeout=300)
        return path

    # Webhooks ------------------------------------------------------------------------------

    def list_named(self) -> Sequence[Named]:
        query = clients.firestore().collection(self._source.hooks).limit(_MOST_NAMED)
        return [_named(one.id, one.to_dict() or {}) for one in query.stream()]

    def forget_named(self, named: Sequence[Named]) -> None:
        client = clients.firestore()
        ids = [one.delivery_id for one in named if one.delivery_id]
        documents.delete_all([client.document(f"{self._source.hooks}/{id_}") for id_ in ids])


def _patiently(commit: Callable[..., Any]) -> Any:
    """Commit, again as long as others are in the way: a lease is renewed in the same document."""
    from google.api_core.exceptions import Aborted

    for pause in clients.PAUSES:
        try:
            return commit(timeout=60)
        except Aborted:
            time.sleep(pause)
    raise Unavailable("Others are changing this at the same time.", code="contention")


_KNOWN: Final = ("number", "table", "id", "digest", "updated_at")


def _named(delivery_id: str, fields: Mapping[str, Any]) -> Named:
    what = fields.get("what")
    return Named(
        fields.get("stream") or "orders",
        str(fields.get("object_id") or ""),
        merged_into=fields.get("other_id") if what == "merged" else None,
        delivery_id=delivery_id,
        is_redacted=what == "redact_customer" or not fields.get("object_id"),
    )


def _counts(table: str, name: str, base: int) -> bool:
    """Whether a file of the shop's folder is among those that tables are made of."""
    stream, number = _number(name)
    if table not in TABLES or stream is None:
        return False
    return number == base if stream == "base" else number >= base


def _number(name: str) -> tuple[Any, int]:
    found = _NUMBERED.match(name)
    return (found["stream"], int(found["number"])) if found else (None, 0)


def _in_order(part: tuple[str, str]) -> tuple[int, str]:
    """Lower numbers first, whatever number of digits they have."""
    return _number(part[1])[1], part[1]


def _word(stream: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """What of a stream is worth telling at once."""
    return tuple((stream or {}).get(name) for name in ("state", "error"))
