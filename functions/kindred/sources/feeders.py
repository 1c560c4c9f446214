"""What a kind of source has to do: bring its canonical tables, or hand the job on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kindred.jobs.lifecycle import Claim

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB
    from kindred.sources.document import SourceDocument
    from kindred.tables import Tables

#: Called with a stage's name and how much of it is done, 0 to 1; raises when the job has to stop.
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Feed:
    """The canonical tables that a feeder brings, and what is to be said about them."""

    tables: Tables
    report: Mapping[str, Any]  # with rows_read = rows_accepted + rows_rejected
    detected: Mapping[str, Any]
    notices: tuple[Mapping[str, str], ...] = ()
    rejects: Path | None = None  # a CSV of the rows that can't be used
    rows: Path | None = None  # the cells as they came, to be listed and edited
    file_hash: str | None = None
    same_as: str | None = None
    tables_key: str | None = None  # where what the tables follow from was found by bringing them


@dataclass(frozen=True)
class HandOn:
    """The rest of the attempt is for a further task: of which function, when, and what it gets."""

    function: str
    handed: Mapping[str, Any]
    delay: timedelta = timedelta()


@dataclass(frozen=True)
class Unchanged:
    """There is nothing to make new segments of: the job is done, and what there was stays."""


class Feeder(Protocol):
    """Brings the data of one kind of source. Knows no Firestore but its own room's store."""

    def tables_key(self, claim: Claim) -> str:
        """What the tables follow from: stored ones of the same key are used again."""
        ...

    def can_feed(self, document: SourceDocument) -> bool:
        """Whether there is anything to bring."""
        ...

    def feed(
        self, claim: Claim, folder: Path, *, engine: DuckDB, on_stage: Progress
    ) -> Feed | HandOn | Unchanged:
        """Bring the tables, as Parquet files below ``folder``.

        Raises `KindredError` for what can never succeed and `Unavailable` for what may pass. Doing
        it again after being killed gives the same tables.
        """
        ...
