"""The only place for prices that knows Firestore.

A shop page waits for a quote, so Firestore is waited for shortly; what it can't say in time is
`Unavailable`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from google.api_core.exceptions import GoogleAPIError, ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import ArrayRemove, ArrayUnion, FieldFilter

from kindred import clients, documents, log, paths
from kindred.customers import store as customers_store
from kindred.errors import Conflict, InvalidInput, SourceGone, Unavailable
from kindred.paths import Source
from kindred.pricing import opt_outs
from kindred.pricing.configuration import (
    MOST_RULES,
    MOST_TESTS,
    Configuration,
    Problem,
    Results,
    Segment,
    configure,
    read_product,
)
from kindred.pricing.payloads import Product
from kindred.remembered import Remembered

#: How long a request to Firestore may take.
WAIT: Final[dict[str, Any]] = {
    "timeout": 2.0,
    "retry": Retry(
        predicate=if_exception_type(ServiceUnavailable), initial=0.05, maximum=0.2, timeout=1.5
    ),
}
#: What is remembered is never older, so that a kill switch holds everywhere after a minute.
_AGE: Final = timedelta(seconds=60)

Found = tuple[str, Product | Problem]  # a product, with its document's id

_configurations: Remembered[Source, Configuration] = Remembered(200, _AGE)
_products: Remembered[tuple[Source, str], tuple[Found | None]] = Remembered(5_000, _AGE)
_entries: Remembered[tuple[Source, str, str], dict[str, Any]] = Remembered(10_000, _AGE)


def forget() -> None:
    """Forget all that this instance remembers."""
    _configurations.forget()
    _products.forget()
    _entries.forget()


# As remembered, which is at most a minute old ----------------------------------------------


def configuration(source: Source, now: datetime) -> Configuration:
    """What a merchant decided about a source; raises as `load_configuration`."""
    return _configurations.fetch(source, now, lambda: load_configuration(source))


def products(source: Source, product_ids: Iterable[str], now: datetime) -> dict[str, Found | None]:
    """Products by the ids that quotes name; None for one that isn't known.

    Of a store that doesn't answer, what it said last; what it never said is left out.
    """
    known = {id_: _products.get((source, id_), now) for id_ in product_ids}
    if missing := [id_ for id_, found in known.items() if found is None]:
        try:
            loaded = load_products(source, missing)
        except Unavailable:
            last = {id_: _products.last((source, id_)) for id_ in missing}
            return {id_: found[0] for id_, found in {**known, **last}.items() if found}
        for id_, product in loaded.items():
            known[id_] = _products.put((source, id_), (product,), now)
    return {id_: found[0] for id_, found in known.items() if found}


def customers(
    source: Source, results: Results, customer_ids: Iterable[str], now: datetime
) -> dict[str, dict[str, Any]]:
    """Index entries by customer, empty for those who aren't known; raises `Unavailable`."""
    run_id = results.run_id
    known = {id_: _entries.get((source, run_id, id_), now) for id_ in customer_ids}
    if missing := [id_ for id_, entry in known.items() if entry is None]:
        found = find_customers(source, results, missing)
        for id_ in missing:
            known[id_] = _entries.put((source, run_id, id_), found.get(id_, {}), now)
    return {id_: entry or {} for id_, entry in known.items()}


# What a merchant decided -------------------------------------------------------------------


def load_configuration(source: Source) -> Configuration:
    """Settings, rules, tests, opt-outs and results of a source, as they are now.

    Raises `SourceGone` without the source, `Unavailable` where Firestore doesn't answer.
    """
    user = paths.user_path(source.uid)
    settings_path = paths.pricing_settings_path(source.uid)
    with in_time(), ThreadPoolExecutor(4) as pool:
        rules = pool.submit(_of_source, source, paths.pricing_rules_path, MOST_RULES)
        tests = pool.submit(_of_source, source, paths.price_tests_path, MOST_TESTS)
        opted_out = pool.submit(_load_opt_outs, source)
        found = documents.get_many([settings_path, source.document], wait=WAIT)
        document = found.get(source.document)
        if document is None or not documents.is_of(source, document):
            raise SourceGone
        if document.get("status") == "deleting":
            raise SourceGone
        made = configure(
            source,
            found.get(settings_path),
            rules.result(),
            tests.result(),
            opted_out=opted_out.result(),
            results=_results(source, document),
        )
    for problem in made.problems:
        _tell(user, problem)
    return made


def _of_source(
    source: Source, collection: Callable[[str], str], most: int
) -> list[tuple[str, dict[str, Any]]]:
    """A merchant's documents about one source, by id; one more than ``most`` shows there are."""
    every = clients.firestore().collection(collection(source.uid))
    of_kind = every.where(filter=FieldFilter("source.kind", "==", source.kind))
    query = of_kind.where(filter=FieldFilter("source.id", "==", source.id)).limit(most + 1)
    return [(one.id, one.to_dict() or {}) for one in query.stream(**WAIT)]


def _load_opt_outs(source: Source) -> list[str]:
    shelves = clients.firestore().collection(source.price_opt_outs).stream(**WAIT)
    return [hash_ for shelf in shelves for hash_ in (shelf.to_dict() or {}).get("customers", [])]


def _results(source: Source, document: Mapping[str, Any]) -> Results | None:
    run_id, buckets = document.get("current_run"), document.get("index_buckets")
    if not run_id or not buckets:
        return None
    names = ["segment_key", "name", "archetype"]
    found = documents.of_run(source.segments, run_id).select(names).stream(**WAIT)
    segments = {}
    for one in found:
        fields = one.to_dict() or {}
        segments[one.id] = Segment(
            fields["segment_key"], fields.get("name"), fields.get("archetype")
        )
    return Results(run_id, int(buckets), segments)


