"""The service from outside: who may call, what it answers, and how it says no."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2 import id_token
from numpy.typing import NDArray
from scoring.app import create_app
from scoring.callers import MOST_REMEMBERED, KeysUnavailable, remember, verify_google_token
from scoring.session import Session
from scoring.settings import Settings

from tests.ml_service.conftest import make_model_folder

TOKEN = "a shared token"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
HANG_SECONDS = 120  # what takes longer never happens


def make_settings(folder: Path, **changes: Any) -> Settings:
    return Settings(**({"models": (folder,), "token": TOKEN, "threads": 1} | changes))


@pytest.fixture
def client(model_folder: Path, session: Session) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(model_folder), session)) as client:
        yield client


def score(client: TestClient, texts: list[str], **changes: Any) -> Any:
    return client.post("/v1/score", json={"texts": texts} | changes, headers=AUTHORIZED)


def test_it_says_that_it_lives_and_is_ready_without_a_token(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").status_code == 200


def test_it_is_not_ready_before_its_models_are_loaded(model_folder: Path, session: Session) -> None:
    app = create_app(make_settings(model_folder), session)
    unstarted = TestClient(app)  # without `with`, the lifespan doesn't run
    assert unstarted.get("/health").status_code == 200
    assert unstarted.get("/ready").status_code == 503
    assert score(unstarted, ["this is good"]).json()["code"] == "not-ready"


def test_it_scores_every_task_in_the_order_of_the_texts(client: TestClient) -> None:
    answer = score(client, ["i hate it , it is very bad", "i love this dress"]).json()
    assert answer["skipped"] == ["", ""]
    assert answer["words"] == [7, 4]
    emotions = answer["results"]["emotions"]
    assert emotions["labels"] == ["joy", "sadness"]
    (joy_first, sad_first), (joy_second, sad_second) = emotions["scores"]
    assert sad_first > 0.8 > 0.2 > joy_first
    assert joy_second > 0.8 > 0.2 > sad_second
    negative, neutral, positive = answer["results"]["sentiment"]["scores"][1]
    assert positive > neutral >= negative
    assert sum(answer["results"]["sentiment"]["scores"][1]) == pytest.approx(1.0, abs=1e-3)
    assert len(answer["results"]["personality"]["scores"][0]) == 5


def test_it_does_only_the_tasks_asked_for(client: TestClient) -> None:
    assert set(score(client, ["good"], tasks=["sentiment"]).json()["results"]) == {"sentiment"}


def test_a_text_scores_the_same_alone_and_among_others(client: TestClient) -> None:
    texts = ["i love it", "the dress is bad and i hate it very very much", "it is", "sad"] * 20
    together = score(client, texts).json()["results"]["emotions"]["scores"]
    for text, row in zip(texts[:4], together[:4], strict=True):
        assert score(client, [text]).json()["results"]["emotions"]["scores"] == [row]


def test_what_it_cannot_read_is_left_out_and_said_why(client: TestClient) -> None:
    texts = ["das ist ein sehr schönes Kleid und ich liebe es", "  ", "🎈🎈", "i love it", "?!"]
    answer = score(client, texts).json()
    assert answer["skipped"] == ["language", "empty", "empty", "", "empty"]
    assert answer["languages"][0] == "de"
    assert [row is None for row in answer["results"]["emotions"]["scores"]] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_long_texts_are_read_in_parts_and_nothing_is_padded_to_the_limit(
    client: TestClient, session: Any
) -> None:
    session.shapes.clear()
    long = "it is " * 100 + "i love it"
    answer = score(client, [long, "i love it"]).json()
    assert max(length for _, length in session.shapes) == 8
    session.shapes.clear()
    score(client, ["i love it"])
    assert session.shapes == [(1, 5)]
    in_long, alone = (row[0] for row in answer["results"]["emotions"]["scores"])
    assert in_long < alone  # one part of many


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}]
)
def test_callers_it_does_not_know_are_turned_away(
    client: TestClient, header: dict[str, str]
) -> None:
    for answer in (
        client.post("/v1/score", json={"texts": ["good"]}, headers=header),
        client.get("/v1/models", headers=header),
    ):
        assert answer.status_code == 401
        assert answer.json()["code"] == "unauthenticated"


def test_on_cloud_run_only_the_functions_identity_may_call(
    model_folder: Path, session: Session
) -> None:
    def verify(token: str, audience: str) -> dict[str, Any]:
        if audience != "https://scoring.example":
            raise ValueError("wrong audience")
        if token == "forged":
            raise ValueError("bad signature")
        return {"email": token, "email_verified": True}

    settings = make_settings(
        model_folder,
        token="",
        audience="https://scoring.example",
        callers=frozenset({"functions@demo.iam.gserviceaccount.com"}),
    )
    with TestClient(create_app(settings, session, verify=verify)) as client:
        statuses = {
            token: client.get(
                "/v1/models", headers={"Authorization": f"Bearer {token}"}
            ).status_code
            for token in (
                "functions@demo.iam.gserviceaccount.com",
                "other@demo.iam.gserviceaccount.com",
                "forged",
            )
        }
    assert list(statuses.values()) == [200, 401, 401]


def test_a_caller_is_not_turned_away_because_googles_keys_are_out_of_reach(
    model_folder: Path, session: Session
) -> None:
    def verify(token: str, audience: str) -> dict[str, Any]:
        raise KeysUnavailable

    settings = make_settings(model_folder, token="", audience="x", callers=frozenset({"x"}))
    with TestClient(create_app(settings, session, verify=verify)) as client:
        answer = client.get("/v1/models", headers=AUTHORIZED)
    assert answer.status_code == 503, "which callers try again"
    assert answer.json()["code"] == "keys-unavailable"


def test_what_googles_library_says_of_a_token_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[Exception] = [TransportError("no network"), GoogleAuthError("issuer"), ValueError()]

    def verify(*_: Any, clock_skew_in_seconds: int) -> Any:
        assert clock_skew_in_seconds > 0, "a token of this second is no forgery"
        raise said.pop(0)

    monkeypatch.setattr(id_token, "verify_oauth2_token", verify)
    for expected in (KeysUnavailable, ValueError, ValueError):
        with pytest.raises(expected):
            verify_google_token("token", "https://scoring.example")


def test_a_token_is_checked_again_once_it_has_ended_and_never_remembered_if_it_is_bad() -> None:
    now, asked = [1000.0], []

    def verify(token: str, audience: str) -> dict[str, Any]:
        asked.append(token)
        if token == "bad":
            raise ValueError("forged")
        return {"email": token, "exp": 2000}

    check = remember(verify, clock=lambda: now[0])
    for _ in range(3):
        assert check("good", "a")["email"] == "good"
        with pytest.raises(ValueError, match="forged"):
            check("bad", "a")
    assert asked == ["good", "bad", "bad", "bad"]
    check("good", "b")
    now[0] = 2000.0
    check("good", "a")
    assert asked[4:] == ["good", "good"]
    for number in [*range(MOST_REMEMBERED + 1), 0]:
        check(f"t{number}", "a")
    assert asked.count("t0") == 2, "it doesn't remember without end"


def test_its_models_show_their_cards(client: TestClient) -> None:
    (card,) = client.get("/v1/models", headers=AUTHORIZED).json()["models"]
    assert card["name"] == "fake"
    assert card["heads"]["emotions"]["thresholds"] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"texts": []}, "invalid-request"),
        ({"texts": ["good"], "tasks": ["astrology"]}, "invalid-request"),
        ({"texts": [7]}, "invalid-request"),
        ({"texts": ["good"], "extra": 1}, "invalid-request"),
        ({"texts": ["x"] * 257}, "too-many-texts"),
        ({"texts": ["x" * 5001]}, "text-too-long"),
    ],
)
def test_requests_over_the_limits_are_refused_with_a_reason(
    client: TestClient, body: dict[str, Any], code: str
) -> None:
    answer = client.post("/v1/score", json=body, headers=AUTHORIZED)
    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_a_body_of_ten_megabytes_is_refused_unread(client: TestClient) -> None:
    answer = score(client, ["x" * 10_000_000])
    assert answer.status_code == 413
    assert answer.json()["code"] == "body-too-large"


def test_a_refusal_never_repeats_a_text(client: TestClient) -> None:
    answer = client.post(
        "/v1/score", json={"texts": [{"secret": "my private words"}]}, headers=AUTHORIZED
    )
    assert answer.status_code == 422
    assert "private" not in answer.text


class SlowSession:
    """Holds every batch until it is released."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.released = threading.Event()
        self.released.set()
        self.batches = 0

    def run(
        self, outputs: Sequence[str], inputs: Mapping[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        self.batches += 1
        self.released.wait(HANG_SECONDS)
        return self._session.run(outputs, inputs)


def test_when_full_it_says_so_at_once_and_when_to_come_back(
    model_folder: Path, session: Session
) -> None:
    slow = SlowSession(session)
    settings = make_settings(model_folder, waiting=2)
    with TestClient(create_app(settings, slow)) as client, ThreadPoolExecutor(2) as callers:
        slow.released.clear()
        held = [callers.submit(score, client, ["i love it"]) for _ in range(2)]
        wait_until(lambda: client.app.state.desk.taken == 2)
        refused = score(client, ["i love it"])
        assert not any(future.done() for future in held), "it answers while the others wait"
        slow.released.set()
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert [future.result().status_code for future in held] == [200, 200]
        assert score(client, ["i love it"]).status_code == 200


def test_a_deadline_ends_the_wait_and_the_work(model_folder: Path, session: Session) -> None:
    slow = SlowSession(session)
    with TestClient(create_app(make_settings(model_folder), slow)) as client:
        slow.released.clear()
        before = slow.batches
        answer = client.post(
            "/v1/score",
            json={"texts": ["i love it"] * 200},
            headers=AUTHORIZED | {"X-Deadline-Seconds": "0.2"},
        )
        slow.released.set()
        assert answer.status_code == 504
        assert answer.json()["code"] == "deadline-passed"
        client.app.state.requests.shutdown(wait=True)  # until the work itself has ended
    assert slow.batches - before <= 2  # of thirteen: the rest was given up


class BrokenSession:
    def __init__(self, session: Session) -> None:
        self._session = session
        self.broken = False

    def run(
        self, outputs: Sequence[str], inputs: Mapping[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        if self.broken:
            raise RuntimeError("no luck with 'my private words'")
        return self._session.run(outputs, inputs)


def test_a_failure_is_logged_without_any_text(
    model_folder: Path, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    broken = BrokenSession(session)
    app = create_app(make_settings(model_folder), broken)
    with caplog.at_level(logging.DEBUG), TestClient(app, raise_server_exceptions=False) as client:
        broken.broken = True
        answer = score(client, ["i love my private words"])
    assert answer.status_code == 500
    assert answer.json() == {"code": "internal", "message": "Scoring failed.", "hint": ""}
    ours = [record.getMessage() for record in caplog.records if record.name == "scoring"]
    assert any('"failed"' in line and "RuntimeError" in line for line in ours)
    assert not any("private" in line for line in ours)


def test_its_interface_is_published(client: TestClient) -> None:
    paths = client.get("/openapi.json", headers=AUTHORIZED).json()["paths"]
    assert set(paths) == {"/health", "/ready", "/v1/models", "/v1/score"}
    assert {"200", "401", "413", "422", "429", "503", "504"} <= set(
        paths["/v1/score"]["post"]["responses"]
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/docs"),
        ("GET", "/redoc"),
        ("GET", "/openapi.json"),
        ("GET", "/docs/oauth2-redirect"),
        ("GET", "/v1/models"),
        ("POST", "/v1/score"),
        ("PUT", "/v1/score"),
        ("GET", "/v1/score/"),
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("GET", "//v1/models"),
        ("OPTIONS", "/v1/score"),
        ("GET", "/healthy"),
        ("GET", "/health/"),
        ("GET", "/ready/../v1/models"),
    ],
)
@pytest.mark.parametrize("body", [b"", b"{", b'{"texts": 7}', b"[" * 100_000])
def test_a_stranger_learns_of_nothing_but_that_it_is_a_stranger(
    client: TestClient, method: str, path: str, body: bytes
) -> None:
    answers = [
        client.request(method, path, content=body, headers=headers)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="})
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert all(answer.json()["code"] == "unauthenticated" for answer in answers)


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_there_are_no_pages(client: TestClient, path: str) -> None:
    assert client.get(path, headers=AUTHORIZED).status_code == 404


def wait_until(happens: Any) -> None:
    ends = time.monotonic() + HANG_SECONDS
    while not happens():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.01)


def test_a_profile_of_several_models_answers_as_one(tmp_path: Path, session: Session) -> None:
    whole = json.loads((make_model_folder(tmp_path / "whole") / "card.json").read_text())["heads"]
    folders = tuple(
        make_model_folder(tmp_path / task, name=task, heads={task: whole[task]})
        for task in ("emotions", "sentiment")
    )
    settings = make_settings(folders[0], models=folders)
    with TestClient(create_app(settings, session)) as client:
        results = score(client, ["i love it"]).json()["results"]
        cards = client.get("/v1/models", headers=AUTHORIZED).json()["models"]
    assert [card["name"] for card in cards] == ["emotions", "sentiment"]
    assert {task: result["model"] for task, result in results.items()} == {
        "emotions": "emotions-1",
        "sentiment": "sentiment-1",
        "personality": "word-use-1",
    }
