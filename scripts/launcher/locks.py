"""Locks: which packages an environment gets, each with its version and the hashes of its files.

A `.in` file holds what people choose, with reasons; the `.txt` file beside it is the lock, made by
`scripts/lock`, and the only thing that pip is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from launcher.checkout import FUNCTIONS, ML_SERVICE, ROOT
from launcher.fingerprint import fingerprint_of

# What is built from source would fetch its build tools without hashes.
OPTIONS = "--only-binary :all:"


@dataclass(frozen=True)
class Lock:
    """A lock and what it is made from. Packages whose names begin as one of `apart` stand in a
    file of their own, `apart_in`."""

    source: Path
    apart: tuple[str, ...] = ()
    apart_in: Path | None = None

    @property
    def target(self) -> Path:
        return self.source.with_suffix(".txt")

    @property
    def files(self) -> list[Path]:
        """Every file that is made from the source."""
        return [self.target, *([self.apart_in] if self.apart_in else [])]


# In the order in which they are made: the first of a folder is what the others keep to.
LOCKS = (
    Lock(FUNCTIONS / "requirements.in"),
    Lock(FUNCTIONS / "requirements-dev.in"),
    Lock(ML_SERVICE / "requirements.in"),
    Lock(ML_SERVICE / "requirements-dev.in"),
    Lock(
        ML_SERVICE / "requirements-training.in",
        apart=("cuda-", "nvidia-", "torch", "triton"),
        apart_in=ML_SERVICE / "requirements-training-torch.txt",
    ),
    Lock(ROOT / "scripts" / "tools.in"),
)


@dataclass(frozen=True)
class Entry:
    """A package of a lock as pip reads it; `text` has its lines, comments too."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    text: str

    @property
    def requirement(self) -> str:
        """The package with its version and when it is wanted, without hashes."""
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")


def entries_of(lock: str) -> list[Entry]:
    """The packages of a lock; one may be there twice, under markers that exclude each other."""
    texts = re.findall(r"^\w[^\n]*\n(?:[ \t][^\n]*\n)*", lock, re.MULTILINE)
    return [_entry(text) for text in texts]


def written(source: Path, entries: Iterable[Entry]) -> str:
    """The text of a lock of these packages."""
    head = [
        f"# Made by scripts/lock from {source.name}: change that file and run it again.",
        f"# input: {input_fingerprint(source)}",
        OPTIONS,
        "",
    ]
    return "\n".join(head) + "".join(["\n", *(entry.text for entry in entries)])


def input_fingerprint(source: Path) -> str:
    """A hash over an input and all that it includes: what a lock has to have been made from."""
    return fingerprint_of(inputs_of(source))


def inputs_of(source: Path) -> list[Path]:
    """The input and the inputs that it includes."""
    included = re.findall(r"^-r (\S+)$", source.read_text(), re.MULTILINE)
    return [source, *(path for name in included for path in inputs_of(source.parent / name))]


def _entry(text: str) -> Entry:
    plain = re.sub(r"#[^\n]*|\\\n", "", text)
    requirement, *hashes = re.split(r"\s--hash=", plain)
    pin, _, marker = requirement.partition(";")
    name, _, version = pin.strip().partition("==")
    return Entry(name, version, marker.strip(), tuple(h.strip() for h in hashes), text)
