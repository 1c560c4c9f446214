"""The client against a service that is slow, busy, broken or gone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.errors import Unavailable
from kindred.texts.client import (
    MAX_CHARACTERS,
    MAX_TEXTS,
    ScoringClient,
    ScoringRefused,
    connect,
    split_batches,
)
from kindred.texts.local import local_service
from kindred.texts.scores import ScoresUnreadable, join_scores, parse_answer

from tests.unit.texts.makers import make_answer

Answer = Callable[[int, dict[str, Any]], tuple[int, dict[str, str], Any]]


@contextmanager
def service(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A service that answers ``answer(call number, request)``; gives its URL and what it got."""
    got: list[dict[str, Any]] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                got.append(body | {"authorization": self.headers["Authorization"]})
                number = len(got)
            status, headers, content = answer(number, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def do_GET(self) -> None:
            got.append({"path": self.path, "authorization": self.headers["Authorization"]})
            status, _, _ = answer(len(got), {"texts": []})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Time:
    """A clock that moves only when somebody pauses."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@contextmanager
def client_of(url: str, time: Time | None = None, **changes: Any) -> Iterator[ScoringClient]:
    time = time or Time()
    client = ScoringClient(
        url, token=lambda: "secret", pause=time.pause, clock=lambda: time.now, **changes
    )
    try:
        yield client
    finally:
        client.http.close()


def fine(number: int, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
    return 200, {}, make_answer(len(body["texts"]))


def test_many_texts_go_in_batches_and_come_back_in_order() -> None:
    def numbered(number: int, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        words = [int(text) for text in body["texts"]]
        return 200, {}, make_answer(len(words), words=words)

    with service(numbered) as (url, got), client_of(url) as client:
        scored = client.score([str(at) for at in range(1000)])
    assert scored.words.tolist() == list(range(1000))
    assert len(got) == 4
    assert {request["authorization"] for request in got} == {"Bearer secret"}


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    def busy_twice(number: int, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        return (429, {"Retry-After": "7"}, {}) if number <= 2 else fine(number, body)

    time = Time()
    with service(busy_twice) as (url, got), client_of(url, time) as client:
        assert len(client.score(["good"])) == 1
    assert len(got) == 3
    assert time.pauses == [7.0, 7.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_service_that_stays_broken_is_given_up_in_time(status: int) -> None:
    time = Time()
    with (
        service(lambda number, body: (status, {}, {})) as (url, _),
        client_of(url, time, patience_seconds=30) as client,
        pytest.raises(Unavailable) as caught,
    ):
        client.score(["good"])
    assert caught.value.code == "scoring-unavailable"
    assert time.now <= 30


def test_a_service_that_is_gone_is_unavailable() -> None:
    with client_of("http://127.0.0.1:9", patience_seconds=3) as client:
        assert not client.is_ready()
        with pytest.raises(Unavailable):
            client.score(["good"])


def test_a_service_behind_cloud_runs_door_is_asked_with_our_identity() -> None:
    with service(fine) as (url, got), client_of(url) as client:
        assert client.is_ready()
    assert got == [{"path": "/ready", "authorization": "Bearer secret"}]


@pytest.mark.parametrize("status", [401, 403, 503])
def test_a_service_that_turns_us_away_is_not_ready(status: int) -> None:
    with service(lambda number, body: (status, {}, {})) as (url, _), client_of(url) as client:
        assert not client.is_ready()


def test_without_an_identity_no_service_is_ready() -> None:
    def nobody() -> str:
        raise Unavailable("There is no identity.")

    client = ScoringClient("http://127.0.0.1:9", token=nobody)
    assert not client.is_ready()
    client.http.close()


def test_a_refusal_is_not_repeated() -> None:
    with (
        service(lambda number, body: (401, {}, {})) as (url, got),
        client_of(url) as client,
        pytest.raises(ScoringRefused),
    ):
        client.score(["good"])
    assert len(got) == 1


def test_an_answer_that_makes_no_sense_is_not_believed() -> None:
    def short(number: int, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        return 200, {}, make_answer(1)

    with (
        service(short) as (url, _),
        client_of(url) as client,
        pytest.raises(Unavailable) as caught,
    ):
        client.score(["good", "bad"])
    assert caught.value.code == "scoring-unreadable"


def test_no_more_requests_than_agreed_are_under_way() -> None:
    under_way, most = 0, 0
    lock = threading.Lock()
    two_at_once = threading.Barrier(2)

    def counting(number: int, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        two_at_once.wait(120)  # seconds; a client that sends one by one hangs here
        threading.Event().wait(0.02)  # in which a third would come
        with lock:
            under_way -= 1
        return fine(number, body)

    with service(counting) as (url, _), client_of(url, concurrency=2) as client:
        client.score(["good"] * 256 * 6)
    assert most == 2


@given(st.lists(st.text(max_size=50), min_size=1, max_size=600))
def test_batches_are_the_texts_and_within_limits(texts: list[str]) -> None:
    batches = list(split_batches(texts))
    assert [text for batch in batches for text in batch] == texts
    assert all(1 <= len(batch) <= MAX_TEXTS for batch in batches)


def test_batches_of_long_texts_are_smaller() -> None:
    batches = list(split_batches(["x" * 5000] * 256))
    assert all(sum(map(len, batch)) <= MAX_CHARACTERS for batch in batches)


@pytest.mark.parametrize(
    "changes", [{"results": {}}, {"words": [1]}, {"languages": None}, {"skipped": []}]
)
def test_answers_of_another_shape_are_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(ScoresUnreadable):
        parse_answer(make_answer(2, **changes), 2)


def test_scores_of_two_models_are_not_joined() -> None:
    first, second = (parse_answer(make_answer(1), 1) for _ in range(2))
    object.__setattr__(second, "model", "fake-2")
    with pytest.raises(ScoresUnreadable):
        join_scores([first, second])


def test_without_an_installed_service_there_is_no_local_one(tmp_path: Path) -> None:
    with local_service(tmp_path) as client:
        assert client is None


def test_a_service_on_cloud_run_is_called_with_our_identity_fetched_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched: list[str] = []

    def fetch(audience: str) -> str:
        fetched.append(audience)
        return "signed"

    monkeypatch.setattr("kindred.texts.client._fetch_identity", fetch)
    client = connect("https://scoring.example/")
    assert [client.token(), client.token()] == ["signed", "signed"]
    assert fetched == ["https://scoring.example"]
    told = client._credentials()
    assert told == {
        "X-Serverless-Authorization": "Bearer signed",
        "Authorization": "Bearer signed",
    }, "Cloud Run takes the signature off the one that it looks at"
    shared = connect("http://127.0.0.1:1", "shared")
    assert shared._credentials() == {"Authorization": "Bearer shared"}
    shared.http.close()
    client.http.close()
