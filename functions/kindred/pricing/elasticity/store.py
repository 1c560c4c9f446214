"""The only place for what prices do that knows Firestore.

``price_models/{runId}-{productId}`` are a run's, one for each product; how the learning gets on is
``prices`` of the run's summary: {state: queued, learning, ready, failed, at, error, products,
pooled, segments, lease_until}. A worker that learns renews its lease: one that was killed doesn't,
and its task comes again by itself, or somebody asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from google.api_core.exceptions import NotFound
from google.cloud.firestore import DocumentReference

from kindred import clients, documents, paths, settings
from kindred.documents import Write
from kindred.errors import KindredError, SourceGone
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.elasticity.demand import (
    PurchasePower,
    Sensitivity,
    WillingnessToPay,
)
from kindred.pricing.elasticity.estimates import Estimate, ShopWide
from kindred.pricing.payloads import Product
from kindred.pricing.suggestions import Advice
from kindred.segments import store as segments_store

#: For which a task may wait for a worker; then it is taken to be lost.
PATIENCE: Final = timedelta(minutes=10)
#: For which a worker that has told nothing more is taken to be at it.
LEASE: Final = timedelta(seconds=settings.LEASE_SECONDS)
_PRODUCTS_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Cell:
    """What was learnt of one product among one segment's customers, or everybody's."""

    estimate: Estimate
    sensitivity: Sensitivity | None
    power: PurchasePower | None
    pays: WillingnessToPay | None  # in minor units
    advice: Advice
    seen: tuple[int, int] | None  # the prices it rests on, in minor units


@dataclass(frozen=True)
class Model:
    """What was learnt of one product."""

    product_id: str
    tax_share: float | None  # of what was paid without tax; None: no line tells it
    cells: Mapping[str, Cell]  # by segment


@dataclass(frozen=True)
class StoredModel:
    """A product's document, as far as suggestions need it."""

    product_id: str
    tax_share: float | None
    cells: Mapping[str, tuple[Estimate, tuple[int, int] | None]]


def ask(source: Source, run_id: str, now: datetime) -> bool:
    """Note that learning is asked for; False where it is being done already."""
    reference = _run(source, run_id)

    def change(transaction: Any) -> bool:
        document = reference.get(transaction=transaction)
        if not document.exists:
            raise SourceGone("The results of this source are being replaced.")
        if _is_busy((document.to_dict() or {}).get("prices") or {}, now):
            return False
        transaction.update(reference, {"prices": {"state": "queued", "at": now, "error": None}})
        return True

    return bool(clients.transact(change))


def _is_busy(told: Mapping[str, Any], now: datetime) -> bool:
    """Whether a task waits for a worker, or a worker is at it."""
    if told.get("state") == "queued":
        return bool(now - told["at"] < PATIENCE)
    until = told.get("lease_until")
    return told.get("state") == "learning" and until is not None and bool(now < until)


def hold(source: Source, run_id: str, now: datetime) -> bool:
    """Begin, or go on, to learn for as long as a lease lasts; False where the run is gone."""
    return tell(source, run_id, "learning", now, lease_until=now + LEASE)


def renew(source: Source, run_id: str, now: datetime) -> None:
    """Have the lease last on; a run that is gone has none."""
    with suppress(NotFound):
        _run(source, run_id).update({"prices.lease_until": now + LEASE}, timeout=60)


def tell(source: Source, run_id: str, state: str, now: datetime, **more: Any) -> bool:
    """How the learning gets on; False where the run is gone, which takes what it had with it."""
    told = {"state": state, "at": now, "error": None, **more}
    try:
        _run(source, run_id).update({"prices": told}, timeout=60)
    except NotFound:
        return False
    return True


def tell_failure(source: Source, run_id: str, err: KindredError, now: datetime) -> bool:
    return tell(source, run_id, "failed", now, error=err.as_dict())


def state_of(source: Source, run_id: str) -> dict[str, Any] | None:
    """`prices` of a run's summary; None if nobody has asked for it."""
    found: dict[str, Any] | None = (documents.get(_place(source, run_id)) or {}).get("prices")
    return found


