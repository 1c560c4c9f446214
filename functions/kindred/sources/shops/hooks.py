"""Webhooks of connected shops: registered, heard, and looked after.

`secrets/hooks` below a source holds, for each address that was given to its platform, the hash of
the address's secret and, sealed, what deliveries are signed with; while secrets rotate there are
two. A delivery is believed once its signature is right, written down under an id that a repetition
shares, and looked at by the next sync, which reads the object itself again. Nothing here needs
credentials that live: a shop that has removed Kindred can still say so.

Over 300 lines, because what is registered, what is believed and until when belong together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, documents, log, settings
from kindred.errors import Conflict, KindredError, NotAllowed, NotFound, SourceGone
from kindred.paths import Source
from kindred.sources.shops import connections, privacy
from kindred.sources.shops.hook_addresses import HookToken, hook_url
from kindred.sources.shops.http import Throttled
from kindred.sources.shops.inboxes import inbox_of
from kindred.sources.shops.platform import Connection, Credentials, Delivery, Hook, Platform
from kindred.sources.shops.platforms import platform_of
from kindred.sources.shops.secrets import hash_of, is_same, new_hook_secret, purpose_of

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from kindred.sources.shops.http import Client

#: How long the secrets before still count after a rotation.
OVERLAP: Final = timedelta(days=1)
#: How often subscriptions are looked at, and how soon again after trouble.
CHECK_EVERY: Final = timedelta(hours=6)
CHECK_AGAIN: Final = timedelta(hours=1)
_AGAIN: Final = "We try again in an hour. Until then the shop is asked every hour what is new."
_MOST_DUE: Final = 300  # that one sweep has looked after
#: Many deliveries of a minute lead to one sync, this long after the minute.
_SLACK_SECONDS: Final = 5
#: What state a connection is in that was ended: of its shop nothing is read any more.
_ENDED: Final = ("uninstalled", "revoked")
#: Credentials by which platforms sign, that have no secret for each subscription.
_APP_SECRETS: Final = ("client_secret", "app_secret")


@dataclass(frozen=True)
class Entry:
    """One address of a source's webhooks: its token, what signs there, and until when."""

    token: HookToken
    secrets: tuple[str, ...] = field(repr=False)  # the one that was drawn for it first
    until: datetime | None = None

    @property
    def url(self) -> str:
        return hook_url(settings.PUBLIC_URL, self.token)


def renewed(source: Source, credentials: Credentials, *, now: datetime) -> list[Entry]:
    """A source's entries with new secrets, the newest first; those before count for a day.

    Its address stays, since some platforms were given it by hand. A source that has none yet, or
    whose secrets can't be read any more, gets one.
    """
    apps = [credentials.values[name] for name in _APP_SECRETS if credentials.values.get(name)]
    try:
        there = load_entries(source, now=now)
    except Conflict:
        there = []
    token = there[0].token if there else HookToken(source, new_hook_secret())
    before = [replace(one, until=one.until or now + OVERLAP) for one in there[:1]]
    return [Entry(token, (new_hook_secret(), *apps)), *before]


def to_document(entries: Sequence[Entry], shop: str) -> dict[str, Any]:
    """Entries as they are kept: no secret of theirs can be read from it."""
    kept = [_to_fields(entry) for entry in entries]
    return {"entries": kept, "shop": shop, "subscriptions": []}


def rotate(source: Source, credentials: Credentials, shop: str, *, now: datetime) -> Entry:
    """New secrets at the same address, as `renewed` makes them. Raises `SourceGone`."""
    entries = renewed(source, credentials, now=now)

    def work(transaction: Transaction) -> None:
        connections.held(source, transaction)
        reference = clients.firestore().document(source.hook_secrets)
        transaction.set(reference, to_document(entries, shop))

    clients.transact(work)
    return entries[0]


# Hearing -----------------------------------------------------------------------------------


