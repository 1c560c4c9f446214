"""Measures of a shipped model: the service's own scores, thresholds, F1, standard errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scoring.preparation import clean_text
from scoring.scorer import Scorer, load_model

Scores = NDArray[np.float64]
Truth = NDArray[np.bool_]

CUTS = np.linspace(0.05, 0.9, 86)
RESAMPLES = 400


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write ``card.json``, one list to a line, so that a change of figures reads as one."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def score_task(folder: Path, texts: Sequence[str], task: str) -> Scores:
    """Scores of one task by the service's own code; all texts, whatever their language."""
    model = load_model(folder)
    head = next(head for head in model.card.heads if head.task == task)
    with ThreadPoolExecutor(2) as workers:
        scorer = Scorer([model], workers)
        clean = [clean_text(text) or "." for text in texts]
        return np.asarray(scorer.run_heads(model, [head], clean, lambda: True)[0], dtype=float)


def indicator(labels: Sequence[tuple[int, ...]], width: int) -> Truth:
    """Rows of yes and no from indices."""
    truth = np.zeros((len(labels), width), dtype=bool)
    for row, marks in enumerate(labels):
        truth[row, list(marks)] = True
    return truth


def group_scores(scores: Scores, groups: Iterable[tuple[int, ...]]) -> Scores:
    """Score of a group: that at least one of its labels holds, as if they were independent."""
    return np.stack([1 - np.prod(1 - scores[:, list(group)], axis=1) for group in groups], axis=1)


def group_truth(truth: Truth, groups: Iterable[tuple[int, ...]]) -> Truth:
    return np.stack([truth[:, list(group)].any(axis=1) for group in groups], axis=1)


def f1_by_label(chosen: Truth, truth: Truth) -> Scores:
    """F1 of each column; 0 where there is nothing to find and nothing found."""
    hits = (chosen & truth).sum(axis=0)
    total = chosen.sum(axis=0) + truth.sum(axis=0)
    f1: Scores = np.where(total > 0, 2 * hits / np.maximum(total, 1), 0.0)
    return f1


def best_thresholds(scores: Scores, truth: Truth) -> list[float]:
    """Per label the threshold with the best F1, over a curve smoothed by its neighbours.

    With six rows to a label the best single point is luck.
    """
    curves = np.stack([f1_by_label(scores > cut, truth) for cut in CUTS])
    kernel = np.hanning(17)[1:-1]
    edge = len(kernel) // 2
    padded = np.pad(curves, ((edge, edge), (0, 0)), mode="edge")
    smooth = np.stack([np.convolve(curve, kernel / kernel.sum(), "valid") for curve in padded.T])
    return [round(float(CUTS[best]), 2) for best in smooth.argmax(axis=1)]


def best_threshold(scores: Scores, truth: Truth) -> float:
    """The one threshold for all labels with the best macro-F1."""
    means = [f1_by_label(scores > cut, truth).mean() for cut in CUTS]
    return round(float(CUTS[int(np.argmax(means))]), 2)


def f1_figures(chosen: Truth, truth: Truth) -> dict[str, float]:
    """Macro- and micro-F1 with the standard error of each, from resampled rows."""
    hits, given, found = (chosen & truth), truth, chosen
    chance = np.random.default_rng(0)
    weights = chance.multinomial(len(truth), np.full(len(truth), 1 / len(truth)), RESAMPLES)
    columns = [weights @ part.astype(float) for part in (hits, given, found)]
    macro = 2 * columns[0] / np.maximum(columns[1] + columns[2], 1)
    micro = 2 * columns[0].sum(axis=1) / (columns[1] + columns[2]).sum(axis=1)
    return {
        "macro_f1": round(float(f1_by_label(chosen, truth).mean()), 4),
        "macro_f1_se": round(float(macro.mean(axis=1).std()), 4),
        "micro_f1": round(float(2 * hits.sum() / (given.sum() + found.sum())), 4),
        "micro_f1_se": round(float(micro.std()), 4),
    }


def balanced_accuracy(positive: Truth, truth: Truth) -> tuple[float, float]:
    """Mean of the hit rates of both sides, and its standard error."""
    up, down = positive[truth], ~positive[~truth]
    error = (
        up.mean() * (1 - up.mean()) / len(up) + down.mean() * (1 - down.mean()) / len(down)
    ) / 4
    return round(float((up.mean() + down.mean()) / 2), 4), round(float(np.sqrt(error)), 4)
