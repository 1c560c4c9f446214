"""The end of an account, whose sources go the way every source goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kindred import jobs, log
from kindred.accounts import service, store
from kindred.sources import service as sources_service

#: Longer than the tasks that delete an account are tried.
_PATIENCE: Final = timedelta(hours=2)
#: A token lives for an hour after its account.
_TOKENS_ARE_GONE: Final = timedelta(hours=2)


def erase(uid: str) -> None:
    """Remove an account that is being deleted."""
    service.erase_account(
        uid,
        estate=store.FirebaseEstate(),
        teams=store.FirestoreTeams(),
        directory=store.FirebaseDirectory(),
        now=jobs.utc_now(),
        delete_source=lambda source: sources_service.delete_source(source, now=jobs.utc_now()),
    )


def sweep(now: datetime) -> None:
    """Go on with deletions of accounts whose tasks have all failed; each once an hour.

    Look also, once no token lives any more, for what a last one has left of an erased account.
    """
    for uid in store.list_deleting(before=now - _PATIENCE):
        _tried(uid, lambda uid: store.enqueue_erasure(uid, now.replace(minute=0)))
    for uid in store.list_erased(before=now - _TOKENS_ARE_GONE):
        _tried(uid, lambda uid: _look_again(uid, now))


def _look_again(uid: str, now: datetime) -> None:
    estate = store.FirebaseEstate()
    if estate.is_empty(uid):
        store.forget_erased(uid)
        return
    log.event("erased_account_left_something", severity="WARNING", uid=uid)
    estate.mark_deleting(uid, now)
    store.enqueue_erasure(uid, now)


def _tried(uid: str, work: Callable[[str], None]) -> None:
    try:
        work(uid)
    except Exception as err:  # noqa: BLE001 - the next account is not to blame
        log.failure("sweep_failed", err, uid=uid)
