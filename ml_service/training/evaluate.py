"""The quality of a shipped model on named test sets, beside what it has to beat.

``scripts/evaluate-models --data DIR`` prints the tables; ``--write`` puts the figures into the
card. The baselines (TF-IDF + logistic regression) are trained in the same run on the same training
texts. No row that is measured on was trained on: see :mod:`training.corpora` for what is held out.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scoring.personality import TRAITS, score_traits
from scoring.preparation import clean_text
from scoring.settings import find_models
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from training import corpora
from training.corpora import NEGATIVE, NEUTRAL, POSITIVE, Example
from training.measuring import (
    Scores,
    Truth,
    balanced_accuracy,
    best_thresholds,
    f1_figures,
    group_scores,
    group_truth,
    indicator,
    score_task,
    write_card,
)

PUBLISHED_BERT = {"28 labels": 0.46, "7 Ekman groups": 0.64, "4 sentiment groups": 0.69}
ESSAY_WORDS = (100, 600, None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/evaluate-models", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("KINDRED_DATA"))
    parser.add_argument("--model", type=Path, help="a model folder; default: the bundled one")
    parser.add_argument("--write", action="store_true", help="put the figures into the card")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder with --data or KINDRED_DATA")
    folder = arguments.model or find_models("bundled")[0]
    figures = evaluate(folder, Path(arguments.data))
    if arguments.write:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        card["metrics"] = figures
        write_card(folder, card)


def evaluate(folder: Path, data: Path) -> dict[str, Any]:
    """Print all tables of the model in ``folder``; return what the card keeps."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    figures: dict[str, Any] = {
        "measured_on": datetime.datetime.now(datetime.UTC).date().isoformat()
    }
    figures["emotions"] = measure_emotions(folder, card, data)
    figures["sentiment"] = measure_sentiment(folder, data)
    figures["personality"] = measure_personality(data)
    return figures


def measure_emotions(folder: Path, card: dict[str, Any], data: Path) -> dict[str, Any]:
    """GoEmotions test: labels and groups, thresholds tuned on dev, and with one threshold."""
    test, dev, train = (corpora.goemotions(data, split) for split in ("test", "dev", "train"))
    width = len(corpora.labels(data))
    truth, dev_truth, train_truth = (_truth(examples, width) for examples in (test, dev, train))
    head = card["heads"]["emotions"]
    scores = score_task(folder, _texts(test), "emotions")
    baseline_dev, baseline = _baseline_emotions(train, train_truth, [dev, test])
    rows: list[tuple[str, dict[str, float], dict[str, float]]] = [
        (
            "28 labels",
            f1_figures(scores > np.array(head["thresholds"]), truth),
            f1_figures(baseline > np.array(best_thresholds(baseline_dev, dev_truth)), truth),
        )
    ]
    for name, kind in (("7 Ekman groups", "ekman"), ("4 sentiment groups", "sentiment")):
        members = corpora.groups(data, kind)
        cuts = np.array([head["groups"][kind][group] for group in members])
        grouped = group_truth(truth, members.values())
        baseline_cuts = best_thresholds(
            group_scores(baseline_dev, members.values()),
            group_truth(dev_truth, members.values()),
        )
        rows.append(
            (
                name,
                f1_figures(group_scores(scores, members.values()) > cuts, grouped),
                f1_figures(
                    group_scores(baseline, members.values()) > np.array(baseline_cuts), grouped
                ),
            )
        )
    single = f1_figures(scores > head["one_threshold"], truth)
    _say(f"\nGoEmotions test, {len(test):,} comments; ± is one standard error")
    _say(f"{'':20}{'macro-F1':>16}{'micro-F1':>16}{'BERT, paper':>14}{'TF-IDF macro':>16}")
    for name, ours, theirs in rows:
        _say(
            f"{name:20}{_pm(ours, 'macro_f1'):>16}{_pm(ours, 'micro_f1'):>16}"
            f"{PUBLISHED_BERT[name]:>14.2f}{_pm(theirs, 'macro_f1'):>16}"
        )
    one = f"one threshold ({head['one_threshold']})"
    _say(f"{one:20}{_pm(single, 'macro_f1'):>16}{_pm(single, 'micro_f1'):>16}")
    return {
        "test_set": f"GoEmotions test, {len(test):,} comments",
        "results": {name: {"model": ours, "tf_idf": theirs} for name, ours, theirs in rows},
        "one_threshold": single,
    }