def _tell(user: str, problem: Problem) -> None:
    where, fields = problem.document, problem.message[:300]
    log.event("price_document_unusable", severity="WARNING", place=f"{user}/{where}", fields=fields)


def load_products(source: Source, product_ids: Iterable[str]) -> dict[str, Found | None]:
    """Products by the ids that quotes name, in one request: the document's, or order lines' own.

    None for one that isn't known, or is another source's.
    """
    wanted = list(dict.fromkeys(product_ids))
    places = {id_: _product_places(source, id_) for id_ in wanted}
    with in_time():
        every = [path for paths_ in places.values() for path in paths_]
        found = documents.get_many(every, wait=WAIT)
    return {id_: _product(source, [(p, found.get(p)) for p in places[id_]]) for id_ in wanted}


def iterate_products(source: Source, most: int) -> Iterator[Product]:
    """A source's products, those that can be used; at most so many documents are looked at."""
    found = _of_source(source, paths.products_path, most - 1)
    for id_, fields in found:
        product = read_product(id_, fields)
        if isinstance(product, Product):
            yield product


def _product_places(source: Source, product_id: str) -> list[str]:
    made = paths.product_path(source.uid, source.product_id(product_id))
    try:
        return [paths.product_path(source.uid, product_id), made]
    except InvalidInput:  # order lines may name a product as they like
        return [made]


def _product(source: Source, found: Sequence[tuple[str, dict[str, Any] | None]]) -> Found | None:
    for path, fields in found:
        place = (fields or {}).get("source")
        if fields is None or place != {"kind": source.kind, "id": source.id}:
            continue
        id_ = path.rsplit("/", 1)[1]
        product = read_product(id_, fields)
        if isinstance(product, Problem):
            _tell(paths.user_path(source.uid), product)
        return id_, product
    return None


def find_customers(
    source: Source, results: Results, customer_ids: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """Index entries of those customers that are known; one request."""
    with in_time():
        return customers_store.find_index_entries(
            source, results.run_id, results.index_buckets, customer_ids, wait=WAIT
        )


def some_customers(source: Source, results: Results, most: int) -> list[str]:
    """A few customers of one bucket of the index, of as many segments as there are."""
    first = f"{source.customer_index}/{paths.bucket_id(results.run_id, 0)}"
    with in_time():
        document = documents.get_many([first], wait=WAIT).get(first, {})
    by_segment: dict[str, list[str]] = {}
    for id_, entry in sorted(json.loads(document.get("entries", "{}")).items()):
        by_segment.setdefault(str(entry.get("segment_id")), []).append(id_)
    chosen: list[str] = []
    while len(chosen) < most and any(by_segment.values()):
        chosen += [ids.pop(0) for _, ids in sorted(by_segment.items()) if ids]
    return chosen[:most]


def opt_out(source: Source, customer_id: str, *, opted_out: bool) -> None:
    """Keep, or take back, that a customer wants public prices; doing it twice changes nothing."""
    hash_ = opt_outs.hash_of(source, customer_id)
    reference = clients.firestore().document(f"{source.price_opt_outs}/{hash_[0]}")

    def change(transaction: Any) -> None:
        held = (reference.get(transaction=transaction).to_dict() or {}).get("customers", [])
        if opted_out and hash_ not in held and len(held) >= opt_outs.MOST:
            raise Conflict(
                "Too many customers of this source have opted out to keep count of.",
                code="too-many-opt-outs",
                hint="Switch personal prices off for the whole source.",
            )
        change = ArrayUnion([hash_]) if opted_out else ArrayRemove([hash_])
        transaction.set(reference, {"customers": change}, merge=True)

    clients.transact(change)
    _configurations.drop(source)


def take_over_opt_outs(source: Source, base: Source) -> int:
    """Keep for a new version who wanted public prices of the one before; how many.

    Once for each base: who wants personal prices again since isn't taken over a second time.
    """
    held = {
        shelf.id: (shelf.to_dict() or {}).get("customers", [])
        for shelf in clients.firestore().collection(base.price_opt_outs).stream()
    }
    return sum(_take_over(source, base, shelf, hashes) for shelf, hashes in held.items())


def _take_over(source: Source, base: Source, shelf: str, hashes: Sequence[str]) -> int:
    reference = clients.firestore().document(f"{source.price_opt_outs}/{shelf}")

    def change(transaction: Any) -> int:
        there = reference.get(transaction=transaction).to_dict() or {}
        if base.id in there.get("taken_over", []) or not hashes:
            return 0
        fields = {"customers": ArrayUnion(list(hashes)), "taken_over": ArrayUnion([base.id])}
        transaction.set(reference, fields, merge=True)
        return len(hashes)

    return int(clients.transact(change))


def has_opt_outs(source: Source) -> bool:
    return bool(_load_opt_outs(source))


def forget_opt_outs(source: Source, customer_ids: Iterable[str]) -> None:
    """Keep nothing of what customers wanted who have to be forgotten."""
    held = frozenset(_load_opt_outs(source))
    for id_ in customer_ids if held else ():
        if opt_outs.hash_of(source, id_) in held:
            opt_out(source, id_, opted_out=False)


@contextmanager
def in_time() -> Iterator[None]:
    """Firestore's silence and its errors, as one that may pass."""
    try:
        yield
    except (GoogleAPIError, GoogleAuthError) as err:
        raise Unavailable("The store doesn't answer in time.", code="store-silent") from err
