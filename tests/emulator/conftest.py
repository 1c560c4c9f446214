"""The emulator ring: `scripts/test emulator`, or `scripts/dev --exec "pytest tests/emulator"`."""

from emulator.places import behind_the_doors, quiet_place
from emulator.recorder import touched
from emulator.workers import remembered, shelf, tasks, works, writes

__all__ = [
    "behind_the_doors",
    "quiet_place",
    "remembered",
    "shelf",
    "tasks",
    "touched",
    "works",
    "writes",
]
