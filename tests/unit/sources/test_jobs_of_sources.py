"""What starts, answers, recovers and ends the jobs of uploads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kindred import clients, documents, edge, jobs, settings
from kindred.errors import Conflict, InvalidInput, SourceGone, Unavailable, UploadRejected
from kindred.jobs import Ticket
from kindred.jobs import store as jobs_store
from kindred.paths import Source
from kindred.pipeline import sweeping, texts
from kindred.segments import store as segments_store
from kindred.sources import service, store, tasks
from kindred.sources.csv import feeder
from kindred.sources.csv import service as csv_service
from kindred.sources.csv import store as csv_store
from kindred.sources.document import SourceDocument
from kindred.sources.payloads import SourceOptions
from kindred.texts import service as texts_service

SOURCE = Source("merchant", "csv", "up1")
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
WAITING = {
    "status": "waiting_for_file",
    "file_name": "orders.csv",
    "generate_segments": True,
    "created_at": NOW - timedelta(hours=1),
}


class Place:
    """The document of one upload, whether its file is there, and the tasks that were enqueued."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.document: dict[str, Any] | None = dict(WAITING)
        self.has_file = True
        self.unfinished = 1
        self.closed: list[str] = []
        self.deleted: list[str] = []
        self.tasks: list[tuple[str, str]] = []
        self.delays: list[int] = []
        monkeypatch.setattr(documents, "get", lambda path: self.document and dict(self.document))
        monkeypatch.setattr(csv_store, "raw_file_exists", lambda source, name: self.has_file)
        monkeypatch.setattr(csv_store, "close_raw_file", lambda _, name: self.closed.append(name))
        monkeypatch.setattr(csv_store, "delete_raw_file", lambda _, name: self.deleted.append(name))
        monkeypatch.setattr(
            store, "count_unfinished", lambda uid, up_to: min(self.unfinished, up_to)
        )
        monkeypatch.setattr(store, "is_surplus", lambda source, most: self.unfinished > most)
        monkeypatch.setattr(jobs_store, "transact_document", self._transact)
        monkeypatch.setattr(clients, "enqueue", self._enqueue)

    def _transact(self, source: Source, change: Any) -> Any:
        if self.document is None:
            raise SourceGone
        update, _beside, result = change(dict(self.document))
        if update is not None:
            self.document = {**self.document, **update}
        return result

    def _enqueue(
        self, function: str, data: Any, *, task_id: str, delay_seconds: int = 0, **_options: Any
    ) -> bool:
        self.tasks.append((function, task_id))
        self.delays.append(delay_seconds)
        return True

    @property
    def status(self) -> Any:
        return (self.document or {}).get("status")


def parsed(source: Source, **fields: Any) -> SourceDocument:
    return store.parse_document(source, fields)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(monkeypatch)


def test_a_file_starts_its_job_once(place: Place) -> None:
    for _ in range(3):
        csv_service.start_upload(SOURCE, "orders.csv", now=NOW)
    assert place.status == "queued"
    assert len(place.tasks) == 1


def test_a_file_of_another_name_or_without_document_starts_nothing(place: Place) -> None:
    assert csv_service.start_upload(SOURCE, "other.csv", now=NOW) is None
    assert place.tasks == []
    assert place.deleted == ["other.csv"], "nobody would ever look at it"
    place.document = None
    assert csv_service.start_upload(SOURCE, "orders.csv", now=NOW) is None
    assert [function for function, _ in place.tasks] == ["eraseSource"], "a day later"
    assert place.delays == [25 * 3600]


def test_a_file_is_closed_before_its_job_starts(place: Place) -> None:
    csv_service.start_upload(SOURCE, "orders.csv", now=NOW)
    assert place.closed == ["orders.csv"]


def test_one_upload_too_many_of_a_merchant_fails_and_says_so(place: Place) -> None:
    place.unfinished = settings.MAX_UNFINISHED_UPLOADS + 1
    assert csv_service.refuse_surplus(SOURCE, now=NOW)
    assert place.status == "failed"
    assert (place.document or {})["error"]["code"] == "too-many-uploads"
    assert place.tasks == []
    assert not csv_service.refuse_surplus(SOURCE, now=NOW), "it is over already"


def test_one_that_was_there_before_is_let_be(place: Place) -> None:
    place.unfinished = settings.MAX_UNFINISHED_UPLOADS
    assert not csv_service.refuse_surplus(SOURCE, now=NOW)
    csv_service.start_upload(SOURCE, "orders.csv", now=NOW)
    assert place.status == "queued"


