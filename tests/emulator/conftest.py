"""The emulator ring: `scripts/test emulator`, or `scripts/dev --exec "pytest tests/emulator"`."""

from emulator.places import quiet_place
from emulator.workers import remembered, shelf, tasks, works, writes

__all__ = ["quiet_place", "remembered", "shelf", "tasks", "works", "writes"]
