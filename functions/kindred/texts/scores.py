"""Scores of some texts, as the scoring service gives them, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindred.tables import TRAITS

TASKS = ("emotions", "sentiment", "personality")


class ScoresUnreadable(ValueError):
    """An answer that isn't what the wire contract promises."""


@dataclass(frozen=True)
class ScoredTexts:
    """Rows are texts, in the order they were sent; NaN where a text was left out."""

    model: str  # names every model behind the scores: scores of different ones don't mix
    labels: tuple[str, ...]
    thresholds: tuple[float, ...]  # per label: from here on a text is said to show it
    languages: tuple[str, ...]
    words: NDArray[np.int64]
    skipped: tuple[str, ...]  # '' for a scored text, else 'empty' or 'language'
    emotions: NDArray[np.float32]  # (texts, labels), 0-1
    sentiment: NDArray[np.float32]  # -1 negative … 1 positive
    traits: NDArray[np.float32]  # (texts, 5): per-word scores, which combine by word counts

    def __len__(self) -> int:
        return len(self.languages)


def parse_answer(answer: Mapping[str, Any], count: int) -> ScoredTexts:
    """The scoring service's answer for ``count`` texts. Raises :class:`ScoresUnreadable`."""
    try:
        results = answer["results"]
        emotions, sentiment, traits = (results[task] for task in TASKS)
        sides = _matrix(sentiment, count)
        order = [traits["labels"].index(trait) for trait in TRAITS]
        names = sentiment["labels"]
        scored = ScoredTexts(
            model="+".join(dict.fromkeys(results[task]["model"] for task in TASKS)),
            labels=tuple(emotions["labels"]),
            thresholds=tuple(emotions["thresholds"]),
            languages=tuple(answer["languages"]),
            words=np.array(answer["words"], dtype=np.int64),
            skipped=tuple(answer["skipped"]),
            emotions=_matrix(emotions, count),
            sentiment=sides[:, names.index("positive")] - sides[:, names.index("negative")],
            traits=_matrix(traits, count)[:, order],
        )
    except (KeyError, TypeError, ValueError) as err:
        raise ScoresUnreadable(f"the scoring service's answer can't be read: {err!r}") from err
    if not len(scored.languages) == len(scored.words) == len(scored.skipped) == count:
        raise ScoresUnreadable("the scoring service answered for another number of texts")
    return scored


def join_scores(parts: Sequence[ScoredTexts]) -> ScoredTexts:
    """Scores of one model in a row. Raises :class:`ScoresUnreadable` when models differ."""
    first = parts[0]
    if any((part.model, part.labels) != (first.model, first.labels) for part in parts):
        raise ScoresUnreadable("the scoring service changed its model in the middle")
    return ScoredTexts(
        model=first.model,
        labels=first.labels,
        thresholds=first.thresholds,
        languages=tuple(language for part in parts for language in part.languages),
        words=np.concatenate([part.words for part in parts]),
        skipped=tuple(why for part in parts for why in part.skipped),
        emotions=np.concatenate([part.emotions for part in parts]),
        sentiment=np.concatenate([part.sentiment for part in parts]),
        traits=np.concatenate([part.traits for part in parts]),
    )


def _matrix(result: Mapping[str, Any], count: int) -> NDArray[np.float32]:
    labels = len(result["labels"])
    nothing = [np.nan] * labels
    rows = [nothing if row is None else row for row in result["scores"]]
    matrix = np.array(rows, dtype=np.float32).reshape(-1, labels)
    if len(matrix) != count:
        raise ValueError("another number of rows")
    return matrix
