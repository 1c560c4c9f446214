"""Scores by text hash in one Parquet file, so that a second run scores only what is new.

It holds no text: with the texts removed, scores stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from kindred.tables import TRAITS

if TYPE_CHECKING:
    import pandas as pd

    from kindred.texts.scores import ScoredTexts

_EMOTION: Final = "emotion_"
_THRESHOLD: Final = b"kindred_thresholds"


class ScoreCache:
    """Scores of one model. Adding scores of another model drops those of the old one."""

    def __init__(self) -> None:
        self.model = ""
        self.labels: tuple[str, ...] = ()
        self.thresholds: tuple[float, ...] = ()
        self._frames: list[pd.DataFrame] = []
        self._keys: set[str] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Those of ``keys`` that have no scores yet, each once, in their order."""
        return [key for key in dict.fromkeys(keys) if key not in self._keys]

    def add(self, keys: Sequence[str], scored: ScoredTexts) -> bool:
        """Keep the scores of ``keys``; True if that dropped the scores of another model."""
        import pandas as pd

        changed = bool(self._frames) and (self.model, self.labels) != (scored.model, scored.labels)
        if changed:
            self._frames, self._keys = [], set()
        self.model, self.labels = scored.model, scored.labels
        self.thresholds = scored.thresholds
        columns: dict[str, object] = {
            "key": list(keys),
            "language": list(scored.languages),
            "skipped": list(scored.skipped),
            "words": scored.words,
            "sentiment": scored.sentiment,
        }
        columns |= {trait: scored.traits[:, at] for at, trait in enumerate(TRAITS)}
        columns |= {
            f"{_EMOTION}{label}": scored.emotions[:, at] for at, label in enumerate(scored.labels)
        }
        self._frames.append(pd.DataFrame(columns))
        self._keys.update(keys)
        return changed

    def frame(self) -> pd.DataFrame:
        """All scores, one row per key."""
        import pandas as pd

        if len(self._frames) > 1:
            self._frames = [pd.concat(self._frames, ignore_index=True)]
        return self._frames[0] if self._frames else pd.DataFrame({"key": []})


def read_cache(path: Path | None) -> ScoreCache:
    """The cache in ``path``; an empty one where there is none, or one that can't be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    cache = ScoreCache()
    if path is None or not path.exists():
        return cache
    try:
        table = pq.read_table(path)
        told = dict(table.schema.metadata or {})
        cache.model = told[b"kindred_model"].decode()
        cache.thresholds = tuple(float(cut) for cut in told[_THRESHOLD].decode().split())
        frame = table.to_pandas()
        cache.labels = tuple(
            name.removeprefix(_EMOTION) for name in frame.columns if name.startswith(_EMOTION)
        )
        cache._keys = set(frame["key"])
    except (pa.ArrowException, KeyError, ValueError):
        # A cache only saves work: start afresh.
        return ScoreCache()
    cache._frames = [frame]
    return cache


def write_cache(cache: ScoreCache, path: Path) -> None:
    """Write ``cache`` whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = cache.frame().sort_values("key")
    for name in frame.columns:
        if frame[name].dtype == np.float64:
            frame[name] = frame[name].astype(np.float32)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(
        {
            b"kindred_model": cache.model.encode(),
            _THRESHOLD: " ".join(map(str, cache.thresholds)).encode(),
        }
    )
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(path)
