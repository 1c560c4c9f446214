"""One source's document in memory, changed as a transaction changes it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kindred.errors import SourceGone
from kindred.jobs.store import parse_job
from kindred.paths import Source

SOURCE = Source("merchant", "csv", "up1")


@dataclass
class Desk:
    """A document and a clock; stands in for `jobs.store.transact_document`."""

    document: dict[str, Any] | None = field(
        default_factory=lambda: {"status": "waiting_for_file", "file_name": "orders.csv"}
    )
    now: datetime = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    before_next: Callable[[], None] | None = None

    def transact(self, source: Source, change: Callable[[dict[str, Any]], Any]) -> Any:
        """A change that raises or updates nothing leaves the document as it was."""
        assert source == SOURCE
        if self.before_next is not None:
            meanwhile, self.before_next = self.before_next, None
            meanwhile()
        if self.document is None:
            raise SourceGone
        update, _beside, result = change(copy.deepcopy(self.document))
        if update is not None:
            self.document = {**self.document, **copy.deepcopy(update)}
        return result

    def is_held(self) -> bool:
        """Whether a living worker has the job."""
        return is_held(self.document or {}, self.now)

    def clock(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def __getitem__(self, name: str) -> Any:
        assert self.document is not None
        return self.document.get(name)


def is_held(document: dict[str, Any], now: datetime) -> bool:
    """Whether a living worker has the job of a document."""
    return parse_job(document).is_held(now)
