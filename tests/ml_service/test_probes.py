"""Probes of what a small model gets wrong: praise by denial or by contrast, irony, product words.

Most are misread today. The floors keep what is right from getting lost; the expected failure is
what a next model has to reach, and says so when it does. No probe may be trained on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from scoring.scorer import Scorer, TaskScores, load_model
from scoring.settings import find_models

WANTED = 0.9
NEGATIVE, POSITIVE = 0, 2

PRAISE = (
    "Can't complain.",
    "I cannot fault it.",
    "Much better than the cheap one I returned.",
    "Beats my old broken mixer.",
    "I was sad when it sold out, so I grabbed two.",
    "Nothing to grumble about.",
    "Far quieter than the rattling fan it replaced.",
    "My last pair fell to bits; these have survived two winters.",
    "I worried it would be flimsy, but it is rock solid.",
    "Wouldn't hesitate to order again.",
    "You'd struggle to find better.",
    "I hated my previous pillow and sleep well on this one.",
    "No faults so far.",
    "It never lets me down.",
    "Nothing wrong with it at all.",
    "I couldn't wish for more.",
    "Not a single flaw.",
    "Outperforms the pricey one that died on me.",
    "So much sturdier than the junk I threw away.",
    "I was upset that mine got lost, so I bought it again.",
    "Was afraid the colour would be off, yet it is spot on.",
    "I can hardly fault the service.",
    "Finally a kettle that doesn't leak like the last one.",
    "I'd be lost without it.",
    "It has yet to disappoint me.",
    "After three bad razors, this is the one to keep.",
    "My daughter cried when hers wore out, so we ordered the same.",
    "Zero issues.",
)

IRONY = (
    "Great, another broken zip.",
    "Thanks for nothing.",
    "Just wonderful, the screen is cracked.",
    "Well, that was money well wasted.",
    "Oh good, it leaks as well.",
    "Lovely, a lamp without a plug.",
    "So glad I paid extra for late delivery.",
    "Bravo, you sent two left shoes.",
    "Fantastic, it stopped after an hour.",
    "Thanks for ruining Christmas.",
    "Great job sending me an empty parcel.",
    "How nice, the button fell off already.",
    "Perfect, now I own a very expensive brick.",
    "I'm thrilled to wait six weeks for the wrong size.",
    "Brilliant, my third refund this year.",
    "What a treat, a mug in a hundred pieces.",
)

PRODUCTS = (
    "A good pest killer for the shed.",
    "A horror film for Friday night.",
    "This anti-anxiety blanket is soft.",
    "The cake is dangerously good.",
    "Rat poison, one kilo.",
    "The ghost costume fits my son.",
    "A murder mystery with a clever end.",
    "Killer heels in red.",
    "Terrifyingly good hot sauce.",
    "The slug killer did its job.",
    "A thriller set in a haunted hotel.",
    "Calming drops for nervous cats.",
    "The vampire cape is well made.",
    "Shark slippers for the kids.",
    "A drop-dead gorgeous gown.",
    "This stress ball keeps its shape.",
    "The fire alarm was easy to fit.",
    "A monster truck with big wheels.",
)


@pytest.fixture(scope="module")
def scorer() -> Iterator[Scorer]:
    with ThreadPoolExecutor(2) as workers:
        yield Scorer([load_model(find_models("bundled")[0])], workers)


def score(scorer: Scorer, texts: Sequence[str], task: str) -> TaskScores:
    done = scorer.score(texts, (task,), lambda: True)
    assert not any(done.skipped), done.languages
    return done.tasks[task]


def said(scorer: Scorer, texts: Sequence[str], side: int) -> list[bool]:
    """Which texts are read as ``side`` more than as any other."""
    rows = score(scorer, texts, "sentiment").rows
    return [row is not None and max(row) == row[side] for row in rows]


def calm(scorer: Scorer, texts: Sequence[str]) -> list[bool]:
    """Which texts show neither fear nor nervousness, by the thresholds of the card."""
    emotions = score(scorer, texts, "emotions")
    worries = [emotions.labels.index(label) for label in ("fear", "nervousness")]
    return [
        row is not None and all(row[at] < emotions.thresholds[at] for at in worries)
        for row in emotions.rows
    ]


def test_what_is_read_right_stays_right(scorer: Scorer) -> None:
    right = (
        sum(said(scorer, PRAISE, POSITIVE)),
        sum(said(scorer, IRONY, NEGATIVE)),
        sum(calm(scorer, PRODUCTS)),
    )
    floors = (5, 2, 15)
    assert all(found >= floor for found, floor in zip(right, floors, strict=True)), right


@pytest.mark.xfail(strict=True, reason="the head alone can't learn it; the layers below have to")
def test_nine_in_ten_are_read_right(scorer: Scorer) -> None:
    right = [
        *said(scorer, PRAISE, POSITIVE),
        *said(scorer, IRONY, NEGATIVE),
        *calm(scorer, PRODUCTS),
    ]
    assert len(right) >= 60
    assert sum(right) >= WANTED * len(right), f"{sum(right)} of {len(right)}"
