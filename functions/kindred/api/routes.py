"""The table of the REST API. A room that has something to offer adds its rows here."""

from __future__ import annotations

from typing import Any, Final

from kindred.api import openapi
from kindred.api.payloads import (
    OutcomeReply,
    OutcomeRequest,
    PriceRequest,
    PricesReply,
    PricesRequest,
)
from kindred.api.refusals import not_this_source
from kindred.api.table import Asked, Json, Route
from kindred.errors import SourceGone
from kindred.paths import Source
from kindred.pricing import replies
from kindred.pricing import service as pricing_service
from kindred.pricing.payloads import RecordOutcome


def quote_prices(asked: Asked) -> Json:
    """Prices of one of the key's sources."""
    request: PricesRequest | PriceRequest = asked.body
    holder = asked.holder
    place = (request.source.kind, request.source.id)
    if holder is None or place not in holder.sources:
        raise not_this_source()
    source = Source(holder.uid, *place)
    try:
        quotes = pricing_service.quote_prices(
            source, request.items, now=asked.now, in_page=holder.is_public
        )
    except SourceGone as err:
        raise not_this_source() from err
    return Json(f'{{"quotes":[{",".join(map(replies.as_json, quotes))}]}}')


def record_outcome(asked: Asked) -> dict[str, Any]:
    """What became of a quote for one of the key's sources; to others the quote isn't there."""
    request: OutcomeRequest = asked.body
    holder = asked.holder
    if holder is None:
        raise not_this_source()
    outcome = RecordOutcome(**request.model_dump())
    return pricing_service.record_outcome(
        holder.uid, outcome, now=asked.now, sources=holder.sources
    )


def describe(asked: Asked) -> dict[str, Any]:
    """The OpenAPI document of this table."""
    return openapi.document(ROUTES)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST", "/api/v1/prices", "quotePrices", "Prices for customers of one source.",
        quote_prices, scope="prices", bodies=(PricesRequest, PriceRequest), reply=PricesReply,
        units=lambda body: len(body.items),
    ),
    Route(
        "POST", "/api/v1/outcomes", "recordOutcome",
        "What became of a quote. The quote's id is the key: the same again changes nothing.",
        record_outcome, scope="prices", bodies=(OutcomeRequest,), reply=OutcomeReply,
        also=((404, "There is no such quote."), (409, "It can't be true after what is known.")),
        is_for_servers=True,
    ),
    Route("GET", "/api/v1/openapi.json", "describe", "This document.", describe),
)  # fmt: skip
