"""Personality from word use: a transparent model that anyone can check by hand.

Each trait is a weighted sum of how much oftener than usual a text uses each category of words:
``sum over categories of weight * (rate - usual) / sqrt(usual * (1 - usual))``, where rates are
shares of words; then in units where reviews of about 100 words have mean 0 and standard deviation
1. It is linear in the rates, so scores of several texts combine by their word counts, exactly. What
a score is worth, and when it is worth nothing, is for the reader to decide: at 100 words they
correlate .06 with a questionnaire.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring.lexicon import WEIGHTS, WORDS

TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")

#: Share of words by category in 18,000 Women's E-Commerce Clothing Reviews (CC0) and the 43,410
#: GoEmotions training texts (CC BY 4.0), half and half; made by ``training/norms.py``.
USUAL: dict[str, float] = {
    "i": 0.05596,
    "we": 0.00300,
    "you": 0.01588,
    "article": 0.07289,
    "preposition": 0.08853,
    "negation": 0.02027,
    "assent": 0.00401,
    "positive": 0.02901,
    "anxious": 0.00130,
    "angry": 0.00160,
    "sad": 0.00277,
    "swearing": 0.00225,
    "tentative": 0.00464,
    "certain": 0.00489,
    "should": 0.01103,
    "cause": 0.00451,
    "friends": 0.00146,
    "family": 0.00201,
    "home": 0.00073,
    "leisure": 0.00237,
    "achievement": 0.00297,
    "time": 0.01082,
    "motion": 0.00695,
    "culture": 0.00140,
    "death": 0.00070,
    "faith": 0.00054,
    "body": 0.00405,
    "thanks": 0.00242,
    "exciting": 0.00517,
}

#: Mean and spread of the weighted sums over clothing reviews of 80 to 120 words, trait by trait.
NORM_MEAN = (0.465, 0.332, -0.402, -0.186, -0.122)
NORM_SPREAD = (0.669, 0.413, 0.428, 0.407, 0.400)

_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")


def count_words(text: str) -> int:
    """How many words ``text`` has, as personality counts them."""
    return len(_WORD.findall(text.lower()))


def score_traits(text: str) -> NDArray[np.float64]:
    """Trait scores of one text, in the order of ``TRAITS``; zeros where it has no words."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    if not words:
        return np.zeros(len(TRAITS))
    per_word, constant = _table()
    total = np.zeros(len(TRAITS))
    for word in words:
        weight = per_word.get(word)
        if weight is not None:
            total += weight
    score: NDArray[np.float64] = total / len(words) - constant
    return score


def category_rates(text: str) -> Mapping[str, float]:
    """Share of words by category: what :data:`USUAL` is made of."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    members = {category: frozenset(listed.split()) for category, listed in WORDS.items()}
    return {
        category: sum(word in listed for word in words) / max(1, len(words))
        for category, listed in members.items()
    }


@cache
def _table() -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    per_word: dict[str, NDArray[np.float64]] = {}
    constant = np.array(NORM_MEAN) / NORM_SPREAD
    for category, weights in WEIGHTS.items():
        usual = USUAL[category]
        scaled = np.array(weights) / np.sqrt(usual * (1 - usual)) / NORM_SPREAD
        constant += scaled * usual
        for word in set(WORDS[category].split()):
            per_word[word] = per_word.get(word, 0.0) + scaled
    return per_word, constant
