"""Listings as products: which SKUs there are, and then what each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput
from kindred.sources.flipkart import asking, values
from kindred.sources.shops import fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Connection, Page
from kindred.sources.shops.records import ProductRecord

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_STATUSES: Final = ("ACTIVE", "INACTIVE")
#: Flipkart's documentation writes the first; the second is what it means.
_FILTERS: Final = ("lisitng_status", "listing_status")
#: A listing doesn't say when it changed. It is told with the same time always, so that an unchanged
#: one is the same record; of two that differ, or where one says that it is gone, what was seen
#: later counts.
_SINCE: Final = datetime(2007, 9, 1, tzinfo=UTC)
_AT_ONCE: Final = 10  # SKUs whose details are asked for together


def page(connection: Connection, client: Client, token: str | None) -> Page:
    """Up to 500 listings; a token is ``which status|Flipkart's page``."""
    turn, _, page_id = (token or "0|").partition("|")
    found = _search(connection, client, _STATUSES[int(turn)], page_id)
    rows = values.objects(found, "listings") if found.get("listings") else []
    skus = list(dict.fromkeys(values.needed(row, "sku_id") for row in rows))
    following = values.text(found.get("next_page_id")) if found.get("has_more") is True else None
    after = f"{turn}|{following}" if following else None
    if after is None and int(turn) + 1 < len(_STATUSES):
        after = f"{int(turn) + 1}|"
    return Page(details(connection, client, skus), after, len(rows))


def details(connection: Connection, client: Client, skus: Sequence[str]) -> Sequence[ProductRecord]:
    """What listings are now; those that aren't there (any more) are left out."""
    made: list[ProductRecord] = []
    for start in range(0, len(skus), _AT_ONCE):
        made += _details(connection, client, skus[start : start + _AT_ONCE])
    return made


def read(connection: Connection, client: Client, sku: str) -> Sequence[ProductRecord]:
    """One listing as it is now; a deleted record where there is none."""
    found = _details(connection, client, [sku])
    return found or [ProductRecord(id=sku, updated_at=_SINCE, is_deleted=True)]


def _details(connection: Connection, client: Client, skus: Sequence[str]) -> list[ProductRecord]:
    path = f"/sellers/listings/v3/{','.join(map(_quoted, skus))}"
    said, _ = asking.ask(connection, client, "GET", path)
    available = (said or {}).get("available") or {}
    if not isinstance(available, dict):
        raise AnswerUnusable("Flipkart's answer has another shape than it promises.")
    there = [(sku, available[sku]) for sku in skus if available.get(sku) is not None]
    return fields.records(there, lambda item: _record(*item), "Flipkart")


def _search(connection: Connection, client: Client, status: str, page_id: str) -> Mapping[str, Any]:
    refused: InvalidInput | None = None
    for name in _FILTERS:
        body: dict[str, object] = {"filters": {name: status}}
        if page_id:
            body["page_id"] = page_id
        try:
            found, _ = asking.ask(
                connection, client, "POST", "/sellers/listings/v3/search", json_body=body
            )
        except InvalidInput as err:
            if err.code != "flipkart-refused-400":
                raise
            refused = err
            continue
        return found or {}
    assert refused is not None
    raise refused


def _record(sku: str, found: Mapping[str, Any]) -> ProductRecord:
    price = found.get("price") or {}
    selling = price.get("flipkart_selling_price", price.get("selling_price"))
    return ProductRecord(
        id=sku,
        updated_at=_SINCE,
        name=values.text(found.get("product_title")),
        price=values.number(selling),
        stock=_stock(found),
        currency=values.text(price.get("currency")) or values.CURRENCY,
        sku=sku,
        url=values.text(found.get("product_url")),
        is_active=found.get("listing_status") == "ACTIVE"
        and found.get("archived_status") != "ARCHIVED",
    )


def _stock(found: Mapping[str, Any]) -> Decimal | None:
    said = [
        pieces
        for place in found.get("locations") or ()
        if isinstance(place, dict) and place.get("status") != "DISABLED"
        if (pieces := values.number(place.get("inventory"))) is not None
    ]
    return sum(said, Decimal(0)) if said else None


def _quoted(sku: str) -> str:
    """A SKU within a path: RFC 3986's percent encoding, so that no SKU is another path.

    Raises `InvalidInput` for what would be no piece of one: nothing, or dots alone.
    """
    if not sku.strip("."):
        raise InvalidInput("That SKU can't be Flipkart's.", code="flipkart-sku-unusable")
    kept = b"-._~"
    return "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte in kept else f"%{byte:02X}"
        for byte in sku.encode()
    )
