"""Starts the text service as `scripts/dev` does, has texts scored, and lets it live on."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

from launcher.merchant import send_json
from launcher.ml_service import start_ml_service, wait_until_ready
from launcher.ports import HOST
from launcher.processes import end_descendants

TOKEN = "a shared token"
TEXTS = ["I love this dress, it fits perfectly", "Terrible, it broke after two days"]


def main(folder: Path, seconds: float) -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    service = start_ml_service(port, TOKEN, folder)
    assert service
    try:
        wait_until_ready(service)
        url = f"{service.reach['ML_SERVICE_URL']}/v1/score"
        scored = send_json(url, {"texts": TEXTS}, {"Authorization": f"Bearer {TOKEN}"})
        assert scored["skipped"] == ["", ""], scored
        time.sleep(seconds)
        assert service.part.process.poll() is None
    finally:
        end_descendants()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
