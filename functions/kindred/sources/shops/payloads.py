"""What crosses the wire about connected shops."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from kindred.sources.shops.platform import StreamName
from kindred.wire import Payload, SourceRef

Kind = Literal["shopify", "woocommerce", "amazon", "flipkart", "magento"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = Annotated[str, StringConstraints(max_length=8_000)]
#: What opens a shop, each by its name in the platform's own words; never shown.
Given = Annotated[dict[Name, Value], Field(max_length=20)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,128}$")]


class ConnectEcommerce(Payload):
    """Connect a shop: by its address and keys, or by what a merchant has agreed to there."""

    platform: Kind | None = None
    shop_url: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    credentials: Given | None = Field(default=None, repr=False)
    authorization: Id | None = None  # that the shop's own page has granted
    label: Annotated[str, StringConstraints(max_length=200)] | None = None
    owner_uid: Id | None = None


class DisconnectEcommerce(Payload):
    """Let a shop go; ``erase``: with everything that came from it."""

    source: SourceRef
    erase: bool = False


class SyncSource(Payload):
    """Fetch what is new; ``full``: everything again, of all streams or of these."""

    source: SourceRef
    streams: Annotated[list[StreamName], Field(min_length=1, max_length=10)] | None = None
    full: bool = False


class RotateCredentials(Payload):
    """New keys to the same shop."""

    source: SourceRef
    credentials: Given = Field(repr=False)


class TendShop(Payload):
    """The task that does for one shop what a webhook or the sweep has asked for."""

    source: SourceRef
    what: Literal["sync", "hooks", "requests"]


Word = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$")
]
DiscountId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,40}$")]


def _moment(value: object) -> object:
    """A moment as JSON has it; one without a zone is taken as UTC."""
    if isinstance(value, str):
        with suppress(ValueError):  # whose text would tell the value
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]


class PlanDiscount(Payload):
    """What a discount would do: for a segment or named customers, a percentage or an amount off."""

    source: SourceRef
    title: Title
    way: Literal["segment", "codes", "draft_order", "coupons"]
    segment_key: Word | None = None
    customer_ids: Annotated[tuple[Word, ...], Field(strict=False, max_length=1_000)] = ()
    percent: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    amount: Annotated[int, Field(gt=0, le=10**12)] | None = None  # minor units, of the shop's money
    # None: everything.
    product_ids: Annotated[tuple[Word, ...], Field(strict=False, max_length=200)] = ()
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> PlanDiscount:
        if (self.segment_key is None) != bool(self.customer_ids):
            raise ValueError("give a segment_key or customer_ids")
        if (self.percent is None) == (self.amount is None):
            raise ValueError("give a percent or an amount")
        return self


class DiscountRequest(Payload):
    """Something to be done with a discount that was planned."""

    source: SourceRef
    discount_id: DiscountId
