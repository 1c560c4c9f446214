"""What tests of connected shops share: a platform, a key, and syncs that are noted."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from emulator.workers import Tasks
from flask import Request, Response
from kindred import jobs, settings
from kindred.paths import Source
from kindred.sources import shops
from kindred.sources.shops import connecting, serving_hooks
from kindred.sources.shops.agreements import AGREEMENTS
from kindred.sources.shops.connecting import Connected, Wish
from kindred.sources.shops.platform import Delivery
from kindred.sources.shops.platforms import PLATFORMS
from shops.pretend import Pretend
from werkzeug.test import EnvironBuilder

NOW = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
PUBLIC = "https://kindred.test"


@dataclass
class Syncs:
    """The syncs that were asked for, in the place of those that would run."""

    started: list[tuple[str, str]] = field(default_factory=list)  # source id, why
    is_busy: bool = False

    def start_sync(
        self, source: Source, *, now: datetime, why: str, **more: Any
    ) -> jobs.Ticket | None:
        if self.is_busy:
            return None
        self.started.append((source.id, why))
        return jobs.Ticket(source, jobs.new_run_id(now), 1)


@dataclass
class World:
    """A deployment with one platform."""

    platform: Pretend
    syncs: Syncs
    tasks: Tasks

    def connect(self, uid: str, name: str = "tea.example.com", **more: Any) -> Connected:
        wish = Wish(None, name, self.platform.keys(name), label=more.pop("label", None))
        return connecting.connect(uid, wish, by=uid, now=more.pop("now", NOW))

    def source(self, uid: str, name: str = "tea.example.com", **more: Any) -> Source:
        made = self.connect(uid, name, **more).source
        assert made is not None
        return made


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tasks: Tasks) -> World:
    platform, syncs = Pretend(), Syncs()
    platform.open()
    for table in (PLATFORMS, AGREEMENTS):
        for kind in list(table):
            monkeypatch.delitem(table, kind)  # type: ignore[arg-type]
        monkeypatch.setitem(table, platform.kind, lambda: platform)  # type: ignore[arg-type]
    monkeypatch.setattr(settings, "SHOP_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setattr(settings, "PUBLIC_URL", PUBLIC)
    monkeypatch.setattr(settings, "WEB_URL", PUBLIC)
    service = SimpleNamespace(start_sync=syncs.start_sync)
    monkeypatch.setitem(sys.modules, "kindred.sources.shops.service", service)  # type: ignore[arg-type]
    monkeypatch.setattr(shops, "service", service, raising=False)
    return World(platform, syncs, tasks)


def send(
    delivery: Delivery,
    *,
    now: datetime = NOW,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Our answer to a request as it reaches the function."""
    sent = EnvironBuilder(
        path=delivery.url.removeprefix(PUBLIC).partition("?")[0],
        query_string=delivery.url.partition("?")[2],
        method=method,
        data=delivery.body,
        headers={**delivery.headers, **(headers or {})},
    )
    return serving_hooks.answer(Request(sent.get_environ()), now=now)