def test_nor_does_one_come_back_by_being_segmented_again(place: Place) -> None:
    place.document = {**WAITING, "status": "failed"}
    place.unfinished = settings.MAX_UNFINISHED_UPLOADS
    with pytest.raises(Conflict) as refused:
        service.regenerate(SOURCE, None, now=NOW)
    assert refused.value.code == "too-many-uploads"


def test_nor_by_an_answer(place: Place) -> None:
    before = {**WAITING, "status": "checked", "options": {"dry_run": True}}
    place.document = {**before, "options": {}}
    place.unfinished = settings.MAX_UNFINISHED_UPLOADS
    csv_service.answer(SOURCE, before, place.document, now=NOW)
    assert (place.status, place.document["error"]["code"]) == ("failed", "too-many-uploads")


@pytest.mark.parametrize(("tables_run", "asked"), [(None, "anna"), ("r1", None)])
def test_who_sent_a_file_is_asked_whenever_it_is_first_read(
    place: Place, tables_run: str | None, asked: str | None
) -> None:
    """A job may have ended before it was."""
    place.document = {
        **WAITING,
        "status": "failed",
        "uploaded_by": "anna",
        "tables_run": tables_run,
    }
    service.regenerate(SOURCE, None, now=NOW)
    lease = store.parse_document(SOURCE, place.document).job.lease
    assert lease is not None
    assert store.parse_handed(lease.handed or {}).uploaded_by == asked


@pytest.mark.parametrize(
    ("role", "erased", "may"),
    [
        ("owner", False, True),
        ("admin", False, True),
        ("analyst", False, True),
        ("viewer", False, False),
        (None, False, False),
        ("analyst", True, False),
        ("owner", True, False),
    ],
)
def test_a_file_is_used_only_if_its_sender_may_still_send_one(
    place: Place, monkeypatch: pytest.MonkeyPatch, role: Any, erased: bool, may: bool
) -> None:
    monkeypatch.setattr(edge.Caller, "role", lambda caller, owner_uid: role)
    monkeypatch.setattr(edge.Caller, "is_erased", lambda caller: erased)
    place.document = {**WAITING, "uploaded_by": "anna"}
    csv_service.start_upload(SOURCE, "orders.csv", now=NOW)
    assert place.document is not None
    document = store.parse_document(SOURCE, place.document)
    assert document.job.lease is not None
    handed = store.parse_handed(document.job.lease.handed or {})
    if may:
        service.check_sender(document, handed)
        assert place.deleted == []
    else:
        with pytest.raises(UploadRejected) as refused:
            service.check_sender(document, handed)
        assert refused.value.code == "uploader-gone"
        assert place.deleted == ["orders.csv"]


@pytest.mark.parametrize(
    ("status", "field", "before", "after", "starts"),
    [
        ("needs_mapping", "column_mapping", None, {"email": "E"}, True),
        ("needs_mapping", "column_mapping", {"email": "E"}, {"email": "F"}, True),
        ("needs_mapping", "column_mapping", {"email": "E"}, {"email": "E"}, False),
        ("needs_mapping", "options", {}, {"dry_run": False}, False),
        ("needs_mapping", "label", "a", "b", False),
        ("checked", "options", {"dry_run": True}, {"dry_run": False}, True),
        ("checked", "column_mapping", None, {"email": "E"}, False),
        ("ready", "options", {}, {"dry_run": True}, False),
        ("running", "column_mapping", None, {"email": "E"}, False),
    ],
)
def test_only_an_answer_to_what_was_asked_starts_a_job(
    place: Place, status: str, field: str, before: Any, after: Any, starts: bool
) -> None:
    place.document = {**WAITING, "status": status, field: after}
    csv_service.answer(SOURCE, {"status": status, field: before}, place.document, now=NOW)
    assert len(place.tasks) == starts


def test_an_answer_that_comes_twice_starts_one_job(place: Place) -> None:
    before = {"status": "checked", "options": {"dry_run": True}}
    after = {**WAITING, "status": "checked", "options": {}}
    place.document = dict(after)
    for _ in range(2):
        csv_service.answer(SOURCE, before, after, now=NOW)
    assert len(place.tasks) == 1


