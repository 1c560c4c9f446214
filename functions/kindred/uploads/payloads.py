"""What crosses the wire in this room: requests, tasks, and the options of an upload."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from kindred.errors import InvalidInput
from kindred.wire import Payload, SourceRef

#: The start of a file as a callable takes it, before and after base64.
MAX_HEAD_BYTES = 1 << 20
MAX_HEAD_TEXT = 4 * -(-MAX_HEAD_BYTES // 3)

Column = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Columns = Annotated[list[Column], Field(max_length=50)]
FieldName = Annotated[str, StringConstraints(max_length=40)]
ColumnMapping = dict[FieldName, Column | Columns]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$")]
#: Far enough from the calendar's ends that a century before or after it is a day too.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]

Share = Annotated[float, Field(ge=0, le=1, strict=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)]
Count = Annotated[int, Field(ge=1, le=100_000)]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class RuleSettings(Payload):
    """Thresholds of the rule book (`segments.rulebook.RuleBook`); what isn't given is as there."""

    own: bool = False  # what is high and low follows from the merchant's own customers
    new_purchases: Count | None = None
    loyal_purchases: Count | None = None
    loyal_days: Count | None = None
    lapsed_days: Count | None = None
    seasonal_share: Share | None = None
    #: First and last day of each festive period, as month-day.
    festive: Annotated[list[tuple[MonthDay, MonthDay]], Field(max_length=20)] | None = None
    high_order: Money | None = None
    high_lifetime: Money | None = None
    low_lifetime: Money | None = None
    audience_share: Share | None = None
    family_share: Share | None = None

    @field_validator("festive", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """JSON knows no tuples."""
        if isinstance(value, list):
            return [tuple(pair) if isinstance(pair, list) else pair for pair in value]
        return value


class UploadOptions(Payload):
    """``options`` of an upload document. Rules check them too; this is the last word."""

    algorithm: Literal["auto", "kmeans", "dbscan"] = "auto"
    duplicate_customers: Literal["merge", "keep_last", "reject"] = "merge"
    date_order: Literal["auto", "dmy", "mdy", "ymd"] = "auto"
    currency: Currency | None = None
    rates: dict[Currency, Rate] | None = None
    as_of: Day | None = None
    dry_run: bool = False
    rules: RuleSettings | None = None

    @field_validator("as_of", mode="before")
    @classmethod
    def _iso_date(cls, value: object) -> object:
        """Documents and JSON carry dates as text; what was sent instead is not told back."""
        if not isinstance(value, str):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            raise ValueError("a day is written YYYY-MM-DD") from None


class Mapped(Payload):
    """``column_mapping`` of an upload document; a field that is given nothing is not mapped."""

    column_mapping: ColumnMapping | None = None

    @field_validator("column_mapping", mode="before")
    @classmethod
    def _only_what_is_given(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {field: column for field, column in value.items() if column not in ("", [], None)}


class BasedOn(Payload):
    """Which earlier CSV source this upload is a new version of, and how."""

    upload_id: str
    mode: Literal["replace", "append"]


class ProcessUpload(Payload):
    """The task of one attempt at one job."""

    source: SourceRef
    run_id: str
    attempt: int
    part: int = 0


class PreviewUpload(Payload):
    """Read the start of a file: of an upload, or of one that isn't uploaded yet (``head``)."""

    owner_uid: str | None = None  # the caller's own account
    upload_id: str | None = None
    head: Annotated[str, StringConstraints(max_length=MAX_HEAD_TEXT)] | None = None  # base64
    file_name: Annotated[str, StringConstraints(max_length=200)] = ""
    column_mapping: ColumnMapping | None = None
    options: UploadOptions | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> PreviewUpload:
        if (self.upload_id is None) == (self.head is None):
            raise ValueError("give either upload_id or head")
        return self

    def head_bytes(self) -> bytes:
        try:
            return base64.b64decode(self.head or "", validate=True)
        except ValueError as err:
            raise InvalidInput(
                "The start of the file isn't valid base64.", code="invalid-request"
            ) from err


class ListRows(Payload):
    source: SourceRef
    offset: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class RowEdit(Payload):
    """One cell: ``row`` counts from 0 as `list_rows` lists them."""

    row: Annotated[int, Field(ge=0)]
    column: Column
    value: Annotated[str, StringConstraints(max_length=10_000)]


class EditRows(Payload):
    source: SourceRef
    edits: Annotated[list[RowEdit], Field(min_length=1, max_length=1_000)]


class EraseSource(Payload):
    source: SourceRef


class SourceRequest(Payload):
    """A callable that needs nothing but the source."""

    source: SourceRef


class RegenerateSegments(Payload):
    """Segment a source again; ``options`` that are given take the place of the source's own."""

    source: SourceRef
    options: UploadOptions | None = None
