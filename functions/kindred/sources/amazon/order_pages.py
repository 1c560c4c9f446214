"""Orders of a window, in stretches as long as a shop's orders allow.

A page's token lives a day, and a request for a page is had every three minutes. So a window is
asked for in stretches of about two thousand orders: long ones where there are few, short ones where
there are many. Where a token has ended all the same, its stretch begins anew, and is shorter.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from kindred.sources.amazon import asking, orders, probing, values
from kindred.sources.shops import fields
from kindred.sources.shops.platform import Connection, Page, Window

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_WANTED: Final = 2000  # orders of a stretch: twenty pages, which may be asked for at once
_FIRST: Final = 86_400  # seconds
_SHORTEST: Final = 3_600
_LONGEST: Final = 60 * 86_400
_STEP: Final = 8  # times longer or shorter than the stretch before, at most
_PAGE: Final = 100


@dataclass(frozen=True)
class _Place:
    """Where a window was left, as a page's token: the page ``page`` of a stretch from ``start``."""

    start: str
    seconds: int = _FIRST
    page: str | None = None
    counted: int = 0  # orders of the stretch so far


def page(connection: Connection, client: Client, window: Window, token: str | None) -> Page:
    """One page of the orders that changed in a window."""
    place = _place(connection, window, token)
    start = values.moment(place.start)
    end = min(start + timedelta(seconds=place.seconds), window.end)
    params = {
        "lastUpdatedAfter": values.iso(start),
        "lastUpdatedBefore": values.iso(end),
        "marketplaceIds": connection.options["marketplaces"],
        "includedData": probing.included(connection),
        "maxResultsPerPage": str(_PAGE),
    }
    if place.page is not None:
        params["paginationToken"] = place.page  # with the very parameters that it was given for
    try:
        found, _ = asking.ask(connection, client, asking.SEARCH_ORDERS, params=params)
    except asking.PageEnded:
        shorter = max(place.seconds // _STEP, _SHORTEST)
        return Page((), _token(_Place(place.start, shorter)), 0)
    rows = asking.objects(found, "orders")
    following = asking.next_token(found, place.page)
    after = _after(replace(place, counted=place.counted + len(rows)), following, end, window)
    records = fields.records(rows, orders.record, "Amazon")
    return Page(records, None if after is None else _token(after), len(rows))


def _place(connection: Connection, window: Window, token: str | None) -> _Place:
    if token is not None:
        return _Place(**json.loads(token))
    return _Place(values.iso(window.start or probing.oldest_order(connection, window.end)))


def _token(place: _Place) -> str:
    return json.dumps(asdict(place))


def _after(place: _Place, following: str | None, end: datetime, window: Window) -> _Place | None:
    """The next page of a stretch, the next stretch, or None at the window's end."""
    if following is not None:
        return replace(place, page=following)
    if end >= window.end:
        return None
    wanted = place.seconds * _WANTED // max(place.counted, 1)
    nearby = min(max(wanted, place.seconds // _STEP), place.seconds * _STEP)
    return _Place(values.iso(end), min(max(nearby, _SHORTEST), _LONGEST))
