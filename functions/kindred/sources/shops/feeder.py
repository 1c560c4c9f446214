"""The feeder of connected shops: a chain of tasks that syncs, then tables of all that has come."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kindred import jobs, log, settings
from kindred.errors import InvalidInput, KindredError
from kindred.paths import Source
from kindred.sources import store as sources_store
from kindred.sources.document import SourceDocument
from kindred.sources.feeders import Feed, HandOn, Progress, Unchanged
from kindred.sources.shops import connections, store
from kindred.sources.shops.cursors import State
from kindred.sources.shops.http import Client
from kindred.sources.shops.paces import ShopPaces
from kindred.sources.shops.platform import Connection, Platform, Stream
from kindred.sources.shops.ports import Asked
from kindred.sources.shops.schedule import Made, facts_digest, is_refresh_due, parse_made, run_time
from kindred.sources.shops.showing import share_done
from kindred.sources.shops.syncing import Pause, Work, streams_of

if TYPE_CHECKING:
    from kindred.engine.duckdb import DuckDB
    from kindred.sources.shops.merging import Merged

#: So many parts are made one file a table.
COMPACT_AT: Final = 60
#: Credentials that end so soon are renewed before the next request.
_FRESH: Final = timedelta(minutes=5)
_LONGEST_WAIT: Final = timedelta(hours=1)
_SYNCING: Final = 0.8  # of the stage; the rest is the making of tables

_NOBODY: Final[Mapping[str, str]] = {
    "code": store.NOTHING_TO_SEGMENT,
    "message": "The shop is connected. It has no customers and no orders yet, so there is nothing"
    " to segment. We look again with every sync.",
}


@dataclass
class _Opened:
    """A shop's connection as one task holds it."""

    source: Source
    platform: Platform
    client: Client
    clock: Callable[[], datetime]
    held: Connection | None = None
    has_ended: bool = False

    def fresh(self) -> Connection:
        """The connection, with credentials that last for the next request."""
        held, now = self.held, self.clock()
        ends = held.credentials.expires_at if held else None
        if held is None or (ends is not None and ends - now <= _FRESH):
            held = connections.fresh(self.source, self.platform, self.client, now=now)
        self.held = held
        return held

    def end_token(self) -> None:
        """Have a token renewed that the shop refuses before its end; once by a task.

        A shop that refuses new ones, too, isn't asked for ever more of them.
        """
        if self.held is not None and not self.has_ended:
            connections.end_token(self.source, self.held.credentials, now=self.clock())
            self.held, self.has_ended = None, True


