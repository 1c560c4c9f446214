"""The functions' client and this service, talking over HTTP: one contract, two code bases."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from kindred.errors import Unavailable
from kindred.tables import TRAITS
from kindred.texts.cleaning import MAX_CHARACTERS
from kindred.texts.client import MAX_TEXTS, ScoringClient, ScoringRefused
from scoring.app import create_app
from scoring.personality import TRAITS as SERVICE_TRAITS
from scoring.session import Session
from scoring.settings import Settings

ML_SERVICE = Path(__file__).resolve().parents[2] / "ml_service"
HANG_SECONDS = 120  # what takes longer never happens


@contextmanager
def running(settings: Settings, session: Session, *, app: Any = None) -> Iterator[ScoringClient]:
    """The service on a free port in this process, and the functions' client of it."""
    app = app or create_app(settings, session)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        client = ScoringClient(
            f"http://127.0.0.1:{listening.getsockname()[1]}",
            token=lambda: settings.token or SIGNED,
            is_identity=not settings.token,
            patience_seconds=HANG_SECONDS,
        )
        try:
            wait_until(client.is_ready)
            yield client
        finally:
            client.http.close()
            server.should_exit = True
            thread.join()


def make_settings(folder: Path, **changes: Any) -> Settings:
    return Settings(**({"models": (folder,), "token": "shared", "threads": 1} | changes))


def wait_until(happens: Any) -> None:
    ends = time.monotonic() + HANG_SECONDS
    while not happens():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.02)


def test_the_client_understands_the_service(model_folder: Path, session: Session) -> None:
    texts = ["i love it", "das ist nicht gut und ich mag es nicht", "i hate it", ""] * 200
    with running(make_settings(model_folder), session) as client:
        scored = client.score(texts)
    assert len(scored) == 800
    assert scored.labels == ("joy", "sadness")
    assert scored.skipped[:4] == ("", "language", "", "empty")
    assert scored.sentiment[0] > 0.5 > -0.5 > scored.sentiment[2]
    assert np.isnan(scored.emotions[1]).all()
    assert scored.traits.shape == (800, len(TRAITS))
    assert scored.model == "fake-1+word-use-1"


def test_both_sides_keep_the_same_limits(model_folder: Path) -> None:
    settings = make_settings(model_folder)
    assert settings.max_texts >= MAX_TEXTS
    assert settings.max_characters >= MAX_CHARACTERS
    assert settings.max_body_bytes >= 6 * MAX_TEXTS * MAX_CHARACTERS
    assert SERVICE_TRAITS == TRAITS


def test_a_wrong_token_is_a_matter_of_set_up(model_folder: Path, session: Session) -> None:
    with running(make_settings(model_folder), session) as client:
        stranger = ScoringClient(client.url, token=lambda: "guessed")
        with pytest.raises(ScoringRefused):
            stranger.score(["i love it"])
        stranger.http.close()


class CloudRun:
    """Cloud Run before a service that asks for an identity.

    It looks at one header, lets nobody in without a signed token there, and hands the request on
    with that signature removed.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            looked_at = next(
                (n for n in (b"x-serverless-authorization", b"authorization") if n in headers), b""
            )
            if headers.get(looked_at) != f"Bearer {SIGNED}".encode():
                await send({"type": "http.response.start", "status": 403, "headers": []})
                await send({"type": "http.response.body"})
                return
            headers[looked_at] = f"Bearer {SIGNED.rpartition('.')[0]}.REMOVED".encode()
            scope = {**scope, "headers": list(headers.items())}
        await self._app(scope, receive, send)


SIGNED = "head.claims.signature"


def test_the_functions_identity_gets_through_both_doors(
    model_folder: Path, session: Session
) -> None:
    checked: list[str] = []

    def verify(token: str, audience: str) -> dict[str, Any]:
        checked.append(token)
        if token != SIGNED:
            raise ValueError("the signature is missing")
        return {"email": "functions@demo", "email_verified": True, "exp": time.time() + 3600}

    settings = make_settings(
        model_folder, token="", audience="https://scoring", callers=frozenset({"functions@demo"})
    )
    app = CloudRun(create_app(settings, session, verify=verify))
    with running(settings, session, app=app) as client:
        assert len(client.score(["i love it"] * 600)) == 600
        assert set(checked) == {SIGNED}
        assert len(checked) < 3, "Google's keys aren't fetched for every request"
        one_header = ScoringClient(client.url, token=lambda: SIGNED)
        with pytest.raises(ScoringRefused):
            one_header.score(["i love it"])
        one_header.http.close()


class Hindered:
    """A graph that takes its time."""

    def __init__(self, session: Session, seconds: float) -> None:
        self._session = session
        self._seconds = seconds

    def run(self, *arguments: Any) -> Any:
        time.sleep(self._seconds)
        return self._session.run(*arguments)


def test_an_overloaded_service_gets_all_texts_done_in_the_end(
    model_folder: Path, session: Session
) -> None:
    settings = make_settings(model_folder, waiting=1)
    with running(settings, Hindered(session, 0.01)) as client:
        scored = client.score([f"i love it {at}" for at in range(256 * 4)])
    assert len(scored) == 1024
    assert not any(scored.skipped)


def test_a_service_slower_than_its_deadline_is_given_up(
    model_folder: Path, session: Session
) -> None:
    settings = make_settings(model_folder, deadline_seconds=0.1)
    with running(settings, Hindered(session, 0.5)) as client:
        hurried = ScoringClient(client.url, token=lambda: "shared", patience_seconds=1.5)
        with pytest.raises(Unavailable):
            hurried.score(["i love it"] * 64)
        hurried.http.close()


@contextmanager
def process(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service as the container starts it, with the bundled model."""
    told = {"PORT": str(port), "ML_SERVICE_TOKEN": "shared", "ML_SERVICE_THREADS": "1"}
    started = subprocess.Popen(
        [sys.executable, "-m", "scoring"],
        cwd=ML_SERVICE,
        env=os.environ | told,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def test_a_service_killed_in_the_middle_is_missed_and_found_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = ScoringClient(
        f"http://127.0.0.1:{port}", token=lambda: "shared", patience_seconds=HANG_SECONDS
    )
    try:
        with process(port) as first:
            wait_until(client.is_ready)
            before = client.score(["I love this lamp, it is beautiful"])
            first.send_signal(signal.SIGKILL)
            first.wait()
            hasty = ScoringClient(client.url, token=lambda: "shared", patience_seconds=1)
            with pytest.raises(Unavailable):
                hasty.score(["I love this lamp"])
            hasty.http.close()
        found: list[Any] = []
        patient = threading.Thread(
            target=lambda: found.append(client.score(["I love this lamp, it is beautiful"]))
        )
        patient.start()
        with process(port):
            patient.join(HANG_SECONDS)
            (after,) = found
        assert np.array_equal(before.emotions, after.emotions)
        assert after.sentiment[0] > 0.5
    finally:
        client.http.close()


def test_without_saying_who_may_call_it_does_not_start() -> None:
    environment = {name: value for name, value in os.environ.items() if "ML_SERVICE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "scoring"],
        cwd=ML_SERVICE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert "who may call" in done.stderr
