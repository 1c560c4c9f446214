"""A job whose customers have written something, while the service that reads it comes and goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from emulator.places import document_of, estate_of, make_upload, some_customers
from emulator.workers import Killed, Works, raise_killed
from kindred import jobs, settings
from kindred.errors import Unavailable
from kindred.paths import Source
from kindred.sources import service
from kindred.sources.csv import service as csv_service
from kindred.texts import service as texts_service
from kindred.texts.cleaning import join_review
from kindred.texts.client import ScoringRefused
from kindred.texts.scores import ScoredTexts

from tests.unit.texts.makers import FakeScoring

CONTENT = some_customers(40)
#: Distinct texts in the file, as they are sent.
TEXTS = {
    join_review(row["Review Title"], row["Review Text"])
    for row in csv.DictReader(io.StringIO(CONTENT.decode()))
    if row["Review Text"]
}


@dataclass
class Service:
    """A scoring service that a test can take away; counts what it was sent."""

    rules: FakeScoring = field(default_factory=FakeScoring)
    fails: Callable[[int], Exception | BaseException | None] = lambda sent: None

    def score(self, texts: Sequence[str]) -> ScoredTexts:
        error = self.fails(len(self.rules.sent))
        if error is not None:
            raise error
        return self.rules(texts)

    def is_ready(self) -> bool:
        return self.fails(0) is None


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Service:
    found = Service()
    monkeypatch.setattr(texts_service, "connected", cache(lambda: found))
    monkeypatch.setattr("kindred.texts.scoring.AT_ONCE", 10)
    return found


def started(works: Works, **fields: Any) -> Source:
    works.tasks.waiting.clear()
    source = make_upload(CONTENT, **fields)
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())
    works.writes.revive()
    return source


def segments_of(source: Source) -> dict[str, Any]:
    """Segments by key, without what names their run."""
    run = document_of(source)["current_run"]
    found = {}
    for path, document in estate_of(source).documents.items():
        if "/csv_segments/" in path and document["run_id"] == run:
            told = {n: v for n, v in document.items() if n not in ("run_id", "created_at")}
            found[document["segment_key"]] = {**told, "source": None}
    assert found
    return found


def test_many_texts_are_a_chain_of_tasks_that_ends_as_one_task_would(
    works: Works, reader: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = started(works)
    works.until_idle(whole)
    monkeypatch.setattr(settings, "TEXT_SHARD", 15)
    reader.rules.sent.clear()
    functions = []
    source = started(works)
    while works.tasks.waiting:
        functions.append(works.tasks.waiting[0][0])
        works.attempt()
    shards = -(-len(TEXTS) // 15)
    assert functions == ["processUpload", *["scoreTexts"] * shards, "processUpload"]
    document = document_of(source)
    assert (document["status"], document["texts_state"]) == ("ready", "scored")
    assert document["attempt"] == 1, "handing on is no new attempt"
    assert sorted(reader.rules.sent) == sorted(TEXTS), "each text is sent once"
    assert segments_of(source) == segments_of(whole)


def test_a_second_run_pays_only_for_new_texts(works: Works, reader: Service) -> None:
    source = started(works)
    works.until_idle(source)
    reader.rules.sent.clear()
    service.regenerate(source, None, now=works.clock())
    works.until_idle(source)
    assert reader.rules.sent == []
    version = started(works, uid=source.uid, based_on={"upload_id": source.id, "mode": "replace"})
    assert works.until_idle(version)["texts_state"] == "scored"
    assert reader.rules.sent == [], "a new version knows what the earlier one paid for"


def test_a_service_that_stays_away_is_said_and_the_sweep_finishes(
    works: Works, reader: Service
) -> None:
    reader.fails = lambda sent: Unavailable("away") if sent >= 20 else None
    reader.is_ready = lambda: False  # type: ignore[method-assign]
    source = started(works)
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "pending")
    assert "texts-pending" in {notice["code"] for notice in document["notices"]}
    assert {s["evidence"] for s in segments_of(source).values()} == {"behaviour"}
    sent = list(reader.rules.sent)
    assert len(sent) == 20

    works.sweep()
    assert document_of(source)["status"] == "ready", "nothing starts while it is away"
    reader.fails = lambda sent: None
    del reader.is_ready
    works.sweep()
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "scored")
    assert "texts-pending" not in {notice["code"] for notice in document["notices"]}
    assert "behaviour+text" in {s["evidence"] for s in segments_of(source).values()}
    assert sorted(reader.rules.sent) == sorted(TEXTS), "what was scored before isn't sent again"


def test_a_chain_gives_the_service_up_once_and_ends(
    works: Works, reader: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TEXT_SHARD", 15)
    reader.fails = lambda sent: Unavailable("away") if sent >= 15 else None
    reader.is_ready = lambda: False  # type: ignore[method-assign]
    document = works.until_idle(started(works))
    assert (document["status"], document["texts_state"]) == ("ready", "pending")
    assert document["attempt"] == 1


def test_a_service_that_turns_us_away_is_not_asked_again_by_the_sweep(
    works: Works, reader: Service
) -> None:
    reader.fails = lambda sent: ScoringRefused("no")
    source = started(works)
    document = works.until_idle(source)
    assert (document["status"], document["texts_state"]) == ("ready", "refused")
    reader.fails = lambda sent: None
    works.sweep()
    assert document_of(source)["status"] == "ready"
    service.regenerate(source, None, now=works.clock())
    assert works.until_idle(source)["texts_state"] == "scored"


def test_a_scorer_killed_at_any_write_is_succeeded_by_one_who_ends_the_same(
    works: Works, reader: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TEXT_SHARD", 15)
    expected = started(works)
    works.until_idle(expected)
    for nth in range(1, 6):
        source = started(works)
        works.attempt()  # reads, and hands on to the first shard
        works.writes.plan(nth, raise_killed)
        with pytest.raises(Killed):
            works.attempt()
        works.writes.revive()
        works.clock.forward(seconds=100)
        document = works.until_idle(source)
        assert (document["status"], document["texts_state"]) == ("ready", "scored"), nth
        assert segments_of(source) == segments_of(expected), nth


def test_a_job_is_cancelled_in_the_middle_of_its_texts(
    works: Works, reader: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TEXT_SHARD", 15)
    source = started(works)
    works.attempt()
    score = reader.score

    def cancelled_meanwhile(texts: Sequence[str]) -> ScoredTexts:
        jobs.request_cancel(source, now=works.clock())
        works.clock.forward(seconds=2)  # progress is written once a second
        return score(texts)

    monkeypatch.setattr(reader, "score", cancelled_meanwhile)
    document = works.until_idle(source)
    assert document["status"] == "cancelled"
    assert not document.get("current_run")
    kept = {
        source.document,
        source.raw_file("orders.csv"),
        source.private_file("text_scores.parquet"),
    }
    assert estate_of(source).places <= kept, "scores are kept, nothing else"


def test_words_go_and_scores_stay_where_texts_are_not_kept(
    works: Works, reader: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "KEEP_TEXTS", False)
    source = started(works)
    works.until_idle(source)
    before = segments_of(source)
    works.clock.forward(minutes=30)
    works.sweep()
    run = document_of(source)["tables_run"]
    gone = [source.private_file(f"{run}/{name}.parquet") for name in ("texts", "rows")]
    files = set(estate_of(source).files)
    assert not files & {*gone, source.raw_file("orders.csv")}
    said = next(iter(TEXTS)).split(" ", 1)[1][:40].encode()
    assert not any(said in content for content in estate_of(source).files.values())
    service.regenerate(source, None, now=works.clock())
    assert works.until_idle(source)["texts_state"] == "scored"
    assert segments_of(source) == before
    with pytest.raises(Exception, match="no stored rows"):
        csv_service.list_rows(source, 0, 10)


def test_without_a_service_the_merchant_is_told(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts_service, "connected", cache(lambda: None))
    document = works.until_idle(started(works))
    assert (document["status"], document["texts_state"]) == ("ready", "off")
    assert "texts-off" in {notice["code"] for notice in document["notices"]}
