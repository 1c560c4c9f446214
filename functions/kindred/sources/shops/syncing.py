"""One task's worth of a sync: stream by stream, window by window, page by page.

A page is stored as parts; then, in one write, its cursor moves. The high water moves only when the
whole window is durable and as large as the platform says. What goes wrong with one stream is said
of that stream, and the others go on. A full listing takes from what is known only what is missing
in it, and only when it agrees with the platform's count; until then the old data stay.

Over 300 lines, because the order of writes, on which all of this rests, is seen in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from kindred.errors import InvalidInput, KindredError, NotAllowed, NotFound, Unavailable
from kindred.sources.shops import listings, windows
from kindred.sources.shops.cursors import (
    Cursor,
    Listing,
    OpenWindow,
    State,
    digest,
    earlier,
    oldest_of,
    page_digest,
    table_of,
    turned,
)
from kindred.sources.shops.http import PageTooLarge, Throttled
from kindred.sources.shops.named import (
    ENDED_EARLY,
    INTERRUPTIONS,
    LIST_ENDED,
    STOPS,
    Wanted,
    by_object,
    read_wanted,
)
from kindred.sources.shops.paces import Paced, backoff
from kindred.sources.shops.platform import Lacking
from kindred.sources.shops.ports import Asked, Store
from kindred.sources.shops.records import Record

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client
    from kindred.sources.shops.platform import Connection, Page, Platform, Stream, StreamName

#: Failures in a row that bring nothing, until a stream is left for the next sync.
MOST_TRIES: Final = 6
#: Objects that were named and are read before what came is made durable.
NAMED_AT_ONCE: Final = 100
#: Named objects that can't be read now, until a task asks for no more of them.
MOST_UNREAD: Final = 5
#: How long a stream that the shop doesn't have isn't asked for again, unless a merchant asks.
NONE_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """The rest is for a further task, after a while."""

    seconds: float


class Work:
    """The syncing of one source by one task."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        state: State,
        asked: Asked,
        *,
        connection: Callable[[], Connection],
        client: Client,
        clock: Callable[[], datetime],
        until: datetime,
        chance: Callable[[], float],
        on_page: Callable[[State], None],
        on_token_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.state = state
        self._platform = platform
        self._store = store
        self._asked = asked
        self._connection = connection
        self._client = client
        self._clock = clock
        self._until = until
        self._chance = chance
        self._on_page = on_page
        self._on_token_ended = on_token_ended
        self._known: dict[StreamName, Mapping[int, str]] = {}
        self._has_read_named = False
        self._unread: set[tuple[StreamName, str]] = set()

    def run(self) -> Pause | None:
        """Bring what this sync is for, as far as time allows; None where nothing is left to do.

        Raises `KindredError` for what is wrong with the connection itself.
        """
        pauses = [self._guarded_hooks()]
        self._open_new()
        for stream in streams_of(self._platform, self._asked):
            is_over = self._clock() >= self._until
            pauses.append(Pause(0) if is_over else self._guarded(stream))
        waits = [pause.seconds for pause in pauses if pause is not None]
        return Pause(min(waits)) if waits else None

    def _guarded_hooks(self) -> Pause | None:
        """What webhooks named. What can't be read now is read by the next sync."""
        try:
            return self._read_named()
        except Paced as err:
            return Pause(err.seconds)
        except Unavailable as err:
            # A chain that reads nothing would never end; the windows bring it anyway.
            if isinstance(err, Throttled) and self._has_read_named:
                return Pause(err.seconds)
            return None

    def _read_named(self) -> Pause | None:
        """Read what was named, a batch at a time, for no more than half of the task.

        Each batch is durable before the next one, so that a further task goes on after it.
        """
        began = self._clock()
        until = began + (self._until - began) / 2
        while batch := self._next_named():
            if self._clock() >= until:
                return Pause(0)
            self._read_batch(batch, until)
        return None

    def _next_named(self) -> list[Wanted]:
        """Some of the objects that are asked for or were named; nothing where none is left."""
        if objects := self._asked.objects[self._named_done :]:
            return [Wanted(*place) for place in objects[:NAMED_AT_ONCE]]
        deliveries = self._store.list_named()
        heard = [one for one in deliveries if one.delivery_id in self.state.heard]
        if heard:  # by a task that died before it could forget them
            self._store.forget_named(heard)
        named = by_object([one for one in deliveries if one not in heard])
        left = [one for one in named if (one.stream, one.object_id) not in self._unread]
        return left[:NAMED_AT_ONCE]

    @property
    def _named_done(self) -> int:
        """How many of the objects that are asked for this job has read."""
        return self.state.named_done if self.state.named_run == self._asked.run_id else 0

    def _read_batch(self, batch: Sequence[Wanted], until: datetime) -> None:
        """Read some objects and make them durable, also where the next one can't be read now."""
        found, read, failed = [], list[Wanted](), None
        for wanted in batch:
            if read and self._clock() >= until:
                break
            try:
                found.append(read_wanted(self._platform, self._asked, wanted, self._read))
            except Unavailable as err:
                self._unread.add((wanted.stream, wanted.object_id))
                if isinstance(err, Throttled) or len(self._unread) >= MOST_UNREAD:
                    failed = err
                    break
                if wanted.deliveries:
                    continue  # the next sync tries it again, and the others don't wait for it
            read.append(wanted)
        shown = [one for one in found if one is not None]
        self._store_named(
            [(stream, self._withdrawn(stream, records)) for stream, records in shown], read
        )
        if failed is not None:
            raise failed

    def _store_named(
        self, found: Sequence[tuple[Stream, list[Record]]], read: Sequence[Wanted]
    ) -> None:
        number, state = self.state.number, self.state
        self._has_read_named = self._has_read_named or bool(read)
        deliveries = [one for wanted in read for one in wanted.deliveries]
        if asked := sum(not wanted.deliveries for wanted in read):
            done = self._named_done + asked
            state = replace(state, named_run=self._asked.run_id, named_done=done)
        records = [record for _, of_object in found for record in of_object]
        if records:
            self._put("hooks", f"{number:06}-{0:05}", records)
            for stream in {stream for stream, _ in found if listings.is_listed(stream)}:
                its = [record for one, some in found if one == stream for record in some]
                self._store.put_known(
                    f"{stream.name}-{number:06}-hooks", listings.noted(number, its)
                )
            heard = tuple(one.delivery_id for one in deliveries if one.delivery_id)
            state = replace(state, number=number + 1, heard=heard)
        if state != self.state:
            self.state = state
            self._stored(records)
            self._save(self.state)
        if deliveries:
            self._store.forget_named(deliveries)

    def _read(self, stream: Stream, object_id: str) -> Sequence[Record]:
        return self._platform.read(self._connection(), self._client, stream, object_id)

    def _withdrawn(self, stream: Stream, records: list[Record]) -> list[Record]:
        """Records of a named object, so that one that is gone may come back."""
        if stream.cursor != "created" or not any(one.is_deleted for one in records):
            return records
        return listings.as_old_as_shown(records, self._store.list_known(stream.name))

    def _open_new(self) -> None:
        """Ask first how much there is of all that is new, so that it is known how far a sync is."""
        for stream in streams_of(self._platform, self._asked):
            cursor = self.state.cursor(stream.name)
            if cursor == replace(Cursor(), oldest=cursor.oldest):
                with suppress(InvalidInput, NotAllowed, NotFound, Unavailable):
                    self._open(stream)  # what is wrong is met again when it is its turn

    def _guarded(self, stream: Stream) -> Pause | None:
        """One stream as far as it goes; what fails is said of it alone."""
        cursor = self.state.cursor(stream.name)
        if cursor.failed_run == self._asked.run_id or self._is_none(cursor):
            return None
        try:
            return self._sync(stream)
        except INTERRUPTIONS:
            raise
        except Unavailable as err:
            return self._tried(stream, err)
        except KindredError as err:
            if err.code in STOPS:
                raise
            if isinstance(err, NotFound | NotAllowed | Lacking):
                at = self._asked.began_at
                self._change(stream, open=None, listing=None, none_at=at, error=err.as_dict())
            else:
                self._fail(stream, err, keep_window=False)
        return None

    def _is_none(self, cursor: Cursor) -> bool:
        if cursor.none_at is None:
            return False
        began = self._asked.began_at
        is_recent = not self._asked.is_wanted and began - cursor.none_at < NONE_FOR
        return is_recent or cursor.none_at >= began

    def _tried(self, stream: Stream, err: Unavailable) -> Pause | None:
        """A failure that may pass: wait, longer each time; at last leave it to the next sync."""
        if isinstance(err, Paced):
            return Pause(err.seconds)
        if err.code == ENDED_EARLY:
            self._on_token_ended()
        tries = self.state.cursor(stream.name).tries + 1
        if tries >= MOST_TRIES:
            self._fail(stream, err, keep_window=True)
            return None
        self._change(stream, tries=tries)
        if isinstance(err, Throttled):
            return Pause(err.seconds)
        return Pause(backoff(tries + 3, self._chance()))

    def _fail(self, stream: Stream, err: KindredError, *, keep_window: bool) -> None:
        cursor = self.state.cursor(stream.name)
        failed = cursor.failed(self._asked.run_id, err.as_dict(), keep_window=keep_window)
        self._save(self.state.with_cursor(stream.name, failed))

    def _sync(self, stream: Stream) -> Pause | None:
        while True:
            window = self._open(stream)
            if window is None:
                return None
            while window is not None:
                if self._clock() >= self._until:
                    return Pause(0)
                step = self._close if window.is_read else self._turn
                window = step(stream, window)

    def _open(self, stream: Stream) -> OpenWindow | None:
        """The stream's open window, or its next one; None where this sync has all of it."""
        cursor, began_at = self.state.cursor(stream.name), self._asked.began_at
        if cursor.open is not None:
            return cursor.open
        number = self.state.number
        if cursor.listing is None and self._lists(stream, cursor):
            cursor = replace(cursor, listing=Listing(number, began_at))
        window = windows.next_window(stream, cursor, began_at)
        if window is None and cursor.listing is not None:
            self._accept(stream, cursor)
            return self._open(stream)
        if window is None:
            return None
        count = self._platform.count(self._connection(), self._client, stream, window)
        opened = OpenWindow(number, window.start, window.end, expected=count, said=count)
        run, done = self._asked.run_id, cursor.done if cursor.run == self._asked.run_id else 0
        cursor = replace(cursor, open=opened, tries=0, none_at=None, error=None, run=run, done=done)
        self.state = replace(self.state.with_cursor(stream.name, cursor), number=number + 1)
        return opened  # written with its first page

    def _lists(self, stream: Stream, cursor: Cursor) -> bool:
        began_at = self._asked.began_at
        is_asked = self._asked.full and (cursor.full_at is None or cursor.full_at < began_at)
        return is_asked or windows.is_listing_due(stream, cursor, began_at)

    def _turn(self, stream: Stream, window: OpenWindow) -> OpenWindow | None:
        """Store one page and move the cursor; the window as it is then, None where it is over."""
        windows.check_ends(stream, window)
        try:
            page = self._platform.fetch(
                self._connection(), self._client, stream, window.window, window.page_token
            )
        except PageTooLarge as err:
            self._change(stream, open=replace(window, page_token=err.token))
            raise err.reason from None
        except (InvalidInput, Unavailable) as err:
            if err.code not in LIST_ENDED:
                raise
            if window.is_again:  # to be begun anew by the next sync, not to be tried for ever
                raise InvalidInput(err.message, code=err.code, hint=err.hint) from err
            return self._reopen(stream, self.state.cursor(stream.name), window)
        digests = [digest(record) for record in page.records]
        _check_new(window, page, digests)
        cursor = self.state.cursor(stream.name)
        fresh = self._fresh(stream, cursor, page.records, digests)
        name = f"{window.key}-{window.page:05}"
        self._put(stream.name, name, fresh)
        shown = listings.shown(window.number, page.records if cursor.listing else fresh)
        if listings.is_listed(stream) and shown:
            self._store.put_known(f"{stream.name}-{name}", shown)
        edge = window.window_end - stream.overlap
        recent = [d for r, d in zip(page.records, digests, strict=True) if r.updated_at >= edge]
        window = turned(window, page, digests, recent)
        oldest = earlier(cursor.oldest, oldest_of(page.records))
        cursor = replace(cursor, open=window, tries=0, error=None, oldest=oldest)
        self.state = self.state.with_cursor(stream.name, cursor)
        self._stored(fresh)
        if window.is_read:
            return self._close(stream, window)
        self._save(self.state)
        return window

    def _close(self, stream: Stream, window: OpenWindow) -> OpenWindow | None:
        """All pages are durable: compare with what the platform says, and move the high water."""
        cursor = self.state.cursor(stream.name)
        if window.said is not None and (window.objects != window.expected or window.is_again):
            said = self._platform.count(self._connection(), self._client, stream, window.window)
            window = replace(window, said=said if said is not None else window.said)
        if not windows.is_whole(window):
            if window.is_again:
                raise InvalidInput(
                    f"The shop says it has {window.said} {stream.name}, and gave {window.objects}.",
                    code="counts-differ",
                    hint="What was there before stays. If it goes on, ask the shop's support.",
                )
            return self._reopen(stream, cursor, window)
        if cursor.listing is not None:
            moved = replace(cursor, listing=replace(cursor.listing, water=window.window_end))
        else:
            moved = replace(cursor, high_water=window.window_end)
        done = moved.done + window.objects
        moved = replace(moved, open=None, recent=window.recent, done=done)
        if moved.listing is not None and windows.next_window(
            stream, moved, self._asked.began_at
        ) is None:  # fmt: skip
            self._accept(stream, moved)
        else:
            self._save(self.state.with_cursor(stream.name, moved))
        return None

    def _reopen(self, stream: Stream, cursor: Cursor, window: OpenWindow) -> OpenWindow:
        """Read a window a second time, under a new number."""
        number = self.state.number
        again = OpenWindow(
            number, window.window_start, window.window_end, expected=window.said, is_again=True
        )
        listing = cursor.listing
        if listing is not None and listing.water is None:
            listing = replace(listing, number=number)
        cursor = replace(cursor, open=again, listing=listing)
        self._save(replace(self.state.with_cursor(stream.name, cursor), number=number + 1))
        return again

    def _accept(self, stream: Stream, cursor: Cursor) -> None:
        """Everything was listed, and the counts agree: what wasn't in it any more is gone."""
        listing = cursor.listing
        assert listing is not None
        known, again = (self._store.list_known(stream.name) for _ in range(2))
        gone = listings.gone(known, again, listing, cursor.full_number)
        self._put(stream.name, f"{listing.number:06}-gone-{0:05}", gone)
        self._stored(gone)
        ended = listing.began_at - (stream.lag if stream.cursor != "full" else timedelta())
        cursor = replace(
            cursor,
            listing=None,
            full_at=listing.began_at,
            full_number=listing.number,
            high_water=max(ended, cursor.high_water) if cursor.high_water else ended,
        )
        self._known.pop(stream.name, None)
        self._save(self.state.with_cursor(stream.name, cursor))

    def _fresh(
        self, stream: Stream, cursor: Cursor, records: Sequence[Record], digests: Sequence[str]
    ) -> list[Record]:
        """Records that say something that isn't stored yet."""
        both = zip(records, digests, strict=True)
        if cursor.listing is None:
            recent = set(cursor.recent)
            return [record for record, said in both if said not in recent]
        known = self._known_before(stream, cursor.listing, cursor.full_number)
        return [record for record, said in both if known.get(listings.key_of(record)) != said]

    def _known_before(self, stream: Stream, listing: Listing, since: int) -> Mapping[int, str]:
        if stream.name not in self._known:
            known = self._store.list_known(stream.name)
            self._known[stream.name] = listings.told_before(known, listing, since)
        return self._known[stream.name]

    # Writing -------------------------------------------------------------------------------

    def _put(self, stream: str, name: str, records: Sequence[Record]) -> None:
        tables: dict[str, list[Record]] = {}
        for record in records:
            tables.setdefault(table_of(record), []).append(record)
        for table, of_table in sorted(tables.items()):
            self._store.put_part(table, f"{stream}-{name}", of_table)

    def _stored(self, records: Sequence[Record]) -> None:
        """Count what came; written with the cursor."""
        parts = len({table_of(record) for record in records})
        stored, changed = self.state.stored + parts, self.state.changed + len(records)
        self.state = replace(self.state, stored=stored, changed=changed)

    def _change(self, stream: Stream, **fields: object) -> None:
        cursor = replace(self.state.cursor(stream.name), **fields)  # type: ignore[arg-type]
        self._save(self.state.with_cursor(stream.name, cursor))

    def _save(self, state: State) -> None:
        self._store.save(state)
        self.state = state
        self._on_page(state)


def streams_of(platform: Platform, asked: Asked) -> list[Stream]:
    """The streams that a sync is about; one that a webhook started reads what was named alone."""
    if asked.streams is None:
        return [] if asked.why == "hook" else list(platform.streams)
    return [stream for stream in platform.streams if stream.name in asked.streams]


def _check_new(window: OpenWindow, page: Page, digests: Sequence[str]) -> None:
    """Raise where the platform gives the same page again, which would never end."""
    same = page_digest(digests)
    repeats = window.page > 0 and same is not None and same == window.page_hash
    if repeats or (page.next is not None and page.next == window.page_token):
        raise InvalidInput(
            "The shop gives the same page again and again.",
            code="page-repeated",
            hint="What was there before stays; the next sync begins this part anew.",
        )
