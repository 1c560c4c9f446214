"""Builders for the tests of reading: files from text, read in an engine of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kindred.engine import open_engine
from kindred.uploads.reading import Reading, ReadOptions, read_file

ReadText = Callable[..., Reading]


@pytest.fixture
def read_text(tmp_path: Path) -> Iterator[ReadText]:
    """``read_text(text_or_bytes, **options)`` reads it as a merchant's file."""
    with open_engine(tmp_path) as engine:
        count = 0

        def read(content: str | bytes, name: str = "file.csv", **options: Any) -> Reading:
            nonlocal count
            count += 1
            folder = tmp_path / str(count)
            folder.mkdir()
            path = folder / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            return read_file(path, ReadOptions(**options), folder / "out", engine=engine)

        yield read
