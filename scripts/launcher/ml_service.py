"""Starts the text scoring service beside the emulators, if this checkout has it."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from launcher import processes
from launcher.checkout import ML_PYTHON, ML_SERVICE, say
from launcher.errors import LauncherError
from launcher.ports import HOST

START_SECONDS = 120


def start_ml_service(port: int, token: str, run: Path) -> dict[str, str]:
    """What the functions need to reach the service, once it is ready; nothing without a service."""
    if not ML_PYTHON.is_file():
        return {}
    url = f"http://{HOST}:{port}"
    reach = {"ML_SERVICE_URL": url, "ML_SERVICE_TOKEN": token}
    log = run / "ml_service.log"
    with log.open("wb") as output:
        process = processes.start(
            [ML_PYTHON, "-m", "scoring"],
            cwd=ML_SERVICE,
            env=os.environ | reach | {"PORT": str(port)},
            log=output,
        )
    _wait_until_ready(process, url, log)
    say(f"text scoring at {url}")
    return reach


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None:
            raise LauncherError(f"The text scoring service did not start; see {log}")
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=5).close()
            return
        except OSError as err:
            if time.monotonic() > deadline:
                raise LauncherError(f"The text scoring service is not ready; see {log}") from err
            time.sleep(0.3)
