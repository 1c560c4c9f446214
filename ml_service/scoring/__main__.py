"""``python -m scoring``: the service on ``PORT``, as the container and the launcher start it."""

from __future__ import annotations

import logging
import sys

import uvicorn

from scoring.app import create_app
from scoring.cards import ModelRefused
from scoring.settings import SettingsRefused, read_settings


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        settings = read_settings()
    except (SettingsRefused, ModelRefused) as err:
        sys.stderr.write(f"{err}\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
