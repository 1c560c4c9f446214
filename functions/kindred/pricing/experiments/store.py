"""The only place for price tests and their figures that knows Firestore and Storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from google.cloud.firestore import FieldFilter, Query

from kindred import clients, documents, paths
from kindred.customers import store as customers_store
from kindred.errors import InvalidInput, NotFound
from kindred.money import minor_digits
from kindred.paths import Source
from kindred.pricing.fairness import Value
from kindred.pricing.given import Given
from kindred.pricing.payloads import PriceTest
from kindred.pricing.replies import nested
from kindred.wire import parse

#: Quotes that one reading looks at, newest first: memory, and what a look costs, end there.
MOST_QUOTES: Final = 100_000
_PAGE: Final = 5_000
_MOST_TESTS: Final = 500
_MOST_ADAPTIVE: Final = 5_000
_FIELDS: Final = (
    "customer_id", "product_id", "price_minor", "base_price", "currency", "created_at",
    "segment_key", "arm", "factors", "inputs", "outcome",
)  # fmt: skip
_LIMITS: Final = ("limits", "limits_after_rounding")


# Tests -------------------------------------------------------------------------------------


def load_test(uid: str, test_id: str) -> PriceTest:
    """A price test; raises `NotFound`, or `InvalidInput` for what can't be used."""
    return _test(documents.get(paths.price_test_path(uid, test_id)))


def change_test(
    uid: str,
    test_id: str,
    change: Callable[[PriceTest, Mapping[str, PriceTest]], Mapping[str, Any]],
) -> None:
    """Write what ``change`` makes of a test and all others, as they are while it is written."""
    client = clients.firestore()
    reference = client.document(paths.price_test_path(uid, test_id))
    every = client.collection(paths.price_tests_path(uid)).limit(_MOST_TESTS)

    def work(transaction: Any) -> None:
        mine = _test(reference.get(transaction=transaction).to_dict())
        found = [one for one in every.stream(transaction=transaction) if one.id != test_id]
        others = {one.id: test for one in found if (test := _usable(one.to_dict())) is not None}
        if fields := change(mine, others):
            transaction.update(reference, dict(fields))

    clients.transact(work)


def list_adaptive() -> list[tuple[str, str]]:
    """Running tests with Thompson sampling, of every merchant: whose, and which."""
    query = clients.firestore().collection_group("price_tests")
    query = query.where(filter=FieldFilter("status", "==", "running"))
    query = query.where(filter=FieldFilter("thompson", "==", True))
    return [
        (str(one.reference.parent.parent.id), one.id)
        for one in query.select([]).limit(_MOST_ADAPTIVE).stream()
    ]


def keep_weights(uid: str, test_id: str, weights: Collection[float], day: date) -> None:
    """Give a running test the weights of a day, if it hasn't got them yet."""

    def change(test: PriceTest, _: Mapping[str, PriceTest]) -> Mapping[str, Any]:
        is_due = test.status == "running" and test.weights_day != day
        return {"weights": list(weights), "weights_day": day.isoformat()} if is_due else {}

    change_test(uid, test_id, change)


def _test(fields: Mapping[str, Any] | None) -> PriceTest:
    if fields is None:
        raise NotFound("There is no price test of that id.", code="no-price-test")
    return parse(PriceTest, dict(fields))


def _usable(fields: Mapping[str, Any] | None) -> PriceTest | None:
    try:
        return _test(fields)
    except (InvalidInput, NotFound):
        return None


# The price history -------------------------------------------------------------------------


def quotes_of_test(source: Source, test_id: str, arms: Collection[str]) -> Iterator[Given]:
    """The quotes of a source that were given in a test, newest first."""
    labels = [f"{test_id}:{arm}" for arm in arms]
    history = clients.firestore().collection(paths.price_history_path(source.uid))
    query = history.where(filter=FieldFilter("source.kind", "==", source.kind))
    query = query.where(filter=FieldFilter("source.id", "==", source.id))
    return _stream(query.where(filter=FieldFilter("arm", "in", labels)))


