"""A scoring service for the length of one command, where it is installed on this machine."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kindred.texts.client import ScoringClient, connect

START_SECONDS = 30.0


@contextmanager
def local_service(ml_service: Path) -> Iterator[ScoringClient | None]:
    """A client of a service started from ``ml_service`` on a free port; None if it can't start.

    Needs ``ml_service/venv``, which the set-up step makes. The process ends with the context.
    """
    ml_service = ml_service.resolve()  # the process runs there
    python = ml_service / "venv" / "bin" / "python"
    if not python.exists():
        yield None
        return
    port, token = _free_port(), secrets.token_urlsafe(24)
    settings = {"PORT": str(port), "ML_SERVICE_TOKEN": token, "ML_SERVICE_HOST": "127.0.0.1"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [str(python), "-m", "scoring"],
        cwd=ml_service,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = connect(f"http://127.0.0.1:{port}", token)
    try:
        yield client if _wait_ready(client, process) else None
    finally:
        client.http.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(client: ScoringClient, process: subprocess.Popen[bytes]) -> bool:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        if client.is_ready():
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
