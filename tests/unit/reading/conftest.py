from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reading_files import ReadText, reader


@pytest.fixture
def read_text(tmp_path: Path) -> Iterator[ReadText]:
    with reader(tmp_path) as read:
        yield read
