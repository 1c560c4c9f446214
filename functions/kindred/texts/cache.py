"""Scores by text hash in one Parquet file, so that a second run scores only what is new.

It holds no text: with the texts removed, scores stay. Scores are read and written in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kindred.engine.parquet import open_writer
from kindred.tables import TRAITS
from kindred.texts.scores import ScoredTexts

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kindred.engine import Engine

WRITTEN_AT_ONCE: Final = 20_000  # scores in memory: about 4 MB
EMOTION: Final = "emotion_"  # before a label, as the name of a column
_MODEL: Final = b"kindred_model"
_THRESHOLDS: Final = b"kindred_thresholds"


class ScoreCache:
    """Scores of one model. Adding scores of another model drops those of the old one.

    Scores that are added lie in ``scratch`` until they are written; ``path`` is an earlier cache,
    and one that can't be read is none.
    """

    def __init__(self, engine: Engine, path: Path | None, scratch: Path) -> None:
        self._engine, self._scratch = engine, scratch
        self._open = ExitStack()  # the file that scores are being added to
        self._add: Callable[[pd.DataFrame], None] | None = None
        self._files: list[Path] = []
        self._made = 0
        self.model = ""
        self.labels: tuple[str, ...] = ()
        self.thresholds: tuple[float, ...] = ()
        header = _read_header(path)
        if path is not None and header is not None:
            self._files = [path]
            self.model, self.labels, self.thresholds = header

    def scores(self) -> Table | None:
        """All scores, one row per ``key``; None while there are none."""
        self._open.close()
        self._add = None
        if not self._files:
            return None
        first, *others = (self._engine.read(path) for path in self._files)
        return first.union(*others) if others else first

    def add(self, keys: Sequence[str], scored: ScoredTexts) -> bool:
        """Keep the scores of ``keys``; True if that dropped the scores of another model."""
        changed = bool(self._files) and (self.model, self.labels) != (scored.model, scored.labels)
        if changed:
            self.scores()  # closes the file
            self._files = []
        self.model, self.labels = scored.model, scored.labels
        self.thresholds = scored.thresholds
        if self._add is None:
            self._made += 1
            self._files.append(self._scratch / f"scores-{self._made}.parquet")
            self._add = self._open.enter_context(open_writer(self._files[-1], self._schema()))
        self._add(_frame(keys, scored))
        return changed

    def write(self, path: Path) -> None:
        """Write all scores to ``path``, whole or not at all; nothing while there are none."""
        scores = self.scores()
        if scores is None or not self._engine.value(scores.count()):
            return
        partial = path.with_suffix(".partial")
        ordered = scores.select(self._schema().names).order_by("key")
        with open_writer(partial, self._schema()) as write:
            for frame in self._engine.batches(ordered, WRITTEN_AT_ONCE):
                write(frame)
        partial.replace(path)

    def _schema(self) -> pa.Schema:
        numbers = ["sentiment", *TRAITS, *(f"{EMOTION}{label}" for label in self.labels)]
        return pa.schema(
            [
                ("key", pa.string()),
                ("language", pa.string()),
                ("skipped", pa.string()),
                ("words", pa.int64()),
                *((name, pa.float32()) for name in numbers),
            ],
            {
                _MODEL: self.model.encode(),
                _THRESHOLDS: " ".join(map(str, self.thresholds)).encode(),
            },
        )


def _frame(keys: Sequence[str], scored: ScoredTexts) -> pd.DataFrame:
    columns: dict[str, object] = {
        "key": list(keys),
        "language": list(scored.languages),
        "skipped": list(scored.skipped),
        "words": scored.words,
        "sentiment": scored.sentiment,
    }
    columns |= {trait: scored.traits[:, at] for at, trait in enumerate(TRAITS)}
    columns |= {
        f"{EMOTION}{label}": scored.emotions[:, at] for at, label in enumerate(scored.labels)
    }
    return pd.DataFrame(columns)


def _read_header(path: Path | None) -> tuple[str, tuple[str, ...], tuple[float, ...]] | None:
    """Model, labels and thresholds of a cache; None for one that can't be read to its end."""
    if path is None or not path.exists():
        return None
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            metadata = dict(schema.metadata or {})
            model = metadata[_MODEL].decode()
            thresholds = tuple(float(cut) for cut in metadata[_THRESHOLDS].decode().split())
            for _batch in file.iter_batches(WRITTEN_AT_ONCE):
                pass  # damage inside shows here, and not in the middle of a job
    except (pa.ArrowException, KeyError, ValueError, OSError):
        return None  # a cache only saves work: start afresh
    labels = [name.removeprefix(EMOTION) for name in schema.names if name.startswith(EMOTION)]
    return model, tuple(labels), thresholds
