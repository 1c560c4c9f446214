"""Starts the text scoring service beside the emulators, if this checkout has it."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from launcher import processes
from launcher.checkout import ML_PYTHON, ML_SERVICE, say
from launcher.errors import LauncherError
from launcher.ports import HOST
from launcher.watching import Part

START_SECONDS = 600  # for what hangs


@dataclass(frozen=True)
class MlService:
    """The service on its way up; `reach` is what others need to call it."""

    part: Part
    reach: dict[str, str]


def start_ml_service(port: int, token: str, run: Path) -> MlService | None:
    """Start the service, not waiting for it; None if this checkout has none."""
    if not ML_PYTHON.is_file():
        return None
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
    return MlService(Part("The text scoring service", process, log), reach)


def wait_until_ready(service: MlService) -> None:
    """Return when the service has loaded its models."""
    url, log = service.reach["ML_SERVICE_URL"], service.part.log
    deadline = time.monotonic() + START_SECONDS
    while True:
        if service.part.process.poll() is not None:
            raise LauncherError(f"The text scoring service did not start; see {log}")
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=5).close()
            say(f"text scoring at {url}")
            return
        except OSError as err:
            if time.monotonic() > deadline:
                raise LauncherError(f"The text scoring service is not ready; see {log}") from err
            time.sleep(0.3)
