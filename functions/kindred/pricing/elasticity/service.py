"""Use cases of what prices do: have it learned, learn it, suggest prices."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kindred import clients, log, settings
from kindred.customers.store import CurrentRun, load_current_run
from kindred.errors import Conflict, InvalidInput, KindredError, Unavailable
from kindred.money import minor_digits
from kindred.paths import Source
from kindred.pricing import store as pricing_store
from kindred.pricing.elasticity import store
from kindred.pricing.elasticity.demand import (
    SeenPrices,
    WillingnessToPay,
    purchase_powers,
    seen_prices,
    sensitivities,
    willingness_to_pay,
)
from kindred.pricing.elasticity.estimates import Estimate, Learnt, learn
from kindred.pricing.elasticity.panel import EVERYBODY, Panel, weekly_panel
from kindred.pricing.experiments.starting import why_no_higher_arm
from kindred.pricing.limits import bounds
from kindred.pricing.payloads import Product, Settings
from kindred.pricing.suggestions import Advice, advise, as_asked, draft_rule, draft_test

_DEADLINE_SECONDS: Final = 1800
#: Draws of an elasticity from its interval are always the same.
_SEED: Final = 14


def ask_to_learn(source: Source, *, now: datetime) -> dict[str, Any]:
    """Have what prices do learned from the current run's orders; asked twice, done once."""
    run = load_current_run(source)
    if run.tables_run is None:
        raise Conflict(
            "The rows of this source aren't kept.", code="no-rows", hint="Upload the file again."
        )
    if store.ask(source, run.run_id, now):
        clients.enqueue(
            "learnPrices",
            {
                "source": {"uid": source.uid, "kind": source.kind, "id": source.id},
                "run_id": run.run_id,
            },
            # Clients choose ids of sources: two merchants may have the same.
            task_id=f"prices-{source.uid}-{source.id}-{run.run_id}-{int(now.timestamp())}",
            deadline_seconds=_DEADLINE_SECONDS,
        )
    return {"run_id": run.run_id, "state": "queued"}


def learn_prices(source: Source, run_id: str, *, now: datetime) -> None:
    """Learn what prices do and write it down; doing it again, or after a kill, gives the same.

    What can never succeed is told in the run's summary; what may pass is raised.
    """
    run = load_current_run(source)
    if run.run_id != run_id or not store.hold(source, run_id, now):
        log.event("prices_not_learned", source_kind=source.kind, reason="another run is current")
        return
    try:
        with _lease(source, run_id, now):
            panel, learnt = _learn(source, run)
            models = list(_models(source, run, panel, learnt, now))
            store.save_models(source, run_id, models, now)
    except Unavailable:
        raise
    except KindredError as err:
        store.tell_failure(source, run_id, err, now)
        return
    except Exception:
        failed = KindredError("Something went wrong on our side.", hint="Try again in a minute.")
        store.tell_failure(source, run_id, failed, now)
        raise
    told = {
        "products": len(models),
        "pooled": store.shop_fields(learnt.pooled),
        "segments": {key: store.shop_fields(one) for key, one in learnt.segments.items()},
    }
    if not store.tell(source, run_id, "ready", now, **told):
        store.delete_models(source, run_id)


