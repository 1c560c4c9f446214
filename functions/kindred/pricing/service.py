"""Use cases of prices: quote, preview, and what became of a quote.

A shop page asks for quotes, so whatever is missing ends in a public price that says why, and never
in an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kindred import log
from kindred.errors import NotFound, SourceGone, Unavailable
from kindred.paths import Source
from kindred.pricing import alike, redemptions, replies, store
from kindred.pricing.asking import (
    Asked,
    ask,
    check_drafts,
    counts_quotes,
    follows_from,
    inputs_of,
    looks_back,
    shopper_of,
)
from kindred.pricing.configuration import Configuration, Problem
from kindred.pricing.history import store as history_store
from kindred.pricing.payloads import PreviewPrices, Product, QuoteItem, RecordOutcome
from kindred.pricing.quotes import Earlier, QuoteInputs
from kindred.pricing.quoting import quote, quote_id
from kindred.remembered import Remembered

_PREVIEWED: Final = 5
_UNKNOWN: Final = "This product isn't known here."
_SILENT: Final = "The store doesn't answer in time."
_UNUSABLE: Final = "This product's document can't be used."


@dataclass(frozen=True)
class _Given:
    """A quote that was given: what it followed from, and until when it holds."""

    follows_from: str
    valid_until: datetime
    reply: Mapping[str, Any]


#: Each holds until its own end, which is a week at most.
_given: Remembered[tuple[Source, Asked], _Given] = Remembered(5_000, timedelta(days=7))


def forget() -> None:
    """Forget all that this instance remembers."""
    _given.forget()
    alike.forget()
    store.forget()


def quote_price(source: Source, item: QuoteItem, *, now: datetime) -> dict[str, Any]:
    """What one product costs one customer now, and why."""
    return quote_prices(source, [item], now=now)[0]


def quote_prices(
    source: Source, items: Sequence[QuoteItem], *, now: datetime, in_page: bool = False
) -> list[dict[str, Any]]:
    """The same of up to 100, in their order; what is missing is said in the reply.

    ``in_page``: asked by a web page, which may name any customer. Such replies hold no reason that
    tells of the customer, and quotes of customers who aren't known aren't kept.
    """
    quotes = _quote_prices(source, items, now=now, in_page=in_page)
    return [replies.for_page(one) for one in quotes] if in_page else quotes


def _quote_prices(
    source: Source, items: Sequence[QuoteItem], *, now: datetime, in_page: bool
) -> list[dict[str, Any]]:
    found = store.products(source, {item.product_id for item in items}, now)
    try:
        configuration = store.configuration(source, now)
    except (SourceGone, Unavailable) as err:
        gone = isinstance(err, SourceGone)
        return [
            _for(item, _without(None if gone else found.get(item.product_id), err.message, now))
            for item in items
        ]
    questions: dict[Asked, Product] = {}
    sent: list[Asked | dict[str, Any]] = []
    for item in items:
        one = found.get(item.product_id)
        if one is None or isinstance(one[1], Problem):
            reason = _UNKNOWN if item.product_id in found else _SILENT
            sent.append(_without(one, reason, now))
            continue
        asked = ask(source, item.customer_id, one[0], item.context, configuration)
        questions[asked] = one[1]
        sent.append(asked)
    made = _quotes(source, configuration, questions, now, in_page=in_page)
    return [
        _for(item, made[one] if isinstance(one, Asked) else one)
        for item, one in zip(items, sent, strict=True)
    ]


def _quotes(
    source: Source,
    configuration: Configuration,
    questions: Mapping[Asked, Product],
    now: datetime,
    *,
    in_page: bool,
) -> dict[Asked, Mapping[str, Any]]:
    """The replies to questions about known products: those given before, and new ones."""
    made: dict[Asked, Mapping[str, Any]] = {}
    fresh: dict[Asked, Product] = {}
    for asked, product in questions.items():
        given = _given.get((source, asked), now)
        if (
            given is not None
            and now < given.valid_until
            and given.follows_from == follows_from(configuration, product)
        ):
            made[asked] = given.reply
        else:
            fresh[asked] = product
    if not fresh:
        return made
    try:
        inputs = _inputs(source, configuration, fresh, now)
    except Unavailable as err:
        return made | {
            asked: replies.public_price(product, err.message, now)
            for asked, product in fresh.items()
        }
    return made | _new_quotes(source, configuration, inputs, now, in_page=in_page)


def _inputs(
    source: Source, configuration: Configuration, asked: Mapping[Asked, Product], now: datetime
) -> dict[Asked, QuoteInputs]:
    """What quotes follow from; raises `Unavailable` where the store can't say it."""
    results = configuration.results
    who = {one.customer_id for one in asked}
    entries = store.customers(source, results, who, now) if results else {}
    settings, pairs = configuration.settings, {one.pair for one in asked}
    earlier: dict[tuple[str, str], Earlier] = {}
    if looks_back(settings):
        counted = counts_quotes(settings)
        earlier = history_store.load_earlier(source, pairs, counted=counted, now=now)
    shoppers = {
        one.shopper: shopper_of(configuration, one, entries.get(one.customer_id, {}))
        for one in asked
    }
    return {
        one: inputs_of(
            configuration,
            one,
            product,
            shoppers[one.shopper],
            now=now,
            earlier=earlier.get(one.pair),
        )
        for one, product in asked.items()
    }


