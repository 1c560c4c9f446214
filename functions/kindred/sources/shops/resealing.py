"""Seals again what an earlier key of the deployment has sealed, so that the key can be dropped.

Done whenever a shop is synced and whenever the sweep has its webhooks looked at, for shops that
were let go, too: they may yet ask for customers to be forgotten, by addresses that are kept sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kindred import clients, documents, log
from kindred.errors import Conflict
from kindred.sources.shops.secrets import purpose_of

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from kindred.paths import Source
    from kindred.sources.shops.secrets import KeyRing


def reseal(source: Source, ring: KeyRing) -> bool:
    """Seal a source's secrets with the ring's first key; whether any was sealed with another.

    Whoever renews credentials meanwhile isn't disturbed: lease and version stay. What no key opens
    is left as it is, for its reader to say so.
    """
    paths = (source.credentials, source.hook_secrets)
    found = documents.get_many(paths)
    if not any(_changes(source, ring, found.get(path)) for path in paths):
        return False

    def work(transaction: Transaction) -> int:
        references = [clients.firestore().document(path) for path in paths]
        there = [one.get(transaction=transaction).to_dict() for one in references]
        changes = [_changes(source, ring, fields) for fields in there]
        for reference, change in zip(references, changes, strict=True):
            if change:
                transaction.update(reference, change)
        return sum(map(bool, changes))

    if count := clients.transact(work):
        log.event("secrets_resealed", kind=source.kind, id=source.id, count=count)
    return count > 0


def _changes(source: Source, ring: KeyRing, fields: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is to be written into a document of secrets; nothing where all is as it should be."""
    if not fields:
        return {}
    if "sealed" in fields:
        made = _resealed(source, ring, fields["sealed"], "credentials")
        return {"sealed": made} if made != fields["sealed"] else {}
    entries = list(fields.get("entries") or ())
    made_entries = [
        {**one, "sealed": _resealed(source, ring, one["sealed"], "hooks")} for one in entries
    ]
    return {"entries": made_entries} if made_entries != entries else {}


def _resealed(source: Source, ring: KeyRing, sealed: str, name: str) -> str:
    if ring.is_current(sealed):
        return sealed
    purpose = purpose_of(source, name)
    try:
        return ring.seal(ring.open(sealed, purpose), purpose)
    except Conflict as err:
        log.event("secret_not_resealed", kind=source.kind, id=source.id, code=err.code)
        return sealed
