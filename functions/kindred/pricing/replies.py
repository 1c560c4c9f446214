"""Quotes as they are sent and kept: money as decimal text beside whole minor units. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kindred.money import minor_digits
from kindred.pricing.alike import Worked
from kindred.pricing.payloads import Product
from kindred.pricing.quotes import Quote, QuoteInputs, Shopper
from kindred.remembered import of_the_same

#: What a reply holds besides which customer and product it is for.
FIELDS: Final = (
    "price", "price_minor", "base_price", "reference_price", "lowest_30d", "currency",
    "tax_included", "factors", "rule_ids", "limits_hit", "valid_until", "quote_id", "arm",
    "personalized", "disclosure", "model_version", "logged",
)  # fmt: skip
#: Kept as JSON text: no query asks for what is in them, and each value within a document costs
#: Firestore, and who waits for it, as much as a field.
_NESTED: Final = ("factors", "disclosure", "inputs")
_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: How long a public price may be shown that was given because something was missing.
_STOPGAP: Final = timedelta(minutes=1)


def decimal(minor: int | None, currency: str) -> str | None:
    """``1499`` of EUR as ``14.99``, ``1499`` of JPY as ``1499``."""
    if minor is None:
        return None
    digits = minor_digits(currency)
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


def reply(
    quote: Quote, quote_id: str | None, shopper: Shopper, valid_until: datetime | None = None
) -> dict[str, Any]:
    """A quote as it is sent; without an id it is a preview, which the price history hasn't.

    ``valid_until``: in place of the quote's own, which was worked out for another customer.
    """
    return {
        **_same(quote),
        "valid_until": iso(valid_until or quote.valid_until),
        "quote_id": quote_id,
        "model_version": shopper.run_id,
        "logged": quote_id is not None,
    }


@of_the_same(2_000)
def _same(quote: Quote) -> dict[str, Any]:
    """What every customer is told to whom a quote is given."""
    currency = quote.currency
    return {
        "price": decimal(quote.price, currency),
        "price_minor": quote.price,
        "base_price": decimal(quote.base_price, currency),
        "reference_price": decimal(quote.reference_price, currency),
        "lowest_30d": decimal(quote.lowest_30d, currency),
        "currency": currency,
        "tax_included": quote.tax_included,
        "factors": [
            {
                "name": factor.name,
                "base": decimal(factor.base, currency),
                "effect": decimal(factor.effect, currency),
                "result": decimal(factor.result, currency),
                "reason": factor.reason,
            }
            for factor in quote.factors
        ],
        "rule_ids": list(quote.rule_ids),
        "limits_hit": list(quote.limits_hit),
        "arm": quote.arm,
        "personalized": quote.personalized,
        "disclosure": dict(vars(quote.disclosure)) if quote.disclosure else None,
    }


def public_price(product: Product, reason: str, now: datetime) -> dict[str, Any]:
    """What is sent where something was missing: the price that everybody is asked, and why."""
    price = decimal(product.base_price, product.currency)
    return {
        **_nothing(now),
        "price": price,
        "price_minor": product.base_price,
        "base_price": price,
        "currency": product.currency,
        "tax_included": product.tax_included,
        "factors": [_public(price, decimal(0, product.currency), reason)],
    }


def as_json(sent: Mapping[str, Any]) -> str:
    """A reply as JSON; its steps, most of it, are encoded once for all who are told the same."""
    rest = dict(sent)
    factors = rest.pop("factors")
    steps = _steps(factors) if len(factors) > 1 else _text(factors)
    return f'{_text(rest)[:-1]},"factors":{steps}}}'


@of_the_same(2_000)
def _steps(factors: list[dict[str, Any]]) -> str:
    return _text(factors)


def for_page(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What a web page is sent: a price without the reasons, which tell of the customer."""
    return {
        **reply,
        "factors": [],
        "rule_ids": [],
        "limits_hit": [],
        "arm": None,
        "model_version": None,
    }


def no_price(reason: str, now: datetime) -> dict[str, Any]:
    """What is sent for a product that isn't known: no price, and why."""
    return {**_nothing(now), "factors": [_public(None, None, reason)]}


def kept_reply(document: Mapping[str, Any]) -> dict[str, Any]:
    """The reply that a quote's document in the price history was made with."""
    plain: dict[str, Any] = {name: document.get(name) for name in FIELDS}
    told: dict[str, Any] = {name: nested(document.get(name)) for name in _NESTED if name in FIELDS}
    return {
        **plain,
        **told,
        "valid_until": iso(document["valid_until"]),
        "logged": True,
    }


def nested(value: object) -> Any:
    """What a field of the price history says that is kept as JSON text; None where it is none."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


@dataclass(frozen=True)
class Kept:
    """A quote's document in parts: two that other quotes share, and its own."""

    of_alike: Mapping[str, Any]  # the very same for all customers who are alike
    of_batch: Mapping[str, Any]  # the very same for most quotes of a request
    own: Mapping[str, Any]

    def fields(self) -> dict[str, Any]:
        return {**self.of_alike, **self.of_batch, **self.own}


def history(
    inputs: QuoteInputs,
    worked: Worked,
    quote_id: str,
    valid_until: datetime,
    *,
    keep: timedelta,
) -> Kept:
    """A quote's document: the reply, and what it followed from; kept for as long as ``keep``."""
    earlier = inputs.earlier
    changed = earlier.price != worked.quote.price or earlier.changed_at is None
    since = inputs.now if changed else earlier.changed_at
    own = {
        "quote_id": quote_id,
        "customer_id": inputs.shopper.customer_id,
        "valid_until": valid_until,
    }
    return Kept(_of_alike(worked), _of_batch(inputs.now, since, changed, keep), own)


@of_the_same(64)
def _of_batch(
    now: datetime, changed_at: datetime | None, is_new_price: bool, keep: timedelta
) -> dict[str, Any]:
    return {
        "created_at": now,
        "changed_at": changed_at,
        "is_new_price": is_new_price,
        "expires_at": now + keep,
    }


@of_the_same(2_000)
def _of_alike(worked: Worked) -> dict[str, Any]:
    inputs, quote = worked.inputs, worked.quote
    product, shopper, sent = inputs.product, inputs.shopper, _same(quote)
    seen = [one.price for one in product.competitors]
    followed_from = {
        "cost": product.cost,
        "stock": product.stock,
        "competitor": min(seen) if seen else None,
        "country": inputs.context.country,
    }
    return {
        **{name: value for name, value in sent.items() if name not in _NESTED},
        "factors": _steps(sent["factors"]),
        "disclosure": _text(sent["disclosure"]) if sent["disclosure"] else None,
        "model_version": shopper.run_id,
        "product_id": inputs.product_id,
        "order_product_id": product.product_id or inputs.product_id,
        "source": {"kind": product.source.kind, "id": product.source.id},
        "run_id": shopper.run_id,
        "segment_key": shopper.segment_key,
        "inputs": _text(followed_from),
        "propensity": quote.propensity,
        "categories": list(quote.categories),
        "raised_by": quote.raised_by,
        "impersonal": quote.impersonal,
        "outcome": None,
    }


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _nothing(now: datetime) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(FIELDS)
    return empty | {
        "factors": [],
        "rule_ids": [],
        "limits_hit": [],
        "valid_until": iso(now + _STOPGAP),
        "personalized": False,
        "logged": False,
    }


def _public(price: str | None, effect: str | None, reason: str) -> dict[str, Any]:
    named = {"name": "public_price", "base": price, "effect": effect, "result": price}
    return {**named, "reason": reason}
