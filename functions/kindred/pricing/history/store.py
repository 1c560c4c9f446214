"""The price history in Firestore: one document per quote, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition
from google.api_core.exceptions import NotFound as GoneMeanwhile
from google.cloud.firestore import FieldFilter, Query

from kindred import clients, direct, documents, paths
from kindred.errors import NotFound, Unavailable
from kindred.paths import Source
from kindred.pricing.history.learning import Line, OpenQuote
from kindred.pricing.quotes import Earlier
from kindred.pricing.redemptions import Outcome, read_outcome
from kindred.pricing.redemptions import learned as follow_lines
from kindred.pricing.replies import Kept
from kindred.pricing.store import WAIT, in_time
from kindred.remembered import of_the_same

_READERS: Final = 8
_IDS_OF_QUERY: Final = 30  # Firestore's most
_DELETED_AT_ONCE: Final = 500
#: Of the same customer and product, to find the last one that was the customer's own.
_LOOKED_AT: Final = 5
#: Seconds before an outcome is decided anew that others were quicker to change.
_PAUSES: Final = (0.0, 0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
#: Of one source, looked at after a run.
_MOST_LEARNED: Final = 50_000


def load_earlier(
    source: Source, pairs: Iterable[tuple[str, str]], *, counted: bool, now: datetime
) -> dict[tuple[str, str], Earlier]:
    """The last quotes of customers for products: one query for each pair.

    ``counted``: also how many new ones there were in 24 hours, for another query each.
    """
    wanted = list(pairs)
    with in_time(), ThreadPoolExecutor(_READERS) as pool:
        found = pool.map(lambda pair: _earlier(source, *pair, counted=counted, now=now), wanted)
        return dict(zip(wanted, found, strict=True))


def _earlier(
    source: Source, customer_id: str, product_id: str, *, counted: bool, now: datetime
) -> Earlier:
    query = _of_pair(source, customer_id, product_id)
    names = ["price_minor", "changed_at", "impersonal"]
    quotes = (one.to_dict() or {} for one in query.select(names).limit(_LOOKED_AT).stream(**WAIT))
    # Anybody may have asked for the public price in a customer's name: it holds nobody.
    last = next((one for one in quotes if not one.get("impersonal")), None)
    if last is None:
        return Earlier()
    a_day_ago = now - timedelta(days=1)
    new_today = count_new(source, customer_id, product_id, a_day_ago) if counted else 0
    return Earlier(last["price_minor"], last.get("changed_at"), new_today)


def count_new(source: Source, customer_id: str, product_id: str, since: datetime) -> int:
    """How many new prices there were since then, counted by Firestore: a read for each thousand."""
    query = _of_pair(source, customer_id, product_id)
    query = query.where(filter=FieldFilter("is_new_price", "==", True))
    query = query.where(filter=FieldFilter("created_at", ">", since))
    return int(query.count().get(**WAIT)[0][0].value)


def _of_pair(source: Source, customer_id: str, product_id: str) -> Any:
    """The quotes of one customer for one product, newest first."""
    query = _history_of(source).where(filter=FieldFilter("customer_id", "==", customer_id))
    query = query.where(filter=FieldFilter("product_id", "==", product_id))
    return query.order_by("created_at", direction=Query.DESCENDING)


@of_the_same(2_000)
def _encoded(shared: Mapping[str, Any]) -> bytes:
    return direct.encoded(shared)


def _fields(kept: Kept) -> bytes:
    return _encoded(kept.of_alike) + _encoded(kept.of_batch) + direct.encoded(kept.own)


def keep_quotes(uid: str, quotes: Mapping[str, Kept]) -> dict[str, dict[str, Any]]:
    """Write quotes that aren't kept yet, in one commit; by id those that were there before.

    Two instances may make the same quote at once: the first one's is kept.
    """
    there = dict[str, dict[str, Any]]()
    for _ in range(3):
        fresh = {id_: kept for id_, kept in quotes.items() if id_ not in there}
        if not fresh:
            return there
        new = {paths.price_quote_path(uid, id_): _fields(kept) for id_, kept in fresh.items()}
        with in_time():
            try:
                direct.create(new, wait=WAIT)
            except AlreadyExists:
                places = [paths.price_quote_path(uid, id_) for id_ in fresh]
                found = documents.get_many(places, wait=WAIT)
                there |= {path.rsplit("/", 1)[1]: fields for path, fields in found.items()}
            else:
                return there
    raise Unavailable("Others write the same quotes at the same time.", code="contention")


def change_outcome(
    uid: str,
    quote_id: str,
    decide: Callable[[Outcome | None], Outcome | None],
    *,
    sources: Collection[tuple[str, str]] | None = None,
) -> tuple[Outcome, bool]:
    """What became of a quote after ``decide(before)``; whether it is new.

    ``decide`` gives the new outcome, or None to leave the old one. Raises `NotFound`, also for a
    quote of another source than ``sources`` (kind and id; None: all); `Unavailable` where others
    change it all the time.

    Written only onto what was read, and decided anew where others were first: no lock is held, so
    that of many at once none waits for the others, and who comes too late only reads.
    """
    reference = clients.firestore().document(paths.price_quote_path(uid, quote_id))
    for pause in _PAUSES:
        snapshot = reference.get()
        fields = snapshot.to_dict()
        if fields is None or not _is_of(fields, sources):
            raise NotFound(
                "There is no quote of that id (any more).",
                code="no-quote",
                hint="Quotes are kept as long as the settings say.",
            )
        before = read_outcome(fields.get("outcome"))
        after = decide(before)
        if after is None:
            return before, False  # type: ignore[return-value]  # only what exists is left alone
        unchanged = clients.firestore().write_option(last_update_time=snapshot.update_time)
        try:
            reference.update({"outcome": after.as_fields()}, option=unchanged)
        except (FailedPrecondition, Aborted, GoneMeanwhile):
            time.sleep(pause)
        else:
            return after, True
    raise Unavailable("Others are changing this at the same time.", code="contention")


def _is_of(fields: Mapping[str, Any], sources: Collection[tuple[str, str]] | None) -> bool:
    place = fields["source"]
    return sources is None or (place["kind"], place["id"]) in sources


def _history_of(source: Source) -> Any:
    history = clients.firestore().collection(paths.price_history_path(source.uid))
    query = history.where(filter=FieldFilter("source.kind", "==", source.kind))
    return query.where(filter=FieldFilter("source.id", "==", source.id))


def has_quotes(source: Source) -> bool:
    return bool(_history_of(source).select([]).limit(1).get())


def delete_quotes_of(source: Source, customer_ids: Collection[str]) -> int:
    """Remove every quote that was given to one of the customers; how many."""
    wanted, removed = sorted(customer_ids), 0
    for start in range(0, len(wanted), _IDS_OF_QUERY):
        some = FieldFilter("customer_id", "in", wanted[start : start + _IDS_OF_QUERY])
        query = _history_of(source).where(filter=some)
        query = query.order_by("product_id").order_by("created_at", direction=Query.DESCENDING)
        query = query.select([]).limit(_DELETED_AT_ONCE)  # in the order of `_of_pair`'s index
        while found := query.get():
            documents.delete_all(one.reference for one in found)
            removed += len(found)
    return removed


# What orders tell --------------------------------------------------------------------------


def oldest_open(source: Source) -> datetime | None:
    """When the first quote was made of which nobody knows what became; None without any."""
    query = _history_of(source).where(filter=FieldFilter("outcome", "==", None))
    found = query.order_by("created_at").select(["created_at"]).limit(1).get()
    return found[0].get("created_at") if found else None


def list_quotes(source: Source, since: datetime) -> list[OpenQuote]:
    """Quotes of a source from then on, oldest first, at most 50,000."""
    query = _history_of(source).where(filter=FieldFilter("created_at", ">=", since))
    return _to_learn(query.order_by("created_at"))


def list_settled(source: Source, since: datetime, until: datetime | None) -> list[OpenQuote]:
    """Quotes of a source between two moments, newest first, at most 50,000."""
    query = _history_of(source).where(filter=FieldFilter("created_at", ">=", since))
    if until is not None:
        query = query.where(filter=FieldFilter("created_at", "<", until))
    return _to_learn(query.order_by("created_at", direction=Query.DESCENDING))


def _to_learn(query: Any) -> list[OpenQuote]:
    names = ["customer_id", "order_product_id", "created_at", "valid_until", "outcome"]
    quotes = []
    for one in query.select(names).limit(_MOST_LEARNED).stream():
        fields = one.to_dict() or {}
        outcome = read_outcome(fields.get("outcome"))
        quotes.append(
            OpenQuote(
                id=one.id,
                customer_id=fields["customer_id"],
                product_id=fields["order_product_id"],
                created_at=fields["created_at"],
                valid_until=fields["valid_until"],
                is_open=outcome is None,
                is_learned=outcome is not None and outcome.learned,
                bought=outcome.quantity if outcome else 0,
            )
        )
    return quotes


def read_lines(orders: Path, customer_ids: Collection[str]) -> list[Line]:
    """The lines of a canonical table `orders` in which one of the customers bought, or sent back.

    A line without a quantity is of one piece; one whose quantity is 0 gives back money alone.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    wanted = pc.field("customer_id").isin(list(customer_ids))
    told = wanted & pc.field("kind").isin(["sale", "refund"]) & pc.field("product_id").is_valid()
    columns = [
        "customer_id", "product_id", "ordered_at", "has_time", "quantity", "order_id", "amount",
        "kind",
    ]  # fmt: skip
    return [
        Line(
            row["customer_id"],
            row["product_id"],
            row["ordered_at"],
            bool(row["has_time"]),
            1.0 if row["quantity"] is None else abs(row["quantity"]),
            row["order_id"],
            None if row["amount"] is None else abs(float(row["amount"])),
            row["kind"] == "refund",
        )
        for row in pq.read_table(orders, columns=columns, filters=told).to_pylist()
    ]


def last_ordered(orders: Path) -> datetime | None:
    """When the last line of a canonical table `orders` was ordered, in the shop's clock."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    last: datetime | None = pc.max(pq.read_table(orders, columns=["ordered_at"])[0]).as_py()
    return last


def save_learned(uid: str, learned: Mapping[str, Outcome]) -> int:
    """Keep what became of quotes, where that is new beside what is known by now; how many."""

    def keep(item: tuple[str, Outcome]) -> bool:
        id_, outcome = item
        try:
            return change_outcome(uid, id_, lambda before: follow_lines(before, outcome))[1]
        except NotFound:  # kept for long enough, meanwhile
            return False

    with ThreadPoolExecutor(_READERS) as pool:
        return sum(pool.map(keep, learned.items()))
