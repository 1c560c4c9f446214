"""Deletions of accounts whose tasks got lost are gone on with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kindred import clients
from kindred.accounts import store
from kindred.pipeline import accounts

NOW = datetime(2026, 3, 1, 9, 37, tzinfo=UTC)


def test_a_deletion_that_got_stuck_is_queued_again_once_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tasks: list[str] = []

    def enqueue(function: str, data: Any, *, task_id: str, **_options: Any) -> bool:
        if data["uid"] == "broken":
            raise ConnectionError("the network has gone")
        tasks.append(task_id)
        return True

    asked: list[datetime] = []

    def list_deleting(before: datetime) -> list[str]:
        asked.append(before)
        return ["broken", "leaver"]

    monkeypatch.setattr(store, "list_deleting", list_deleting)
    monkeypatch.setattr(store, "list_erased", lambda before: [])
    monkeypatch.setattr(clients, "enqueue", enqueue)
    for minutes in (0, 10, 20, 30):
        accounts.sweep(NOW + timedelta(minutes=minutes))
    assert asked[0] == NOW - timedelta(hours=2), "its own tasks are given their time"
    assert len(tasks) == 4
    assert len(set(tasks)) == 2, "a task of one name is queued once"


def test_what_a_last_token_has_left_is_found_and_the_mark_goes_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, marked, tasks, forgotten = {"leaver"}, [], [], []
    asked: list[datetime] = []

    def list_erased(before: datetime) -> list[str]:
        asked.append(before)
        return ["leaver", "gone"]

    estate = store.FirebaseEstate
    monkeypatch.setattr(store, "list_deleting", lambda before: [])
    monkeypatch.setattr(store, "list_erased", list_erased)
    monkeypatch.setattr(store, "forget_erased", forgotten.append)
    monkeypatch.setattr(store, "enqueue_erasure", lambda uid, now: tasks.append(uid))
    monkeypatch.setattr(estate, "is_empty", lambda _, uid: uid not in left)
    monkeypatch.setattr(estate, "mark_deleting", lambda _, uid, now: marked.append(uid))
    accounts.sweep(NOW)
    assert NOW - asked[0] > timedelta(hours=1), "its tokens live for an hour"
    assert (marked, tasks, forgotten) == (["leaver"], ["leaver"], ["gone"])
    left.clear()
    accounts.sweep(NOW + timedelta(hours=3))
    assert forgotten == ["gone", "leaver", "gone"]