def receive(token: HookToken, delivery: Delivery, *, now: datetime) -> str:
    """Take one delivery; what it said.

    Two reads, and at most one write beside the task. Of a shop that was let go, or has removed
    Kindred, only what concerns privacy is taken. Raises `NotFound`, the same for every address
    that isn't one (any more), `NotAllowed` for a signature that isn't the platform's, and
    `Unavailable` for what the platform should send again.
    """
    source = token.source
    kept = documents.get(source.hook_secrets)
    hashes = [str(one.get("hash")) for one in (kept or {}).get("entries", ())]
    sent = hash_of(token.secret)
    if kept is None or not any(is_same(sent, one) for one in hashes):
        raise _nobody()
    try:
        entries = _entries(source, kept, now)
    except Conflict as err:  # another kind's address, or a key that the deployment has dropped
        log.event("hooks_unreadable", severity="WARNING", kind=source.kind, code=err.code)
        raise _nobody() from None
    if not any(is_same(sent, hash_of(entry.token.secret)) for entry in entries):
        raise _nobody()  # of an address whose day is over
    secrets = [secret for entry in entries for secret in entry.secrets]
    hook = platform_of(source.kind).verify(delivery, secrets)
    _check_shop(hook, str(kept.get("shop", "")))
    try:
        _take(source, hook, delivery, now)
    except SourceGone:
        raise _nobody() from None
    log.event("hook_heard", kind=source.kind, id=source.id, what=hook.what, stream=hook.stream)
    return hook.what


def _check_shop(hook: Hook, shop: str) -> None:
    """One app's secret signs for all of its shops: what is told of another isn't this one's.

    A hook whose shop nobody signed is of any shop, so it is of another.
    """
    if "://" in shop:  # on this machine, where shops have addresses beside their names
        return
    if hook.shop != shop and (hook.shop or hook.needs_shop):
        raise NotAllowed("That is told of another shop.", code="other-shop")


def _take(source: Source, hook: Hook, delivery: Delivery, now: datetime) -> None:
    match hook.what:
        case "ping" | "ignored":
            return
        case "uninstalled":
            connections.end(source, "uninstalled", now=now)
        case "redact_shop":
            _erase(source, now)
        case "data_request":
            if hook.object_id:
                privacy.note_request(source, hook.object_id, now=now)
                tend(source, "requests", now=now)
        case "redact_customer":
            if hook.object_id:
                privacy.redact(source, hook.object_id, now=now)
                tend(source, "sync", now=now)
        case "scopes_changed":
            tend(source, "hooks", now=now)
        case _:
            if note(source, hook, delivery.body, now=now):
                tend(source, "sync", now=now)


def _erase(source: Source, now: datetime) -> None:
    from kindred.sources import service as sources_service

    try:
        sources_service.delete_source(source, now=now)
    except SourceGone:
        return


def note(source: Source, hook: Hook, body: bytes = b"", *, now: datetime) -> bool:
    """Write down what is to be read again, which a repetition does once more; whether it is.

    ``body``: what tells a repetition of a hook without an id. Raises `SourceGone`.
    """
    told = hook.id.encode() if hook.id else body
    name = hashlib.sha256(b"\0".join((hook.what.encode(), told))).hexdigest()[:40]
    fields = {
        "stream": hook.stream,
        "object_id": hook.object_id,
        "other_id": hook.other_id,
        "what": hook.what,
        "at": hook.at or now,
        "received_at": now,
    }

    def work(transaction: Transaction) -> bool:
        there = connections.held(source, transaction)
        if (there.get("connection") or {}).get("state") in _ENDED:
            return False
        transaction.set(clients.firestore().document(f"{source.hooks}/{name}"), fields)
        return True

    return clients.transact(work)


def tend(source: Source, what: str, *, now: datetime, later: bool = False) -> None:
    """Queue what a shop needs; all that is asked for within a minute is one task after it.

    ``later``: in the next minute, for a task that leaves something to one like itself.
    """
    minute, seconds = divmod(int(now.timestamp()), 60)
    clients.enqueue(
        "tendShop",
        {"source": {"uid": source.uid, "kind": source.kind, "id": source.id}, "what": what},
        task_id=f"{what}-{minute + later}-{source.id}",
        deadline_seconds=300,
        delay_seconds=60 - seconds + _SLACK_SECONDS if later or what == "sync" else 0,
    )


# Looking after -----------------------------------------------------------------------------