def save_models(source: Source, run_id: str, models: Iterable[Model], now: datetime) -> None:
    """Write every product's document; again gives the same documents."""
    documents.commit_all(_writes(source, run_id, models, now))


def _writes(source: Source, run_id: str, models: Iterable[Model], now: datetime) -> Iterator[Write]:
    for model in models:
        document = {
            "product_id": model.product_id,
            "tax_share": model.tax_share,
            "run_id": run_id,
            "source": {"kind": source.kind, "id": source.id},
            "segments": {key: _cell(cell) for key, cell in model.cells.items()},
            "created_at": now,
        }
        place = f"{source.price_models}/{paths.price_model_id(run_id, model.product_id)}"
        yield place, document, documents.FIELDS_BYTES + 1_000 * len(model.cells)


def _cell(cell: Cell) -> dict[str, Any]:
    estimate = cell.estimate
    return {
        "elasticity": estimate.elasticity,
        "low": estimate.low,
        "high": estimate.high,
        "verdict": estimate.verdict,
        "evidence": estimate.why or None,  # what makes it doubtful
        "n_orders": estimate.n_orders,
        "n_weeks": estimate.n_weeks,
        "needed": None if estimate.needed is None else asdict(estimate.needed),
        "price_sensitivity": None if cell.sensitivity is None else asdict(cell.sensitivity),
        "purchase_power": None if cell.power is None else asdict(cell.power),
        "willingness_to_pay": None if cell.pays is None else asdict(cell.pays),
        "seen_prices": None if cell.seen is None else list(cell.seen),
        "suggestion": (
            None if cell.advice.suggestion is None else asdict(cell.advice.suggestion)
        ),
        "why": cell.advice.why,
    }  # fmt: skip


def load_models(source: Source, run_id: str) -> list[StoredModel]:
    """Every product's document of a run."""
    return [
        _model(snapshot.to_dict() or {})
        for snapshot in documents.of_run(source.price_models, run_id).stream()
    ]


def _model(document: Mapping[str, Any]) -> StoredModel:
    cells = {}
    for key, cell in document["segments"].items():
        estimate = Estimate(
            cell["elasticity"], cell["low"], cell["high"], cell["verdict"], cell["evidence"] or "",
            cell["n_orders"], cell["n_weeks"], None,
        )  # fmt: skip
        seen = cell["seen_prices"]
        cells[key] = (estimate, None if seen is None else (int(seen[0]), int(seen[1])))
    return StoredModel(document["product_id"], document.get("tax_share"), cells)


def load_products(source: Source, product_ids: list[str]) -> dict[str, tuple[str, Product]]:
    """Usable products by the ids of order lines, each with its document's id."""
    found: dict[str, tuple[str, Product]] = {}
    for start in range(0, len(product_ids), _PRODUCTS_AT_ONCE):
        some = pricing_store.load_products(source, product_ids[start : start + _PRODUCTS_AT_ONCE])
        for product_id, one in some.items():
            if one is not None and isinstance(one[1], Product):
                found[product_id] = (one[0], one[1])
    return found


def delete_models(source: Source, run_id: str) -> None:
    """Remove what was written for a run that is gone meanwhile."""
    query = documents.of_run(source.price_models, run_id).select([]).limit(100)
    while found := [snapshot.reference for snapshot in query.get()]:
        documents.delete_all(found)


def load_orders(source: Source, tables_run: str, folder: Path) -> Path | None:
    """The canonical order lines, fetched into ``folder``; None if the source has none."""
    return segments_store.load_table(source, tables_run, "orders", folder)


def load_segmented(source: Source, run_id: str, folder: Path) -> Path | None:
    """Every customer's row with their segment, fetched into ``folder``; None if it isn't kept."""
    return segments_store.load_customers(source, run_id, folder)


def shop_fields(shop: ShopWide) -> dict[str, Any]:
    return asdict(shop)


def _place(source: Source, run_id: str) -> str:
    return f"{source.runs}/{paths.check_id(run_id, 'run')}"


def _run(source: Source, run_id: str) -> DocumentReference:
    return clients.firestore().document(_place(source, run_id))
