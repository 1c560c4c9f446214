"""Nobody answers where Firestore should be: shop pages go on."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from kindred import clients
from kindred.keys import service as keys_service
from kindred.keys import store as keys_store
from kindred.pricing import service as pricing_service
from kindred.pricing.payloads import QuoteItem
from unit.api.shop_doors import NOON, ONE, Doors, error_code, open_doors

quote_prices = pricing_service.quote_prices


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The API with the real stores, of which none reaches anything."""
    doors = open_doors(monkeypatch)
    monkeypatch.setattr(pricing_service, "quote_prices", quote_prices)
    with socket.socket() as taken:  # bound and never listened to
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{taken.getsockname()[1]}")
        clients.firestore.cache_clear()
        pricing_service.forget()
        yield doors
    clients.firestore.cache_clear()
    pricing_service.forget()


def test_a_key_that_is_remembered_gets_an_answer_for_each_item(doors: Doors) -> None:
    item = {name: ONE[name] for name in QuoteItem.model_fields if name in ONE}
    answer = doors.send(key=doors.key(), json={"source": ONE["source"], "items": [item] * 3})
    assert answer.status_code == 200
    quotes = answer.get_json()["quotes"]
    assert [quote["price"] for quote in quotes] == [None] * 3
    assert all(quote["factors"][0]["reason"] for quote in quotes)


def test_a_key_that_is_not_known_is_asked_to_come_back(doors: Doors) -> None:
    doors.gates[0] = keys_service.open_gate()
    answer = doors.send(key=doors.key(), json=ONE)
    assert (answer.status_code, error_code(answer)) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_a_limit_that_nobody_counts_keeps_nobody_waiting_twice(doors: Doors) -> None:
    gate = keys_service.open_gate(
        per_minute=20, find=lambda uid, key_id: doors.kept.get((uid, key_id))
    )
    doors.gates[0] = gate
    holder = gate.verify(doors.key(), "prices", None, now=NOON)
    assert holder
    assert [gate.take(holder, 1, now=NOON) for _ in range(3)] == [0, 0, 60]
    with pytest.raises(keys_store.Unavailable):
        keys_store.lease("merchant", "k" * 20, 1, 1, 1)