def test_our_own_writes_are_no_answer(place: Place) -> None:
    before = {"status": "running", "options": {}, "column_mapping": None}
    after = {**before, "status": "needs_mapping", "column_mapping": {"email": "E"}}
    assert csv_service.answer(SOURCE, before, after, now=NOW) is None


# Regenerating ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", jobs.IDLE)
def test_whatever_has_rows_can_be_segmented_again(place: Place, status: str) -> None:
    place.document = {**WAITING, "status": status, "generate_segments": False}
    service.regenerate(SOURCE, None, now=NOW)
    assert place.status == "queued"
    assert (place.document or {})["generate_segments"] is True


def test_generating_segments_is_no_dry_run(place: Place) -> None:
    place.document = {
        **WAITING,
        "status": "checked",
        "tables_run": "r1",
        "options": {"dry_run": True, "currency": "EUR"},
    }
    service.regenerate(SOURCE, None, now=NOW)
    assert (place.document or {})["options"] == {"currency": "EUR"}


def test_only_the_options_that_are_given_change(place: Place) -> None:
    before = {"date_order": "dmy", "algorithm": "kmeans", "as_of": "2025-01-01"}
    place.document = {**WAITING, "status": "ready", "options": before}
    service.regenerate(SOURCE, SourceOptions(algorithm="dbscan", as_of=None), now=NOW)
    assert (place.document or {})["options"] == {"date_order": "dmy", "algorithm": "dbscan"}


@pytest.mark.parametrize("status", [*jobs.ACTIVE, "deleting"])
def test_what_is_worked_on_is_not_started_again(place: Place, status: str) -> None:
    place.document = {**WAITING, "status": status, "tables_run": "r1"}
    with pytest.raises(Conflict) as refused:
        service.regenerate(SOURCE, None, now=NOW)
    assert refused.value.code == "job-active"
    assert place.tasks == []


def test_without_rows_and_file_there_is_nothing_to_segment(place: Place) -> None:
    place.document = {**WAITING, "status": "failed"}
    place.has_file = False
    with pytest.raises(Conflict) as refused:
        service.regenerate(SOURCE, None, now=NOW)
    assert refused.value.code == "no-tables"


# The sweep ---------------------------------------------------------------------------------


def swept(place: Place, **more: Any) -> str | None:
    place.document = {**WAITING, **more}
    return service.recover(store.parse_document(SOURCE, place.document), now=NOW)


def test_a_file_whose_event_was_lost_is_found(place: Place) -> None:
    assert swept(place) == "started"
    assert place.status == "queued"
    assert len(place.tasks) == 1


def test_a_file_that_is_still_on_its_way_is_waited_for(place: Place) -> None:
    place.has_file = False
    assert swept(place, created_at=NOW - timedelta(hours=23)) is None
    assert place.status == "waiting_for_file"
    assert swept(place, created_at=NOW - timedelta(hours=25)) == "expired"
    assert place.status == "failed"


def held(expires_in: float) -> dict[str, Any]:
    expires_at = NOW + timedelta(seconds=expires_in)
    return {"run_id": "r1", "holder": "h", "expires_at": expires_at, "part": 0}


def test_a_worker_that_is_alive_is_left_alone(place: Place) -> None:
    assert swept(place, status="running", lease=held(10), attempt=1, updated_at=NOW) is None
    assert place.tasks == []


def test_a_worker_that_is_gone_is_succeeded(place: Place) -> None:
    assert swept(place, status="running", lease=held(-1), attempt=1, updated_at=NOW) == "requeued"
    assert [function for function, _ in place.tasks] == ["processUpload"]


@pytest.mark.parametrize(("kind", "queue"), [("csv", "processUpload"), ("shopify", "processShop")])
def test_no_upload_waits_behind_the_syncs_of_shops(place: Place, kind: str, queue: str) -> None:
    tasks.enqueue(Ticket(Source("merchant", kind, "s1"), "r1", 1))
    tasks.enqueue(Ticket(Source("merchant", kind, "s1"), "r1", 1, part=1), "scoreTexts")
    assert [function for function, _ in place.tasks] == [queue, "scoreTexts"]


@pytest.mark.parametrize(("minutes", "lost"), [(1, False), (60, True)])
def test_a_job_that_waits_in_a_full_queue_is_not_lost(
    place: Place, minutes: int, lost: bool
) -> None:
    lease = {"run_id": "r1", "holder": None, "part": 0}
    since = NOW - timedelta(minutes=minutes)
    done = swept(place, status="queued", lease=lease, attempt=1, updated_at=since)
    assert (done == "requeued") == lost


