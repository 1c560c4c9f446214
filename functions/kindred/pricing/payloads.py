"""What crosses the wire about prices: documents that merchants write, and requests.

Money is whole minor units of the ``currency`` beside it; percentages are of a hundred, and what is
taken off is positive. Whoever reads a document of a merchant makes it one of these first. Over 300
lines, since documents and requests are made of the same parts.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from kindred.wire import Payload, SourceRef

Minor = Annotated[int, Field(ge=0, le=10**12)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]
CustomerId = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ProductId = Annotated[str, StringConstraints(min_length=1, max_length=256)]


def _listed(most: int, least: int = 0) -> Any:
    """What a tuple of values is made of: documents and JSON have lists."""
    return Field(strict=False, min_length=least, max_length=most)


def _day(value: object) -> object:
    """A day as documents and JSON have it, ``2026-11-29``; nothing else becomes one."""
    if isinstance(value, str) and len(value) == 10:
        with suppress(ValueError):  # whose text would tell the value
            return date.fromisoformat(value)
    return value


def _moment(value: object) -> object:
    """A moment as JSON has it; one without a zone is taken as UTC."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


#: Within these every zone and every window around a moment has a date.
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
Words = Annotated[tuple[Word, ...], _listed(200)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Place(Payload):
    """A source as documents name it: the merchant is the one whose document it is."""

    kind: Word
    id: Word


# Products ----------------------------------------------------------------------------------


class Competitor(Payload):
    """Another shop's public price of the same product: where it was seen, and when."""

    name: Name
    price: Minor
    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https://")]
    seen_at: Moment


class PublicPrice(Payload):
    """What everybody was asked from a moment on.

    Amounts of another currency, or with tax beside without, are no former price of a product.
    """

    price: Minor
    since: Moment
    footing: Word | None = None  # `EUR`, `EUR without tax`; None: the product's, as it is now


class Product(Payload):
    """`users/{uid}/products/{productId}`. What is known of former prices is written by servers."""

    name: Name
    source: Place
    currency: Currency
    base_price: Minor
    product_id: ProductId | None = None  # as order lines have it; None: the document's id
    category: Word | None = None
    tax_included: bool = True
    cost: Minor | None = None
    cost_at: Moment | None = None  # when the cost was true; an old one isn't relied on
    stock: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    competitors: Annotated[tuple[Competitor, ...], _listed(10)] = ()
    status: Literal["active", "paused"] = "active"  # paused: everybody pays the public price
    public_prices: Annotated[tuple[PublicPrice, ...], _listed(400)] = ()
    #: What everybody was asked, sales and all: whole until then.
    asked_prices: Annotated[tuple[PublicPrice, ...], _listed(400)] = ()
    asked_until: Moment | None = None

    @property
    def footing(self) -> str:
        """What its amounts are in."""
        return footing_of(self.currency, tax_included=self.tax_included)

    def is_comparable(self, former: PublicPrice) -> bool:
        """Whether a price that was asked is on the footing of those of now."""
        return former.footing in (None, self.footing)


def footing_of(currency: str, *, tax_included: bool) -> str:
    """What amounts of a product are in."""
    return currency if tax_included else f"{currency} without tax"


# Rules -------------------------------------------------------------------------------------


#: Characters of a definition as JSON: it is read again for each quote.
_LONGEST_DEFINITION = 5_000


def _plain_values(value: object) -> object:
    """A definition as JSON has it, and short: bytes and places are no part of one."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValueError("a definition is made of plain values") from None
    if len(text) > _LONGEST_DEFINITION:
        raise ValueError(f"a definition has at most {_LONGEST_DEFINITION} characters")
    return value


#: As `preview_segment` takes it, on columns of the customer index.
Definition = Annotated[dict[str, Any], BeforeValidator(_plain_values)]


class Scope(Payload):
    """Which products a rule is about; all of the source's where both are empty."""

    products: Words = ()
    categories: Words = ()


class Who(Payload):
    """Whom a rule is for: who fits any of the lists. All empty: everybody alike."""

    segments: Words = ()  # segment keys
    archetypes: Words = ()
    rfm_groups: Words = ()
    definition: Definition | None = None

    @property
    def is_everybody(self) -> bool:
        return not (self.segments or self.archetypes or self.rfm_groups or self.definition)


class Range(Payload):
    """From ``low`` to ``high`` percent: what a customer's own evidence may move within."""

    low: Percent
    high: Percent

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if self.low > self.high:
            raise ValueError("low has to be at most high")
        return self


class Effect(Payload):
    """What a rule does to a price: exactly one of percent, amount and price.

    ``charm`` are the last digits in minor units that the price is taken down to: 99 makes 14.99 of
    15.30, 0 whole units.
    """

    kind: Literal["discount", "premium", "fixed"]
    percent: Range | Percent | None = None
    amount: Minor | None = None
    price: Minor | None = None
    charm: Annotated[int, Field(ge=0, le=999)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Effect:
        given = [self.percent is not None, self.amount is not None, self.price is not None]
        if sum(given) != 1 or (self.price is not None) != (self.kind == "fixed"):
            raise ValueError("a fixed effect has a price; others have a percent or an amount")
        return self

    @property
    def range(self) -> Range | None:
        """The percentages as a range, whichever way they are given."""
        if self.percent is None or isinstance(self.percent, Range):
            return self.percent
        return Range(low=self.percent, high=self.percent)


class Schedule(Payload):
    """When a rule holds, in the shop's own zone: the first and the last day, both whole."""

    starts: Day | None = None
    ends: Day | None = None
    zone: Zone = "UTC"
    weekdays: Annotated[tuple[int, ...], _listed(7)] = ()  # 1 Monday to 7; empty: all
    from_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    to_hour: Annotated[int, Field(ge=1, le=24)] | None = None  # until this hour, exclusive


class Group(Payload):
    """Rules of one group are combined by its mode; the groups follow each other by name."""

    name: Word = "default"
    mode: Literal["stackable", "first", "lowest", "highest"] = "lowest"


class Rule(Payload):
    """`users/{uid}/pricing_rules/{ruleId}`."""

    name: Name
    source: Place
    effect: Effect
    scope: Scope = Scope()
    who: Who = Who()
    schedule: Schedule = Schedule()
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0  # the highest comes first
    exclusive: bool = False  # where it holds, no other rule does
    group: Group = Group()
    active: bool = True


# Settings ----------------------------------------------------------------------------------


class Premiums(Payload):
    """Whether and where a segment may be asked for more than others, and who answers for it."""

    enabled: bool = False
    by: Name | None = None
    at: Moment | None = None
    jurisdictions: Words | None = None  # of the table; None: the merchant's own alone


class StockEffect(Payload):
    """The same for everybody: more off where much is left, more asked where little is."""

    low_at: Annotated[float, Field(ge=0)] = 0  # pieces, at or below
    raise_percent: Percent = 0
    high_at: Annotated[float, Field(ge=0)] | None = None  # pieces, at or above
    discount_percent: Percent = 0


class CompetitorEffect(Payload):
    """The same for everybody: down to the lowest fresh public price of others."""

    match: bool = False
    most_percent: Percent = 10  # how far the price may go down for it
    fresh_days: Annotated[int, Field(ge=1, le=90)] = 7


class Evidence(Payload):
    """Which of a customer's own evidence moves a discount within its range."""

    purchase_history: bool = True
    emotional_state: bool = True


class Settings(Payload):
    """`users/{uid}/settings/pricing`: limits and switches, for all of a merchant's sources."""

    kill: bool = False  # everybody pays public prices, everywhere
    killed_sources: Annotated[tuple[Place, ...], _listed(200)] = ()
    floor_margin: Percent = 0  # of the price that has to be left over the cost
    floor: Percent = 50  # of the public price: no quote is lower
    ceiling: Annotated[float, Field(ge=100, le=1000)] = 100  # of the public price: none is higher
    step: Percent | None = None  # between two quotes of one customer and product, of the former
    cooldown: Annotated[int, Field(ge=0, le=8760)] = 0  # hours after a change without another
    quotes_per_day: Annotated[int, Field(ge=1, le=1000)] | None = (
        None  # new ones, same customer and product
    )
    valid_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    cost_days: Annotated[int, Field(ge=1, le=3650)] = 365  # an older cost is stale
    jurisdiction: Word | None = None  # `US-NY`, `DE`; None: unknown
    sells_food: bool = False  # some laws are about food shops
    premiums: Premiums = Premiums()
    needs_consent: bool = False  # personal prices only where the customer said yes
    evidence: Evidence = Evidence()
    stock: StockEffect = StockEffect()
    competitor: CompetitorEffect = CompetitorEffect()
    zone: Zone = "UTC"  # of the shop
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 400  # how long the price history is kept


# Tests -------------------------------------------------------------------------------------


class Arm(Payload):
    """One price of a test: an effect on the public price; None is the control."""

    id: Word
    effect: Effect | None = None
    weight: Annotated[float, Field(gt=0, le=1000)] = 1


class PriceTest(Payload):
    """`users/{uid}/price_tests/{testId}`: who gets which arm follows from ``seed`` alone."""

    name: Name
    source: Place
    products: Annotated[tuple[ProductId, ...], _listed(200, 1)]
    arms: Annotated[tuple[Arm, ...], _listed(10, 2)]
    seed: Word
    holdout: Annotated[float, Field(ge=0, le=0.9)] = 0.1  # share that no price is changed for
    status: Literal["draft", "running", "stopped"] = "draft"
    starts: Moment | None = None
    ends: Moment | None = None
    thompson: bool = False  # arms that sell better get more customers, once there is evidence
    #: Of `thompson`, in place of the arms' own and since when; written by servers alone.
    weights: Annotated[tuple[Annotated[float, Field(gt=0, le=1000)], ...], _listed(10)] = ()
    weights_day: Day | None = None


# Requests ----------------------------------------------------------------------------------


class Context(Payload):
    """What a shop page knows of the moment. No device, no protected attribute: not asked."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = None
    opted_out: bool = False  # the shopper wants the public price


class QuoteItem(Payload):
    customer_id: CustomerId
    product_id: ProductId
    context: Context | None = None


class QuotePrice(QuoteItem):
    source: SourceRef


class QuotePrices(Payload):
    source: SourceRef
    items: Annotated[list[QuoteItem], Field(min_length=1, max_length=100)]


class RecordOutcome(Payload):
    """What became of a quote; the same again changes nothing."""

    owner_uid: Word | None = None  # a merchant other than the caller
    quote_id: Word
    outcome: Literal["bought", "not_bought", "refunded"]
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1


class PreviewPrices(Payload):
    """What some customers would pay, also by rules and settings that aren't saved yet."""

    source: SourceRef
    product_id: ProductId
    customer_ids: Annotated[tuple[CustomerId, ...], _listed(20)] = ()  # none: five are chosen
    #: By id, in place of the saved one; a new rule has any.
    rules: Annotated[dict[Word, Rule], Field(default_factory=dict, max_length=20)]
    settings: Settings | None = None
    context: Context | None = None
    at: Annotated[Moment, Field(ge=_FIRST, le=_LAST)] | None = None  # as if it were then


class OptOutCustomer(Payload):
    """Whether a customer is to see public prices only."""

    source: SourceRef
    customer_id: CustomerId
    opted_out: bool = True