class ShopFeeder:
    """Syncs one platform's shops; see `feeders.Feeder`."""

    def __init__(
        self,
        platform: Platform,
        *,
        clock: Callable[[], datetime] = jobs.utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._platform = platform
        self._clock = clock
        self._sleep = sleep

    def tables_key(self, claim: jobs.Claim) -> str:
        """What stored tables were made of; while a sync goes on, nothing that is stored."""
        if store.parse_asked(claim.handed, claim.run_id) is not None:
            return f"sync-{claim.run_id}"
        shop = store.parse_shop(claim.source, claim.document)
        return store.made_of(shop, store.load_state(claim.source)).key

    def can_feed(self, document: SourceDocument) -> bool:
        shop = store.load_shop(document.source)
        return shop.is_connected or bool(store.load_state(document.source).stored)

    def feed(
        self, claim: jobs.Claim, folder: Path, *, engine: DuckDB, on_stage: Progress
    ) -> Feed | HandOn | Unchanged:
        """Sync for as long as a task may; at the end of the chain, make tables if they are due.

        Raises `KindredError` where nothing of the shop can be had; what is wrong with some streams
        is said in the source's document and costs no other.
        """
        began = self._clock()
        shop = store.parse_shop(claim.source, claim.document)
        asked = store.parse_asked(claim.handed, claim.run_id) or Asked(
            claim.run_id, began, "asked", for_tables=True
        )
        kept = store.SourceStore(shop, folder, seen_at=asked.began_at, clock=self._clock)
        if shop.is_connected or not asked.for_tables:
            pause = self._sync(shop, kept, asked, began, on_stage)
            spent = self._clock() - began
            if pause is None and spent.total_seconds() > settings.SYNC_SECONDS / 2:
                pause = Pause(0)  # a large shop's tables take a task of their own
            if pause is not None:
                delay = min(timedelta(seconds=pause.seconds), _LONGEST_WAIT)
                log.event("sync_handed_on", run_id=claim.run_id, seconds=int(pause.seconds))
                return HandOn("processShop", store.asked_fields(asked), delay)
        state, buckets = kept.load()
        streams = streams_of(self._platform, asked)
        failures = _failures(state, asked, streams)
        lacking = [one.error for stream in streams if (one := state.cursor(stream.name)).none_at]
        if streams and len(failures) + len(lacking) == len(streams):
            raise _error_of([*failures.values(), *lacking][0])
        kept.finish(state, buckets, {"synced_at": self._clock()} if shop.is_connected else {})
        document = sources_store.parse_document(claim.source, claim.document)
        if not asked.for_tables and not self._is_due(shop, state, document, asked):
            kept.tidy(state)
            return Unchanged()
        redacted = store.list_redacted(shop.source)
        merged = self._make(shop, kept, state, redacted, folder, engine, on_stage)
        if merged is None:
            kept.tidy(state)
            return Unchanged()
        return made_feed(merged, store.made_of(shop, state, redacted), failures)

    def _sync(
        self,
        shop: store.Shop,
        kept: store.SourceStore,
        asked: Asked,
        began: datetime,
        on_stage: Progress,
    ) -> Pause | None:
        state, buckets = kept.load()
        streams = streams_of(self._platform, asked)
        state = _with_oldest(state, shop, streams)
        paces = ShopPaces(buckets, clock=self._clock, sleep=self._sleep, chance=random.random)
        client = Client(paces, local=settings.ON_EMULATOR)
        opened = _Opened(shop.source, self._platform, client, self._clock)
        work = Work(
            self._platform,
            kept,
            state,
            asked,
            connection=opened.fresh,
            client=client,
            clock=self._clock,
            until=began + timedelta(seconds=settings.SYNC_SECONDS),
            chance=random.random,
            on_page=lambda now: on_stage("reading", _SYNCING * share_done(now, streams, asked)),
            on_token_ended=opened.end_token,
        )
        try:
            pause = work.run()
        except InvalidInput as err:
            if err.code == "access-ended":
                connections.note_state(shop.source, "expired", now=self._clock(), hint=err.hint)
            raise
        kept.finish(work.state, paces.buckets, {})
        return pause

    def _is_due(
        self, shop: store.Shop, state: State, document: SourceDocument, asked: Asked
    ) -> bool:
        before, present = parse_made(document.tables_key), store.made_of(shop, state)
        is_over = _first_open(state) == state.number
        if is_over and _names_redacted(state, store.list_redacted(shop.source)):
            return True  # parts that a window kept from going have to go
        if asked.is_wanted or shop.is_empty:
            return before != present  # the first customers wait for no share of the data
        return is_refresh_due(
            shop.refresh,
            before,
            present,
            objects=int((document.report or {}).get("rows_read") or 0),
            made_at=run_time(document.tables_run),
            now=self._clock(),
            zone=shop.zone,
        )

    def _make(
        self,
        shop: store.Shop,
        kept: store.SourceStore,
        state: State,
        redacted: frozenset[str],
        folder: Path,
        engine: DuckDB,
        on_stage: Progress,
    ) -> Merged | None:
        """Tables of all parts; None where the shop has told of nothing yet."""
        from kindred.sources.shops.merging import ShopFacts, merge

        on_stage("reading", _SYNCING)
        parts = kept.fetch_parts(state.base)
        if not parts:
            return None
        facts = ShopFacts(shop.source.kind, shop.currency, shop.zone, redacted)
        merged = merge(parts, folder / "merged", engine=engine, shop=facts, on_stage=on_stage)
        if sum(map(len, parts.values())) > COMPACT_AT or _names_redacted(state, redacted):
            if not shop.is_connected:  # nobody reads on; a later sync begins those windows anew
                state = _without_windows(state)
            base = _first_open(state)
            kept.put_base(base, merged.compacted)
            # Parts of a window that is read on stay as they are: all is without them once it ends.
            without = redacted_digest(redacted) if base == state.number else state.base_redacted
            state = replace(state, base=base, base_redacted=without)
            kept.save(state)
        kept.tidy(state)
        store.note_counts(shop.source, merged.counts, [one.name for one in self._platform.streams])
        return merged


def made_feed(merged: Merged, made: Made, failures: Mapping[str, Mapping[str, str]]) -> Feed:
    """What the tables were made of, and what is to be said about them."""
    from kindred.sources.shops.canonical import has_rows

    failed = [
        {
            "code": "stream-failed",
            "message": f"{name.capitalize()} may be missing: {error['message']}",
        }
        for name, error in failures.items()
    ]
    empty = [] if has_rows(merged.tables.customers) else [_NOBODY]
    return Feed(
        tables=merged.tables,
        report=merged.report,
        detected=merged.detected,
        notices=(*empty, *failed, *merged.notices),
        tables_key=made.key,
    )


def redacted_digest(redacted: Iterable[str]) -> str:
    """Who has to be in no table, in 16 letters; none for nobody."""
    ids = sorted(redacted)
    return facts_digest(ids, 16) if ids else ""


def _names_redacted(state: State, redacted: Iterable[str]) -> bool:
    """Whether stored parts may still name somebody who has to be in no table."""
    return redacted_digest(redacted) != state.base_redacted


def _first_open(state: State) -> int:
    """The number of the first window that is being read; the next one's where none is."""
    return min([one.open.number for one in state.cursors.values() if one.open] + [state.number])


def _without_windows(state: State) -> State:
    cursors = {
        name: replace(one, open=None, listing=None) for name, one in state.cursors.items()
    }  # fmt: skip
    return replace(state, cursors=cursors)


def _with_oldest(state: State, shop: store.Shop, streams: Sequence[Stream]) -> State:
    """Where the shop said how far back it can be read, a first sync begins there."""
    for stream in streams:
        oldest = (shop.streams.get(stream.name) or {}).get("oldest")
        cursor = state.cursor(stream.name)
        if oldest is not None and cursor.oldest is None:
            state = state.with_cursor(stream.name, replace(cursor, oldest=oldest))
    return state


def _failures(
    state: State, asked: Asked, streams: Sequence[Stream]
) -> dict[str, Mapping[str, str]]:
    """Streams that were given up in this sync, and why."""
    cursors = {stream.name: state.cursor(stream.name) for stream in streams}
    return {
        name: one.error
        for name, one in cursors.items()
        if one.failed_run == asked.run_id and one.error is not None
    }


def _error_of(error: Mapping[str, str] | None) -> KindredError:
    told = error or {"message": "The shop gives nothing.", "code": "shop-empty", "hint": ""}
    return InvalidInput(told["message"], code=told["code"], hint=told["hint"])
