"""Which stretch of time of a stream is asked for next, and whether what came is all of it.

A window is closed: its end is younger than nothing that may still change behind the platform's
back (`Stream.lag`), and it starts before the last one's end (`Stream.overlap`), since clocks differ
and a record may come late. Nothing between two windows is left out; what is read twice is the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kindred.errors import InvalidInput
from kindred.sources.shops.cursors import Cursor, OpenWindow
from kindred.sources.shops.platform import Stream, Window

#: Of one window: two million orders, twenty to a page.
MOST_PAGES: Final = 100_000
_SLACK: Final = 10_000  # objects that may come while a small shop is paged through


def is_listing_due(stream: Stream, cursor: Cursor, began_at: datetime) -> bool:
    """Whether a sync that began at ``began_at`` lists everything of a stream again."""
    if cursor.listing is not None:
        return True
    if stream.cursor != "full" and stream.full_every is None:
        return False
    if cursor.full_at is None:
        return True
    since = began_at - cursor.full_at
    return began_at > cursor.full_at and (stream.full_every is None or since >= stream.full_every)


def next_window(stream: Stream, cursor: Cursor, began_at: datetime) -> Window | None:
    """What is asked for next by a sync that began at ``began_at``; None: nothing is left.

    Of an open listing, its next window; it ends where the listing began.
    """
    listing = cursor.listing
    if stream.cursor == "full":
        return None if listing is None or listing.water else Window(None, listing.began_at)
    if listing is not None:
        return closed_window(stream, listing.water, listing.began_at - stream.lag, cursor.oldest)
    return closed_window(stream, cursor.high_water, began_at - stream.lag, cursor.oldest)


def closed_window(
    stream: Stream, high_water: datetime | None, until: datetime, oldest: datetime | None
) -> Window | None:
    """``[high_water - overlap, until)``, no longer than the stream allows; None where that is over.

    Without a high water, from the beginning. A stream whose windows have a longest begins at what
    is known to be its ``oldest``; where that is unknown the platform's own beginning is asked for.
    """
    longest = stream.longest
    if longest is not None and longest <= stream.overlap:
        raise ValueError(f"windows of {stream.name} never get past their overlap")
    if high_water is None:
        start = oldest if longest is not None and oldest and oldest < until else None
    elif high_water >= until:
        return None
    else:
        start = high_water - stream.overlap
    if longest is None or start is None:
        return Window(start, until)
    return Window(start, min(until, start + longest))


def check_ends(stream: Stream, window: OpenWindow) -> None:
    """Raise `InvalidInput` ``listing-endless`` where a shop gives ever more pages.

    It may give twice what it says it has, since it changes meanwhile; one that says nothing, as
    many pages as no shop has.
    """
    said = max(window.expected or 0, window.said or 0)
    is_counted = window.expected is not None or window.said is not None
    is_over = is_counted and window.objects > 2 * said + _SLACK
    if is_over or window.page >= MOST_PAGES:
        raise InvalidInput(
            f"The shop's list of {stream.name} doesn't end.",
            code="listing-endless",
            hint="What was there before stays. If it goes on, ask the shop's support.",
        )


def is_whole(window: OpenWindow) -> bool:
    """Whether a window's objects are as many as the platform says.

    At the first reading what was said before and after has to be the same: where it isn't, objects
    left the window or came into it while it was paged through, and one may have slipped from a page
    that was still to come to one that had been read. At the second reading, of a shop that changes
    all the time, a number between the two will do. A platform that says nothing is believed.
    """
    said = [count for count in (window.expected, window.said) if count is not None]
    if not said:
        return True
    if window.is_again:
        return min(said) <= window.objects <= max(said)
    return min(said) == window.objects == max(said)
