"""What crosses the wire of the REST API. What is sent is held to this; replies are told by it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kindred.pricing.payloads import Place, QuoteItem
from kindred.pricing.quotes import Step
from kindred.wire import Payload

QuoteId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-][A-Za-z0-9_-]{0,127}$")]


class PricesRequest(Payload):
    """Prices for up to 100 customers and products of one source."""

    source: Place
    items: Annotated[list[QuoteItem], Field(min_length=1, max_length=100)]


class PriceRequest(QuoteItem):
    """One price."""

    source: Place

    @property
    def items(self) -> list[QuoteItem]:
        return [
            QuoteItem(
                customer_id=self.customer_id, product_id=self.product_id, context=self.context
            )
        ]


class OutcomeRequest(Payload):
    """What became of a quote; the same again changes nothing."""

    quote_id: QuoteId
    outcome: Literal["bought", "not_bought", "refunded"]
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1


class Reply(BaseModel):
    """What is sent back; a later version may add fields."""

    model_config = ConfigDict(frozen=True, extra="allow")


class FactorReply(Reply):
    """One step to a price: what it started from, what it added, and why."""

    name: Step
    base: str | None
    effect: str | None
    result: str | None
    reason: str


class DisclosureReply(Reply):
    """What has to stand next to the price."""

    id: str
    version: str
    text: str
    jurisdiction: str


class QuoteReply(Reply):
    """A price. Amounts are decimal texts; without a known product ``price`` is null."""

    customer_id: str
    product_id: str
    price: str | None
    price_minor: int | None
    base_price: str | None
    reference_price: str | None
    lowest_30d: str | None
    currency: str | None
    tax_included: bool | None
    factors: list[FactorReply]
    rule_ids: list[str]
    limits_hit: list[str]
    valid_until: str | None
    quote_id: str | None
    arm: str | None
    personalized: bool
    disclosure: DisclosureReply | None
    model_version: str | None
    logged: bool  # whether the price history has it


class PricesReply(Reply):
    """A quote for each item, in the order in which they were sent."""

    quotes: list[QuoteReply]


class OutcomeReply(Reply):
    quote_id: str
    outcome: str
    quantity: int
    refunded: int
    recorded: bool  # by this request: false if it was known already


class ErrorDetails(Reply):
    code: str
    message: str
    hint: str


class ErrorReply(Reply):
    """What every answer that isn't 2xx holds."""

    error: ErrorDetails
