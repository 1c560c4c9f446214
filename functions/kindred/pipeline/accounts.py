"""The end of an account, whose sources go the way every source goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kindred import jobs, log
from kindred.accounts import service, store
from kindred.sources import service as sources_service

#: Longer than the tasks that delete an account are tried.
_PATIENCE: Final = timedelta(hours=2)


def erase(uid: str) -> None:
    """Remove an account that is being deleted."""
    service.erase_account(
        uid,
        estate=store.FirebaseEstate(),
        teams=store.FirestoreTeams(),
        directory=store.FirebaseDirectory(),
        delete_source=lambda source: sources_service.delete_source(source, now=jobs.utc_now()),
    )


def sweep(now: datetime) -> None:
    """Go on with deletions of accounts whose tasks have all failed; each once an hour."""
    for uid in store.list_deleting(before=now - _PATIENCE):
        try:
            store.enqueue_erasure(uid, now.replace(minute=0))
        except Exception as err:  # noqa: BLE001 - the next account is not to blame
            log.failure("sweep_failed", err, uid=uid)