def test_each_attempt_has_a_task_of_its_own_name(place: Place) -> None:
    names = [jobs.Ticket(SOURCE, "r1", attempt).task_id for attempt in (1, 2, 3)]
    names += [jobs.Ticket(Source("merchant", "csv", "up2"), "r1", 1).task_id]
    assert len(set(names)) == 4


def test_what_is_being_deleted_is_deleted_in_the_end(place: Place) -> None:
    assert swept(place, status="deleting", lease=held(10)) is None
    assert swept(place, status="deleting", lease=None) == "erasing"
    assert [function for function, _ in place.tasks] == ["eraseSource"]


def test_texts_that_stay_unscored_are_tried_ever_more_rarely() -> None:
    since, now, tries = NOW, NOW, []
    document = {"texts_pending_since": since, "finished_at": now}
    while now < since + timedelta(days=30):
        now += timedelta(minutes=10)  # the sweep comes by, and a job ends at once
        if service.texts_are_due(parsed(SOURCE, **document), now):
            tries.append(now)
            document["finished_at"] = now
    assert tries[0] == since + timedelta(minutes=10), "a short absence costs nobody a wait"
    assert len([at for at in tries if at <= since + timedelta(days=1)]) <= 8
    assert len(tries) <= 40
    assert tries[-1] > since + timedelta(days=28), "nobody is forgotten"


def test_a_document_that_does_not_say_since_when_it_waits_is_due() -> None:
    assert service.texts_are_due(parsed(SOURCE, finished_at=NOW), NOW)


class Texts:
    """A text service that counts how often it is asked."""

    def __init__(self, *, ready: bool) -> None:
        self.ready, self.asked = ready, 0

    def is_ready(self) -> bool:
        self.asked += 1
        return self.ready


@pytest.mark.parametrize(
    ("waiting", "ready", "asked", "found"),
    [(0, True, 0, 0), (3, False, 1, 0), (3, True, 1, 3)],
)
def test_the_text_service_is_asked_only_if_somebody_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, waiting: int, ready: bool, asked: int, found: int
) -> None:
    client = Texts(ready=ready)
    monkeypatch.setattr(texts_service, "connected", lambda: client)
    pending = [parsed(Source("m", "csv", f"up{n}"), finished_at=NOW) for n in range(waiting)]
    monkeypatch.setattr(store, "list_text_pending", lambda now: iter(pending))
    assert len(texts.list_waiting(NOW)) == found
    assert client.asked == asked


def test_how_long_texts_wait_is_counted_from_the_first_try() -> None:
    since, later = NOW - timedelta(hours=5), NOW
    waiting = {"texts_state": "pending", "texts_pending_since": since}

    def pending_since(state: str, document: dict[str, Any]) -> datetime | None:
        return texts.pending_since(parsed(SOURCE, **document), state, later)

    assert pending_since("pending", waiting) == since
    assert pending_since("pending", {"texts_state": "pending"}) == later
    assert pending_since("pending", {**waiting, "texts_state": "scored"}) == later
    assert pending_since("scored", waiting) is None


@pytest.mark.parametrize("status", jobs.IDLE)
def test_what_is_over_is_left_alone(place: Place, status: str) -> None:
    assert swept(place, status=status) is None
    assert place.tasks == []


@pytest.mark.parametrize(("status", "looked"), [("ready", True), ("running", False)])
def test_what_a_job_left_is_looked_for_once_it_is_over(
    place: Place, monkeypatch: pytest.MonkeyPatch, status: str, looked: bool
) -> None:
    due = NOW - timedelta(minutes=1)
    place.document = {**WAITING, "status": status, "tidy_after": due, "current_run": "r2"}
    removed: list[str] = []
    monkeypatch.setattr(segments_store, "list_run_ids", lambda source: ["r2"])
    monkeypatch.setattr(segments_store, "list_document_runs", lambda source: {"r1", "r2"})
    monkeypatch.setattr(segments_store, "delete_run", lambda source, run: removed.append(run))
    monkeypatch.setattr(store, "list_file_runs", lambda source: set())
    document = store.parse_document(SOURCE, place.document)
    assert sweeping.tidy(document, now=NOW) == ("tidied" if looked else None)
    assert (removed, place.document["tidy_after"]) == ((["r1"], None) if looked else ([], due))


