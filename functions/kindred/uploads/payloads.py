"""What crosses the wire in this room: requests, tasks, and the options of an upload."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from kindred.wire import Payload, SourceRef

Column = Annotated[str, StringConstraints(min_length=1, max_length=500)]
ColumnMapping = dict[
    Annotated[str, StringConstraints(max_length=40)],
    Column | Annotated[list[Column], Field(max_length=50)],
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,12})?$")]


class UploadOptions(Payload):
    """``options`` of an upload document. Rules check them too; this is the last word."""

    algorithm: Literal["auto", "kmeans", "dbscan"] = "auto"
    duplicate_customers: Literal["merge", "keep_last", "reject"] = "merge"
    date_order: Literal["auto", "dmy", "mdy", "ymd"] = "auto"
    currency: Currency | None = None
    rates: dict[Currency, Rate] | None = None
    as_of: date | None = None
    dry_run: bool = False

    @field_validator("as_of", mode="before")
    @classmethod
    def _iso_date(cls, value: object) -> object:
        """Documents and JSON carry dates as text."""
        return date.fromisoformat(value[:10]) if isinstance(value, str) and value else value


class BasedOn(Payload):
    """Which earlier CSV source this upload is a new version of, and how."""

    upload_id: str
    mode: Literal["replace", "append"]


class ProcessUpload(Payload):
    """The task of one attempt at one job."""

    source: SourceRef
    run_id: str
    attempt: int


class EraseSource(Payload):
    source: SourceRef


class SourceRequest(Payload):
    """A callable that needs nothing but the source."""

    source: SourceRef


class RegenerateSegments(Payload):
    """Segment a source again; ``options``, where given, replace those of its document."""

    source: SourceRef
    options: UploadOptions | None = None
