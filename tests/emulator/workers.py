"""Workers in this process, whose every write a test can count, break or precede.

What a worker computes is remembered between its runs: faults come from reading and writing, and a
run that only writes takes a tenth of the time.
"""

from __future__ import annotations

import copy
import hashlib
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from emulator.places import Clock, document_of
from google.auth.transport.requests import AuthorizedSession
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from kindred import clients, direct, jobs
from kindred.errors import Unavailable
from kindred.paths import Source
from kindred.pipeline import flow, sweeping, texts
from kindred.reading import files
from kindred.segments import segmenting
from kindred.sources import service as sources_service
from kindred.sources.payloads import ProcessSource
from kindred.sources.shops import giving, tending

BUSY = (*jobs.ACTIVE, "waiting_for_file", "deleting")


class Killed(BaseException):
    """Ends a worker as `kill -9` would: nothing that handles errors sees it."""


class Broken(Exception):
    """An error that nobody foresaw."""


@dataclass
class Writes:
    """Every write of this process into Firestore, Storage and the task queue, in order.

    At the ``at``-th, ``strike`` is called: before the write, or after it where ``afterwards``.
    Once a strike has raised `Killed`, this process writes nothing any more until `revive`.
    """

    count: int = 0
    at: int | None = None
    strike: Callable[[], None] = lambda: None
    afterwards: bool = False
    dead: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def plan(self, at: int, strike: Callable[[], None], *, afterwards: bool = False) -> None:
        self.count, self.at, self.strike, self.afterwards = 0, at, strike, afterwards

    def revive(self) -> None:
        self.count, self.at, self.dead = 0, None, False

    @property
    def was_struck(self) -> bool:
        return self.at is None

    def around(self, write: Callable[[], Any]) -> Any:
        with self._lock:
            if self.dead:
                raise Killed
            self.count += 1
            is_it = self.count == self.at
            if is_it:
                self.at = None
        if is_it and not self.afterwards:
            self._strike()
        answer = write()
        if is_it and self.afterwards:
            self._strike()
        return answer

    def _strike(self) -> None:
        try:
            self.strike()
        except Killed:
            self.dead = True
            raise


def raise_killed() -> None:
    raise Killed


def raise_broken() -> None:
    raise Broken("the network has gone")


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch, quiet_place: None) -> Writes:
    watched = Writes()

    def watch(owner: Any, name: str, is_write: Callable[..., bool]) -> None:
        original = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if not is_write(*args, **kwargs):
                return original(*args, **kwargs)
            return watched.around(lambda: original(*args, **kwargs))

        monkeypatch.setattr(owner, name, call)

    watch(FirestoreClient, "commit", lambda *args, **kwargs: True)
    watch(direct, "call", lambda name, *args: name == "Commit")
    watch(FirestoreClient, "batch_write", lambda *args, **kwargs: True)
    watch(AuthorizedSession, "request", lambda _self, method, *args, **kwargs: method != "GET")
    return watched


@dataclass
class Tasks:
    """The task queue: delivers each task until it is done, as Cloud Tasks does."""

    writes: Writes
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def enqueue(
        self, function: str, data: Mapping[str, Any], *, task_id: str, **_options: Any
    ) -> bool:
        def put() -> bool:
            if task_id in self.seen:
                return False
            self.seen.add(task_id)
            self.waiting.append((function, dict(data)))
            return True

        return bool(self.writes.around(put))

    def deliver(self, run: Callable[[str, dict[str, Any]], None]) -> None:
        """Run the oldest task; it stays if it has to be tried again."""
        task = self.waiting[0]
        run(*task)
        if task in self.waiting:  # not delivered twice, and done by the other meanwhile
            self.waiting.remove(task)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch, writes: Writes) -> Tasks:
    queue = Tasks(writes)
    monkeypatch.setattr(clients, "enqueue", queue.enqueue)
    return queue


