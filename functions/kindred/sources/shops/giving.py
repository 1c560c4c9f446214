"""Makes a discount in a shop part by part, as it was planned, and takes it back."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from kindred import jobs, log, settings
from kindred.errors import Conflict, InvalidInput, KindredError, LeaseLost, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources.shops import connecting, connections, given
from kindred.sources.shops.discount_parts import Part, noted
from kindred.sources.shops.discounts import Discount, Discounts, Done, discounts_of
from kindred.sources.shops.given import Given
from kindred.sources.shops.http import Client, Throttled
from kindred.sources.shops.paces import ShopPaces, backoff
from kindred.sources.shops.platform import Connection
from kindred.sources.shops.platforms import platform_of
from kindred.sources.shops.starting import check_connected

#: A task takes up no further part after so long, and has no request that goes on after the second.
SECONDS: Final = 300.0
_LAST_SECOND: Final = 480.0
_MOST_TRIES: Final = 8
_MAX_BYTES: Final = 2_000_000
#: Refusals that may be about one customer, whom the shop doesn't have any more.
_OF_ONE: Final = ("shop-refused", "discount-refused")


def work(source: Source, discount_id: str, *, now: datetime) -> None:
    """One task's share of making a discount, or of taking it back; what is left is another task's.

    Raises `Unavailable` while another worker is at it.
    """
    holder = uuid.uuid4().hex
    taken = given.take(source, discount_id, holder=holder, now=now)
    if taken is None:
        return
    try:
        _go_on(taken, holder, now)
    except (SourceGone, LeaseLost) as err:
        log.event("discount_left", kind=source.kind, id=source.id, code=err.code)
    except Throttled as err:
        delay = timedelta(seconds=max(err.seconds, 1))
        given.hand_on(taken, holder=holder, delay=delay, failed=False, now=now)
    except Unavailable as err:
        tries = given.load(source, discount_id).tries + 1
        if tries >= _MOST_TRIES:
            _fail(taken, holder, err, now)
            return
        delay = timedelta(seconds=10 * backoff(tries, 1))
        given.hand_on(taken, holder=holder, delay=delay, failed=True, now=now)
    except KindredError as err:
        _fail(taken, holder, err, now)


def undo_plan(plan: Given) -> None:
    """Remove what was only planned: no shop has heard of it."""
    given.remove(plan.source, plan.id, with_document=True)


def _go_on(taken: Given, holder: str, now: datetime) -> None:
    """Raises what the shop, or its connection, has against it."""
    started = time.monotonic()
    parts = given.list_parts(taken.source, taken.id)
    todo = [part for part in parts if _is_left(taken, part)]
    if todo:
        shop = _open(taken, started, now)
        for part in todo:
            if time.monotonic() - started > SECONDS:
                given.hand_on(taken, holder=holder, delay=timedelta(), failed=False, now=now)
                return
            giver = _Giver(shop, taken, holder)
            state = taken.state
            taken = giver.apply(part) if state == "applying" else giver.undo(part)
            if taken.state != state:  # it is wanted back: its task waits for this one
                given.let_go(taken, holder=holder)
                return
    _finish(taken, holder, now)


def _is_left(taken: Given, part: Part) -> bool:
    if taken.state == "applying":
        return part.state in ("waiting", "begun")
    return part.state in ("begun", "done")


def _finish(taken: Given, holder: str, now: datetime) -> None:
    source = taken.source
    if taken.state == "applying":
        given.end(taken, "live", holder=holder, now=now)
    else:
        # Codes of what is taken back are of no use, and who had them is nobody's business.
        given.remove(source, taken.id, with_document=False)
        given.end(taken, "undone", holder=holder, now=now)
    log.event("discount_done", kind=source.kind, id=source.id, doing=taken.state)


def _fail(taken: Given, holder: str, err: KindredError, now: datetime) -> None:
    source = taken.source
    log.event("discount_failed", severity="WARNING", kind=source.kind, id=source.id, code=err.code)
    try:
        given.end(taken, "failed", holder=holder, now=now, error=err)
    except (SourceGone, LeaseLost):
        return


# In the shop -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shop:
    connection: Connection
    client: Client
    discounts: Discounts


def _open(taken: Given, started: float, now: datetime) -> _Shop:
    source = taken.source
    platform = platform_of(source.kind)
    connection = connections.fresh(source, platform, connecting.client(), now=now)
    paces = ShopPaces({}, clock=jobs.utc_now, sleep=time.sleep, chance=random.random)
    client = Client(
        paces,
        local=settings.ON_EMULATOR,
        max_bytes=_MAX_BYTES,
        ends_at=started + _LAST_SECOND,
        # A shop that is let go, or deleted, is let go at once: its keys are still in our memory.
        before=lambda: check_connected(source),
    )
    return _Shop(connection, client, discounts_of(source.kind))


@dataclass(frozen=True)
class _Giver:
    """Does to one part what is to be done to the discount."""

    shop: _Shop
    taken: Given
    holder: str

    def apply(self, part: Part) -> Given:
        """Give it to a part's customers, and note what was made; the discount as it is then."""
        marks = self.shop.discounts.marks(self._discount(part, part.customer_ids), self.taken.way)
        asked = replace(part, state="begun", marks=marks)
        taken, begun = given.save_part(self.taken, asked, holder=self.holder)
        if taken.state != "applying":
            return taken
        done, refused = self._give(begun) if begun.customer_ids else (Done(taken.id, {}), ())
        # What an attempt before this one made for who was forgotten since.
        if begun.strays or (part.state == "begun" and not begun.customer_ids):
            lost = self._find(replace(begun, customer_ids=()))
            done = replace(done, made={**lost.made, **done.made})
        whole, shared = noted(begun, done, refused)
        made = {**self.taken.made, **shared}
        return given.save_part(self.taken, whole, holder=self.holder, made=made)[0]

    def undo(self, part: Part) -> Given:
        """Take from a part what it got, and what is the whole discount's."""
        made = {**part.made, **self.taken.made}
        if part.state == "begun":
            made |= self._find(part).made
        self._take_back(made)
        empty = replace(part, made={}, codes={}, emails={}, marks={}, strays=())
        undone = replace(empty, state="undone")
        return given.save_part(self.taken, undone, holder=self.holder, made={})[0]

    def _take_back(self, made: Mapping[str, str]) -> None:
        """Undo what was made; what the shop keeps, such as an order that was paid, stays."""
        try:
            self._undo(made)
        except InvalidInput as err:
            if err.code not in _OF_ONE:
                raise
            first = err
        else:
            return
        kept = 0
        for name, id_ in sorted(made.items(), key=lambda one: "/" in one[0]):
            try:
                self._undo({name: id_})
            except InvalidInput as err:
                if err.code not in _OF_ONE or "/" not in name:
                    raise
                kept += 1
        if kept == len(made):
            raise first  # it isn't about one of them

    def _undo(self, made: Mapping[str, str]) -> None:
        shop = self.shop
        shop.discounts.undo(shop.connection, shop.client, Done(self.taken.id, made))

    def _give(self, part: Part) -> tuple[Done, tuple[str, ...]]:
        """What was made, and who was refused: one customer keeps nobody else from it."""
        try:
            return self._ask(part, part.customer_ids, self.taken.made), ()
        except InvalidInput as err:
            if err.code not in _OF_ONE:
                raise
            first = err
        made = dict(self.taken.made)
        codes: dict[str, str] = {}
        refused: list[str] = []
        for customer in part.customer_ids:
            shared = {name: id_ for name, id_ in made.items() if "/" not in name}
            try:
                done = self._ask(part, (customer,), shared)
            except InvalidInput as err:
                if err.code not in _OF_ONE:
                    raise
                refused.append(customer)
            else:
                made, codes = {**made, **done.made}, {**codes, **done.codes}
        if len(refused) == len(part.customer_ids) and part.number == 0:
            raise first  # it isn't about one of them
        return Done(self.taken.id, made, codes), tuple(refused)

    def _ask(self, part: Part, customers: Sequence[str], before: Mapping[str, str]) -> Done:
        connection, discounts = self.shop.connection, self.shop.discounts
        plan = discounts.plan(connection, self._discount(part, customers), self.taken.way)
        return discounts.apply(connection, self.shop.client, plan, before)

    def _find(self, part: Part) -> Done:
        discount = self._discount(part, part.customer_ids)
        shop = self.shop
        way = self.taken.way
        return shop.discounts.find(shop.connection, shop.client, discount, way, part.strays)

    def _discount(self, part: Part, customers: Sequence[str]) -> Discount:
        return replace(self.taken.discount, customer_ids=tuple(customers), emails=part.emails)


# Tasks that were lost ----------------------------------------------------------------------


def requeue_overdue(*, now: datetime) -> int:
    """Queue again what was to be done to discounts, where its task was lost; how many."""
    queued = 0
    for source, discount_id in given.list_overdue(now):
        try:
            queued += given.requeue(source, discount_id, now=now)
        except (SourceGone, Conflict):
            continue
        except Exception as err:  # noqa: BLE001 - the next one is not to blame
            log.failure("discount_not_queued", err, kind=source.kind, id=source.id)
    return queued
