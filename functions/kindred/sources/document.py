"""The document of a source as a value: its job, what its owner decided, what runs have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from kindred.jobs.states import Job, Status
from kindred.paths import CSV, Source
from kindred.sources.payloads import BasedOn, SourceOptions


@dataclass(frozen=True)
class SourceSettings:
    """What a source's owner has decided about it, checked."""

    source: Source
    generate_segments: bool
    options: SourceOptions
    based_on: BasedOn | None

    @property
    def base(self) -> Source | None:
        """The source that this one is a new version of."""
        return Source(self.source.uid, CSV, self.based_on.upload_id) if self.based_on else None


@dataclass(frozen=True)
class StoredReading:
    """What a source's data was read into, and where the tables lie.

    Its fields are fields of the source's document.
    """

    report: Mapping[str, Any]
    detected: Mapping[str, Any]
    notices: tuple[Mapping[str, str], ...]
    tables_run: str  # the run whose folder holds the canonical tables
    tables_key: str  # what the tables follow from; another key means reading again
    file_hash: str | None  # SHA-256 of a file's bytes
    same_as: str | None  # an earlier upload of the same bytes

    def as_fields(self) -> dict[str, Any]:
        """As the source's document has it."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**own, "notices": list(self.notices)}


@dataclass(frozen=True)
class Handed:
    """What one task of a job leaves for the next: whoever sent the file, then its tables."""

    tables_run: str | None = None
    tables_key: str | None = None
    uploaded_by: str | None = None  # of a job that a new file has started
    texts_state: str | None = None  # how the scoring ended, once it has

    def as_fields(self) -> dict[str, Any]:
        """As the job's lease has it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class SourceDocument:
    """A source's document as servers have written it.

    What its owner wrote is checked apart, as `SourceSettings`: a document that holds nonsense can
    still be cancelled and deleted.
    """

    source: Source
    job: Job
    label: str | None
    uploaded_by: str | None
    file_name: str | None  # of an upload's raw file, unchecked
    created_at: datetime | None
    report: Mapping[str, Any] | None
    tables_run: str | None
    tables_key: str | None
    current_run: str | None
    forgets_before: str | None  # runs before this one hold customers who had to be forgotten
    segment_names: Mapping[str, str]  # the merchant's own, by segment key
    fixed_segments: tuple[str, ...]  # segment keys whose place must not move
    texts_state: str | None
    texts_pending_since: datetime | None

    @property
    def status(self) -> Status | None:
        return self.job.status