@contextmanager
def _lease(source: Source, run_id: str, now: datetime) -> Iterator[None]:
    """Keep the lease alive while the work lasts: without it, whoever asks is taken at once."""
    stop, begun = threading.Event(), time.monotonic()

    def renew() -> None:
        while not stop.wait(settings.LEASE_RENEWAL_SECONDS):
            try:
                store.renew(source, run_id, now + timedelta(seconds=time.monotonic() - begun))
            except Exception as err:  # noqa: BLE001 - it is tried again before the lease runs out
                log.failure("lease_renewal_failed", err, run_id=run_id)

    thread = threading.Thread(target=renew, name="prices-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _learn(source: Source, run: CurrentRun) -> tuple[Panel, Learnt]:
    """The weeks of the orders, and what they say."""
    from kindred.engine import open_engine

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        orders = store.load_orders(source, run.tables_run, folder) if run.tables_run else None
        if orders is None:
            raise InvalidInput(
                "This source has no order lines to learn from.",
                code="no-orders",
                hint="Upload a file with a row for each order line.",
            )
        customers = store.load_segmented(source, run.run_id, folder)
        with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
            segments = None
            if customers is not None:
                segments = engine.read(customers).select("customer_id", "segment_key")
            panel = weekly_panel(engine, engine.read(orders), segments)
    if not panel.weeks or not len(panel.products):
        raise InvalidInput(
            "The orders don't say what was paid for which product in any whole week.",
            code="no-prices",
            hint="The file needs products, quantities, amounts and dates.",
        )
    return panel, learn(panel)


def _models(
    source: Source, run: CurrentRun, panel: Panel, learnt: Learnt, now: datetime
) -> Iterator[store.Model]:
    """What is written of each product."""
    products = store.load_products(source, sorted(learnt.products))
    decided = pricing_store.load_configuration(source).settings
    unit = 10 ** minor_digits(run.currency)
    seen, powers = seen_prices(panel.products), purchase_powers(panel.segments)
    sensitive = sensitivities(learnt.pooled, learnt.segments)
    for product_id, estimates in sorted(learnt.products.items()):
        product = products.get(product_id, (None, None))[1]
        in_minor = _in_minor(seen.get(product_id), unit)
        tax_share = panel.taxes.get(product_id)
        yield store.Model(
            product_id,
            tax_share,
            {
                key: store.Cell(
                    estimate,
                    sensitive.get(key),
                    powers.get(key),
                    _pays(estimate, seen.get(product_id), product, unit, tax_share),
                    _advise(product, key, estimate, in_minor, tax_share, decided, now),
                    in_minor,
                )
                for key, estimate in sorted(estimates.items())
            },
        )


def _in_minor(seen: SeenPrices | None, unit: int) -> tuple[int, int] | None:
    return None if seen is None else (round(seen.low * unit), round(seen.high * unit))


def _pays(
    estimate: Estimate,
    seen: SeenPrices | None,
    product: Product | None,
    unit: int,
    tax_share: float | None,
) -> WillingnessToPay | None:
    """Willingness to pay in minor units, on the footing of the product's price; None: unknown."""
    if product is None or product.cost is None or seen is None:
        return None
    if product.tax_included:
        if tax_share is None:
            return None
        seen = SeenPrices(*(price * (1 + tax_share) for price in vars(seen).values()))
    found = willingness_to_pay(estimate, seen, product.cost / unit)
    if found is None:
        return None
    price, low, high = (round(one * unit) for one in (found.price, found.low, found.high))
    return WillingnessToPay(price, low, high, found.clipped)


def _advise(
    product: Product | None,
    key: str,
    estimate: Estimate,
    seen: tuple[int, int] | None,
    tax_share: float | None,
    decided: Settings,
    now: datetime,
) -> Advice:
    if estimate.elasticity is None:
        return Advice(None, "not-identifiable")
    if product is None or seen is None:
        return Advice(None, "cost-unknown")
    everybody = key == EVERYBODY
    within = bounds(product, decided, now, may_raise=everybody)
    asked = as_asked(seen, product, tax_share)
    return advise(product, estimate, within, seen=asked, for_everybody=everybody, seed=_SEED)


def suggest_prices(source: Source, *, now: datetime) -> dict[str, Any]:
    """By product and segment, what the evidence supports with today's products and limits.

    ``rule`` and ``test`` are drafts: nothing of them is live before somebody switches it on.
    ``test_blocked`` says why the test couldn't be started now, and what to do.
    """
    run_id = load_current_run(source).run_id
    state = store.state_of(source, run_id)
    models = store.load_models(source, run_id) if state else []
    products = store.load_products(source, [model.product_id for model in models])
    decided = pricing_store.load_configuration(source).settings
    found = [
        _suggested(source, model, key, products.get(model.product_id), decided, now)
        for model in models
        for key in sorted(model.cells)
    ]
    return {"run_id": run_id, "state": (state or {}).get("state"), "suggestions": found}


def _suggested(
    source: Source,
    model: store.StoredModel,
    key: str,
    found: tuple[str, Product] | None,
    decided: Settings,
    now: datetime,
) -> dict[str, Any]:
    estimate, seen = model.cells[key]
    document_id, product = found or (None, None)
    advice = _advise(product, key, estimate, seen, model.tax_share, decided, now)
    given = advice.suggestion
    rule = test = blocked = None
    if product is not None:
        segment = None if key == EVERYBODY else key
        if given is not None and given.price < product.base_price:
            rule = draft_rule(model.product_id, product, given, segment).model_dump(mode="json")
        if segment is None:  # a test draws its customers by chance, from everybody
            seed = f"{source.id}-{document_id}"
            test = draft_test(model.product_id, product, given, seed=seed).model_dump(mode="json")
            if given is not None and given.price > product.base_price:
                blocked = why_no_higher_arm(decided, now)
    return {
        "product_id": model.product_id,
        "product": document_id,
        "segment": key,
        "verdict": estimate.verdict,
        "suggestion": None if given is None else vars(given),
        "why": advice.why,
        "rule": rule,
        "test": test,
        "test_blocked": blocked,
    }
