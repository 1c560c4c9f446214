"""Jobs survive what happens to real workers, events and tasks of the running system."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
from emulator.merchants import HANG_SECONDS, Person, Upload, sign_up, start_upload
from emulator.places import SAMPLES, address, estate_of, some_customers
from google.api_core.exceptions import Aborted
from kindred import clients, jobs
from kindred.pipeline import sweeping
from kindred.sources import service, store

SMALL = some_customers(40)
T = TypeVar("T")

pytestmark = pytest.mark.usefixtures("behind_the_doors")


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


def many_customers() -> bytes:
    """Enough for each stage to last a moment: the fashion shop's orders, without reviews."""
    lines = (SAMPLES / "fashion-shop.csv").read_text().splitlines()[:4_000]
    return "\n".join(",".join(line.split(",")[:12]) for line in lines).encode()


# Real workers ------------------------------------------------------------------------------


def worker_pids() -> list[int]:
    """Processes of this system that do jobs; not those that only start them.

    A worker is a copy of another process, with the environment of that one and the name of its
    function. What it was started by shows the right environment, and has the same output.
    """
    mine = f"FIRESTORE_EMULATOR_HOST={os.environ['FIRESTORE_EMULATOR_HOST']}".encode()
    theirs, outputs, parents = set[str](), dict[int, str](), dict[int, int]()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environment = (place / "environ").read_bytes().split(b"\0")
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
            output = str((place / "fd" / "1").readlink())
            name = (place / "comm").read_text().strip()
        except (OSError, ValueError):
            continue
        if name == "processUpload":
            parents[int(place.name)], outputs[int(place.name)] = parent, output
        elif b"FUNCTION_TARGET=processUpload" in environment and mine in environment:
            theirs.add(output)
    workers = {pid for pid, output in outputs.items() if output in theirs}
    return sorted(workers - {parents[pid] for pid in workers})


def document_when(upload: Upload, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The document as soon as a worker has it and ``reached`` holds; raises `Missed` after that."""
    reference = clients.firestore().document(upload.path)
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        document = reference.get().to_dict() or {}
        if document.get("status") == "running" and reached(document):
            return document
        if document.get("status") not in ("waiting_for_file", "queued", "running"):
            raise Missed(document.get("status"))
        assert time.monotonic() < deadline, document.get("status")
        time.sleep(0.01)


def kill_when(upload: Upload, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Kill the worker as soon as ``reached`` holds; the document as it was left."""
    document_when(upload, reached)
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)
    left = clients.firestore().document(upload.path).get().to_dict() or {}
    if left.get("status") != "running":
        raise Missed(left.get("status"))
    return left


class Missed(Exception):
    """The job was over before the test could do anything to it."""


def caught(merchant: Person, strike: Callable[[Upload], T]) -> tuple[Upload, T]:
    """An upload and what ``strike`` made of it while its job ran; jobs that it misses are left."""
    for _ in range(10):
        upload = start_upload(merchant, many_customers())
        with contextlib.suppress(Missed):
            return upload, strike(upload)
    pytest.fail("each job was over too soon")


def let_the_lease_run_out(upload: Upload) -> None:
    """What a minute and a half would do. Locks of a worker killed in a transaction last 60 s."""
    past = jobs.utc_now() - timedelta(seconds=1)
    deadline = time.monotonic() + HANG_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(Aborted):
            clients.firestore().document(upload.path).update({"lease.expires_at": past})
            return
    pytest.fail("the document stays locked")


def sweep(upload: Upload, **later: float) -> str | None:
    now = jobs.utc_now() + timedelta(**later)
    document = clients.firestore().document(upload.path).get().to_dict() or {}
    return service.recover(store.parse_document(upload.place, document), now=now)


@pytest.fixture(scope="module")
def undisturbed(merchant: Person) -> dict[str, Any]:
    upload = start_upload(merchant, many_customers())
    upload.wait_until_ready()
    return upload.comparable()


@pytest.mark.parametrize("stage", ["reading", "clustering", "publishing"])
def test_a_worker_killed_in_a_stage_is_succeeded_by_one_who_ends_the_same(
    merchant: Person, undisturbed: dict[str, Any], stage: str
) -> None:
    upload, left = caught(
        merchant, lambda upload: kill_when(upload, lambda document: document.get("stage") == stage)
    )
    let_the_lease_run_out(upload)
    sweep(upload)
    document = upload.wait_until_ready()
    assert document["attempt"] >= 2
    assert document["current_run"] == left["lease"]["run_id"], "a run keeps its id"
    assert upload.comparable() == undisturbed


def test_a_file_that_kills_three_workers_fails_and_can_be_tried_again(merchant: Person) -> None:
    def kill_three(upload: Upload) -> None:
        for attempt in range(1, 4):
            kill_when(upload, lambda document, n=attempt: document.get("attempt") == n)
            let_the_lease_run_out(upload)
            sweep(upload)

    upload, _ = caught(merchant, kill_three)
    document = upload.wait()
    assert (document["status"], document["error"]["code"]) == ("failed", "worker-lost")
    assert document["error"]["hint"]
    assert document.get("current_run") is None
    merchant.call("regenerate_segments", source=upload.source)
    assert upload.wait_until_ready()["error"] is None


# Events and tasks --------------------------------------------------------------------------


def until_events_are_heard(merchant: Person) -> None:
    """A file that comes now has been noticed and processed; so have those that came before."""
    start_upload(merchant, SMALL, generate_segments=False).wait_until_ready()


def state_of(upload: Upload) -> tuple[Any, Any]:
    return upload.read(), sorted(estate_of(upload.place).places)


