"""Discounts in connected shops: who gets one, within which limits, and what becomes of it.

A source knows its shop, the prices' settings know what is allowed, and the results know who is in
a segment; here they meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from kindred import log
from kindred.customers import store as customers_store
from kindred.errors import Conflict, InvalidInput, NotFound
from kindred.money import minor_digits
from kindred.paths import CSV, Source
from kindred.pricing import opt_outs
from kindred.pricing import store as pricing_store
from kindred.pricing.configuration import Configuration, Results
from kindred.pricing.discount_limits import Reduction, why_none, why_too_much
from kindred.pricing.payloads import Product
from kindred.sources.shops import given, giving
from kindred.sources.shops.discount_parts import divide
from kindred.sources.shops.discount_words import say_plan, say_undo
from kindred.sources.shops.discounts import Discount, discounts_of
from kindred.sources.shops.identity import is_guest_id
from kindred.sources.shops.payloads import PlanDiscount
from kindred.sources.shops.platform import Connection, Credentials
from kindred.sources.shops.starting import check_connected
from kindred.sources.store import load_emails

MOST_CUSTOMERS: Final = 5_000
_MOST_PRODUCTS: Final = 2_000


@dataclass(frozen=True)
class _Chosen:
    """Who gets a discount, and how many of those who were meant don't, by why."""

    customer_ids: Sequence[str]
    emails: Mapping[str, str] = field(default_factory=dict, repr=False)
    left_out: Mapping[str, int] = field(default_factory=dict)


def plan_discount(
    source: Source, request: PlanDiscount, *, by: str, now: datetime
) -> dict[str, Any]:
    """What a discount would do, and for whom; kept, so that this and nothing else can be confirmed.

    No shop is asked. Raises `InvalidInput` for what can't be, `Conflict` for what may not be now.
    """
    shop = check_connected(source)
    _check_capability(shop)
    discount = _discount(request, shop, now)
    configuration = pricing_store.load_configuration(source)
    _check_limits(source, discount, configuration, now)
    results = _results(configuration)
    chosen = _choose(source, request, results, configuration)
    platform = discounts_of(source.kind)
    whole = replace(discount, customer_ids=chosen.customer_ids, emails=chosen.emails)
    plan = platform.plan(_unopened(source, shop), whole, request.way)
    given.make_room(source, now=now)
    shown = {
        "customers": len(chosen.customer_ids),
        "left_out": dict(chosen.left_out),
        "steps": list(say_plan(plan)),
        "undo": say_undo(plan.way),
        "segment": _segment(request, results),
        "run_id": results.run_id,
        "planned_by": by,
    }
    fields = {**given.initial_fields(source, discount, plan.way, now), **shown}
    parts = divide(chosen.customer_ids, chosen.emails)
    given.save_plan(source, discount.id, fields, parts)
    log.event("discount_planned", kind=source.kind, id=source.id, way=plan.way)
    told = ("customers", "left_out", "steps", "undo")
    return {
        "discount_id": discount.id,
        "way": plan.way,
        "holds_until": (now + given.PLAN_HOLDS).isoformat(),
        **{name: shown[name] for name in told},
    }


def apply_discount(source: Source, discount_id: str, *, by: str, now: datetime) -> dict[str, Any]:
    """Have what was planned done, without those who have opted out since."""
    check_connected(source)
    planned = given.load(source, discount_id)
    if planned.state in ("planned", "failed"):
        configuration = pricing_store.load_configuration(source)
        _check_limits(source, planned.discount, configuration, now)
        for part in given.list_parts(source, discount_id):
            asked = {one for one in part.customer_ids if _is_out(source, one, configuration)}
            if asked and part.state == "waiting":
                given.leave_out(source, discount_id, part.number, asked)
    confirmed = given.confirm(source, discount_id, by=by, now=now)
    return {"discount_id": discount_id, "state": confirmed.state}


def undo_discount(source: Source, discount_id: str, *, by: str, now: datetime) -> dict[str, Any]:
    """Have a discount taken back; a plan that nobody confirmed is thrown away."""
    undone = given.begin_undo(source, discount_id, by=by, now=now)
    if undone.is_confirmed:
        return {"discount_id": discount_id, "state": undone.state}
    giving.undo_plan(undone)
    return {"discount_id": discount_id, "state": "undone"}


def forget(source: Source, customers: Path) -> None:
    """Leave whom a shop's new tables don't have any more out of its discounts, for good."""
    if source.kind == CSV:
        return
    known: set[str] | None = None

    def find_gone(ids: set[str]) -> set[str]:
        nonlocal known
        if known is None:  # read where there are discounts at all
            known = _ids_in(customers)
        return ids - known

    if parts := given.forget(source, find_gone):
        log.event("discounts_without", kind=source.kind, id=source.id, parts=parts)


def _ids_in(customers: Path) -> set[str]:
    import pyarrow.parquet as pq

    return set(pq.read_table(customers, columns=["customer_id"]).column(0).to_pylist())


# What is wished for ------------------------------------------------------------------------


def _discount(request: PlanDiscount, shop: Mapping[str, Any], now: datetime) -> Discount:
    if request.ends_at is not None and request.ends_at <= max(now, request.starts_at or now):
        raise InvalidInput(
            "The discount ends before it starts.",
            code="discount-unusable",
            hint="Choose a later end.",
        )
    currency = shop.get("currency")
    digits = minor_digits(currency)
    amount = request.amount
    return Discount(
        id=given.new_id(),
        title=request.title,
        customer_ids=(),
        percent=None if request.percent is None else Decimal(str(request.percent)),
        amount=None if amount is None else Decimal(amount).scaleb(-digits),
        currency=currency,
        product_ids=tuple(dict.fromkeys(request.product_ids)),
        starts_at=request.starts_at,
        ends_at=request.ends_at,
    )


