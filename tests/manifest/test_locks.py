"""What gets installed is locked with hashes, and every lock is made from its input."""

from __future__ import annotations

import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from launcher.locks import LOCKS, OPTIONS, Entry, Lock, entries_of, input_fingerprint, inputs_of
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
#: The one lock that is written by hand.
CPU_BUILD = ROOT / "ml_service" / "requirements-training-cpu.txt"
FILES = [CPU_BUILD, *(path for lock in LOCKS for path in lock.files)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def locked(name: str) -> list[Entry]:
    return entries_of((ROOT / name).read_text())


def asked_for(source: Path) -> list[Requirement]:
    """What an input asks for, with the inputs that it includes."""
    lines = [line for path in inputs_of(source) for line in path.read_text().splitlines()]
    return [Requirement(line) for line in lines if re.match(r"\w", line)]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_package_of_a_lock_has_a_version_and_hashes(path: Path) -> None:
    entries = entries_of(path.read_text())
    assert entries
    for entry in entries:
        assert str(Version(entry.version))
        assert entry.hashes, entry.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in entry.hashes)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_lock_names_no_place_to_install_from(path: Path) -> None:
    text = path.read_text()
    rest = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for entry in entries_of(text):
        rest = rest.replace(entry.text, "", 1)
    assert rest.split("\n") == [OPTIONS, "", ""]
    assert not re.search(r"://| @ |file:|(^|\s)/", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: named(lock.target))
def test_a_lock_is_made_from_what_its_input_says_now(lock: Lock) -> None:
    for path in lock.files:
        written = re.search(r"^# input: (\w+)$", path.read_text(), re.MULTILINE)
        assert written, named(path)
        assert written[1] == input_fingerprint(lock.source), f"{named(path)}: run scripts/lock"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: named(lock.target))
def test_what_an_input_asks_for_stands_in_its_lock(lock: Lock) -> None:
    versions: dict[str, set[str]] = {}
    for path in lock.files:
        for entry in entries_of(path.read_text()):
            versions.setdefault(entry.name, set()).add(entry.version)
    for wanted in asked_for(lock.source):
        found = versions.get(canonicalize_name(wanted.name))
        assert found, wanted
        assert all(map(wanted.specifier.contains, found)), (wanted, found)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: named(lock.target))
def test_people_pin_exactly_or_say_why_not(lock: Lock) -> None:
    loose = [w for w in asked_for(lock.source) if not re.fullmatch(r"==[\w.]+", str(w.specifier))]
    assert {wanted.name for wanted in loose} <= {"sqlglot"}


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        ("functions/requirements-dev.txt", "functions/requirements.txt"),
        ("ml_service/requirements-dev.txt", "ml_service/requirements.txt"),
        ("ml_service/requirements-training.txt", "ml_service/requirements.txt"),
    ],
)
def test_tests_and_training_get_the_very_files_that_are_deployed(larger: str, smaller: str) -> None:
    everything = {(e.name, e.version, e.hashes) for e in locked(larger)}
    assert {(e.name, e.version, e.hashes) for e in locked(smaller)} <= everything


def test_what_is_installed_here_is_what_a_deploy_installs() -> None:
    other = {
        entry.name: metadata.version(entry.name)
        for entry in locked("functions/requirements-dev.txt")
        if not entry.marker or Marker(entry.marker).evaluate()
        if metadata.version(entry.name) != entry.version
    }
    assert other == {}


def test_sqlglot_is_one_that_keeps_the_names_of_what_ibis_drops() -> None:
    for name in ("functions/requirements.txt", "functions/requirements-dev.txt"):
        (found,) = [entry for entry in locked(name) if entry.name == "sqlglot"]
        assert Version(found.version) < Version("30.18")


def test_training_takes_one_version_of_torch_in_one_of_two_builds() -> None:
    assert not [e.name for e in locked("ml_service/requirements-training.txt")
                if e.name.startswith(("torch", "nvidia", "cuda"))]  # fmt: skip
    (cpu,) = entries_of(CPU_BUILD.read_text())
    (pypi,) = [e for e in locked("ml_service/requirements-training-torch.txt") if e.name == "torch"]
    assert cpu.requirement == pypi.requirement
    assert set(cpu.hashes).isdisjoint(pypi.hashes)


def test_no_list_of_packages_is_installed_without_being_a_lock() -> None:
    ran = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                         capture_output=True, text=True, check=True)  # fmt: skip
    files = [ROOT / name for name in ran.stdout.splitlines()]
    lists = {p for p in files if re.search(r"requirements|tools", p.stem) and p.suffix == ".txt"}
    assert lists == set(FILES)
    installing = re.compile(r"pip install (?:\S+ )*?(?:-r|--requirement) \S*\.txt")
    places = [p for p in files if p.suffix in {".md", ".sh", ""} and p.is_file()]
    commands = [line for p in places for line in p.read_text("utf-8").splitlines()
                if installing.search(line)]  # fmt: skip
    assert commands
    assert [line for line in commands if "--require-hashes" not in line] == []
