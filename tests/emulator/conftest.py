"""The emulator ring: `scripts/test emulator`, or `scripts/dev --exec "pytest tests/emulator"`."""

import pytest
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


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the running system share its workers: one by one. Others have their own project."""
    for item in items:
        if "quiet_place" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("the running system"))
