"""Cleaning, weights and what personality is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.texts.aggregates import HALF_LIFE_DAYS, evidence_of, recency_weights
from kindred.texts.cleaning import MAX_CHARACTERS, join_review, text_key
from kindred.texts.personality import GATE_WORDS, profile_customers, validity_at


@pytest.mark.parametrize(
    ("title", "text", "joined"),
    [
        (None, "fits well", "fits well"),
        ("Lovely", "fits well", "Lovely. fits well"),
        ("Lovely!", "fits well", "Lovely! fits well"),
        ("Lovely dress", "Lovely dress, fits well", "Lovely dress, fits well"),
        ("Lovely", None, "Lovely."),
        (None, None, ""),
        (" ", "\n\t", ""),
    ],
)
def test_title_and_text_are_one(title: str | None, text: str | None, joined: str) -> None:
    assert join_review(title, text) == joined


@given(st.text(), st.text())
def test_what_is_sent_is_one_short_printable_line(title: str, text: str) -> None:
    joined = join_review(title, text)
    assert len(joined) <= MAX_CHARACTERS
    assert joined == joined.strip()
    assert "\n" not in joined
    assert "\x00" not in joined
    assert len(text_key(joined)) == 32


def test_a_text_half_a_life_older_weighs_half() -> None:
    weights = recency_weights(np.array([0.0, HALF_LIFE_DAYS, np.nan]))
    assert weights.tolist() == pytest.approx([1.0, 0.5, 0.75])
    assert recency_weights(np.array([np.nan, np.nan])).tolist() == [1.0, 1.0]
    assert recency_weights(np.array([1e9]))[0] > 0


@given(st.integers(1, 1000), st.integers(1, 100_000))
def test_evidence_grows_and_never_is_certain(texts: int, words: int) -> None:
    now, more = evidence_of(np.array([texts, texts + 1]), np.array([words, words + 10]))
    assert 0 < now < more < 1


def test_few_words_tell_nothing_and_many_tell_little() -> None:
    words = np.array([GATE_WORDS - 1, GATE_WORDS, 600, 3000, 50_000])
    profiles = profile_customers(np.full((5, 5), 10.0), words)
    assert np.isnan(profiles.value[0]).all()
    told = profiles.value[1:, 0]
    assert (np.diff(told) >= 0).all()
    assert 0.5 < told[0] < told[-1] < 0.8
    widths = profiles.high[1:, 0] - profiles.low[1:, 0]
    assert (np.diff(widths) <= 1e-9).all()
    assert widths[-1] > 0.6


def test_validity_is_what_was_measured_and_below_what_trained_models_reach() -> None:
    validity = validity_at(np.array([100, 600, 10**6]))
    assert validity.tolist() == pytest.approx([0.061, 0.132, 0.132])
    assert (validity < [0.095, 0.212, 0.257]).all()


def test_among_peers_the_average_customer_is_average() -> None:
    scores = np.random.default_rng(1).normal(7.0, 2.0, size=(400, 5))
    profiles = profile_customers(scores, np.full(400, 1000))
    assert profiles.value.mean(axis=0) == pytest.approx(np.full(5, 0.5), abs=0.02)
    best = scores[:, 0].argmax()
    assert profiles.value[best, 0] == profiles.value[:, 0].max()