def test_a_document_of_an_odd_name_does_not_stop_the_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def snapshot(uid: str, name: str) -> Any:
        parent = SimpleNamespace(id="csv_uploads", parent=SimpleNamespace(id=uid))
        reference = SimpleNamespace(parent=parent, path=f"users/{uid}/csv_uploads/{name}")
        return SimpleNamespace(reference=reference, id=name, to_dict=dict)

    pages = [False, False, False, False, True]  # one with something, then empty ones

    class Query:
        def __getattr__(self, _name: str) -> Any:
            return lambda *args, **kwargs: self

        def stream(self) -> Any:
            found = [snapshot("merchant", "a b"), snapshot("é", "x"), snapshot("m", "up1")]
            return iter(found if pages.pop() else ())

    monkeypatch.setattr(clients, "firestore", Query)
    assert [document.source.id for document in store.list_unfinished(NOW)][:1] == ["up1"]


# Deleting ----------------------------------------------------------------------------------


def test_a_source_is_deleted_only_if_asked_and_only_once_let_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[str] = []
    left = [3, 1, 0]
    monkeypatch.setattr(store, "erase_below", lambda source: left.pop(0))
    monkeypatch.setattr(store, "delete_document", lambda source: removed.append(source.id))
    with pytest.raises(Conflict):
        service.erase(SOURCE, now=NOW)
    place.document = {**WAITING, "status": "deleting", "lease": held(10)}
    with pytest.raises(Unavailable):
        service.erase(SOURCE, now=NOW)
    assert left == [3, 1, 0]
    place.document["lease"] = held(-1)
    service.erase(SOURCE, now=NOW)
    assert (left, removed) == ([], ["up1"])
    assert [function for function, _ in place.tasks] == ["eraseSource"], "some minutes later"


def test_prices_that_were_given_of_a_source_that_had_gone_go_too(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Source] = []
    monkeypatch.setattr(store, "delete_strays", lambda source, before: 0)
    monkeypatch.setattr(store, "erase_named", lambda source: asked.append(source) or 1)
    place.document = None
    service.erase(SOURCE, now=NOW)
    assert asked == [SOURCE]


def test_what_does_not_get_empty_is_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.document = {**WAITING, "status": "deleting", "lease": None}
    monkeypatch.setattr(store, "erase_below", lambda source: 1)
    monkeypatch.setattr(store, "delete_document", lambda source: pytest.fail("not empty yet"))
    with pytest.raises(Unavailable):
        service.erase(SOURCE, now=NOW)


class Shelf:
    """Files by name with the time they came; some are gone by the time they are to be deleted."""

    def __init__(self, **files: datetime) -> None:
        self.files = {f"{SOURCE.raw_folder}{name}": came for name, came in files.items()}
        self.gone: set[str] = set()

    def list_blobs(self, prefix: str) -> Any:
        found = [name for name in self.files if name.startswith(prefix)]
        return [SimpleNamespace(name=name, time_created=self.files[name]) for name in found]

    def delete_blobs(self, blobs: Any, on_error: Any) -> None:
        for blob in blobs:
            if blob.name in self.gone:
                on_error(blob)
            self.files.pop(blob.name)


def test_a_file_without_a_document_goes_after_a_day(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(old=NOW - timedelta(hours=25), young=NOW - timedelta(hours=1))
    monkeypatch.setattr(clients, "bucket", lambda: shelf)
    monkeypatch.setattr(store, "erase_named", lambda source: 0)
    place.document = None
    for _ in range(2):
        service.erase(SOURCE, now=NOW)
    assert list(shelf.files) == [f"{SOURCE.raw_folder}young"]


def test_two_who_delete_the_same_files_are_not_in_each_others_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = Shelf(a=NOW, b=NOW, c=NOW)
    shelf.gone = {f"{SOURCE.raw_folder}b"}
    monkeypatch.setattr(clients, "bucket", lambda: shelf)
    assert clients.delete_files([str(SOURCE.raw_folder), "derived/"]) == 3
    assert shelf.files == {}


def test_two_merchants_sources_of_one_id_are_both_deleted(place: Place) -> None:
    for uid in ("one", "other"):
        tasks.enqueue_erasure(Source(uid, "csv", "up1"), "sweep202603010930")
    assert len({task_id for _, task_id in place.tasks}) == 2


# The document as a dataclass ---------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"file_name": None},
        {"file_name": "../orders.csv"},
        {"file_name": ["orders.csv"]},
        {"options": {"algorithm": "magic"}},
        {"options": {"surprise": 1}},
        {"options": {"currency": "eur"}},
        {"options": {"rates": {"USD": 0.9}}},
        {"options": ["dry_run"]},
        {"options": {"dry_run": "yes"}},
        {"column_mapping": {"customer_id": 7}},
        {"column_mapping": {"customer_id": ["a", 7]}},
        {"column_mapping": {"customer_id": {"a": "b"}}},
        {"column_mapping": ["customer_id"]},
        {"column_mapping": "customer_id"},
        {"based_on": {"upload_id": "up0"}},
        {"based_on": {"upload_id": "up0", "mode": "merge"}},
        {"based_on": "up0"},
    ],
)
def test_a_document_that_rules_should_have_refused_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        csv_store.parse_upload(SOURCE, {**WAITING, **fields})