def _check_capability(shop: Mapping[str, Any]) -> None:
    capability = (shop.get("capabilities") or {}).get("discounts") or {}
    if capability.get("state") == "none":
        raise Conflict(
            f"This shop lets us give no discounts. {capability.get('reason', '')}".strip(),
            code="no-discounts",
            hint=str(capability.get("instead") or ""),
        )


def _unopened(source: Source, shop: Mapping[str, Any]) -> Connection:
    """A shop that is only spoken of: nothing opens it."""
    nothing = Credentials("none", {})
    return Connection(source.kind, shop["shop"], nothing, currency=shop.get("currency"))


# Within which limits -----------------------------------------------------------------------


def _check_limits(
    source: Source, discount: Discount, configuration: Configuration, now: datetime
) -> None:
    settings = configuration.settings
    if why := why_none(source, settings, now):
        raise Conflict(why, code="no-personal-prices", hint="Look into Limits and law of Prices.")
    digits = minor_digits(discount.currency)
    amount = discount.amount
    reduction = Reduction(
        discount.percent, None if amount is None else int(amount.scaleb(digits))
    )  # fmt: skip
    products = _products(source, discount)
    if why := why_too_much(reduction, products, settings, now):
        raise InvalidInput(
            why,
            code="below-limits",
            hint="Take less off, choose other products, or have an admin change the limits.",
        )


def _products(source: Source, discount: Discount) -> list[Product]:
    """The products that a discount is on, as far as they are known here."""
    if not discount.product_ids:
        if discount.amount is not None:
            raise InvalidInput(
                "An amount off a whole order can't be held to your limits.",
                code="discount-unusable",
                hint="Choose the products that it is for, or give a percentage.",
            )
        found = list(pricing_store.iterate_products(source, _MOST_PRODUCTS + 1))
        if len(found) > _MOST_PRODUCTS:
            raise InvalidInput(
                "There are too many products to hold to your limits.",
                code="too-many-products",
                hint=f"Choose the products that it is for, at most {_MOST_PRODUCTS}.",
            )
        return found
    known = pricing_store.load_products(source, discount.product_ids)
    usable = {id_: one[1] for id_, one in known.items() if one and isinstance(one[1], Product)}
    if discount.amount is not None and len(usable) < len(discount.product_ids):
        raise InvalidInput(
            "Not all of these products have a price here, so your limits can't be held.",
            code="discount-unusable",
            hint="Add them under Prices, or give a percentage.",
        )
    return list(usable.values())


# For whom ----------------------------------------------------------------------------------


def _results(configuration: Configuration) -> Results:
    if configuration.results is None:
        raise Conflict(
            "This shop has no segments yet.", code="no-run", hint="Wait for its first sync."
        )
    return configuration.results


def _segment(request: PlanDiscount, results: Results) -> dict[str, Any] | None:
    if request.segment_key is None:
        return None
    found = (one for one in results.segments.values() if one.key == request.segment_key)
    segment = next(found, None)
    return {"key": request.segment_key, "name": segment.name if segment else None}


def _choose(
    source: Source, request: PlanDiscount, results: Results, configuration: Configuration
) -> _Chosen:
    left_out: Counter[str] = Counter()
    chosen: list[str] = []
    for customer_id, consent in _meant(source, request, results, left_out).items():
        if _is_out(source, customer_id, configuration):
            left_out["opted_out"] += 1
        elif consent is False or (configuration.settings.needs_consent and consent is not True):
            left_out["no_consent"] += 1
        elif request.way != "coupons" and is_guest_id(customer_id):
            left_out["no_account"] += 1
        else:
            chosen.append(customer_id)
    emails: Mapping[str, str] = {}
    if request.way == "coupons":
        emails = load_emails(source, chosen)
        left_out["no_address"] += sum(one not in emails for one in chosen)
        chosen = [one for one in chosen if one in emails]
    if not chosen:
        raise InvalidInput(
            "Nobody would get this discount.",
            code="nobody-to-discount",
            hint="Choose another segment: customers who have opted out, or whom the shop can't "
            "give one, are left out.",
        )
    if len(chosen) > MOST_CUSTOMERS:
        raise InvalidInput(
            f"That is for {len(chosen):,} customers, and {MOST_CUSTOMERS:,} is the most.",
            code="too-many-customers",
            hint="Choose a smaller segment, or name the customers.",
        )
    return _Chosen(chosen, emails, {why: many for why, many in left_out.items() if many})


def _meant(
    source: Source, request: PlanDiscount, results: Results, left_out: Counter[str]
) -> dict[str, bool | None]:
    """Whether each customer who is meant has agreed to marketing; None: nobody knows."""
    if request.segment_key is not None:
        pages = customers_store.iterate_members(source, results.run_id, request.segment_key)
        meant = {
            one: consent
            for ids, columns in pages
            for one, consent in zip(ids, columns.get("consent") or [None] * len(ids), strict=True)
        }
        if not meant:
            raise NotFound("That segment isn't there (any more).", code="no-segment")
        return meant
    wanted = list(dict.fromkeys(request.customer_ids))
    found = pricing_store.find_customers(source, results, wanted)
    left_out["unknown"] += len(wanted) - len(found)
    return {one: found[one].get("consent") for one in wanted if one in found}


def _is_out(source: Source, customer_id: str, configuration: Configuration) -> bool:
    return opt_outs.hash_of(source, customer_id) in configuration.opted_out
