"""A task is put into its queue once, wherever the queue is."""

from __future__ import annotations

from typing import Any

import pytest
from firebase_admin import exceptions, functions
from kindred import clients, settings


class Queue:
    """Takes a task as Cloud Tasks does, or as its emulator."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.taken: list[tuple[Any, Any]] = []

    def enqueue(self, data: Any, options: Any) -> str:
        self.taken.append((data, options))
        if self.trouble is not None:
            raise self.trouble
        return "task"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queues that were asked for."""
    return []


def enqueued(monkeypatch: pytest.MonkeyPatch, queue: Queue, asked: list[str]) -> bool:
    def task_queue(name: str, *, app: Any) -> Queue:
        asked.append(name)
        return queue

    monkeypatch.setattr(functions, "task_queue", task_queue)
    return clients.enqueue("processUpload", {"a": 1}, task_id="r1-1-up1", deadline_seconds=1800)


def test_a_task_goes_to_the_queue_of_its_function_in_our_region(
    monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    queue = Queue()
    assert enqueued(monkeypatch, queue, asked)
    assert asked == [f"locations/{settings.REGION}/functions/processUpload"]
    ((data, options),) = queue.taken
    assert data == {"data": {"a": 1}}, "or the function says that there is no data"
    assert (options.task_id, options.dispatch_deadline_seconds) == ("r1-1-up1", 1800)
    assert options.schedule_delay_seconds is None


@pytest.mark.parametrize("error", [exceptions.ConflictError, exceptions.AlreadyExistsError])
def test_a_task_that_is_there_already_is_left(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], error: type[Exception]
) -> None:
    assert not enqueued(monkeypatch, Queue(error("there")), asked)


def test_the_emulators_odd_name_of_a_task_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    odd = Queue(ValueError("Invalid resource name format."))
    monkeypatch.setattr(settings, "ON_EMULATOR", True)
    assert enqueued(monkeypatch, odd, asked)
    monkeypatch.setattr(settings, "ON_EMULATOR", False)
    with pytest.raises(ValueError, match="resource name"):
        enqueued(monkeypatch, odd, asked)


@pytest.mark.parametrize("error", [ValueError("deadline"), exceptions.UnavailableError("away")])
def test_any_other_trouble_is_heard_of(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], error: Exception
) -> None:
    monkeypatch.setattr(settings, "ON_EMULATOR", True)
    with pytest.raises(type(error)):
        enqueued(monkeypatch, Queue(error), asked)