def register(
    source: Source,
    platform: Platform,
    connection: Connection,
    client: Client,
    *,
    capabilities: Mapping[str, Mapping[str, str]],
) -> bool:
    """See that the platform tells us of what changes; whether any subscription is new to us.

    Registers nothing where the shop's capabilities say that no webhook could be believed. Says what
    came of it in the source's document, and fails for nothing that a poll makes good. Raises
    `SourceGone`.
    """
    from kindred import jobs

    now = jobs.utc_now()
    kept = documents.get(source.hook_secrets) or {}
    entries = _entries(source, kept, now)
    if not entries:
        return False
    if capabilities.get("webhooks", {}).get("state") == "none":
        _show(source, "none", now, None, next_check=None)
        return False
    try:
        found = platform.subscribe(connection, client, entries[0].url, entries[0].secrets[0])
    except KindredError as err:
        log.event("hooks_not_registered", kind=source.kind, id=source.id, code=err.code)
        _show(source, "failing", now, _told(err), next_check=now + CHECK_AGAIN)
        return False
    ids = sorted(one.id for one in found)
    is_new = bool(set(ids) - set(kept.get("subscriptions") or ()))
    if is_new:
        _update(source.hook_secrets, {"subscriptions": ids})
    state = "none" if not found else "active" if all(one.is_active for one in found) else "failing"
    inbox = inbox_of(source.kind)
    is_heard = inbox is not None and inbox.has_queue(connection)  # at each sweep, see `tending`
    _show(source, state, now, None, next_check=now if is_heard else now + CHECK_EVERY)
    return is_new


def show_failing(source: Source, err: KindredError, *, now: datetime) -> None:
    """Tell members why nothing is heard, and look again in an hour. Raises `SourceGone`."""
    log.event("hooks_failing", kind=source.kind, id=source.id, code=err.code)
    _show(source, "failing", now, _told(err), next_check=now + CHECK_AGAIN)


def _told(err: KindredError) -> dict[str, str]:
    """An error as members read it. What may pass says when it is tried again: not with a sync."""
    told = err.as_dict()
    return {**told, "hint": _AGAIN} if isinstance(err, Throttled) else told


def list_due(now: datetime) -> list[Source]:
    """Shops of every merchant whose subscriptions are to be looked at."""
    from google.cloud.firestore import FieldFilter

    due = FieldFilter("hooks_due_at", "<=", now)
    group = clients.firestore().collection_group("data_sources").where(filter=due)
    found = []
    for snapshot in group.order_by("hooks_due_at").limit(_MOST_DUE).stream():
        try:
            kind = str((snapshot.to_dict() or {}).get("kind"))
            found.append(Source(snapshot.reference.parent.parent.id, kind, snapshot.id))
        except Exception as err:  # noqa: BLE001 - not made by us; the next one is not to blame
            log.failure("source_unreadable", err)
            snapshot.reference.update({"hooks_due_at": None})
    return found


def postpone(source: Source, at: datetime | None) -> None:
    """When subscriptions are looked at next; None: not any more. Raises `SourceGone`."""
    from google.api_core.exceptions import NotFound as NoDocument

    try:
        clients.firestore().document(source.document).update({"hooks_due_at": at})
    except NoDocument:
        raise SourceGone from None


def load_entries(source: Source, *, now: datetime) -> list[Entry]:
    """The addresses of a source that still count, the newest first; `Conflict` if unreadable."""
    return _entries(source, documents.get(source.hook_secrets) or {}, now)


def count_pending(source: Source, most: int = 1) -> int:
    """How many deliveries no sync has looked at, up to a number."""
    return len(list(clients.firestore().collection(source.hooks).limit(most).stream()))


def _show(
    source: Source,
    state: str,
    now: datetime,
    error: Mapping[str, str] | None,
    *,
    next_check: datetime | None,
) -> None:
    shown = {"state": state, "checked_at": now, "error": dict(error) if error else None}
    due = next_check if state != "none" else None
    _update(source.document, {"hooks": shown, "hooks_due_at": due})


def _update(path: str, fields: Mapping[str, Any]) -> None:
    """Update a document that goes with its source; raises `SourceGone` where it has gone."""
    from google.api_core.exceptions import NotFound as NoDocument

    try:
        clients.firestore().document(path).update(dict(fields))
    except NoDocument:
        raise SourceGone from None


def _entries(source: Source, kept: Mapping[str, Any], now: datetime) -> list[Entry]:
    """What of a document still counts, opened."""
    found = []
    for one in kept.get("entries", ()):
        until = one.get("until")
        if until is not None and now >= until:
            continue
        opened = json.loads(connections.keys().open(one["sealed"], purpose_of(source, "hooks")))
        token = HookToken(source, opened["token"])
        found.append(Entry(token, tuple(opened["secrets"]), until))
    return found


def _to_fields(entry: Entry) -> dict[str, Any]:
    source, token = entry.token.source, entry.token.secret
    text = json.dumps({"token": token, "secrets": list(entry.secrets)})
    return {
        "hash": hash_of(token),
        "sealed": connections.keys().seal(text, purpose_of(source, "hooks")),
        "until": entry.until,
    }


def _nobody() -> NotFound:
    return NotFound("Nothing is here.", code="no-hook")
