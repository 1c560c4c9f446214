"""Many texts are scored by a chain of tasks, which may break at any link."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from emulator.places import document_of, estate_of, likeness, make_upload, some_customers
from emulator.workers import Works, raise_killed
from kindred import jobs, settings
from kindred.errors import Conflict, Unavailable
from kindred.paths import Source
from kindred.sources import service
from kindred.sources.csv import service as csv_service
from kindred.texts import service as texts
from unit.texts.makers import FakeScoring

CONTENT = some_customers(24)


@pytest.fixture
def scoring(monkeypatch: pytest.MonkeyPatch) -> FakeScoring:
    """A service that reads texts, a few in each task."""
    fake = FakeScoring()
    client = SimpleNamespace(score=fake, is_ready=lambda: True)
    monkeypatch.setattr(texts, "connected", cache(lambda: client))
    monkeypatch.setattr(settings, "TEXT_SHARD", 40)
    return fake


def queued_upload(works: Works) -> Source:
    works.tasks.waiting.clear()
    source = make_upload(CONTENT)
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())
    works.writes.revive()
    return source


@pytest.fixture
def undisturbed(works: Works, scoring: FakeScoring) -> tuple[dict[str, Any], int]:
    source = queued_upload(works)
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "scored")
    return likeness(estate_of(source), source), works.writes.count


def test_each_text_is_sent_once_in_tasks_of_their_own(works: Works, scoring: FakeScoring) -> None:
    source = queued_upload(works)
    tasks: list[str] = []
    while works.tasks.waiting:
        tasks.append(works.tasks.waiting[0][0])
        works.attempt()
    assert tasks[0] == tasks[-1] == "processUpload"
    assert set(tasks[1:-1]) == {"scoreTexts"}
    assert len(tasks) >= 4
    assert len(scoring.sent) == len(set(scoring.sent)) > 40
    document = document_of(source)
    assert (document["status"], document["attempt"]) == ("ready", 1)
    sent = len(scoring.sent)
    service.regenerate(source, None, now=works.clock())
    works.until_idle(source)
    assert len(scoring.sent) == sent, "a second run pays only for new text"


def test_a_chain_that_breaks_anywhere_ends_the_same(
    works: Works, undisturbed: tuple[dict[str, Any], int]
) -> None:
    expected, count = undisturbed
    for nth in range(1, count + 1):
        source = queued_upload(works)
        works.writes.plan(nth, raise_killed)
        assert works.until_idle(source)["status"] == "ready", nth
        assert works.writes.was_struck
        assert likeness(estate_of(source), source) == expected, f"before write {nth} of {count}"


def test_a_link_that_is_lost_is_replaced_by_the_sweep(
    works: Works, undisturbed: tuple[dict[str, Any], int]
) -> None:
    expected, _ = undisturbed
    source = queued_upload(works)
    for _ in range(2):
        works.attempt()
    works.tasks.waiting.clear()
    assert works.until_idle(source)["attempt"] == 1, "nobody had begun it"
    assert likeness(estate_of(source), source) == expected


def test_links_that_come_twice_change_nothing(
    works: Works, undisturbed: tuple[dict[str, Any], int]
) -> None:
    expected, _ = undisturbed
    source = queued_upload(works)
    seen: list[Any] = []
    for _ in range(40):
        if not works.tasks.waiting:
            break
        seen.append(works.tasks.waiting[0])
        works.attempt()
        if len(seen) < 6:
            works.tasks.waiting[:0] = seen[-1:]  # once more
    works.tasks.waiting += seen
    works.until_idle(source)
    assert document_of(source)["attempt"] == 1
    assert likeness(estate_of(source), source) == expected


def test_a_cancel_at_any_link_leaves_nothing_but_what_was_paid_for(
    works: Works, undisturbed: tuple[dict[str, Any], int]
) -> None:
    _, count = undisturbed
    for nth in range(1, count):
        source = queued_upload(works)
        cancelled: list[str] = []

        def cancel(source: Source = source, cancelled: list[str] = cancelled) -> None:
            try:
                cancelled.append(jobs.request_cancel(source, now=works.clock()))
            except Conflict:
                cancelled.append("too late")

        works.writes.plan(nth, cancel, afterwards=True)
        works.until_idle(source)
        works.clock.forward(minutes=30)
        works.sweep()
        assert cancelled != ["too late"], nth
        assert document_of(source)["status"] == "cancelled", nth
        left = {source.document, source.raw_file("orders.csv")}
        assert estate_of(source).places - {source.private_file("text_scores.parquet")} == left, nth


def test_texts_wait_for_a_service_that_is_away_and_the_segments_do_not(
    works: Works, scoring: FakeScoring, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True]

    def score(batch: Any) -> Any:
        if away[0]:
            raise Unavailable("The service is away.")
        return scoring(batch)

    client = SimpleNamespace(score=score, is_ready=lambda: not away[0])
    monkeypatch.setattr(texts, "connected", cache(lambda: client))
    source = queued_upload(works)
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "pending")
    assert "texts-pending" in [notice["code"] for notice in document["notices"]]
    works.clock.forward(minutes=20)
    works.sweep()
    assert document_of(source)["status"] == "ready", "not before it is back"
    away[0] = False
    works.sweep()
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "scored")
    assert "texts-pending" not in [notice["code"] for notice in document["notices"]]
