"""Discounts as documents: what was planned and for whom, how far it has come, who works on it.

A discount's own document is read by every member, so it names no customer. Those stand in its
parts, with their codes. A worker holds a discount for one lease; what it writes is refused once
another has taken it over, or the shop has been let go.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from google.cloud.firestore import FieldFilter

from kindred import clients, documents, log
from kindred.errors import Conflict, KindredError, LeaseLost, NotFound, SourceGone, Unavailable
from kindred.money import minor_digits
from kindred.paths import Source, check_id
from kindred.sources.shops import connections
from kindred.sources.shops.discount_parts import Part, parse_part, part_fields, without
from kindred.sources.shops.discounts import Discount

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

State = Literal["planned", "applying", "live", "undoing", "undone", "failed"]
Fields = Mapping[str, Any]
#: What is to be changed of a discount's fields; in the transaction it may read and write beside.
Decide = Callable[[Fields, "Transaction"], Fields]

#: Longer than a task works (`giving.SECONDS`).
LEASE: Final = timedelta(minutes=10)
#: A task that hasn't said anything for so long is taken for lost.
PATIENCE: Final = timedelta(minutes=15)
#: A plan shows who belongs to a segment today.
PLAN_HOLDS: Final = timedelta(days=7)
#: Discounts of a source that aren't taken back.
MOST: Final = 100


@dataclass(frozen=True)
class Given:
    """One discount as it is kept. ``discount`` names no customers: they are in the parts."""

    source: Source
    discount: Discount
    state: State
    way: str
    made: Mapping[str, str]  # what is the whole discount's, by the platform's ids
    parts: int
    turn: int  # counts its tasks
    tries: int  # in a row in which the shop was away
    is_confirmed: bool

    @property
    def id(self) -> str:
        return self.discount.id


# Planning ----------------------------------------------------------------------------------


def new_id() -> str:
    return uuid.uuid4().hex[:20]


def initial_fields(source: Source, discount: Discount, way: str, now: datetime) -> dict[str, Any]:
    """What a discount's document begins with, besides what is shown of its plan."""
    digits = minor_digits(discount.currency)
    amount = discount.amount
    return {
        "kind": source.kind,
        "way": way,
        "title": discount.title,
        "percent": None if discount.percent is None else float(discount.percent),
        "amount": None if amount is None else int(amount.scaleb(digits)),
        "currency": discount.currency,
        "product_ids": list(discount.product_ids),
        "starts_at": discount.starts_at,
        "ends_at": discount.ends_at,
        "state": "planned",
        "planned_at": now,
        **dict.fromkeys(("doing", "error", "lease", "discount_due")),
        **dict.fromkeys(("confirmed_by", "confirmed_at", "undone_by", "ended_at")),
        **dict.fromkeys(("given", "refused", "turn", "tries"), 0),
        "made": {},
    }


def save_plan(source: Source, discount_id: str, fields: Fields, parts: Sequence[Part]) -> None:
    """Keep a plan with its customers, all at once. Raises `SourceGone`."""
    whole = {**fields, "parts": len(parts)}

    def work(transaction: Transaction) -> None:
        connections.held(source, transaction)
        client = clients.firestore()
        transaction.create(client.document(_path(source, discount_id)), whole)
        for part in parts:
            place = client.document(_part_path(source, discount_id, part.number))
            transaction.create(place, part_fields(discount_id, part))

    clients.transact(work)


def make_room(source: Source, *, now: datetime) -> None:
    """Remove plans that hold no more; raises `Conflict` where there are too many discounts."""
    names = ["state", "planned_at"]
    found = clients.firestore().collection(source.discounts).select(names).stream()
    kept = 0
    for one in found:
        fields = one.to_dict() or {}
        if fields["state"] == "planned" and now - fields["planned_at"] > PLAN_HOLDS:
            remove(source, one.id, with_document=True)
        else:
            kept += fields["state"] != "undone"
    if kept >= MOST:
        raise Conflict(
            f"There are {MOST} discounts in this shop already.",
            code="too-many-discounts",
            hint="Take back those that you don't need.",
        )


