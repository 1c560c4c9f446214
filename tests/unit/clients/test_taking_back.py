"""Tasks that wait for a source are taken back where the queue can be looked through."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import NotFound, PermissionDenied
from kindred import clients, settings

QUEUE = f"projects/{settings.PROJECT}/locations/{settings.REGION}/queues/processUpload"


class Tasks:
    """Cloud Tasks with some tasks in one queue."""

    def __init__(self, *ids: str, trouble: Exception | None = None) -> None:
        self.names = [f"{QUEUE}/tasks/{one}" for one in ids]
        self.trouble = trouble
        self.gone: set[str] = set()

    def list_tasks(self, request: dict[str, Any]) -> list[SimpleNamespace]:
        assert request["parent"] == QUEUE
        if self.trouble:
            raise self.trouble
        return [SimpleNamespace(name=name) for name in self.names]

    def delete_task(self, request: dict[str, Any]) -> None:
        if request["name"] in self.gone:
            raise NotFound("it has run")
        self.names.remove(request["name"])


def taken(monkeypatch: pytest.MonkeyPatch, tasks: Tasks) -> int:
    monkeypatch.setattr(settings, "ON_EMULATOR", False)
    monkeypatch.setattr(clients, "tasks_client", lambda: tasks)
    return clients.take_back("processUpload", "-s1")


def test_tasks_of_one_source_are_taken_back_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = Tasks("r1-1-0-s1", "r1-1-0-s2", "r2-1-3-s1", "s1-r1", "r1-1-0-s11")
    assert taken(monkeypatch, tasks) == 2
    assert [name.rsplit("/", 1)[1] for name in tasks.names] == ["r1-1-0-s2", "s1-r1", "r1-1-0-s11"]


def test_a_task_that_has_just_run_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = Tasks("r1-1-0-s1", "r2-1-0-s1")
    tasks.gone = {f"{QUEUE}/tasks/r1-1-0-s1"}
    assert taken(monkeypatch, tasks) == 1


def test_who_may_not_look_is_told_why_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert taken(monkeypatch, Tasks(trouble=PermissionDenied("no"))) == 0
    assert '"reason": "PermissionDenied"' in capsys.readouterr().err


def test_the_emulators_queue_is_not_looked_through(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "ON_EMULATOR", True)
    assert clients.take_back("processUpload", "-s1") == 0
    assert '"reason": "emulator"' in capsys.readouterr().err
