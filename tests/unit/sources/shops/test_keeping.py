"""A shop that is let go can't stop that, whatever it answers."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from kindred import documents
from kindred.errors import Unavailable
from kindred.paths import Source
from kindred.sources import service as sources_service
from kindred.sources.shops import connections, hooks, keeping
from kindred.sources.shops.hook_addresses import HookToken
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Connection, Credentials

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source("merchant", "woocommerce", "s1")
OPENED = Connection("woocommerce", "https://shop.example.com", Credentials("basic", {}))


class Hostile:
    """A platform whose shop never lets anybody go."""

    def __init__(self, done: list[str], error: Exception) -> None:
        self._done = done
        self._error = error

    def renew(self, connection: Connection, client: Client, *, now: datetime) -> None:
        assert client.ends_at is not None
        assert client.ends_at - time.monotonic() <= 30
        self._done.append("goodbye")

    def unsubscribe(self, connection: Connection, client: Client, url: str) -> None:
        raise self._error


@pytest.mark.parametrize("error", [Unavailable("slow", code="slow"), KeyError("odd")])
@pytest.mark.parametrize(
    ("status", "erase", "done"),
    [
        ("ready", True, ["ended", "deleting", "goodbye"]),
        ("ready", False, ["ended", "goodbye"]),
        ("deleting", True, ["ended", "goodbye"]),
    ],
)
def test_a_source_is_going_before_its_shop_is_asked(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: str, erase: bool, done: list[str]
) -> None:
    found: list[str] = []

    def noting(what: str) -> Any:
        return lambda *_, **__: found.append(what)

    entry = hooks.Entry(HookToken(SOURCE, "t" * 43), ("secret",))
    monkeypatch.setattr(documents, "get_source", lambda _: {"status": status})
    monkeypatch.setattr(connections, "load", lambda _: OPENED)
    monkeypatch.setattr(hooks, "load_entries", lambda *_, **__: [entry])
    monkeypatch.setattr(connections, "end", noting("ended"))
    monkeypatch.setattr(keeping, "_stop_work", lambda *_: 0)
    monkeypatch.setattr(sources_service, "delete_source", noting("deleting"))
    monkeypatch.setattr(keeping, "platform_of", lambda _: Hostile(found, error))
    said = keeping.disconnect(SOURCE, erase=erase, now=NOW)
    assert said == ("deleting" if erase else "disconnected", "left")
    assert found == done
