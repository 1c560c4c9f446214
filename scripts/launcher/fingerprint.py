"""Skips a set-up step whose inputs have not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path


def fingerprint_of(parts: Iterable[str | bytes | Path]) -> str:
    """One hash over texts and the contents of files; a missing file counts as such."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            content = part.read_bytes() if part.is_file() else b"(missing)"
        else:
            content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def files_below(folder: Path, *, skip: Iterable[str] = ()) -> list[Path]:
    """Every file below `folder` in a stable order, without the folders named in `skip`."""
    skipped = set(skip)
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and skipped.isdisjoint(path.relative_to(folder).parts)
    )


def do_once(
    record: Path, step: str, fingerprint: str, result: Path, work: Callable[[], None]
) -> bool:
    """Run `work` unless it ended well with this fingerprint and `result` is there; says if it ran.

    The record is written after the work, so an interrupted step is done again.
    """
    done: dict[str, str] = json.loads(record.read_text()) if record.is_file() else {}
    if done.get(step) == fingerprint and result.exists():
        return False
    done.pop(step, None)
    _write(record, done)
    work()
    done[step] = fingerprint
    _write(record, done)
    return True


def _write(record: Path, done: dict[str, str]) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    part = record.with_suffix(".part")
    part.write_text(json.dumps(done, indent=1, sort_keys=True))
    part.replace(record)