def quotes_since(source: Source, since: datetime) -> Iterator[Given]:
    """All quotes of a source from a moment on, newest first."""
    history = clients.firestore().collection(paths.price_history_path(source.uid))
    query = history.where(filter=FieldFilter("source.kind", "==", source.kind))
    query = query.where(filter=FieldFilter("source.id", "==", source.id))
    return _stream(query.where(filter=FieldFilter("created_at", ">=", since)))


def _stream(query: Any) -> Iterator[Given]:
    """At most `MOST_QUOTES`, a page at a time: one long stream may be cut."""
    query = query.order_by("created_at", direction=Query.DESCENDING).select(_FIELDS)
    last = None
    for _ in range(MOST_QUOTES // _PAGE):
        page = list((query.start_after(last) if last else query).limit(_PAGE).stream())
        for one in page:
            if (given := read_quote(one.to_dict() or {})) is not None:
                yield given
        if len(page) < _PAGE:
            return
        last = page[-1]


def read_quote(fields: Mapping[str, Any]) -> Given | None:
    """A document of the price history as a value; None where it has no price or nobody's."""
    currency, at = fields.get("currency"), fields.get("created_at")
    price = _minor(fields.get("price_minor"), currency)
    base = _minor(fields.get("base_price"), currency)
    named = [fields.get("customer_id"), fields.get("product_id"), currency]
    if price is None or base is None or not isinstance(at, datetime):
        return None
    if not all(isinstance(value, str) for value in named):
        return None
    inputs, outcome = nested(fields.get("inputs")) or {}, fields.get("outcome") or {}
    quantity = max(0, int(outcome.get("quantity") or 0))
    return Given(
        customer_id=str(named[0]),
        product_id=str(named[1]),
        price=price,
        base_price=base,
        currency=str(currency),
        created_at=at,
        segment_key=fields.get("segment_key"),
        country=inputs.get("country"),
        arm=fields.get("arm"),
        cost=_minor(inputs.get("cost"), currency),
        limited=sum(
            _minor(factor.get("effect"), currency) or 0
            for factor in nested(fields.get("factors")) or ()
            if factor.get("name") in _LIMITS
        ),
        state=outcome.get("state"),
        quantity=quantity,
        refunded=min(quantity, max(0, int(outcome.get("refunded") or 0))),
    )


def _minor(value: object, currency: object) -> int | None:
    """Money as documents have it: whole minor units, or the decimal text of a reply."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    try:
        return int(Decimal(value).scaleb(minor_digits(str(currency))))
    except (InvalidOperation, OverflowError, ValueError):
        return None


# Attributes of customers -------------------------------------------------------------------


def load_attribute(
    source: Source, attribute: str, customers: Collection[str]
) -> dict[str, Value] | None:
    """Values of an attribute by customer: a column of the current run, else one of the file.

    None: no customer of this source has it.
    """
    run = customers_store.load_current_run(source)
    found: dict[str, Value] = {}
    is_there = False
    for _, ids, columns in customers_store.iterate_pages(source, run.run_id):
        if attribute not in columns:
            break
        is_there = True
        values = zip(ids, columns[attribute], strict=True)
        found |= {one: value for one, value in values if one in customers}
    if is_there or run.tables_run is None:
        return found if is_there else None
    return _from_table(source, run.tables_run, attribute, customers)


def _from_table(
    source: Source, tables_run: str, attribute: str, customers: Collection[str]
) -> dict[str, Value] | None:
    import pyarrow.parquet as pq

    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/customers.parquet"))
    if blob is None:
        return None
    own = attribute if attribute in ("city", "country", "consent") else None
    found: dict[str, Value] = {}
    with blob.open("rb", chunk_size=1 << 20) as remote:
        file = pq.ParquetFile(remote, pre_buffer=False)
        for batch in file.iter_batches(columns=["customer_id", own or "attributes"]):
            rows = batch.to_pydict()
            for customer, value in zip(rows["customer_id"], rows[own or "attributes"], strict=True):
                if customer in customers and value is not None:
                    found[customer] = value if own else json.loads(value).get(attribute)
    return found if any(value is not None for value in found.values()) else None
