"""Listings as products: a seller's own offers, one for each SKU."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kindred.sources.amazon import asking, marketplaces, values
from kindred.sources.shops import fields
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.platform import Connection, Page, Window
from kindred.sources.shops.records import ProductRecord

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

#: The operation lists no more for one question, however many there are.
_MOST: Final = 1000
_PAGE: Final = 20
_PARTS: Final = "summaries,offers,fulfillmentAvailability"


@dataclass(frozen=True)
class _Place:
    """Where a list was left, as a page's token. Past `_MOST` it is asked for again, ``since`` its
    ``newest`` time of change; what it ``had`` of that very moment then comes twice.
    """

    listed: int = 0
    since: str = ""
    page: str | None = None
    newest: str = ""
    had: tuple[str, ...] = ()


def page(connection: Connection, client: Client, window: Window, token: str | None) -> Page:
    """One page of a window's listings, the longest unchanged first."""
    place = _place(token)
    since = values.moment(place.since) if place.since else None
    found = _search(connection, client, window, since=since, page=place.page)
    rows = asking.objects(found, "items")
    places = connection.options["marketplaces"].split(",")
    currency = marketplaces.currency(connection.options["marketplaces"])
    records = fields.records(rows, lambda row: record(row, places, currency), "Amazon")
    fresh = [one for one in records if one.id not in place.had]
    total = _total(found)
    following = asking.next_token(found, place.page)
    left = _left(place, records, following, total)
    return Page(
        fresh,
        json.dumps(asdict(left)) if left else None,
        len(fresh),
        total if token is None else None,  # later questions are about a part of the window
    )


def count(connection: Connection, client: Client, window: Window) -> int | None:
    """How many listings Amazon says a window has."""
    return _total(_search(connection, client, window, size=1))


def read(connection: Connection, client: Client, sku: str) -> Sequence[ProductRecord]:
    """One listing as it is now; a deleted record where there is none."""
    ids = connection.options["marketplaces"]
    found, answer = asking.ask(
        connection, client, asking.GET_LISTING, connection.options["seller_id"], sku,
        params={"marketplaceIds": ids, "includedData": _PARTS},
    )  # fmt: skip
    if found is None:
        return [ProductRecord(id=sku, updated_at=asking.answered_at(answer), is_deleted=True)]
    currency = marketplaces.currency(ids)
    return fields.records([found], lambda row: record(row, ids.split(","), currency), "Amazon")


def _search(
    connection: Connection,
    client: Client,
    window: Window,
    *,
    since: datetime | None = None,
    page: str | None = None,
    size: int = _PAGE,
) -> Mapping[str, Any] | None:
    start = since or window.start
    found, _ = asking.ask(
        connection, client, asking.SEARCH_LISTINGS, connection.options["seller_id"],
        params={
            "marketplaceIds": connection.options["marketplaces"],
            "includedData": _PARTS,
            "sortBy": "lastUpdatedDate",
            "sortOrder": "ASC",
            "pageSize": str(size),
            "lastUpdatedBefore": values.iso(window.end),
            **({"lastUpdatedAfter": values.iso(start)} if start else {}),
            **({"pageToken": page} if page else {}),
        },
    )  # fmt: skip
    return found


def _place(token: str | None) -> _Place:
    if token is None:
        return _Place()
    said = json.loads(token)
    return _Place(**{**said, "had": tuple(said["had"])})


def _left(
    place: _Place, records: Sequence[ProductRecord], following: str | None, total: int | None
) -> _Place | None:
    """Where the next page begins; None after the last."""
    listed = place.listed + len(records)
    newest, had = place.newest, place.had
    if records:
        newest = values.iso(records[-1].updated_at)
        same = tuple(one.id for one in records if values.iso(one.updated_at) == newest)
        had = (*had, *same) if newest == place.newest else same
    if following is not None and listed < _MOST:
        return _Place(listed, place.since, following, newest, had)
    if following is None and (total or 0) <= listed:
        return None
    if newest == place.since:
        raise AnswerUnusable("Amazon lists more products of one moment than it shows.")
    return _Place(0, newest, None, newest, had)


def _total(found: Mapping[str, Any] | None) -> int | None:
    said = (found or {}).get("numberOfResults")
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None


def record(item: Mapping[str, Any], places: Collection[str], currency: str) -> ProductRecord:
    """A listing in the marketplaces ``places``, whose prices are in ``currency``.

    What the first of them says is its name and picture; it is for sale if it is in one of them.
    Raises `AnswerUnusable` for what can't be read.
    """
    sku = values.needed(item, "sku")
    rows = _here(item.get("summaries"), places)
    if not rows:
        raise AnswerUnusable("Amazon listed a product without the marketplace it was asked for.")
    first = rows[0]
    image = first.get("mainImage")
    return ProductRecord(
        id=sku,
        updated_at=changed_at(item, places),
        name=values.text(first.get("itemName")),
        category=_words(values.text(first.get("productType"))),
        price=_price(item, places, currency),
        stock=_stock(item),
        currency=currency,
        sku=sku,
        image=values.text(image.get("link")) if isinstance(image, dict) else None,
        is_active=any("BUYABLE" in (row.get("status") or ()) for row in rows),
    )


def changed_at(item: Mapping[str, Any], places: Collection[str]) -> datetime:
    """When a listing was last changed in any of ``places``."""
    times = [values.moment(r.get("lastUpdatedDate")) for r in _here(item.get("summaries"), places)]
    if not times:
        raise AnswerUnusable("Amazon listed a product without saying when it changed.")
    return max(times)


def _here(rows: Any, places: Collection[str]) -> list[dict[str, Any]]:
    return [r for r in rows or () if isinstance(r, dict) and r.get("marketplaceId") in places]


def _price(item: Mapping[str, Any], places: Collection[str], currency: str) -> Decimal | None:
    for offer in _here(item.get("offers"), places):
        price = offer.get("price")
        if offer.get("offerType") == "B2C" and values.currency(price) == currency:
            return values.amount(price)
    return None


def _stock(item: Mapping[str, Any]) -> Decimal | None:
    """What the seller sends themselves; Amazon's own warehouses aren't told of here."""
    said = [
        values.number(row["quantity"])
        for row in item.get("fulfillmentAvailability") or ()
        if isinstance(row, dict) and row.get("quantity") is not None
    ]
    return sum(said, Decimal(0)) if said else None


def _words(product_type: str | None) -> str | None:
    return product_type.replace("_", " ").capitalize() if product_type else None