def _new_quotes(
    source: Source,
    configuration: Configuration,
    inputs: Mapping[Asked, QuoteInputs],
    now: datetime,
    *,
    in_page: bool,
) -> dict[Asked, Mapping[str, Any]]:
    """Make quotes and keep them; where another instance was first, its quote is the one given."""
    keep = timedelta(days=configuration.settings.keep_days)
    made: dict[Asked, Mapping[str, Any]] = {}
    ids: dict[Asked, str] = {}
    from_: dict[Asked, str] = {}
    documents: dict[str, replies.Kept] = {}
    for asked, given in inputs.items():
        try:
            worked = alike.work_out(given)
            until = worked.valid_until(given.shopper, now)
            id_ = quote_id(given, until)
            from_[asked] = follows_from(configuration, given.product)
        except Exception as err:  # noqa: BLE001 - a shop page is shown the public price instead
            log.failure("quote_failed", err, uid=source.uid, product=asked.product_id)
            made[asked] = replies.public_price(given.product, "No price could be made.", now)
            continue
        made[asked] = replies.reply(worked.quote, id_, given.shopper, until)
        if in_page and not given.shopper.is_known:
            # Anybody could write without end. Not remembered either: a server's is to be kept.
            made[asked] = {**made[asked], "logged": False}
            continue
        ids[asked] = id_
        documents[id_] = replies.history(given, worked, id_, until, keep=keep)
    try:
        there = history_store.keep_quotes(source.uid, documents)
    except Unavailable as err:
        log.event("quotes_not_kept", severity="ERROR", uid=source.uid, code=err.code)
        return made | {asked: {**made[asked], "logged": False} for asked in ids}
    for asked, id_ in ids.items():
        if id_ in there:
            made[asked] = replies.kept_reply(there[id_])
        until = datetime.fromisoformat(made[asked]["valid_until"])
        _given.put((source, asked), _Given(from_[asked], until, made[asked]), now)
    return made


def preview_prices(source: Source, request: PreviewPrices, *, now: datetime) -> dict[str, Any]:
    """What some customers would pay, and why, also by what isn't saved yet; nothing is kept."""
    check_drafts(source, request.rules)
    saved = store.load_configuration(source)
    configuration = saved.with_drafts(request.rules, request.settings)
    id_, product = _product(source, request.product_id)
    who = list(request.customer_ids)
    if not who and configuration.results is not None:
        who = store.some_customers(source, configuration.results, _PREVIEWED)
    asked = {ask(source, one, id_, request.context, configuration): product for one in who}
    inputs = _inputs(source, configuration, asked, request.at or now)
    return {
        "quotes": [_previewed(request.product_id, given) for given in inputs.values()],
        "problems": [
            {"document": one.document, "message": one.message} for one in configuration.problems
        ],
        "run_id": configuration.results.run_id if configuration.results else None,
    }


def _previewed(product_id: str, inputs: QuoteInputs) -> dict[str, Any]:
    shopper = inputs.shopper
    return {
        **replies.reply(quote(inputs), None, shopper),
        "customer_id": shopper.customer_id,
        "product_id": product_id,
        "segment": {"key": shopper.segment_key, "name": shopper.segment_name},
    }


def _product(source: Source, product_id: str) -> tuple[str, Product]:
    """A product as it is now, with its document's id; raises `NotFound`."""
    id_, product = store.load_products(source, [product_id])[product_id] or ("", None)
    if isinstance(product, Product):
        return id_, product
    message = f"{_UNUSABLE} {product.message}" if product else _UNKNOWN
    raise NotFound(message, code="no-product", hint="Add it, or put it right, first.")


def record_outcome(
    uid: str,
    request: RecordOutcome,
    *,
    now: datetime,
    sources: Collection[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Keep what became of a quote; ``recorded`` is true for the one call that changed it.

    ``sources`` (kind and id) are those whose quotes the caller may speak of; None: all.
    """
    outcome, recorded = history_store.change_outcome(
        uid,
        request.quote_id,
        lambda before: redemptions.follow(before, request.outcome, request.quantity, at=now),
        sources=sources,
    )
    return {
        "quote_id": request.quote_id,
        "outcome": outcome.state,
        "quantity": outcome.quantity,
        "refunded": outcome.refunded,
        "recorded": recorded,
    }


def opt_out_customer(source: Source, customer_id: str, *, opted_out: bool) -> dict[str, Any]:
    """Keep, or take back, that a customer wants public prices only."""
    store.opt_out(source, customer_id, opted_out=opted_out)
    return {"customer_id": customer_id, "opted_out": opted_out}


def take_over_opt_outs(source: Source, base: Source) -> int:
    """Have a new version keep who wanted public prices of the one before; how many."""
    return store.take_over_opt_outs(source, base)


def _without(found: store.Found | None, reason: str, now: datetime) -> dict[str, Any]:
    """What is sent without a quote: the public price where it is known."""
    if found is None:
        return replies.no_price(reason, now)
    if isinstance(found[1], Problem):
        return replies.no_price(_UNUSABLE, now)
    return replies.public_price(found[1], reason, now)


def _for(item: QuoteItem, reply: Mapping[str, Any]) -> dict[str, Any]:
    return {**reply, "customer_id": item.customer_id, "product_id": item.product_id}
