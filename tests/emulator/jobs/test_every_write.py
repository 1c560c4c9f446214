"""A worker may be struck at any write: killed, broken, overtaken, cancelled, deleted.

Each test goes through every write of a whole job, and compares what is left with what an
undisturbed job leaves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from emulator.places import document_of, estate_of, likeness, make_upload, some_customers
from emulator.workers import Broken, Killed, Works, raise_broken, raise_killed
from kindred import documents, jobs
from kindred.errors import Conflict, Unavailable
from kindred.paths import Source
from kindred.sources import service
from kindred.sources.csv import service as csv_service

CONTENT = some_customers(24)

Likeness = dict[str, Any]


@pytest.fixture(autouse=True)
def small_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing takes several commits, as it does for more customers."""
    monkeypatch.setattr(documents, "_COMMIT_WRITES", 10)


def queued_upload(works: Works) -> Source:
    """A source whose job waits for its first worker."""
    works.tasks.waiting.clear()
    source = make_upload(CONTENT)
    assert csv_service.start_upload(source, "orders.csv", now=works.clock())
    works.writes.revive()
    return source


@pytest.fixture
def undisturbed(works: Works) -> tuple[Likeness, int]:
    """What a job leaves that nothing happens to, and how many writes it takes."""
    source = queued_upload(works)
    works.attempt()
    count = works.writes.count
    assert document_of(source)["status"] == "ready"
    assert count > 12, "a whole job writes more than that"
    return likeness(estate_of(source), source), count


def strikes(
    works: Works, count: int, *, afterwards: bool = False
) -> Iterator[tuple[Source, Callable[[Callable[[], None]], None], str]]:
    """For each write of a job: its source, a function that plans the strike, and a name."""
    for nth in range(1, count + 1):
        source = queued_upload(works)

        def plan(strike: Callable[[], None], nth: int = nth) -> None:
            works.writes.plan(nth, strike, afterwards=afterwards)

        yield source, plan, f"{'after' if afterwards else 'before'} write {nth} of {count}"


def assert_same(source: Source, expected: Likeness, when: str) -> None:
    assert document_of(source).get("status") == "ready", when
    assert likeness(estate_of(source), source) == expected, when


def assert_nothing_half_made(source: Source, when: str) -> None:
    """Only what the client gave is there."""
    given = {source.document, source.raw_file("orders.csv")}
    assert estate_of(source).places == given, when


