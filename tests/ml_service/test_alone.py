"""A text's scores depend on that text alone: not on its neighbours, their number or their order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from scoring.scorer import Scorer, load_model
from scoring.settings import find_models

Rows = dict[str, tuple[list[float], ...]]

OPENINGS = ("Well,", "I must say", "Bought as a gift:", "Third order here;", "For the record,")
ENDS = (
    "the zip broke on the first day.",
    "I love how soft the wool is.",
    "it came on Tuesday in a plain box.",
    "nobody answered my mail, and I am furious about it.",
    "thanks for the quick exchange!",
    "what size should a tall person take?",
)
TEXTS = (
    *(f"{opening} {end}" for opening in OPENINGS for end in ENDS),
    "Perfect!",
    "AWFUL!!! never again, never, never, never",
    " ".join(f"{opening} {end}" for opening in OPENINGS for end in ENDS),  # cut into chunks
)


@pytest.fixture(scope="module")
def scorer() -> Iterator[Scorer]:
    with ThreadPoolExecutor(2) as workers:
        yield Scorer([load_model(find_models("bundled")[0])], workers)


def score(scorer: Scorer, texts: Sequence[str]) -> Rows:
    tasks = scorer.score(texts, ("emotions", "sentiment"), lambda: True).tasks
    columns = [tasks[task].rows for task in ("emotions", "sentiment")]
    return dict(zip(texts, zip(*columns, strict=True), strict=True))


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_text_scores_the_same_however_it_is_batched(scorer: Scorer, size: int) -> None:
    apart: Rows = {}
    for start in range(0, len(TEXTS), size):
        apart |= score(scorer, TEXTS[start : start + size])
    assert apart == score(scorer, TEXTS)


def test_a_text_scores_the_same_in_any_order(scorer: Scorer) -> None:
    shuffled = random.Random(3).sample(TEXTS, len(TEXTS))
    assert score(scorer, shuffled) == score(scorer, TEXTS)