def test_an_event_and_a_task_that_come_twice_change_nothing(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL)
    document = upload.wait_until_ready()
    before = state_of(upload)
    clients.bucket().blob(upload.raw_file).upload_from_string(SMALL, content_type="text/csv")
    for attempt, part in ((1, 0), (2, 0), (1, 1)):
        data = {"source": upload.source, "run_id": document["current_run"]}
        task = {"data": {**data, "attempt": attempt, "part": part}}
        url = f"{address('FUNCTIONS_BASE_URL')}/processUpload"
        assert requests.post(url, json=task, timeout=HANG_SECONDS).ok, "as the queue delivers it"
    until_events_are_heard(merchant)
    assert state_of(upload) == before


def test_a_file_that_came_before_its_document_is_found_by_the_sweep(merchant: Person) -> None:
    upload = Upload(merchant, f"early{time.time_ns():x}", "orders.csv")
    assert merchant.put_file(upload.raw_file, SMALL) == 200
    until_events_are_heard(merchant)  # its event finds no document
    late = start_upload(merchant, None)
    document = late.read()
    now = jobs.utc_now()
    assert merchant.create(upload.path, {**document, "created_at": now}).status_code == 200
    assert upload.read()["status"] == "waiting_for_file"
    assert sweep(upload) == "started"
    upload.wait_until_ready()
    assert sweep(late) is None, "a file that never came is waited for"
    assert sweep(late, hours=25) == "expired"
    assert late.read()["error"]["code"] == "file-never-came"


def test_a_task_that_was_lost_is_replaced_by_the_sweep(merchant: Person) -> None:
    upload = start_upload(merchant, None)
    clients.bucket().blob(upload.place.raw_file("other.csv")).upload_from_string(b"a,b\n")
    blob = clients.bucket().blob(upload.raw_file)
    assert jobs.queue(upload.place, expected=("waiting_for_file",), now=jobs.utc_now())
    blob.upload_from_string(SMALL)  # the event finds a job that is queued, and leaves it
    until_events_are_heard(merchant)
    assert upload.read()["status"] == "queued"
    assert sweep(upload) is None, "it may still be in the queue"
    assert sweep(upload, hours=1) == "requeued"
    assert upload.wait_until_ready()["attempt"] == 1, "nobody had begun it"


# Cancelling and deleting -------------------------------------------------------------------


def test_a_cancel_stops_a_running_job_and_leaves_nothing_half_made(merchant: Person) -> None:
    def cancel(upload: Upload) -> None:
        document_when(upload, lambda document: document.get("stage") in ("features", "clustering"))
        answer = merchant.ask("cancel_job", source=upload.source)
        if not answer.ok:
            raise Missed(answer.text)
        assert answer.json()["result"]["status"] == "running"

    upload, _ = caught(merchant, cancel)
    document = upload.wait()
    assert (document["status"], document.get("current_run")) == ("cancelled", None)
    assert estate_of(upload.place).places == {upload.path, upload.raw_file}
    assert merchant.refused("cancel_job", source=upload.source)[1] == "no-job"
    merchant.call("regenerate_segments", source=upload.source)
    upload.wait_until_ready()


def test_a_cancel_ends_what_waits(merchant: Person) -> None:
    waiting, queued = start_upload(merchant, None), start_upload(merchant, None)
    assert jobs.queue(queued.place, expected=("waiting_for_file",), now=jobs.utc_now())
    for upload in (waiting, queued):
        assert merchant.call("cancel_job", source=upload.source)["status"] == "cancelled"
        merchant.put_file(upload.raw_file, SMALL)
    until_events_are_heard(merchant)
    for upload in (waiting, queued):
        assert upload.read()["status"] == "cancelled", "a file that comes too late starts nothing"


@pytest.mark.parametrize("while_running", [False, True])
def test_what_is_deleted_is_gone_and_nothing_else(merchant: Person, while_running: bool) -> None:
    neighbour = start_upload(merchant, SMALL, generate_segments=False)
    neighbour.wait_until_ready()
    before = estate_of(neighbour.place)
    if while_running:
        upload, _ = caught(
            merchant, lambda upload: document_when(upload, lambda d: d.get("stage") == "clustering")
        )
    else:
        upload = start_upload(merchant, SMALL)
        upload.wait_until_ready()
        merchant.call("export_segments", source=upload.source, format="csv")
    assert merchant.call("delete_source", source=upload.source) == {"status": "deleting"}
    deadline = time.monotonic() + HANG_SECONDS
    while merchant.get(upload.path).status_code == 200:
        assert time.monotonic() < deadline, upload.read()
        time.sleep(0.2)
    assert estate_of(upload.place).places == set()
    assert merchant.refused("delete_source", source=upload.source)[0] == "NOT_FOUND"
    assert merchant.refused("regenerate_segments", source=upload.source)[0] == "NOT_FOUND"
    assert estate_of(neighbour.place) == before


# Runs --------------------------------------------------------------------------------------


def test_the_last_three_runs_are_kept_and_older_ones_go(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL)
    runs = [upload.wait_until_ready()["current_run"]]
    first = upload.comparable()
    for _ in range(3):
        merchant.call("regenerate_segments", source=upload.source)
        runs.append(upload.wait(lambda d: d["status"] == "ready")["current_run"])
        assert runs[-1] not in runs[:-1]
    assert upload.comparable()["csv_segments"].keys() == first["csv_segments"].keys(), "keys stay"
    sweeping.sweep(now=jobs.utc_now() + timedelta(minutes=30))
    assert sorted(merchant.list(f"{upload.path}/runs")) == runs[-3:]
    left = [path for path in estate_of(upload.place).documents if runs[0] in path]
    assert left == []
    for run in runs[-3:]:
        pages = upload.of_run("customers", run).values()
        assert sum(len(page["customer_ids"]) for page in pages) == 40
        assert upload.of_run("csv_segments", run)