def test_a_killed_worker_is_succeeded_by_one_who_leaves_the_same(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed
    for source, plan, when in strikes(works, count):
        plan(raise_killed)
        with pytest.raises(Killed):
            works.attempt()
        works.until_idle(source)
        assert_same(source, expected, when)


def test_two_workers_killed_one_after_the_other_are_succeeded_too(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed
    for source, plan, when in strikes(works, count):
        for _ in range(2):
            plan(raise_killed)
            with pytest.raises(Killed):
                works.attempt()
            works.writes.revive()
            works.clock.forward(seconds=100)
        works.until_idle(source)
        assert_same(source, expected, when)


@pytest.mark.parametrize("afterwards", [False, True])
def test_an_error_that_nobody_foresaw_is_tried_again(
    works: Works, undisturbed: tuple[Likeness, int], afterwards: bool
) -> None:
    expected, count = undisturbed
    for source, plan, when in strikes(works, count, afterwards=afterwards):
        plan(raise_broken)
        with contextlib.suppress(Broken):
            works.attempt()
        works.until_idle(source)
        assert_same(source, expected, when)


def test_a_worker_who_was_overtaken_in_its_sleep_changes_nothing(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed

    def overtake() -> None:
        works.clock.forward(seconds=100)
        works.attempt()

    for source, plan, when in strikes(works, count, afterwards=True):
        plan(overtake)
        works.attempt()
        works.until_idle(source)
        assert_same(source, expected, when)


def test_a_second_delivery_waits_for_the_first(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed

    def deliver_again() -> None:
        with contextlib.suppress(Unavailable):
            works.attempt()

    for source, plan, when in strikes(works, count, afterwards=True):
        plan(deliver_again)
        works.attempt()
        works.until_idle(source)
        assert_same(source, expected, when)
        assert document_of(source)["attempt"] == 1, when


def test_a_cancel_wins_over_ready_and_leaves_nothing(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed
    for source, plan, when in strikes(works, count, afterwards=True):
        answers: list[str] = []

        def cancel(source: Source = source, answers: list[str] = answers) -> None:
            with contextlib.suppress(Conflict):
                answers.append(jobs.request_cancel(source, now=works.clock()))

        plan(cancel)
        works.attempt()
        document = works.until_idle(source)
        if not answers:
            assert_same(source, expected, f"{when}, too late")
            continue
        assert document["status"] == "cancelled", when
        assert_nothing_half_made(source, when)


def test_a_source_deleted_at_any_write_is_gone(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    _, count = undisturbed
    for source, plan, when in strikes(works, count, afterwards=True):

        def delete(source: Source = source) -> None:
            service.delete_source(source, now=works.clock())

        plan(delete)
        works.attempt()
        works.until_idle(source)
        assert estate_of(source).places == set(), when


def test_a_file_that_kills_three_workers_fails_with_a_reason_and_leaves_nothing(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    expected, count = undisturbed
    for source, plan, when in strikes(works, count):
        for _ in range(3):
            plan(raise_killed)
            with contextlib.suppress(Killed):
                works.attempt()
            works.writes.revive()
            works.clock.forward(seconds=100)
        document = works.until_idle(source)
        if document["status"] == "ready":  # struck before it had the job
            assert_same(source, expected, when)
            continue
        assert (document["status"], document["error"]["code"]) == ("failed", "worker-lost"), when
        works.clock.forward(minutes=30)
        works.sweep()
        assert_nothing_half_made(source, when)
    service.regenerate(source, None, now=works.clock())
    works.until_idle(source)
    assert_same(source, expected, "generated again after a failure")


def test_a_cancel_after_the_worker_was_killed_leaves_nothing(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    _, count = undisturbed
    for source, plan, when in strikes(works, count):
        plan(raise_killed)
        with pytest.raises(Killed):
            works.attempt()
        works.writes.revive()
        works.clock.forward(seconds=100)
        assert jobs.request_cancel(source, now=works.clock()) == "cancelled", when
        works.until_idle(source)
        works.clock.forward(minutes=30)
        works.sweep()
        assert document_of(source)["status"] == "cancelled", when
        assert_nothing_half_made(source, when)


def test_a_source_deleted_while_its_worker_sleeps_is_gone(
    works: Works, undisturbed: tuple[Likeness, int]
) -> None:
    """The worker wakes up when everything has been removed, and must not bring anything back."""
    _, count = undisturbed
    for source, plan, when in strikes(works, count, afterwards=True):

        def delete(source: Source = source) -> None:
            works.clock.forward(seconds=100)
            works.tasks.waiting.clear()
            service.delete_source(source, now=works.clock())
            works.attempt()
            assert estate_of(source).places == set()

        plan(delete)
        works.tasks.waiting.append(works.tasks.waiting[0])
        works.attempt()
        assert estate_of(source).places == set(), when


def test_a_run_that_fails_keeps_the_run_before_it(works: Works) -> None:
    """Regenerating is struck three times at each write: the merchant still has what they had."""
    source = queued_upload(works)
    works.attempt()
    works.writes.revive()
    service.regenerate(source, None, now=works.clock())
    works.attempt()
    run, count = document_of(source)["current_run"], works.writes.count
    before = likeness(estate_of(source), source)
    for nth in range(3, count):  # the first two queue and claim it
        service.regenerate(source, None, now=works.clock())
        for _ in range(3):
            works.writes.plan(nth - 1, raise_killed)
            with pytest.raises(Killed):
                works.attempt()
            works.writes.revive()
            works.clock.forward(seconds=100)
        document = works.until_idle(source)
        assert (document["status"], document["current_run"]) == ("failed", run), nth
    works.clock.forward(minutes=30)
    works.sweep()
    after = likeness(estate_of(source), source)
    upload = "users/UID/csv_uploads/UPLOAD"
    assert {**after, upload: None} == {**before, upload: None}


def test_an_eraser_killed_at_any_write_is_succeeded(works: Works) -> None:
    for nth in range(1, 200):
        source = queued_upload(works)
        works.attempt()
        service.delete_source(source, now=works.clock())
        works.writes.plan(nth, raise_killed)
        works.until_idle(source)
        assert estate_of(source).places == set(), f"before write {nth}"
        if not works.writes.was_struck:
            break
    assert nth > 10, "there is that much to delete"
