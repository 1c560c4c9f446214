"""Who asks for what, and what is known of them: what a quote follows from. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kindred.customers.pages import INDEX_COLUMNS
from kindred.errors import InvalidInput
from kindred.paths import Source
from kindred.pricing import opt_outs
from kindred.pricing.configuration import Configuration
from kindred.pricing.effects import stock_band
from kindred.pricing.payloads import Context, Product, Rule, Settings
from kindred.pricing.quotes import Earlier, QuoteInputs, Shopper
from kindred.remembered import of_the_same

_NOTHING_SAID: Final = Context()


@dataclass(frozen=True)
class Asked:
    """A customer, a product by its document's id, and what the shop page says."""

    customer_id: str
    product_id: str
    context: Context

    def __hash__(self) -> int:
        """Quicker than of the whole: a batch looks each of its questions up many times."""
        return hash((self.customer_id, self.product_id))

    @property
    def pair(self) -> tuple[str, str]:
        return self.customer_id, self.product_id

    @property
    def shopper(self) -> tuple[str, bool]:
        return self.customer_id, self.context.opted_out


def ask(
    source: Source, customer_id: str, product_id: str, context: Context | None, of: Configuration
) -> Asked:
    """A question whose context says also whether the merchant knows of an opt-out."""
    given = context or _NOTHING_SAID
    if given.opted_out or not of.opted_out:
        return Asked(customer_id, product_id, given)
    if opt_outs.hash_of(source, customer_id) in of.opted_out:
        given = given.model_copy(update={"opted_out": True})
    return Asked(customer_id, product_id, given)


@of_the_same(1_000)
def follows_from(configuration: Configuration, product: Product) -> str:
    """What has to change before a customer is given another quote while one still holds.

    All that `quoting.quote_id` follows from, without the look-up of the customer.
    """
    parts = (
        configuration.version,
        configuration.results.run_id if configuration.results else None,
        stock_band(product, configuration.settings),
        product.model_dump_json(exclude={"stock"}),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def shopper_of(configuration: Configuration, asked: Asked, entry: Mapping[str, Any]) -> Shopper:
    """What is known of a customer; ``entry`` is theirs in the index, empty if there is none."""
    results = configuration.results
    if results is None or not entry:
        return Shopper(asked.customer_id, opted_out=asked.context.opted_out)
    segment = results.segments.get(str(entry.get("segment_id")))
    return Shopper(
        customer_id=asked.customer_id,
        run_id=results.run_id,
        segment_key=segment.key if segment else None,
        segment_name=segment.name if segment else None,
        archetype=segment.archetype if segment else None,
        columns={name: entry[name] for name in INDEX_COLUMNS if name in entry},
        opted_out=asked.context.opted_out,
    )


def inputs_of(
    configuration: Configuration,
    asked: Asked,
    product: Product,
    shopper: Shopper,
    *,
    now: datetime,
    earlier: Earlier | None = None,
) -> QuoteInputs:
    return QuoteInputs(
        product_id=asked.product_id,
        product=product,
        rules=configuration.rules,
        settings=configuration.settings,
        shopper=shopper,
        now=now,
        context=asked.context,
        tests=configuration.tests,
        earlier=earlier or Earlier(),
    )


def looks_back(settings: Settings) -> bool:
    """Whether any limit asks for earlier quotes."""
    return bool(settings.step is not None or settings.cooldown or counts_quotes(settings))


def counts_quotes(settings: Settings) -> bool:
    """Whether the new quotes of a day are limited."""
    return settings.quotes_per_day is not None


def check_drafts(source: Source, rules: Mapping[str, Rule]) -> None:
    """Refuse drafts of another source's rules: nothing of one ever shows in another's prices."""
    for id_, rule in rules.items():
        if (rule.source.kind, rule.source.id) != (source.kind, source.id):
            raise InvalidInput(
                f"The rule {id_!r} is about another source.",
                code="other-source",
                hint="Preview a rule with the source that it names.",
            )
