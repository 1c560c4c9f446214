"""Products in Firestore, and the order lines that they are listed from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from google.cloud.firestore import FieldFilter
from pydantic import ValidationError

from kindred import clients, documents, paths
from kindred.paths import Source
from kindred.pricing.catalogue.listing import Listing
from kindred.pricing.payloads import PublicPrice, footing_of
from kindred.pricing.public_prices import after_change


def list_products(source: Source) -> dict[str, str]:
    """The products of a source that have a document: order lines' id -> the document's."""
    products = clients.firestore().collection(paths.products_path(source.uid))
    of_kind = products.where(filter=FieldFilter("source.kind", "==", source.kind))
    query = of_kind.where(filter=FieldFilter("source.id", "==", source.id))
    found = query.select(["product_id"]).stream()
    return {str((one.to_dict() or {}).get("product_id") or one.id): one.id for one in found}


def save_products(
    source: Source, created: Iterable[Listing], changed: Mapping[str, Listing], *, now: datetime
) -> None:
    """Write new products, and those to be ``changed`` by their document's id."""
    place = {"kind": source.kind, "id": source.id}
    documents.commit_all(
        (
            paths.product_path(source.uid, source.product_id(one.product_id)),
            {
                **one.as_fields(),
                **_dated(one, now),
                "source": place,
                "status": "active",
                "public_prices": [_first(one, now)],
            },
            documents.FIELDS_BYTES,
        )
        for one in created
    )
    client, batch = clients.firestore(), clients.firestore().batch()
    for number, (id_, one) in enumerate(changed.items(), 1):
        batch.update(
            client.document(paths.product_path(source.uid, id_)),
            {**one.as_fields(), **_dated(one, now)},
        )
        if number % 400 == 0:
            batch.commit()
            batch = client.batch()
    batch.commit()


def _dated(listing: Listing, now: datetime) -> dict[str, Any]:
    """Since when a cost is true: an import says what it is today."""
    return {} if listing.cost is None else {"cost_at": now}


def _first(listing: Listing, now: datetime) -> dict[str, Any]:
    footing = footing_of(listing.currency, tax_included=listing.tax_included)
    return {"price": listing.base_price, "since": now, "footing": footing}


def load_orders(source: Source, tables_run: str, folder: Path) -> Path | None:
    """The order lines of a source, fetched into ``folder``; None if it has none."""
    blob = clients.bucket().get_blob(source.private_file(f"{tables_run}/orders.parquet"))
    if blob is None:
        return None
    target = folder / "orders.parquet"
    blob.download_to_filename(str(target), timeout=300)
    return target


def note_public_price(
    uid: str,
    product_id: str,
    *,
    now: datetime,
    before: Callable[[Mapping[str, Any], str], None] = lambda fields, change: None,
) -> dict[str, Any] | None:
    """Put a product's public price into its history if it isn't the last there.

    ``before`` is called with the document and an id of the change, which follows from the price
    before and the new one, just before it is written: whatever happens then, the same change has
    the same id.

    The product's document, if anything was noted. Doing it twice changes nothing, and so ends the
    chain of events that each change of a document starts.
    """
    reference = clients.firestore().document(paths.product_path(uid, product_id))

    def note(transaction: Any) -> dict[str, Any] | None:
        fields = reference.get(transaction=transaction).to_dict() or {}
        price = fields.get("base_price")
        if not isinstance(price, int) or isinstance(price, bool) or price < 0:
            return None
        longer = after_change(_history(fields), price, now, _footing(fields))
        if longer is None:
            return None
        before(fields, _change(product_id, _history(fields), price))
        transaction.update(reference, {"public_prices": [one.model_dump() for one in longer]})
        return fields

    return clients.transact(note)


def _change(product_id: str, history: Sequence[PublicPrice], price: int) -> str:
    last = max((one.since for one in history), default=None)
    return f"{product_id}-{f'{last:%Y%m%dT%H%M%S%f}' if last else 'first'}-{price}"


def _footing(fields: Mapping[str, Any]) -> str:
    return footing_of(
        str(fields.get("currency")), tax_included=fields.get("tax_included") is not False
    )


def _history(fields: Mapping[str, Any]) -> list[PublicPrice]:
    """The prices that are known; what is no price (servers write none) is left out."""
    known = []
    for one in fields.get("public_prices") or []:
        try:
            known.append(PublicPrice.model_validate(one))
        except ValidationError:
            continue
    return known
