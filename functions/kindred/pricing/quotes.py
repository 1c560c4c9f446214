"""A quote and what it follows from, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from kindred.pricing.payloads import Context, PriceTest, Product, Rule, Settings

#: The steps of a quote, in their order.
STEPS = (
    "public_price", "segment_rule", "purchase_history", "emotional_state", "stock", "competitor",
    "season", "experiment", "limits", "rounding", "limits_after_rounding",
)  # fmt: skip
Step = Literal[
    "public_price", "segment_rule", "purchase_history", "emotional_state", "stock", "competitor",
    "season", "experiment", "limits", "rounding", "limits_after_rounding",
]  # fmt: skip


@dataclass(frozen=True)
class Shopper:
    """What is known of a customer of one source when a price is asked."""

    customer_id: str
    run_id: str | None = None
    segment_key: str | None = None
    segment_name: str | None = None
    archetype: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)  # of `customers.pages.INDEX_COLUMNS`
    opted_out: bool = False

    @property
    def is_known(self) -> bool:
        return self.segment_key is not None

    @property
    def consent(self) -> bool | None:
        """True, False (withdrawn), or None: the source doesn't say."""
        value = self.columns.get("consent")
        return value if isinstance(value, bool) else None


@dataclass(frozen=True)
class Factor:
    """One step of a quote: from ``base`` by ``effect`` to ``result``, in minor units, and why."""

    name: Step
    base: int
    effect: int  # what it added; negative lowers
    result: int
    reason: str


@dataclass(frozen=True)
class Disclosure:
    """What has to stand next to a price, by which law."""

    id: str
    version: str
    text: str
    jurisdiction: str


@dataclass(frozen=True)
class Earlier:
    """The last quotes of this customer for this product, where limits ask for them."""

    price: int | None = None  # of the last one
    changed_at: datetime | None = None  # when it last differed from the one before
    new_today: int = 0  # quotes made in the last 24 hours


@dataclass(frozen=True)
class QuoteInputs:
    """All that a quote follows from: the same inputs, the same quote."""

    product_id: str
    product: Product
    rules: Mapping[str, Rule]  # active ones of the source, by id
    settings: Settings
    shopper: Shopper
    now: datetime  # aware
    context: Context = field(default_factory=Context)
    tests: Mapping[str, PriceTest] = field(default_factory=dict)  # running ones, by id
    earlier: Earlier = Earlier()


@dataclass(frozen=True)
class Quote:
    """A price for a customer, with every step to it. Money in minor units of ``currency``."""

    product_id: str
    price: int
    base_price: int
    reference_price: int | None  # may be struck through; None: no reduction is announced
    lowest_30d: int | None
    currency: str
    tax_included: bool
    factors: tuple[Factor, ...]
    rule_ids: tuple[str, ...]
    limits_hit: tuple[str, ...]
    valid_until: datetime
    arm: str | None  # `{testId}:{armId}`, or `{testId}:holdout`
    propensity: float | None  # the chance with which the arm was given
    personalized: bool
    disclosure: Disclosure | None
    categories: tuple[str, ...] = ()  # kinds of personal data that moved the price
    raised_by: str | None = None  # who answers for a premium
    impersonal: bool = False  # nothing known of the customer counted: limits don't build on it
