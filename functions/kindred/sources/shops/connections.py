"""What opens a connected shop: kept sealed, renewed by one worker at a time, forgotten at once.

Below a source's document, `secrets/credentials` holds the credentials, sealed, and who is renewing
them; the source's own document says to its merchant in what state the connection is.

Over 300 lines, because every write of credentials, and who may renew them, is seen in one place.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from kindred import clients, documents, log, settings
from kindred.errors import Conflict, InvalidInput, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources.shops import resealing
from kindred.sources.shops.platform import Connection, Credentials, Platform
from kindred.sources.shops.secrets import KeyRing, parse_keys, purpose_of

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from kindred.sources.shops.http import Client

State = Literal["connected", "expired", "uninstalled", "revoked"]

#: Longer than a platform is waited for: two requests, each with its time-outs.
LEASE: Final = timedelta(seconds=150)
#: How often the sweep looks whether secrets of a shop that isn't asked need the present key.
RESEAL_EVERY: Final = timedelta(days=1)
_WAIT_SECONDS: Final = 30.0  # for who renews; then the task is tried again
_LOOK_SECONDS: Final = 0.25

_HINTS: Final[Mapping[str, str]] = {
    "expired": "The shop no longer lets us in. Connect it again.",
    "uninstalled": "Kindred was removed from the shop. Install it again to go on.",
    "revoked": "You have disconnected this shop. Connect it again to go on.",
}


def keys() -> KeyRing:
    """The deployment's keys; raises `Conflict` ``no-shop-key`` without any."""
    return _parsed_keys(settings.SHOP_KEY)


@cache
def _parsed_keys(text: str) -> KeyRing:
    return parse_keys(text)


def load(source: Source) -> Connection:
    """What a connected shop is asked with.

    Raises `SourceGone`, and `Conflict` ``not-connected`` for a shop that can't be asked any more.
    """
    found = documents.get_many((source.document, source.credentials))
    return _connection(source, found.get(source.document), found.get(source.credentials))


def store_credentials(
    source: Source,
    credentials: Credentials,
    *,
    now: datetime,
    options: Mapping[str, str] | None = None,
) -> None:
    """Keep credentials in the place of those before; ``options`` that aren't given stay.

    The connection is ``connected`` from then on. Raises `SourceGone` without a document.
    """
    sealed = _sealed(source, credentials)
    kept = _kept(sealed, credentials, now) | ({} if options is None else {"options": dict(options)})

    def work(transaction: Transaction) -> None:
        held(source, transaction)
        client = clients.firestore()
        transaction.set(client.document(source.credentials), kept, merge=True)
        transaction.update(
            client.document(source.document), {"connection": shown_state("connected", now)}
        )

    clients.transact(work)


def initial_documents(
    source: Source, credentials: Credentials, options: Mapping[str, str], *, now: datetime
) -> Mapping[str, Mapping[str, Any]]:
    """The servers-only documents of a shop that is being connected, by path."""
    kept = _kept(_sealed(source, credentials), credentials, now)
    return {source.credentials: {**kept, "options": dict(options)}}


def shown_state(state: State, now: datetime, hint: str = "") -> dict[str, Any]:
    """A connection's state as members read it."""
    return {"state": state, "since": now, "hint": hint or _HINTS.get(state, "")}


def held(source: Source, transaction: Transaction) -> dict[str, Any]:
    """A source's fields, held until the transaction ends: what it writes below outlives no source.

    Raises `SourceGone`, also for a source that is being deleted.
    """
    reference = clients.firestore().document(source.document)
    fields: dict[str, Any] | None = reference.get(transaction=transaction).to_dict()
    if fields is None or not documents.is_of(source, fields) or fields.get("status") == "deleting":
        raise SourceGone
    return fields


def note_state(source: Source, state: State, *, now: datetime, hint: str = "") -> bool:
    """Tell the merchant that a connection is in another state; whether it wasn't in it before."""

    def work(transaction: Transaction) -> bool:
        reference = clients.firestore().document(source.document)
        fields = reference.get(transaction=transaction).to_dict()
        if fields is None or not documents.is_of(source, fields):
            raise SourceGone
        if (fields.get("connection") or {}).get("state") == state:
            return False
        transaction.update(reference, {"connection": shown_state(state, now, hint)})
        return True

    changed = clients.transact(work)
    if changed:
        log.event("connection_changed", kind=source.kind, id=source.id, state=state)
    return changed


def end(source: Source, state: State, *, now: datetime) -> None:
    """Forget what opens a shop, which is in that state from then on; twice is as once.

    What its webhooks are known by stays as long as its data: the shop may yet ask for them, or a
    customer's, to go. The sweep looks at it once more, for what such requests have left to do, and
    each day, for what it is known by to outlive a key.
    """

    def work(transaction: Transaction) -> None:
        client = clients.firestore()
        reference = client.document(source.document)
        fields = reference.get(transaction=transaction).to_dict()
        if fields is None or not documents.is_of(source, fields):
            raise SourceGone
        transaction.delete(client.document(source.credentials))
        if state == "uninstalled" and (fields.get("connection") or {}).get("state") == "revoked":
            return  # its merchant had let it go before
        transaction.update(
            reference,
            {
                "connection": shown_state(state, now),
                "hooks": {"state": "none", "checked_at": now, "error": None},
                "hooks_due_at": now + RESEAL_EVERY,
                "next_sync_at": now,
            },
        )

    clients.transact(work)
    log.event("connection_changed", kind=source.kind, id=source.id, state=state)


# Renewing ----------------------------------------------------------------------------------


