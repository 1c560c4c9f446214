"""What crosses the wire about a source of any kind: options, tasks, and requests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from kindred.wire import Payload, SourceRef

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$")]
#: Far enough from the calendar's ends that a century before or after it is a day too.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]

Share = Annotated[float, Field(ge=0, le=1, strict=False)]
Money = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)]
Count = Annotated[int, Field(ge=1, le=100_000)]
_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#: First and last day of a period, in any year: ``12-24/01-06``.
Period = Annotated[str, StringConstraints(pattern=f"^{_MONTH_DAY}/{_MONTH_DAY}$")]


class RuleSettings(Payload):
    """Thresholds of the rule book (`RuleBook` in segments); what isn't given is as there."""

    #: What spending is high and low follows from the shop's own customers; else it is in rupees.
    own: bool = True
    new_purchases: Count | None = None
    loyal_purchases: Count | None = None
    loyal_days: Count | None = None
    lapsed_days: Count | None = None
    seasonal_share: Share | None = None
    festive: Annotated[list[Period], Field(max_length=20)] | None = None
    high_order: Money | None = None
    high_lifetime: Money | None = None
    low_lifetime: Money | None = None
    audience_share: Share | None = None
    family_share: Share | None = None

    @field_validator("festive", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """A period may also be given as a pair of days, which Firestore couldn't hold."""
        if not isinstance(value, list):
            return value
        return [
            "/".join(pair) if isinstance(pair, list) and all(map(_is_text, pair)) else pair
            for pair in value
        ]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


class SourceOptions(Payload):
    """``options`` of a source's document. Rules check them too; this is the last word."""

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
        """Documents and JSON carry dates as text; a value that isn't one is not repeated."""
        if not isinstance(value, str):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            raise ValueError("a day is written YYYY-MM-DD") from None

    def thresholds(self) -> dict[str, Any]:
        """Those of the rule book that are set; see `rule_book` in segments."""
        return self.rules.model_dump(exclude_none=True) if self.rules else {}


class BasedOn(Payload):
    """Which earlier CSV source this one is a new version of, and how."""

    upload_id: str
    mode: Literal["replace", "append"]


class ProcessSource(Payload):
    """The task of one attempt at one job."""

    source: SourceRef
    run_id: str
    attempt: int
    part: int = 0


class EraseSource(Payload):
    source: SourceRef


class SourceRequest(Payload):
    """A callable that needs nothing but the source."""

    source: SourceRef


class RegenerateSegments(Payload):
    """Segment a source again; ``options`` that are given take the place of the source's own."""

    source: SourceRef
    options: SourceOptions | None = None
