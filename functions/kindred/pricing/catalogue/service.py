"""Use cases of products: import them, and keep the history of their public prices."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kindred import settings
from kindred.customers.store import load_current_run
from kindred.errors import Conflict, InvalidInput
from kindred.money import currency_codes
from kindred.paths import Source
from kindred.pricing.catalogue import store
from kindred.pricing.catalogue.listing import Listing
from kindred.pricing.catalogue.payloads import ImportProducts
from kindred.pricing.catalogue.product_files import RowError, read_products
from kindred.pricing.configuration import read_product
from kindred.pricing.payloads import Product
from kindred.pricing.replies import decimal


def import_products(source: Source, request: ImportProducts, *, now: datetime) -> dict[str, Any]:
    """Make products of a file, or of what the source's order lines say; how many, and errors.

    What has a document already stays as it is, unless ``overwrite`` says otherwise: then what the
    import knows is put in its place, and nothing else.
    """
    errors: Sequence[RowError] = ()
    if request.csv is not None:
        listings, errors = read_products(
            request.csv, currency=request.currency, tax_included=request.tax_included
        )
    else:
        listings = _from_orders(source, request)
    known = store.list_products(source)
    created = [one for one in listings if one.product_id not in known]
    again = [one for one in listings if one.product_id in known]
    changed = {known[one.product_id]: one for one in again} if request.overwrite else {}
    store.save_products(source, created, changed, now=now)
    return {
        "created": len(created),
        "updated": len(changed),
        "kept": len(again) - len(changed),
        "errors": [{"line": one.line, "message": one.message} for one in errors[:100]],
        "rejected": len(errors),
    }


def note_public_price(
    uid: str,
    product_id: str,
    *,
    now: datetime,
    tell: Callable[[Mapping[str, Any], str], None] = lambda data, change: None,
) -> dict[str, Any] | None:
    """Keep a product's new public price in its history; what there is to tell of it, or None.

    What is told are the fields of the event `price.changed`. ``tell`` is given them, with an id of
    the change, before the price is kept, and may be given them again.
    """

    def before(fields: Mapping[str, Any], change: str) -> None:
        if (data := _to_tell(product_id, fields)) is not None:
            tell(data, change)

    fields = store.note_public_price(uid, product_id, now=now, before=before)
    return _to_tell(product_id, fields) if fields is not None else None


def _to_tell(product_id: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    product = read_product(product_id, fields)
    if not isinstance(product, Product):
        return None
    return {
        "product_id": product.product_id or product_id,
        "source": product.source.model_dump(),
        "price": decimal(product.base_price, product.currency),
        "price_minor": product.base_price,
        "currency": product.currency,
        "tax_included": product.tax_included,
    }


def _from_orders(source: Source, request: ImportProducts) -> list[Listing]:
    from kindred.engine import open_engine
    from kindred.pricing.catalogue.list_prices import list_products

    run = load_current_run(source)
    currency = run.currency or request.currency or ""
    if currency not in currency_codes():
        raise InvalidInput(
            "It isn't known which currency this source's prices are in.",
            code="no-currency",
            hint="Say the currency with the import, by a code such as EUR.",
        )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        orders = store.load_orders(source, run.tables_run, folder) if run.tables_run else None
        if orders is None:
            raise Conflict(
                "This source has no order lines to find products in.",
                code="no-orders",
                hint="Import a file of products.",
            )
        with open_engine(folder, memory_limit=settings.ENGINE_MEMORY) as engine:
            return list_products(
                orders, engine, currency=currency, tax_included=request.tax_included
            )