def measure_sentiment(folder: Path, data: Path) -> dict[str, Any]:
    """Positive against negative on held-out reviews; three ways on the clothing reviews."""
    clothing = corpora.clothing(data, held_out=True)
    sets: dict[str, list[Example]] = {
        "Women's Clothing, held-out fifth": clothing,
        "Amazon sentences, held-out half": corpora.sentences(data, "amazon_cells", held_out=True),
        "Yelp sentences, held-out half": corpora.sentences(data, "yelp", held_out=True),
        "SST-2 test, never trained on": corpora.sst2(data),
    }
    words, logistic = _baseline_sentiment(data)
    figures = {}
    _say(
        f"\nSentiment, balanced accuracy of positive against negative\n{'':36}{'texts':>7}", end=""
    )
    _say(f"{'model':>16}{'TF-IDF':>16}")
    for name, examples in sets.items():
        sided = [example for example in examples if example.sentiment != NEUTRAL]
        texts = [_whole(example) for example in sided]
        truth = np.array([example.sentiment == POSITIVE for example in sided])
        sides = score_task(folder, texts, "sentiment")
        ours = balanced_accuracy(sides[:, POSITIVE] > sides[:, NEGATIVE], truth)
        theirs = balanced_accuracy(logistic.predict(words.transform(texts)) == POSITIVE, truth)
        _say(f"{name:36}{len(sided):>7,}{ours[0]:>9.3f} ± {ours[1]:.3f}", end="")
        _say(f"{theirs[0]:>8.3f} ± {theirs[1]:.3f}")
        figures[name] = {
            "texts": len(sided),
            "balanced_accuracy": ours[0],
            "balanced_accuracy_se": ours[1],
            "tf_idf": theirs[0],
        }
    sides = score_task(folder, [_whole(example) for example in clothing], "sentiment")
    truth = np.array([example.sentiment for example in clothing])
    recalls = [float((sides.argmax(axis=1)[truth == side] == side).mean()) for side in range(3)]
    three = round(float(np.mean(recalls)), 4)
    _say(f"Women's Clothing with three stars as neutral: balanced accuracy of three {three:.3f}")
    return {"two_sided": figures, "three_sided_clothing": three}


def measure_personality(data: Path) -> dict[str, Any]:
    """Word use against the five questionnaires of the essays, by number of words read.

    Nothing is trained: a writer counts as high in a trait when above the median of all writers.
    """
    essays = corpora.essays(data)
    figures: dict[str, Any] = {}
    _say(f"\nPersonality by word use, {len(essays):,} essays (evaluation only): share told right")
    _say(
        f"{'first words':14}" + "".join(f"{trait[:8]:>10}" for trait in TRAITS) + f"{'mean':>10}",
        end="",
    )
    _say(f"{'mean r':>10}{'published r':>14}")
    for words, published in zip(ESSAY_WORDS, (0.095, 0.212, 0.257), strict=True):
        scores = np.stack(
            [score_traits(" ".join(clean_text(text).split()[:words])) for text, _ in essays]
        )
        truth = np.array([[told[trait] for trait in TRAITS] for _, told in essays])
        high = scores > np.median(scores, axis=0)
        right = (high == truth).mean(axis=0)
        r = [float(np.corrcoef(scores[:, at], truth[:, at])[0, 1]) for at in range(len(TRAITS))]
        name = f"{words} words" if words else "all"
        _say(f"{name:14}" + "".join(f"{share:>10.3f}" for share in right), end="")
        _say(f"{right.mean():>10.3f}{np.mean(r):>10.3f}{published:>14.3f}")
        figures[name] = {
            "accuracy": {t: round(float(s), 4) for t, s in zip(TRAITS, right, strict=True)},
            "mean_accuracy": round(float(right.mean()), 4),
            "mean_correlation": round(float(np.mean(r)), 4),
        }
    return figures


def _baseline_emotions(
    train: list[Example], truth: Truth, others: list[list[Example]]
) -> list[Scores]:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    known = words.fit_transform(_texts(train))
    unknown = [words.transform(_texts(examples)) for examples in others]
    scores: list[list[Any]] = [[] for _ in others]
    for label in range(truth.shape[1]):
        logistic = LogisticRegression(C=8.0, solver="liblinear").fit(known, truth[:, label])
        for at, matrix in enumerate(unknown):
            scores[at].append(logistic.predict_proba(matrix)[:, 1])
    return [np.stack(columns, axis=1) for columns in scores]


def _baseline_sentiment(data: Path) -> tuple[TfidfVectorizer, LogisticRegression]:
    """On the same licensed texts as the model: reviews, sentences and GoEmotions by its groups."""
    examples = [
        *corpora.clothing(data, held_out=False),
        *corpora.sentences(data, "amazon_cells", held_out=False),
        *corpora.sentences(data, "yelp", held_out=False),
        *corpora.sentences(data, "imdb", held_out=False),
        *corpora.sentences(data, "imdb", held_out=True),
        *corpora.goemotions(data, "train"),
    ]
    sided = [example for example in examples if example.sentiment in (NEGATIVE, POSITIVE)]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix = words.fit_transform([_whole(example) for example in sided])
    logistic = LogisticRegression(C=4.0, solver="liblinear", class_weight="balanced")
    return words, logistic.fit(matrix, [example.sentiment for example in sided])


def _truth(examples: Sequence[Example], width: int) -> Truth:
    return indicator([example.emotions or () for example in examples], width)


def _texts(examples: Sequence[Example]) -> list[str]:
    return [example.text for example in examples]


def _whole(example: Example) -> str:
    return f"{example.title}. {example.text}" if example.title else example.text


def _pm(figures: dict[str, float], name: str) -> str:
    return f"{figures[name]:.3f} ± {figures[name + '_se']:.3f}"


def _say(line: str, end: str = "\n") -> None:
    print(line, end=end, flush=True)


if __name__ == "__main__":
    main()