def fresh(source: Source, platform: Platform, client: Client, *, now: datetime) -> Connection:
    """A connection whose credentials last for a while yet.

    One worker at a time renews; the others wait for what it stores. What is new is stored before it
    is used: whoever is killed in between leaves the pair before, or the new one, and either works.
    Raises as `load`; `InvalidInput` ``access-ended`` where the merchant has to connect again, whom
    the source's document tells too; `Unavailable` where another worker takes too long.
    """
    resealing.reseal(source, keys())
    connection = load(source)
    if not _is_due(connection, platform, now):
        return connection
    started, holder = time.monotonic(), uuid.uuid4().hex
    while (taken := _take(source, holder, now + _since(started))) is None:
        if time.monotonic() - started > _WAIT_SECONDS:
            raise Unavailable("Another worker is renewing this shop's access.", code="renewing")
        time.sleep(_LOOK_SECONDS)
        connection = load(source)
        if not _is_due(connection, platform, now + _since(started)):
            return connection
    return _renew(source, platform, client, taken, holder, now + _since(started))


def end_token(source: Source, refused: Credentials, *, now: datetime) -> None:
    """Have a token renewed that the shop refuses before its end, unless another came since."""

    def work(transaction: Transaction) -> None:
        reference = clients.firestore().document(source.credentials)
        there = reference.get(transaction=transaction).to_dict()
        if there is not None and there.get("expires_at") == refused.expires_at:
            transaction.update(reference, {"expires_at": now})

    clients.transact(work)


@dataclass(frozen=True)
class _Taken:
    """A connection as it was when this worker took its renewal, and which version it is."""

    connection: Connection
    version: str


def _renew(
    source: Source, platform: Platform, client: Client, taken: _Taken, holder: str, now: datetime
) -> Connection:
    try:
        renewed = platform.renew(taken.connection, client, now=now)
    except InvalidInput as err:
        _let_go(source, holder)
        if err.code == "access-ended":
            note_state(source, "expired", now=now, hint=err.hint)
        raise
    except Exception:
        _let_go(source, holder)
        raise
    if renewed is None:  # another worker was quicker
        _let_go(source, holder)
        return taken.connection
    if not _put(source, renewed, taken.version, now):
        return load(source)
    log.event("credentials_renewed", kind=source.kind, id=source.id)
    return replace(taken.connection, credentials=renewed)


def _take(source: Source, holder: str, now: datetime) -> _Taken | None:
    """Take the renewal for one lease; None while another worker has it."""

    def work(transaction: Transaction) -> _Taken | None:
        client = clients.firestore()
        own, kept = client.document(source.document), client.document(source.credentials)
        fields = own.get(transaction=transaction).to_dict()
        secret = kept.get(transaction=transaction).to_dict()
        connection = _connection(source, fields, secret)
        lease = (secret or {}).get("lease") or {}
        if lease and lease["holder"] != holder and lease["expires_at"] > now:
            return None
        transaction.update(kept, {"lease": {"holder": holder, "expires_at": now + LEASE}})
        return _Taken(connection, str((secret or {}).get("version")))

    return clients.transact(work)


def _put(source: Source, credentials: Credentials, version: str, now: datetime) -> bool:
    """Store what came in the place of ``version``; False if something else stands there now."""
    kept = _kept(_sealed(source, credentials), credentials, now)

    def work(transaction: Transaction) -> bool:
        reference = clients.firestore().document(source.credentials)
        there = reference.get(transaction=transaction).to_dict()
        if there is None or there.get("version") != version:
            return False
        transaction.update(reference, kept)
        return True

    return clients.transact(work)


def _let_go(source: Source, holder: str) -> None:
    def work(transaction: Transaction) -> None:
        reference = clients.firestore().document(source.credentials)
        there = reference.get(transaction=transaction).to_dict() or {}
        if (there.get("lease") or {}).get("holder") == holder:
            transaction.update(reference, {"lease": None})

    clients.transact(work)


def _is_due(connection: Connection, platform: Platform, now: datetime) -> bool:
    """Whether the platform would renew: it alone knows, so it is asked, and may ask nobody."""
    try:
        return platform.renew(connection, cast("Client", _Silent()), now=now) is not None
    except _Asked:
        return True
    except InvalidInput:  # it has ended; said where the renewal is ours
        return True


class _Asked(Exception):
    """Somebody would have asked the shop."""


class _Silent:
    """A client that reaches nobody."""

    def __getattr__(self, name: str) -> Any:
        raise _Asked(name)


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)


# Documents ---------------------------------------------------------------------------------


def _sealed(source: Source, credentials: Credentials) -> str:
    text = json.dumps(dict(credentials.values))
    return keys().seal(text, purpose_of(source, "credentials"))


def _kept(sealed: str, credentials: Credentials, now: datetime) -> dict[str, Any]:
    return {
        "sealed": sealed,
        "mode": credentials.mode,
        "expires_at": credentials.expires_at,
        "version": uuid.uuid4().hex,
        "updated_at": now,
        "lease": None,
    }


def _connection(
    source: Source, fields: Mapping[str, Any] | None, secret: Mapping[str, Any] | None
) -> Connection:
    if fields is None or not documents.is_of(source, fields):
        raise SourceGone
    state = (fields.get("connection") or {}).get("state")
    if secret is None or state != "connected":
        raise Conflict(
            "This shop isn't connected any more.",
            code="not-connected",
            hint=_HINTS.get(str(state), _HINTS["revoked"]),
        )
    values = json.loads(keys().open(secret["sealed"], purpose_of(source, "credentials")))
    return Connection(
        kind=source.kind,
        shop=fields["shop"],
        credentials=Credentials(secret["mode"], values, secret.get("expires_at")),
        zone=fields.get("zone") or "UTC",
        currency=fields.get("currency"),
        options=secret.get("options") or {},
    )
