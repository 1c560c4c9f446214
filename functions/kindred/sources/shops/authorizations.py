"""Shops whose merchants have been sent to agree: begun, answered, and used once.

`users/{uid}/shop_authorizations/{id}` holds what was given, sealed, until the shop's answer comes,
then what opens the shop, until who began it takes it up; each for a quarter of an hour at most. The
answer comes without a sign-in, so it connects nothing by itself.

Whoever began an authorization could send its link to somebody else, who then agrees in a shop of
their own. Shopify's and Flipkart's answers are brought by that person's browser: it is given a
proof, without which nothing granted is taken up, so that whoever only began it gets nothing.
WooCommerce's answer is sent by the shop's server, so no browser can be given a proof: what protects
there is the shop's own page, which names Kindred.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kindred import clients, documents, log, paths, settings
from kindred.errors import KindredError
from kindred.sources.shops import connections
from kindred.sources.shops.agreements import agreement_of
from kindred.sources.shops.authorizing import (
    LASTS,
    Authorizes,
    State,
    read_state,
    refused,
    sign_state,
)
from kindred.sources.shops.hook_addresses import callback_url
from kindred.sources.shops.platform import Credentials, Delivery
from kindred.sources.shops.secrets import hash_of, is_same, new_hook_secret

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

    from kindred.sources.shops.http import Client

#: Of the web app, which takes up what was granted.
RETURN_PATH: Final = "/sources/connect"


@dataclass(frozen=True)
class Begun:
    """Where a merchant agrees, and under which id that is waited for."""

    id: str
    url: str = field(repr=False)


@dataclass(frozen=True)
class Granted:
    """What a merchant has agreed to: a shop, and what opens it."""

    kind: str
    shop: str
    credentials: Credentials
    options: Mapping[str, str]
    label: str | None


def begin(
    uid: str,
    kind: str,
    agreement: Authorizes,
    shop_url: str | None,
    given: Mapping[str, str],
    *,
    label: str | None,
    by: str,
    now: datetime,
) -> Begun:
    """Keep what was given, and say where the merchant agrees."""
    id_ = uuid.uuid4().hex
    state = sign_state(State(id_, uid), connections.keys(), now=now)
    url = agreement.authorize_url(
        shop_url, given, state=state, callback=callback_url(settings.PUBLIC_URL, kind),
        return_url=return_url(id_), local=settings.ON_EMULATOR,
    )  # fmt: skip
    clients.firestore().document(paths.shop_authorization_path(uid, id_)).create(
        {
            "kind": kind,
            "shop_url": shop_url,
            "label": label,
            "by": by,
            "state": "waiting",
            "sealed": _sealed(uid, id_, {"given": dict(given)}),
            "created_at": now,
            "expires_at": now + LASTS,
        }
    )
    log.event("authorization_begun", kind=kind)
    return Begun(id_, url)


def answer(kind: str, delivery: Delivery, asking: Client, *, now: datetime) -> str:
    """Keep what a shop grants; returns the `authorization` by which it is taken up.

    For a browser that is the id with a proof that nobody else is told.

    Raises `NotAllowed` for an answer that nobody waits for (any more), and what `exchange` raises.
    """
    agreement = agreement_of(kind)
    text = agreement.state_of(delivery) if agreement else None
    state = read_state(text, connections.keys(), now=now)
    if agreement is None or text is None:
        raise refused()
    path = paths.shop_authorization_path(state.uid, state.id)
    waiting = _use(path, kind, now)
    given = _opened(state.uid, state.id, waiting["sealed"])["given"]
    reference = clients.firestore().document(path)
    try:
        shop, credentials, options = agreement.exchange(
            waiting["shop_url"], given, delivery, asking, state=text, now=now,
            local=settings.ON_EMULATOR,
        )  # fmt: skip
    except KindredError:
        reference.delete()
        raise
    found = {
        "shop": shop,
        "mode": credentials.mode,
        "values": dict(credentials.values),
        "options": dict(options),
    }
    proof = new_hook_secret() if delivery.method == "GET" else ""
    reference.update(
        {
            "state": "granted",
            "proof": hash_of(proof),
            "sealed": _sealed(state.uid, state.id, found),
            "credentials_expire_at": credentials.expires_at,
            "expires_at": now + LASTS,
        }
    )
    log.event("authorization_granted", kind=kind)
    return f"{state.id}-{proof}" if proof else state.id


def load_granted(uid: str, authorization: str, *, by: str, now: datetime) -> Granted:
    """What was granted to the person who began it and, where a browser brought it, has its proof.

    Raises `NotAllowed` for all else alike.
    """
    id_, _, proof = authorization.partition("-")
    fields = documents.get(paths.shop_authorization_path(uid, id_))
    if (
        fields is None
        or fields.get("state") != "granted"
        or fields.get("by") != by
        or not is_same(fields.get("proof", ""), hash_of(proof))
        or now >= fields["expires_at"]
    ):
        raise refused()
    found = _opened(uid, id_, fields["sealed"])
    ends = fields.get("credentials_expire_at")
    credentials = Credentials(found["mode"], found["values"], ends)
    return Granted(fields["kind"], found["shop"], credentials, found["options"], fields["label"])


def forget(uid: str, authorization: str) -> None:
    """Of what was taken up, nothing stays."""
    id_ = authorization.partition("-")[0]
    clients.firestore().document(paths.shop_authorization_path(uid, id_)).delete()


def return_url(id_: str | None, error: str = "") -> str:
    """Where the merchant's browser goes on, in the web app."""
    query = f"authorization={id_}" if id_ else f"error={error}"
    return f"{settings.WEB_URL}{RETURN_PATH}?{query}"


def _use(path: str, kind: str, now: datetime) -> dict[str, Any]:
    """Take what waits for an answer, so that no second answer finds it waiting."""

    def work(transaction: Transaction) -> dict[str, Any]:
        reference = clients.firestore().document(path)
        fields: dict[str, Any] | None = reference.get(transaction=transaction).to_dict()
        if (
            fields is None
            or fields.get("state") != "waiting"
            or fields.get("kind") != kind
            or now >= fields["expires_at"]
        ):
            raise refused()
        transaction.update(reference, {"state": "used"})
        return fields

    return clients.transact(work)


def _sealed(uid: str, id_: str, content: Mapping[str, Any]) -> str:
    return connections.keys().seal(json.dumps(content), _purpose(uid, id_))


def _opened(uid: str, id_: str, sealed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(connections.keys().open(sealed, _purpose(uid, id_)))
    return found


def _purpose(uid: str, id_: str) -> str:
    return f"{uid}/authorization/{id_}"
