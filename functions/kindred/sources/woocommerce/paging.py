"""Walks through a shop's lists so that nothing is lost while objects change.

What knows its time of change is walked by it, oldest first: a page ends before its last second,
and the next one begins with that second. What changes meanwhile leaves the closed window and comes
in the next one. Thousands of objects of one second (an import) are walked by id, within it.

What can only be listed by number is walked by id from the end: the list of a closed window only
ever shrinks, and what is removed then shifts nothing but what was read already.

Pages are of 100 objects, or 25, or 10 where a shop's server can't make more at once; the size goes
into the token, so that a slow shop isn't strained again and again, neither by the next page nor by
another try at this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from kindred.errors import InvalidInput
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import AnswerUnusable, PageTooLarge, Throttled
from kindred.sources.shops.paces import Paced
from kindred.sources.shops.platform import Window
from kindred.sources.woocommerce.asking import Asking, TooMuch
from kindred.sources.woocommerce.mapping import changed_at

SIZES: Final = (100, 25, 10)
_SECOND: Final = timedelta(seconds=1)
_TOKEN: Final = re.compile(r"([wie])\.([0-9]{1,3})\.([0-9]{1,12})\.([0-9]{1,12})\.([0-9]{1,12})")


Way = Literal["w", "i", "e"]
_WAYS: Final[Mapping[str, Way]] = {"w": "w", "i": "i", "e": "e"}


@dataclass(frozen=True)
class Listed:
    """A page as the shop gave it; ``total``: of the window, where that is known by now."""

    objects: Sequence[Fields]
    next: str | None
    total: int | None


@dataclass(frozen=True)
class Place:
    """Where a walk stands: ``w`` by time from ``second`` on, ``i`` by id within ``second``, ``e``
    by id from the end. ``seen``: objects so far; ``left``: those before this place, of ``i``, ``e``
    """

    way: Way
    size: int
    seen: int = 0
    second: int = 0
    left: int = 0

    def token(self) -> str:
        return f"{self.way}.{self.size}.{self.seen}.{self.second}.{self.left}"

    @classmethod
    def of(cls, token: str) -> Place:
        found = _TOKEN.fullmatch(token)
        if found is None or int(found[2]) not in SIZES:
            raise InvalidInput("That page of a shop's list doesn't exist.", code="bad-page")
        return cls(_WAYS[found[1]], int(found[2]), *(int(found[group]) for group in (3, 4, 5)))


def by_time(
    asking: Asking, path: str, params: Mapping[str, str], window: Window, token: str | None
) -> Listed:
    """A page of what changed in a window, the earliest change first."""
    place = Place.of(token) if token else Place("w", SIZES[0])
    with _smaller_next_time(place):
        return _by_time(asking, path, params, window, place)


@contextmanager
def _smaller_next_time(place: Place) -> Iterator[None]:
    """Have a page that was too much for the shop asked for in smaller ones.

    A shop that asks us to wait may mean how often it is asked, so pages don't get so small for it
    that there are ten times as many.
    """
    try:
        yield
    except Paced:
        raise  # the shop has refused nothing
    except (Throttled, TooMuch) as err:
        smallest = SIZES[1] if isinstance(err, Throttled) else SIZES[-1]
        if place.size <= smallest:
            raise
        raise PageTooLarge(replace(place, size=smallest).token(), err) from err


def _by_time(
    asking: Asking, path: str, params: Mapping[str, str], window: Window, place: Place
) -> Listed:
    if place.way == "i":
        return _within_second(asking, path, params, place)
    after = (
        datetime.fromtimestamp(place.second, UTC) - _SECOND
        if place.second
        else window.start and _floor(window.start) - _SECOND
    )
    limits = _limits(after, window.end)
    asked = {**params, **limits, "orderby": "modified", "order": "asc"}
    found, left, size = _page(asking, path, asked, place.size)
    times = [changed_at(one) for one in found]
    if any(time >= _ceiling(window.end) or (after and time <= after) for time in times):
        raise AnswerUnusable(
            "The shop's list holds what wasn't asked for: it doesn't look at dates.",
            code="shop-ignores-dates",
            hint="WooCommerce has to be 5.8 or later; a cache may also answer for it.",
        )
    total = None if left is None else place.seen + left
    if len(found) < size if left is None else left <= size:
        return Listed(found, None, total)
    if not found:
        raise AnswerUnusable(f"The shop says that there are more {path}, and gives none.")
    last = max(times)
    kept = [one for one, time in zip(found, times, strict=True) if time < last]
    ahead = Place("w", size, place.seen + len(kept), int(last.timestamp()))
    if not kept:
        ahead = replace(ahead, way="i")
    return Listed(kept, ahead.token(), total)


def _within_second(asking: Asking, path: str, params: Mapping[str, str], place: Place) -> Listed:
    """A page of what changed in one second; ``left`` 0: the first page, of the highest ids."""
    second = datetime.fromtimestamp(place.second, UTC)
    asked = {**params, **_limits(second - _SECOND, second + _SECOND)}
    page = _from_end(asking, path, asked, place)
    after = Place("w", page.size, place.seen + len(page.objects), place.second + 1)
    ahead = replace(after, way="i", second=place.second, left=page.left) if page.left else after
    return Listed(page.objects, ahead.token(), None)


def from_end(
    asking: Asking,
    path: str,
    params: Mapping[str, str],
    token: str | None,
    *,
    until: datetime | None = None,
) -> Listed:
    """A page by id, the newest first; no further than the first page with nothing from ``until``.

    ``until`` looks at when an object was made.
    """
    place = Place.of(token) if token else Place("e", SIZES[0])
    with _smaller_next_time(place):
        page = _from_end(asking, path, params, place)
    is_older = until is not None and all(
        (one.time("date_created_gmt") or until) < until for one in page.objects
    )
    ahead = Place("e", page.size, place.seen + len(page.objects), left=page.left)
    total = None if until else page.total
    return Listed(page.objects, None if is_older or not page.left else ahead.token(), total)


@dataclass(frozen=True)
class _EndPage:
    objects: Sequence[Fields]
    size: int
    left: int  # objects before these
    total: int


def _from_end(asking: Asking, path: str, params: Mapping[str, str], place: Place) -> _EndPage:
    asked = {**params, "orderby": "id", "order": "asc"}
    left = place.left
    if not left:
        left = how_many(asking, path, params)
        if not left:
            return _EndPage((), place.size, 0, 0)
    for size in _sizes(place.size):
        start = max(left - size, 0)
        try:
            found, total = asking.list_of(
                path, {**asked, "per_page": str(left - start), "offset": str(start)}
            )
        except TooMuch:
            if size == SIZES[-1]:
                raise
            continue
        return _EndPage(_fields(path, found), size, start, total or left)
    raise AssertionError  # the last size has returned, or raised


def whole(asking: Asking, path: str) -> Sequence[Fields]:
    """All that belongs to one object, such as its variations: a short list, page by page."""
    objects: list[Fields] = []
    size, page = SIZES[0], 1
    while True:
        asked = {"page": str(page), "orderby": "id", "order": "asc"}
        found, _, went = _page(asking, path, asked, size)
        if went != size:  # other pages hold other objects: begin again with the smaller ones
            objects, size, page = [], went, 1
            continue
        objects += found
        if len(found) < size:
            return objects
        page += 1


def how_many(asking: Asking, path: str, params: Mapping[str, str]) -> int:
    """How many objects a list has; raises `AnswerUnusable` where the shop hides it."""
    _, total = asking.list_of(path, {**params, "per_page": "1"})
    if total is None:
        raise AnswerUnusable(
            "The shop doesn't say how many there are: the header X-WP-Total is missing.",
            hint="A proxy or a security plugin removes it; let it through.",
        )
    return total


def count_by_time(asking: Asking, path: str, params: Mapping[str, str], window: Window) -> int:
    after = window.start and _floor(window.start) - _SECOND
    return how_many(asking, path, {**params, **_limits(after, window.end)})


def _page(
    asking: Asking, path: str, params: Mapping[str, str], size: int
) -> tuple[Sequence[Fields], int | None, int]:
    """``(objects, how many from here on, the size that went)``."""
    for smaller in _sizes(size):
        try:
            found, left = asking.list_of(path, {**params, "per_page": str(smaller)})
        except TooMuch:
            if smaller == SIZES[-1]:
                raise
            continue
        return _fields(path, found), left, smaller
    raise AssertionError  # the last size has returned, or raised


def _sizes(size: int) -> Sequence[int]:
    return SIZES[SIZES.index(size) :]


def _fields(path: str, found: Sequence[object]) -> Sequence[Fields]:
    listed = [Fields.read(one, f"one of the {path}") for one in found]
    return [Fields(one.of, f"{path} {one.needed_id()}") for one in listed]


def _limits(after: datetime | None, before: datetime) -> dict[str, str]:
    """Of times after ``after`` and before ``before``, in UTC, which the shop is told to look at."""
    limits = {"modified_before": wire_time(_ceiling(before)), "dates_are_gmt": "true"}
    return {"modified_after": wire_time(after), **limits} if after else limits


def wire_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _floor(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _ceiling(time: datetime) -> datetime:
    whole = _floor(time)
    return whole if whole == time else whole + _SECOND