def remove(source: Source, discount_id: str, *, with_document: bool) -> None:
    """Remove a discount's customers, and the discount itself; twice is as once."""
    references = [one.reference for one in _parts(source, discount_id).select([]).stream()]
    if with_document:
        references.append(clients.firestore().document(_path(source, discount_id)))
    if references:
        documents.delete_all(references)


# Reading -----------------------------------------------------------------------------------


def load(source: Source, discount_id: str) -> Given:
    """Raises `NotFound`."""
    return _parse(source, discount_id, load_fields(source, discount_id))


def load_fields(source: Source, discount_id: str) -> dict[str, Any]:
    """A discount's document as it is stored. Raises `NotFound`, `SourceGone`."""
    documents.get_source(source)
    fields = documents.get(_path(source, discount_id))
    if fields is None:
        raise _no_discount()
    return fields


def list_parts(source: Source, discount_id: str) -> list[Part]:
    """Its customers, in order."""
    return [parse_part(one.to_dict() or {}) for one in _parts(source, discount_id).stream()]


def count_live(source: Source) -> int:
    """How many discounts stay in a shop when nobody can take them back any more."""
    stays = FieldFilter("state", "in", ["applying", "live", "undoing", "failed"])
    query = clients.firestore().collection(source.discounts).where(filter=stays)
    return len(query.select([]).get())


# What a merchant decides -------------------------------------------------------------------


def confirm(source: Source, discount_id: str, *, by: str, now: datetime) -> Given:
    """Have a plan carried out, or go on after a failure; again, it changes nothing."""

    def decide(fields: Fields, _: Transaction) -> Fields:
        state = fields["state"]
        if state in ("applying", "live"):
            return {}
        if state == "planned" and now - fields["planned_at"] > PLAN_HOLDS:
            raise Conflict(
                "This plan is more than a week old: who belongs to it may have changed.",
                code="plan-too-old",
                hint="Plan it again.",
            )
        if state != "planned" and not (state == "failed" and fields["doing"] == "applying"):
            raise Conflict(
                "This discount was taken back.", code="discount-ended", hint="Plan a new one."
            )
        confirmed = {"confirmed_by": by, "confirmed_at": now}
        return {**_queued(fields, "applying", now), **confirmed}

    return _decided(source, discount_id, decide, now)


def begin_undo(source: Source, discount_id: str, *, by: str, now: datetime) -> Given:
    """Have a discount taken back, whatever state it is in; again, it changes nothing.

    One that was never confirmed is only a plan: it is the caller's to remove.
    """

    def decide(fields: Fields, _: Transaction) -> Fields:
        if fields["state"] in ("undoing", "undone"):
            return {}
        return {**_queued(fields, "undoing", now), "undone_by": by}

    return _decided(source, discount_id, decide, now)


def _queued(fields: Fields, state: State, now: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "doing": state,
        "error": None,
        "turn": fields["turn"] + 1,
        "tries": 0,
        "discount_due": now + PATIENCE,
    }


def _decided(source: Source, discount_id: str, decide: Decide, now: datetime) -> Given:
    before = load(source, discount_id)
    after = _change(source, discount_id, decide)
    if after.turn != before.turn and after.is_confirmed:
        enqueue(after)
        log.event("discount_queued", kind=source.kind, id=source.id, state=after.state)
    return after


# What a worker does ------------------------------------------------------------------------


def take(source: Source, discount_id: str, *, holder: str, now: datetime) -> Given | None:
    """Hold a discount for one lease; None where nothing is to be done (any more).

    Raises `Unavailable` while another worker holds it.
    """

    def decide(fields: Fields, _: Transaction) -> Fields:
        if fields["state"] not in ("applying", "undoing"):
            return {}
        lease = fields["lease"]
        if lease and lease["holder"] != holder and lease["expires_at"] > now:
            raise Unavailable("Another worker is at this discount.", code="discount-busy")
        return {"lease": {"holder": holder, "expires_at": now + LEASE}}

    try:
        given = _change(source, discount_id, decide)
    except (NotFound, SourceGone):
        return None
    return given if given.state in ("applying", "undoing") else None


