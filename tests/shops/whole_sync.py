"""Syncs of a made-up marketplace as tasks make them, with time that only waiting moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kindred.sources.shops.cursors import State
from kindred.sources.shops.http import Client
from kindred.sources.shops.paces import ShopPaces
from kindred.sources.shops.pacing import Paces
from kindred.sources.shops.platform import Connection, Platform
from kindred.sources.shops.ports import Asked
from kindred.sources.shops.records import Record
from kindred.sources.shops.syncing import Work
from kindred.sources.shops.unpaced import Unpaced
from shops.kept import Kept, Killed, Time


@dataclass
class WholeSync:
    """A connected shop and what its syncs have left. ``at`` tells the shop what time it is."""

    platform: Platform
    connection: Connection
    at: Callable[[datetime], None]
    time: Time
    kept: Kept = field(default_factory=Kept)
    runs: int = 0
    client_of: Callable[[Paces], Client] = lambda paces: Client(paces, local=True)

    def __post_init__(self) -> None:
        self.paces = ShopPaces({}, clock=self.time, sleep=self.time.sleep, chance=lambda: 0.5)
        self._asking = Client(Unpaced(), local=True)
        probe = self.platform.probe(self._opened(), self._asking, now=self.time.now)
        options = {**self.connection.options, **probe.options}
        self.connection = replace(self.connection, options=options, currency=probe.currency)
        state = self.kept.state
        for name, oldest in probe.oldest.items():
            state = state.with_cursor(name, replace(state.cursor(name), oldest=oldest))
        self.kept.save(state)

    def sync(self) -> State:
        """One sync, as many tasks as it takes; those that die are begun again."""
        self.runs += 1
        asked = Asked(f"r{self.runs}", self.time(), why="scheduled")
        for _ in range(300):
            work = Work(
                self.platform, self.kept, self.kept.state, asked,
                connection=self._opened, client=self.client_of(self.paces), clock=self.time,
                until=self.time.now + timedelta(minutes=20), chance=lambda: 0.5,
                on_page=lambda _: None,
            )  # fmt: skip
            try:
                pause = work.run()
            except Killed:
                continue
            if pause is None:
                return self.kept.state
            self.time.forward(seconds=pause.seconds)
        raise AssertionError("it never ends")

    def latest(self, table: str) -> dict[str, Record]:
        """What merging would see of a table: of each object what was written last."""
        found: dict[str, Record] = {}
        for (of_table, _), records in self.kept.parts.items():
            for record in records if of_table == table else ():
                if record.id not in found or record.updated_at >= found[record.id].updated_at:
                    found[record.id] = record
        return found

    def _opened(self) -> Connection:
        self.at(self.time.now)
        new = self.platform.renew(self.connection, self._asking, now=self.time.now)
        if new is not None:
            self.connection = replace(self.connection, credentials=new)
        return self.connection