@dataclass
class Works:
    """The whole of what the platform runs for one source, with faults on the way."""

    writes: Writes
    tasks: Tasks
    clock: Clock = field(default_factory=Clock)

    def attempt(self) -> None:
        """Run the oldest waiting task once; it stays if it has to be tried again."""
        self.tasks.deliver(self._run)

    def _run(self, function: str, data: dict[str, Any]) -> None:
        if function == "eraseSource":
            sources_service.erase(Source(**data["source"]), now=self.clock())
            return
        if function == "tendShop":
            tending.tend(Source(**data["source"]), data["what"], now=self.clock())
            return
        if function == "giveDiscount":
            giving.work(Source(**data["source"]), data["discount_id"], now=self.clock())
            return
        task = ProcessSource.model_validate(data)
        ticket = jobs.Ticket(task.source.to_source(), task.run_id, task.attempt, task.part)
        work = {
            "processUpload": flow.process,
            "processShop": flow.process,
            "scoreTexts": texts.score_texts,
        }[function]
        work(ticket, clock=self.clock)

    def until_idle(self, source: Source) -> dict[str, Any]:
        """Let time pass, tasks be tried again and the sweep come by, until nothing is left to do.

        Returns the source's document; it is empty where the source has gone.
        """
        for _ in range(60):
            busy = document_of(source).get("status") in BUSY
            if not busy and not self.tasks.waiting:
                return document_of(source)
            if self.tasks.waiting:
                try:
                    self.attempt()
                except (Killed, Broken, Unavailable):
                    self.writes.revive()
                self.clock.forward(seconds=100)
            else:
                self.clock.forward(minutes=30)
                self.sweep()
        raise AssertionError(f"never comes to rest: {document_of(source)}")

    def sweep(self) -> None:
        sweeping.sweep(now=self.clock())


@pytest.fixture
def works(writes: Writes, tasks: Tasks, remembered: None) -> Works:
    return Works(writes, tasks)


_REMEMBERED: dict[str, tuple[Any, Path, Path, list[tuple[str, float]]]] = {}


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("remembered")


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch, shelf: Path) -> None:
    """What reading and segmenting make of one input is computed once."""
    for module, name in ((files, "read_file"), (segmenting, "segment_customers")):
        monkeypatch.setattr(module, name, _remembering(getattr(module, name), shelf))


def _remembering(compute: Callable[..., Any], shelf: Path) -> Callable[..., Any]:
    def call(
        first: Any, options: Any, out_dir: Path, *, engine: Any, on_stage: Any, **more: Any
    ) -> Any:
        key = hashlib.sha256(repr(_fingerprint((first, options, more))).encode()).hexdigest()
        if key not in _REMEMBERED:
            stages: list[tuple[str, float]] = []

            def note(stage: str, fraction: float) -> None:
                stages.append((stage, fraction))
                on_stage(stage, fraction)

            result = compute(first, options, out_dir, engine=engine, on_stage=note, **more)
            kept = shelf / key
            shutil.copytree(out_dir, kept)
            _REMEMBERED[key] = (copy.deepcopy(result), out_dir, kept, stages)
            return result
        result, original, kept, stages = _REMEMBERED[key]
        for stage, fraction in stages:
            on_stage(stage, fraction)
        shutil.copytree(kept, out_dir, dirs_exist_ok=True)
        return _moved(copy.deepcopy(result), original, out_dir)

    return call


def _fingerprint(value: Any) -> Any:
    match value:
        case Path():
            return hashlib.sha256(value.read_bytes()).hexdigest()
        case Mapping():
            return sorted((str(key), _fingerprint(item)) for key, item in value.items())
    if is_dataclass(value):
        return [_fingerprint(getattr(value, part.name)) for part in fields(value)]
    return [_fingerprint(item) for item in value] if isinstance(value, tuple) else value


def _moved(value: Any, old: Path, new: Path) -> Any:
    """A dataclass whose paths below ``old`` lie below ``new``."""
    if isinstance(value, Path) and value.is_relative_to(old):
        return new / value.relative_to(old)
    if is_dataclass(value) and not isinstance(value, type):
        moved = {part.name: _moved(getattr(value, part.name), old, new) for part in fields(value)}
        return replace(value, **moved)
    return value
