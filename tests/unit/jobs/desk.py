"""One source's document in memory, changed as a transaction changes it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kindred.errors import SourceGone
from kindred.paths import Source

SOURCE = Source("merchant", "csv", "up1")


@dataclass
class Desk:
    """A document and a clock; stands in for `jobs._transact`."""

    document: dict[str, Any] | None = field(
        default_factory=lambda: {"status": "waiting_for_file", "file_name": "orders.csv"}
    )
    now: datetime = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    before_next: Callable[[], None] | None = None

    def transact(
        self, source: Source, change: Callable[[dict[str, Any]], Any], **_beside: Any
    ) -> Any:
        """A change that raises or returns None leaves the document as it was."""
        assert source == SOURCE
        if self.before_next is not None:
            meanwhile, self.before_next = self.before_next, None
            meanwhile()
        if self.document is None:
            raise SourceGone
        outcome = change(copy.deepcopy(self.document))
        if outcome is None:
            return None
        update, result = outcome
        self.document = {**self.document, **copy.deepcopy(update)}
        return result

    def clock(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def __getitem__(self, name: str) -> Any:
        assert self.document is not None
        return self.document.get(name)
