"""What becomes of prices when products change, and when new orders have been read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kindred import log
from kindred.errors import SourceGone
from kindred.paths import CSV, Source
from kindred.pricing import service as pricing_service
from kindred.pricing.catalogue import service as catalogue_service
from kindred.pricing.experiments import service as experiments_service
from kindred.pricing.experiments import store as experiments_store
from kindred.pricing.former import service as former_service
from kindred.pricing.history import service as history_service
from kindred.sources import store as sources_store
from kindred.sources.document import SourceDocument
from kindred.sources.shops import store as shops_store
from kindred.webhooks import service as webhooks_service
from kindred.webhooks.store import FirestoreWebhooks

#: Of which the newest file still tells what became of quotes.
_MOST_VERSIONS: Final = 10


def note_public_price(uid: str, product_id: str, *, now: datetime) -> None:
    """Put a product's public price into its history, if it is a new one, and tell of it.

    What is to be told is queued before the price is noted: a kill in between leaves a price that
    the product's next event notes, under the same event's id, and never one that nobody hears of.
    """

    def tell(data: Mapping[str, Any], change: str) -> None:
        try:
            webhooks_service.announce_later(
                uid, "price.changed", data, event_id=change, webhooks=FirestoreWebhooks(), now=now
            )
        except Exception as err:  # noqa: BLE001 - a queue that fails must not keep a price unnoted
            log.failure("price_change_not_told", err, uid=uid, product=product_id)

    if catalogue_service.note_public_price(uid, product_id, now=now, tell=tell) is not None:
        log.event("public_price_changed", uid=uid, product=product_id)


def note_asked(
    uid: str,
    product_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    at: datetime,
) -> None:
    """Log what a product cost everybody before it was changed."""
    if former_service.note_product(uid, product_id, before, after, at=at):
        log.event("asked_prices_logged", uid=uid, product=product_id)


def learn_outcomes(source: Source, orders: Path | None, *, now: datetime) -> None:
    """Tell from order lines which quotes were bought, and came back; what fails fails no job.

    A new version of a source tells of the quotes of those that it follows on, too.
    """
    if orders is None:
        return
    try:
        learned = sum(
            history_service.learn_outcomes(one, orders, now=now) for one in _versions(source)
        )
    except Exception as err:  # noqa: BLE001 - the job is done; the next one learns it
        log.failure("outcomes_not_learned", err, kind=source.kind, id=source.id)
        return
    if learned:
        log.event("outcomes_learned", kind=source.kind, id=source.id, quotes=learned)


def take_over_opt_outs(source: Source, base: Source | None) -> None:
    """Who wanted public prices of a source wants them of a new version of it, too."""
    if base is None:
        return
    if taken := pricing_service.take_over_opt_outs(source, base):
        log.event("price_opt_outs_taken_over", id=source.id, customers=taken)


def forget_gone(
    source: Source, before: SourceDocument, tables_run: str | None, customers: Path, folder: Path
) -> None:
    """Forget the quotes of a shop's customers who have to go: redacted, or gone since ``before``.

    ``customers``: the canonical table of those who are there now, of ``tables_run``.
    """
    if source.kind == CSV or not history_service.knows_customers(source):
        return
    gone = set(shops_store.list_redacted(source))
    if before.tables_run and before.tables_run != tables_run:
        earlier = sources_store.load_tables(source, before.tables_run, folder, ("customers",))
        if earlier is not None:
            gone |= _missing(earlier.customers, customers)
    if removed := history_service.forget_customers(source, gone):
        log.event("quotes_forgotten", kind=source.kind, id=source.id, quotes=removed)


def _missing(earlier: Path, present: Path) -> set[str]:
    """Customers of one canonical table who aren't in another."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    before, now = (pq.read_table(one, columns=["customer_id"])[0] for one in (earlier, present))
    return set(before.filter(pc.invert(pc.is_in(before, now.combine_chunks()))).to_pylist())


def move_weights(*, now: datetime) -> None:
    """Let the arms of running tests that sell better get more customers, once a day."""
    for uid, test_id in experiments_store.list_adaptive():
        try:
            if experiments_service.move_weights(uid, test_id, now=now):
                log.event("price_test_weights_moved", uid=uid, test=test_id)
        except Exception as err:  # noqa: BLE001 - the next test is not to blame
            log.failure("price_test_weights_not_moved", err, uid=uid, test=test_id)


def _versions(source: Source) -> Iterator[Source]:
    """A source and those that it is a new version of, as far as they are still there."""
    seen: set[Source] = set()
    one: Source | None = source
    while one is not None and one not in seen and len(seen) < _MOST_VERSIONS:
        seen.add(one)
        try:
            fields = sources_store.load_fields(one)
        except SourceGone:
            return
        yield one
        one = sources_store.parse_settings(one, fields).base
