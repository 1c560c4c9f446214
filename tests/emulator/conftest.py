"""The emulator ring: `scripts/test emulator`, or `scripts/dev --exec "pytest tests/emulator"`."""

import pytest
from emulator.places import behind_the_doors, quiet_place
from emulator.recorder import touched
from emulator.workers import remembered, shelf, tasks, works, writes
from side_by_side import Groups
from xdist.remote import Producer

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

#: Modules whose every test has a project of its own, by `quiet_place`. The others share the running
#: system, whose workers some of them kill.
QUIET = (
    "test_chain_of_tasks.py",
    "test_connecting.py",
    "test_discounts.py",
    "test_ends.py",
    "test_every_kill_of_a_delivery.py",
    "test_every_write.py",
    "test_feeders.py",
    "test_hooks.py",
    "test_isolation.py",
    "test_products.py",
    "test_queues.py",
    "test_quotes.py",
    "test_syncing.py",
    "test_texts_in_jobs.py",
)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    """Tests of the running system one by one, beside those that have their own project."""
    return Groups(config, log, lambda test: test if _is_quiet(test) else "system")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_quiet(item.nodeid) and "quiet_place" not in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid} needs `quiet_place`, or its module isn't QUIET")


def _is_quiet(test: str) -> bool:
    return test.partition("::")[0].endswith(QUIET)
