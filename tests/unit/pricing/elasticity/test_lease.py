"""Who learns what prices do holds the run while the work lasts, and no longer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from kindred import settings
from kindred.paths import CSV, Source
from kindred.pricing.elasticity import service, store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = Source("m1", CSV, "u1")


def test_a_lease_is_renewed_while_the_work_lasts_whatever_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renewed: list[datetime] = []
    enough = threading.Event()

    def renew(_: Source, __: str, now: datetime) -> None:
        renewed.append(now)
        if len(renewed) == 1:
            raise ConnectionError("once")
        if len(renewed) == 3:
            enough.set()

    monkeypatch.setattr(settings, "LEASE_RENEWAL_SECONDS", 0.01)
    monkeypatch.setattr(store, "renew", renew)
    with service._lease(SOURCE, "r1", NOW):
        assert enough.wait(60)
    assert renewed == sorted(renewed)
    assert renewed[0] > NOW
    assert "prices-lease" not in {thread.name for thread in threading.enumerate()}


def test_a_lease_ends_with_work_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "renew", lambda *_: None)

    def work() -> None:
        with service._lease(SOURCE, "r1", NOW):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert "prices-lease" not in {thread.name for thread in threading.enumerate()}