@pytest.mark.parametrize("upload_id", ["../up0", "a/b", "", "__x__"])
def test_an_upload_builds_on_one_of_the_same_merchant(upload_id: str) -> None:
    based_on = {"upload_id": upload_id, "mode": "append"}
    with pytest.raises(InvalidInput):
        _ = csv_store.parse_upload(SOURCE, {**WAITING, "based_on": based_on}).base
    upload = csv_store.parse_upload(
        SOURCE, {**WAITING, "based_on": {"upload_id": "up0", "mode": "append"}}
    )
    assert upload.base == Source(SOURCE.uid, "csv", "up0")


def test_a_field_that_is_given_nothing_is_not_mapped() -> None:
    mapping = {"customer_id": "Buyer", "email": "", "name": [], "phone": None}
    upload = csv_store.parse_upload(SOURCE, {**WAITING, "column_mapping": mapping})
    assert upload.column_mapping == {"customer_id": "Buyer"}
    upload = csv_store.parse_upload(SOURCE, {**WAITING, "column_mapping": {"email": ""}})
    assert upload.column_mapping is None


def test_a_document_with_only_what_a_client_must_write_is_enough() -> None:
    upload = csv_store.parse_upload(SOURCE, WAITING)
    assert (upload.options, upload.column_mapping, upload.base) == (SourceOptions(), None, None)


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"label": "other"}, True),
        ({"options": {"algorithm": "dbscan"}}, True),
        ({"options": {"as_of": "2026-01-01"}}, True),
        ({"options": {"date_order": "dmy"}}, False),
        ({"options": {"currency": "USD"}}, False),
        ({"column_mapping": {"email": "E"}}, False),
        ({"based_on": {"upload_id": "up0", "mode": "append"}}, False),
    ],
)
def test_stored_tables_serve_as_long_as_reading_would_give_the_same(
    fields: dict[str, Any], same: bool
) -> None:
    key = feeder.tables_key(csv_store.parse_upload(SOURCE, WAITING))
    other = feeder.tables_key(csv_store.parse_upload(SOURCE, {**WAITING, **fields}))
    assert (key == other) == same


class Bucket:
    """One file, which may change while it is fetched."""

    def __init__(self, content: bytes | None, md5: str | None) -> None:
        self.content, self.md5_hash = content, md5

    def get_blob(self, name: str) -> Any:
        return self if self.content is not None else None

    def download_to_filename(self, target: str, *, raw_download: bool, timeout: int) -> None:
        assert raw_download, "Storage would unpack what its client called compressed"
        Path(target).write_bytes(self.content or b"")


@pytest.mark.parametrize(
    ("content", "md5", "error"),
    [
        (b"a,b\n", None, None),
        (b"a,b\n", "bLmEKV5cFpNlYCSVxA0Irg==", Unavailable),
        (None, None, InvalidInput),
    ],
)
def test_a_file_is_fetched_whole_or_not_at_all(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    md5: str | None,
    error: type[Exception] | None,
) -> None:
    monkeypatch.setattr(clients, "bucket", lambda: Bucket(content, md5))
    if error is not None:
        with pytest.raises(error):
            csv_store.download_raw_file(SOURCE, "orders.csv", tmp_path)
        return
    path, digest = csv_store.download_raw_file(SOURCE, "orders.csv", tmp_path)
    assert path.read_bytes() == content
    assert len(digest) == 64