def save_part(
    given: Given, part: Part, *, holder: str, made: Mapping[str, str] | None = None
) -> tuple[Given, Part]:
    """Note how far a part has come; both as they are now: the discount may be wanted back.

    Whoever had to be forgotten meanwhile is in it no more. Raises `LeaseLost`, `SourceGone`, and
    `Conflict` ``not-connected`` for a shop that was let go.
    """
    source = given.source
    place = clients.firestore().document(_part_path(source, given.id, part.number))
    saved = part

    def decide(fields: Fields, transaction: Transaction) -> Fields:
        nonlocal saved
        there = place.get(transaction=transaction).to_dict()
        if there is None:
            raise LeaseLost("This discount's customers are gone.")
        before = parse_part(there)
        gone = set(part.customer_ids) - set(before.customer_ids)
        saved = without(part, gone)
        transaction.set(place, part_fields(given.id, saved))
        return {
            "given": fields["given"] + part.given - before.given,
            "refused": fields["refused"] + len(part.refused) - len(before.refused),
            "tries": 0,
            **({} if made is None else {"made": dict(made)}),
        }

    return _change(source, given.id, decide, holder=holder, is_asking=True), saved


def hand_on(given: Given, *, holder: str, delay: timedelta, failed: bool, now: datetime) -> None:
    """Let go, and have another task go on after ``delay``; ``failed``: the shop was away."""

    def decide(fields: Fields, _: Transaction) -> Fields:
        return {
            "lease": None,
            "turn": fields["turn"] + 1,
            "tries": fields["tries"] + 1 if failed else 0,
            "discount_due": now + delay + PATIENCE,
        }

    enqueue(_change(given.source, given.id, decide, holder=holder), delay=delay)


def let_go(given: Given, *, holder: str) -> None:
    """Leave a discount to the task that waits for it."""
    _change(given.source, given.id, lambda fields, _: {"lease": None}, holder=holder)


def end(
    given: Given,
    state: State,
    *,
    holder: str,
    now: datetime,
    error: KindredError | None = None,
) -> None:
    """Let go of a discount that is done or has failed, unless it is wanted back meanwhile."""

    def decide(fields: Fields, _: Transaction) -> Fields:
        if fields["state"] != given.state:
            return {"lease": None}  # to the task that was queued for that
        told = {"error": error.as_dict() if error else None, "ended_at": now}
        return {"state": state, "lease": None, "discount_due": None, "tries": 0, **told}

    _change(given.source, given.id, decide, holder=holder)


def enqueue(given: Given, *, delay: timedelta = timedelta()) -> None:
    """Have a task go on with a discount; putting the same one twice does nothing."""
    source = given.source
    clients.enqueue(
        "giveDiscount",
        {
            "source": {"uid": source.uid, "kind": source.kind, "id": source.id},
            "discount_id": given.id,
        },
        task_id=f"{given.id}-{given.turn}-{source.id}",
        deadline_seconds=600,
        delay_seconds=int(delay.total_seconds()),
    )


def list_overdue(now: datetime, limit: int = 200) -> Iterator[tuple[Source, str]]:
    """Discounts of every merchant whose task was lost."""
    query = (
        clients.firestore()
        .collection_group("discounts")
        .where(filter=FieldFilter("discount_due", "<=", now))
        .order_by("discount_due")
        .limit(limit)
    )
    for one in query.stream():
        place = one.reference.parent.parent
        kind = str((one.to_dict() or {}).get("kind"))
        try:
            yield Source(place.parent.parent.id, kind, place.id), one.id
        except KindredError as err:  # not made by us; the next one is not to blame
            log.event("discount_unreadable", severity="WARNING", code=err.code)


