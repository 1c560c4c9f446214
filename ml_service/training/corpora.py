"""The texts that the bundled model learns from and is measured on, read from one data folder.

Only what a licence lets us ship is trained on: GoEmotions (CC BY 4.0), Women's Clothing reviews
(CC0), and part of the UCI Sentiment Labelled Sentences (CC BY 4.0). SST-2 and the essays have no
licence to ship weights from: :func:`sst2` and :func:`essays` are for evaluation alone. What is held
out is decided by a hash of the text, so a duplicate can't stand on both sides.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
UNKNOWN = -1


@dataclass(frozen=True)
class Example:
    """One text with what is known of it: emotions (indices, or None), sentiment (or UNKNOWN).

    ``copy`` is the same text in a more careless hand, for which a model should say the same.
    """

    text: str
    emotions: tuple[int, ...] | None = None
    sentiment: int = UNKNOWN
    title: str = ""
    copy: str = ""


def fold(text: str, folds: int) -> int:
    """Which of ``folds`` parts a text belongs to: the same everywhere, whatever its order."""
    key = " ".join(text.lower().split())
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % folds


def labels(data: Path) -> tuple[str, ...]:
    return tuple((data / "goemotions/labels.txt").read_text().split())


def groups(data: Path, kind: str) -> dict[str, tuple[int, ...]]:
    """``ekman`` or ``sentiment`` groups of the labels, neutral as a group of its own."""
    file = {"ekman": "ekman_mapping.json", "sentiment": "sentiment_dict.json"}[kind]
    names = labels(data)
    mapping = json.loads((data / "goemotions" / file).read_text())
    grouped = {name: tuple(names.index(label) for label in mapping[name]) for name in mapping}
    return grouped | {"neutral": (names.index("neutral"),)}


def goemotions(data: Path, split: str) -> list[Example]:
    """``train``, ``dev`` or ``test``. Sentiment is known where the labels agree on one group."""
    members = groups(data, "sentiment")
    side = dict.fromkeys(members["negative"], NEGATIVE)
    side |= dict.fromkeys(members["positive"], POSITIVE)
    side |= dict.fromkeys(members["neutral"], NEUTRAL)
    examples = []
    for line in (data / f"goemotions/{split}.tsv").read_text(encoding="utf-8").splitlines():
        text, marks, _ = line.rsplit("\t", 2)
        emotions = tuple(int(mark) for mark in marks.split(","))
        sides = {side.get(label, UNKNOWN) for label in emotions}
        examples.append(Example(text, emotions, sides.pop() if len(sides) == 1 else UNKNOWN))
    return examples


def clothing(data: Path, *, held_out: bool) -> list[Example]:
    """Women's Clothing reviews by rating (1-2 negative, 3 neutral, 4-5 positive).

    A fifth is held out: about 4,500 reviews.
    """
    examples = []
    with (data / "reviews/womens_clothing.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["Review Text"].strip()
            if not text or (fold(text, 5) == 0) is not held_out:
                continue
            rating = int(row["Rating"])
            sentiment = NEGATIVE if rating <= 2 else NEUTRAL if rating == 3 else POSITIVE
            examples.append(Example(text, None, sentiment, row["Title"].strip()))
    return examples


def sentences(data: Path, name: str, *, held_out: bool) -> list[Example]:
    """UCI sentences: ``amazon_cells``, ``yelp``, ``imdb``. Half of each is held out."""
    return [
        example for example in _sentences(data, name) if (fold(example.text, 2) == 0) is held_out
    ]


def _sentences(data: Path, name: str) -> Iterator[Example]:
    # Split on newlines alone: some sentences hold U+0085, which splitlines() would break at.
    content = (data / f"reviews/{name}_labelled.txt").read_text(encoding="utf-8")
    for line in content.split("\n"):
        if line.strip():
            text, mark = line.rsplit("\t", 1)
            yield Example(text.strip(), None, POSITIVE if mark.strip() == "1" else NEGATIVE)


def sst2(data: Path) -> list[Example]:
    """The 1,821 sentences of the SST-2 test set. Evaluation only: no licence to ship."""
    examples = []
    for line in (data / "reviews/SST2_dev.tsv").read_text(encoding="utf-8").split("\n"):
        mark, _, text = line.partition("\t")
        if mark in ("0", "1"):
            examples.append(Example(text, None, POSITIVE if mark == "1" else NEGATIVE))
    return examples


def essays(data: Path) -> list[tuple[str, dict[str, bool]]]:
    """Essays with the five traits as yes or no. Evaluation only: no licence to ship."""
    columns = {
        "openness": "cOPN",
        "conscientiousness": "cCON",
        "extraversion": "cEXT",
        "agreeableness": "cAGR",
        "neuroticism": "cNEU",
    }
    with (data / "essays/essays.csv").open(encoding="utf-8", errors="replace", newline="") as file:
        return [
            (row["text"], {trait: row[column] == "1" for trait, column in columns.items()})
            for row in csv.DictReader(file)
        ]
