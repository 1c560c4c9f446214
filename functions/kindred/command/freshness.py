"""Whether an output was made from the same file, settings and version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kindred import __version__
from kindred.errors import KindredError

#: How a full output begins; the other format has no room for it, and keeps it in a file beside.
FIRST: Final = '{"made_from": "'


def made_from(file: Path, settings_of_run: Mapping[str, Any]) -> str:
    """What an output follows from: the file's bytes, every setting, and this version."""
    digest = hashlib.sha256(json.dumps([__version__, settings_of_run], sort_keys=True).encode())
    try:
        with file.open("rb") as content:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
    except OSError as err:
        raise KindredError(
            f"{file} can't be read: {err.strerror}.", code="no-file", hint="Give a file's path."
        ) from err
    return digest.hexdigest()


def is_fresh(output: Path, sought: str) -> bool:
    """Whether ``output`` was made from the same."""
    beside = note_beside(output)
    try:
        if beside.exists():
            return output.exists() and beside.read_text("utf-8") == sought
        with output.open(encoding="utf-8") as earlier:
            return earlier.read(len(FIRST) + len(sought)) == FIRST + sought
    except (OSError, UnicodeDecodeError):
        return False


def note_beside(output: Path) -> Path:
    return output.with_name(output.name + ".made-from")
