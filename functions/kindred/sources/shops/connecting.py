"""Connects a shop: finds out its platform, asks it, saves it, and has its first sync started.

A shop is asked before anything of it is saved, and saved in one commit: document, credentials and
the secrets of its webhooks, or nothing. What follows (webhooks, the first sync) is found by the
sweep where it got lost. The id of a source follows from merchant, platform and shop, so a shop is
connected once, however many ask at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from kindred import documents, log, settings
from kindred.errors import Conflict, KindredError, SourceGone, Unavailable
from kindred.paths import Source
from kindred.sources.shops import authorizations, connections, hooks, recognising, store
from kindred.sources.shops.agreements import agreement_of
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Connection, Platform, Probe
from kindred.sources.shops.platforms import PLATFORMS, platform_of
from kindred.sources.shops.saving import initial_fields, save
from kindred.sources.shops.starting import start_sync
from kindred.sources.shops.unpaced import Unpaced, wait_once

_INDEX_SECONDS: Final = 15.0  # for a site that says what it runs
#: What an answer may have outside of syncs, in functions with little memory; JSON takes 25 times
#: as much once it is read.
_MAX_BYTES: Final = 2_000_000


@dataclass(frozen=True)
class Wish:
    """What a merchant gave to connect a shop."""

    platform: str | None
    shop_url: str | None
    given: Mapping[str, str] = field(repr=False)
    label: str | None = None


@dataclass(frozen=True)
class Connected:
    """A shop that was connected, or the page where its merchant has yet to agree."""

    source: Source | None
    shop: str | None = None
    capabilities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    webhooks: str = "none"
    hook_url: str | None = None
    authorize_url: str | None = None
    authorization: str | None = None


def client(*, ends_at: float | None = None) -> Client:
    """What asks shops outside of syncs: a handful of small requests, as they come.

    ``ends_at``: when all of them have to be done, by `time.monotonic`.
    """
    return Client(Unpaced(), local=settings.ON_EMULATOR, max_bytes=_MAX_BYTES, ends_at=ends_at)


# Connecting --------------------------------------------------------------------------------


def connect(uid: str, wish: Wish, *, by: str, now: datetime) -> Connected:
    """Connect a shop that opens with what was given, or say where its merchant has to agree.

    Raises `InvalidInput` for what the merchant has to put right, `Conflict` ``already-connected``
    for a shop that is, ``too-many-shops`` for one more than a merchant may have, and `Unavailable`
    for what may pass.
    """
    connections.keys()  # without one nothing can be kept: said before the shop is asked
    address = recognising.clean_address(wish.shop_url)
    kind = wish.platform or _find_platform(address, wish.given)
    platform = platform_of(kind)
    agreement = agreement_of(kind)
    if agreement is not None and agreement.wants(address, wish.given):
        begun = authorizations.begin(
            uid, kind, agreement, address, wish.given, label=wish.label, by=by, now=now
        )
        return Connected(None, authorize_url=begun.url, authorization=begun.id)
    shop, credentials, options = platform.accept(address, wish.given, local=settings.ON_EMULATOR)
    opened = Connection(kind, shop, credentials, options=options)
    return _connect(uid, platform, opened, wish.label, by=by, now=now)


def finish(uid: str, authorization: str, *, by: str, now: datetime) -> Connected:
    """Connect the shop that a merchant has agreed to, by the person who began it."""
    granted = authorizations.load_granted(uid, authorization, by=by, now=now)
    platform = platform_of(granted.kind)
    opened = Connection(granted.kind, granted.shop, granted.credentials, options=granted.options)
    made = _connect(uid, platform, opened, granted.label, by=by, now=now)
    authorizations.forget(uid, authorization)
    return made


def _connect(
    uid: str,
    platform: Platform,
    opened: Connection,
    label: str | None,
    *,
    by: str,
    now: datetime,
) -> Connected:
    _check_room(source_of(uid, platform.kind, opened.shop))
    asking = client()
    opened, probe = prove(platform, opened, asking, now)
    source = source_of(uid, platform.kind, opened.shop)
    entries = hooks.renewed(source, opened.credentials, now=now)
    beside = {
        **connections.initial_documents(source, opened.credentials, opened.options, now=now),
        source.hook_secrets: hooks.to_document(entries, opened.shop),
    }
    fields = initial_fields(platform, opened, probe, label, by=by, now=now)
    save(source, fields, beside, now=now)
    log.event("shop_connected", kind=source.kind, id=source.id)
    hooks.register(source, platform, opened, asking, capabilities=fields["capabilities"])
    _start_first_sync(source, now)
    return Connected(
        source,
        shop=probe.name,
        capabilities=fields["capabilities"],
        webhooks=documents.get_source(source)["hooks"]["state"],
        hook_url=entries[0].url,
    )


def _check_room(source: Source) -> None:
    """Refuse one shop too many. A few that are connected in the same second may get past.

    One that is connected already takes no more room: `save` says so.
    """
    most = settings.MAX_SHOPS
    if store.count_connected(source.uid, most) < most:
        return
    fields = documents.get(source.document) or {}
    if (fields.get("connection") or {}).get("state") != "connected":
        raise Conflict(
            f"{most} shops are connected already.",
            code="too-many-shops",
            hint="Disconnect one that you don't need. Whoever runs Kindred can allow more.",
        )


def prove(
    platform: Platform, opened: Connection, asking: Client, now: datetime
) -> tuple[Connection, Probe]:
    """The connection as the shop itself names it, with credentials that were seen to open it."""
    renewed = wait_once(lambda: platform.renew(opened, asking, now=now))
    proven = opened if renewed is None else replace(opened, credentials=renewed)
    probe = wait_once(lambda: platform.probe(proven, asking, now=now))
    opened = replace(
        proven,
        # On this machine a shop has an address beside the name that it would have elsewhere.
        shop=opened.shop if "://127.0.0.1" in opened.shop else probe.shop or opened.shop,
        zone=probe.zone,
        currency=probe.currency,
        options={**opened.options, **probe.options},
    )
    return opened, probe


def source_of(uid: str, kind: str, shop: str) -> Source:
    """The one source that a shop of a merchant can be; ids of two merchants are never equal."""
    named = "\0".join((uid, kind, shop.strip().rstrip("/").lower()))
    return Source(uid, kind, f"s{hashlib.sha256(named.encode()).hexdigest()[:24]}")


def _find_platform(address: str | None, given: Mapping[str, str]) -> str:
    """The platform of a shop that nobody named: by its address and keys, else by its site."""
    if kind := recognising.recognise(address, given, PLATFORMS):
        return kind
    if address and _asks_for_woocommerce(address):
        return "woocommerce"
    raise recognising.unknown()


def _asks_for_woocommerce(address: str) -> bool:
    """Ask a site what it runs; nothing that a merchant gave but the address goes there."""
    try:
        answer = client().ask(
            "GET",
            recognising.index_url(address),
            read_seconds=_INDEX_SECONDS,
            over_http=True,
        )
        return answer.status == 200 and recognising.is_woocommerce(answer.json())
    except Unavailable:
        return False


def _start_first_sync(source: Source, now: datetime) -> None:
    """Start the first sync; where that fails, the sweep does it, since it is due."""
    try:
        start_sync(source, now, "connected")
    except (KindredError, SourceGone) as err:
        log.event("first_sync_postponed", kind=source.kind, id=source.id, code=err.code)
