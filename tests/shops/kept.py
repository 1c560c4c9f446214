"""What a sync keeps, in memory: the double of its store in Firestore and Storage."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kindred.sources.shops.cursors import State, parse_state, state_fields
from kindred.sources.shops.http import Client
from kindred.sources.shops.paces import ShopPaces
from kindred.sources.shops.platform import Connection, Platform, StreamName
from kindred.sources.shops.ports import Asked, Known, Named
from kindred.sources.shops.records import Record
from kindred.sources.shops.syncing import Pause, Work
from shops.made_up import CONNECTION, NOON, MadeUp


class Killed(BaseException):
    """Ends a task as `kill -9` would."""


@dataclass
class Kept:
    """Keeps `syncing.Store`. At the ``kill_at``-th write the task dies: before it, or after."""

    fields: dict[str, Any] | None = None
    parts: dict[tuple[str, str], list[Record]] = field(default_factory=dict)
    known: dict[str, list[Known]] = field(default_factory=dict)
    named: list[Named] = field(default_factory=list)
    writes: int = 0
    kill_at: int | None = None
    afterwards: bool = False

    @property
    def state(self) -> State:
        return parse_state(copy.deepcopy(self.fields))

    def save(self, state: State) -> None:
        self._write(lambda: setattr(self, "fields", copy.deepcopy(state_fields(state))))

    def put_part(self, table: str, name: str, records: Sequence[Record]) -> None:
        self._write(lambda: self.parts.update({(table, name): list(records)}))

    def put_known(self, name: str, known: Sequence[Known]) -> None:
        self._write(lambda: self.known.update({name: list(known)}))

    def list_known(self, stream: StreamName) -> Iterable[Known]:
        for name in sorted(self.known):
            if name.startswith(f"{stream}-"):
                yield from self.known[name]

    def list_named(self) -> Sequence[Named]:
        return list(self.named)

    def forget_named(self, named: Sequence[Named]) -> None:
        self._write(lambda: [self.named.remove(one) for one in named])

    def _write(self, write: Callable[[], Any]) -> None:
        self.writes += 1
        is_it = self.writes == self.kill_at
        if is_it and not self.afterwards:
            raise Killed
        write()
        if is_it:
            raise Killed


@dataclass
class Time:
    """A clock that only tests and sleeping move; each look at it takes ``step``."""

    now: datetime = NOON
    step: timedelta = timedelta()
    slept: float = 0

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.forward(seconds=seconds)

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Syncs:
    """Syncs of one made-up shop, task by task."""

    shop: MadeUp
    time: Time
    kept: Kept = field(default_factory=Kept)
    budget: timedelta = timedelta(minutes=20)
    runs: int = 0
    tasks: int = 0
    on_page: Callable[[State], None] = lambda _state: None

    def asked(self, **options: Any) -> Asked:
        self.runs += 1
        return Asked(f"r{self.runs}", self.time(), **{"why": "scheduled", **options})

    def task(self, asked: Asked, until: datetime | None = None) -> Pause | None:
        """One task of a sync, from what is stored."""
        self.tasks += 1
        paces = ShopPaces({}, clock=self.time, sleep=self.time.sleep, chance=lambda: 0.5)
        work = Work(
            self.shop,
            self.kept,
            self.kept.state,
            asked,
            connection=lambda: CONNECTION,
            client=Client(paces, local=True),
            clock=self.time,
            until=until or self.time.now + self.budget,
            chance=lambda: 0.5,
            on_page=self.on_page,
        )
        return work.run()

    def sync(self, **options: Any) -> State:
        """A whole sync, as many tasks as it takes; tasks that die are begun again."""
        asked = self.asked(**options)
        for _ in range(200):
            try:
                pause = self.task(asked)
            except Killed:
                continue
            if pause is None:
                return self.kept.state
            self.time.forward(seconds=pause.seconds)
        raise AssertionError("it never ends")


def sync_wholly(
    platform: Platform,
    connection: Connection,
    client: Client,
    kept: Kept,
    run: str,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
) -> State:
    """A whole sync of any platform's shop, as many tasks as it takes."""
    began = clock()
    for _ in range(200):
        work = Work(
            platform,
            kept,
            kept.state,
            Asked(run, began, "scheduled"),
            connection=lambda: connection,
            client=client,
            clock=clock,
            until=clock() + timedelta(minutes=20),
            chance=lambda: 0.5,
            on_page=lambda state: None,
        )
        pause = work.run()
        if pause is None:
            return kept.state
        wait(pause.seconds)
    raise AssertionError("it never ends")
