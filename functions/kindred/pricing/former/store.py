"""The only place for the log of what everybody was asked that knows Firestore."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from google.cloud.firestore import FieldFilter

from kindred import clients, paths
from kindred.pricing.payloads import Place, PublicPrice


def change_asked(
    uid: str,
    product_id: str,
    change: Callable[[Mapping[str, Any]], tuple[tuple[PublicPrice, ...], datetime] | None],
) -> bool:
    """Write the log that ``change`` makes of a product's document; False if it makes none."""
    reference = clients.firestore().document(paths.product_path(uid, product_id))

    def work(transaction: Any) -> bool:
        fields = reference.get(transaction=transaction).to_dict()
        made = change(fields) if fields else None
        if made is None:
            return False
        log = [one.model_dump() for one in made[0]]
        transaction.update(reference, {"asked_prices": log, "asked_until": made[1]})
        return True

    return bool(clients.transact(work))


def each_product(uid: str, source: Place | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The products of a merchant, or of one source, with their documents' ids."""
    query: Any = clients.firestore().collection(paths.products_path(uid))
    if source is not None:
        query = query.where(filter=FieldFilter("source.kind", "==", source.kind))
        query = query.where(filter=FieldFilter("source.id", "==", source.id))
    for one in query.stream():
        yield one.id, one.to_dict() or {}