def requeue(source: Source, discount_id: str, *, now: datetime) -> bool:
    """Queue a discount again whose task was lost; whether it was. Raises `SourceGone`."""
    is_due = False

    def decide(fields: Fields, _: Transaction) -> Fields:
        nonlocal is_due
        due = fields["discount_due"]
        is_due = due is not None and due <= now
        return {"turn": fields["turn"] + 1, "discount_due": now + PATIENCE} if is_due else {}

    given = _change(source, discount_id, decide)
    if is_due:
        enqueue(given)
    return is_due


# Those who have to be forgotten ------------------------------------------------------------


def forget(source: Source, find_gone: Callable[[set[str]], set[str]]) -> int:
    """Leave out of all discounts whom ``find_gone`` says are gone; how many parts have changed."""
    changed = 0
    for one in clients.firestore().collection(source.discount_parts).stream():
        part = parse_part(one.to_dict() or {})
        gone = find_gone(set(part.customer_ids))
        if gone:
            changed += leave_out(source, (one.to_dict() or {})["discount_id"], part.number, gone)
    return changed


def leave_out(source: Source, discount_id: str, number: int, gone: set[str]) -> bool:
    """Have some customers left out of one part of a discount."""
    place = clients.firestore().document(_part_path(source, discount_id, number))

    def work(transaction: Transaction) -> bool:
        fields = place.get(transaction=transaction).to_dict()
        if fields is None:
            return False
        part = parse_part(fields)
        left = without(part, gone)
        if left == part:
            return False
        transaction.set(place, part_fields(discount_id, left))
        return True

    return clients.transact(work)


# Documents ---------------------------------------------------------------------------------


def _change(
    source: Source,
    discount_id: str,
    decide: Decide,
    *,
    holder: str | None = None,
    is_asking: bool = False,
) -> Given:
    """Change a discount as ``decide`` says, which sees its fields as they are.

    ``holder``: who has to hold it; ``is_asking``: the shop is asked, so it has to be connected.
    """
    path = _path(source, discount_id)

    def work(transaction: Transaction) -> Given:
        shop = connections.held(source, transaction)
        reference = clients.firestore().document(path)
        fields = reference.get(transaction=transaction).to_dict()
        if fields is None:
            raise _no_discount()
        if holder is not None and (fields["lease"] or {}).get("holder") != holder:
            raise LeaseLost("Another worker has taken this discount over.")
        if is_asking and (shop.get("connection") or {}).get("state") != "connected":
            raise Conflict(
                "This shop isn't connected any more.",
                code="not-connected",
                hint="Connect it again to go on.",
            )
        update = decide(fields, transaction)
        if update:
            transaction.update(reference, dict(update))
        return _parse(source, discount_id, {**fields, **update})

    return clients.transact(work)


def _parse(source: Source, discount_id: str, fields: Fields) -> Given:
    percent, amount = fields["percent"], fields["amount"]
    digits = minor_digits(fields["currency"])
    return Given(
        source=source,
        discount=Discount(
            id=discount_id,
            title=fields["title"],
            customer_ids=(),
            percent=None if percent is None else Decimal(str(percent)),
            amount=None if amount is None else Decimal(amount).scaleb(-digits),
            currency=fields["currency"],
            product_ids=tuple(fields["product_ids"]),
            starts_at=fields["starts_at"],
            ends_at=fields["ends_at"],
        ),
        state=cast("State", fields["state"]),
        way=fields["way"],
        made=fields["made"],
        parts=fields["parts"],
        turn=fields["turn"],
        tries=fields["tries"],
        is_confirmed=fields["confirmed_at"] is not None,
    )


def _path(source: Source, discount_id: str) -> str:
    return f"{source.discounts}/{check_id(discount_id, 'discount')}"


def _part_path(source: Source, discount_id: str, number: int) -> str:
    return f"{source.discount_parts}/{check_id(discount_id, 'discount')}-{number:04}"


def _parts(source: Source, discount_id: str) -> Any:
    """The parts of a discount: a range of ids, as a run's documents are."""
    return documents.of_run(source.discount_parts, check_id(discount_id, "discount"))


def _no_discount() -> NotFound:
    return NotFound("That discount doesn't exist (any more).", code="no-discount")
