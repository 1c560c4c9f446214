"""Reads texts as merchants' files, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kindred.engine import open_engine
from kindred.uploads.reading import Reading, ReadOptions, read_file

ReadText = Callable[..., Reading]


@contextmanager
def reader(folder: Path) -> Iterator[ReadText]:
    """``read_text(text_or_bytes, **options)`` reads it as a merchant's file."""
    with open_engine(folder) as engine:
        count = 0

        def read(content: str | bytes, **options: Any) -> Reading:
            nonlocal count
            count += 1
            place = folder / str(count)
            place.mkdir()
            path = place / "file.csv"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            return read_file(path, ReadOptions(**options), place / "out", engine=engine)

        yield read
