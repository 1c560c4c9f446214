"""Reads texts as merchants' files, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import reading_corpus as corpus
from kindred.engine import open_engine
from kindred.reading.files import read_file
from kindred.reading.types import Reading, ReadOptions

ReadText = Callable[..., Reading]
ORDERS = corpus.make_orders()


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


def as_csv(rows: list[list[object]]) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


def lines(*headers: str, **makers: str | corpus.Make) -> list[list[object]]:
    """A row per order line; each maker is one of the corpus by name, or a function."""
    made = [m if callable(m) else corpus.MAKERS[m] for m in makers.values()]
    names = [list(headers or makers)] if headers != ("",) else []
    rows = [[make(o, line, i) for make in made] for o in ORDERS for i, line in enumerate(o.lines)]
    return [*names, *rows]


def plain_title(_order: corpus.Order, line: corpus.Line, _i: int) -> str:
    return line.title.replace('"', "")
