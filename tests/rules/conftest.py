"""The rules ring runs against the Firestore and Storage emulators: `scripts/test rules`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from rules.firestore_rest import Firestore
from rules.firestore_table import seeds
from rules.storage_rest import Storage
from side_by_side import Groups
from xdist.remote import Producer

ROOT = Path(__file__).parents[2]


def _address(name: str) -> str:
    address = os.environ.get(name, "")
    if not address:
        pytest.fail(f"{name} isn't set: run this ring by scripts/test rules", pytrace=False)
    return address.removeprefix("http://")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    """All buckets of the Storage emulator have the same rules: their tests run one by one."""
    return Groups(config, log, lambda test: "storage" if "/test_storage_" in test else test)


@pytest.fixture(scope="session")
def firestore_rules() -> str:
    return (ROOT / "firestore.rules").read_text()


@pytest.fixture(scope="session")
def storage_rules() -> str:
    return (ROOT / "storage.rules").read_text()


@pytest.fixture(scope="module")
def firestore(firestore_rules: str) -> Iterator[Firestore]:
    """A project of this process's own: other processes, and the demo, keep their data and rules."""
    project = f"demo-kindred-rules-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    store = Firestore(_address("FIRESTORE_EMULATOR_HOST"), project)
    store.clear()
    store.load_rules(firestore_rules)
    store.seed(seeds())
    yield store
    store.clear()


@pytest.fixture(scope="module")
def storage(storage_rules: str) -> Iterator[Storage]:
    """A bucket of its own, so that no trigger hears of it; the emulator's rules are put back."""
    from rules.storage_table import SEEDS

    bucket = Storage(_address("STORAGE_EMULATOR_HOST"), "kindred-rules.test", "demo-kindred-rules")
    bucket.load_rules(storage_rules)
    for name in SEEDS:
        bucket.seed(name)
    yield bucket
    bucket.load_rules(storage_rules)
    for name in SEEDS:
        bucket.remove(name)
