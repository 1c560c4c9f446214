"""Builders for the tests of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from kindred.tables import TRAITS, Tables
from kindred.texts.scores import ScoredTexts

LABELS = ("joy", "sadness")


class FakeScoring:
    """Scores by plain rules and remembers what it was sent."""

    def __init__(self, model: str = "fake-1") -> None:
        self.model = model
        self.sent: list[str] = []

    def __call__(self, texts: Sequence[str]) -> ScoredTexts:
        self.sent += texts
        skipped = ["language" if "kleid" in text.lower() else "" for text in texts]
        glad = np.array([float("love" in text) for text in texts], dtype=np.float32)
        emotions = np.stack([glad, 1 - glad], axis=1)
        sentiment = 2 * glad - 1
        for at, why in enumerate(skipped):
            if why:
                emotions[at], sentiment[at] = np.nan, np.nan
        return ScoredTexts(
            model=self.model,
            labels=LABELS,
            thresholds=(0.5, 0.5),
            languages=tuple("de" if why else "en" for why in skipped),
            words=np.array([len(text.split()) for text in texts]),
            skipped=tuple(skipped),
            emotions=emotions,
            sentiment=sentiment,
            traits=np.tile(glad[:, None], (1, len(TRAITS))),
        )


def make_tables(
    folder: Path,
    texts: Sequence[tuple[str | None, str | None, str]],
    *,
    said_at: Mapping[int, datetime] | None = None,
    consent: Mapping[str, bool] | None = None,
) -> Tables:
    """Tables of texts given as ``(customer_id, title, text)``."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(
        {
            "line": range(2, len(texts) + 2),
            "customer_id": pd.array([row[0] for row in texts], dtype="string"),
            "said_at": pd.to_datetime([(said_at or {}).get(at) for at in range(len(texts))]),
            "title": pd.array([row[1] for row in texts], dtype="string"),
            "text": pd.array([row[2] for row in texts], dtype="string"),
            "rating": np.full(len(texts), np.nan),
            "product_id": pd.array([None] * len(texts), dtype="string"),
        }
    )
    frame.to_parquet(folder / "texts.parquet")
    customers = sorted({row[0] for row in texts if row[0] is not None})
    pd.DataFrame(
        {
            "customer_id": pd.array(customers, dtype="string"),
            "consent": pd.array([(consent or {}).get(name) for name in customers], dtype="boolean"),
        }
    ).to_parquet(folder / "customers.parquet")
    return Tables(customers=folder / "customers.parquet", texts=folder / "texts.parquet")


def make_answer(count: int, **changes: Any) -> dict[str, Any]:
    """An answer of the scoring service for ``count`` texts."""
    rows = [[0.5, 0.5]] * count

    def task(labels: Sequence[str], scores: list[Any], thresholds: Sequence[float]) -> Any:
        return {
            "model": "fake-1",
            "labels": list(labels),
            "thresholds": list(thresholds),
            "scores": scores,
        }

    return {
        "languages": ["en"] * count,
        "words": [3] * count,
        "skipped": [""] * count,
        "results": {
            "emotions": task(LABELS, rows, (0.5, 0.5)),
            "sentiment": task(("negative", "neutral", "positive"), [[0.1, 0.2, 0.7]] * count, ()),
            "personality": task(TRAITS, [[0.0] * len(TRAITS)] * count, ()),
        },
    } | changes
