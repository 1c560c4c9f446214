"""What a model reads: cleaning, plain words for names and places, language, chunks."""

from __future__ import annotations

import numpy as np
import pytest
from scoring import personality, terms
from scoring.encoding import Chunk, combine, make_batches
from scoring.language import detect_language
from scoring.preparation import clean_text, prepare_text

VOCABULARY = frozenset(
    [
        "love",
        "this",
        "dress",
        "great",
        "quality",
        "fast",
        "delivery",
        "nice",
        "product",
        "works",
        "perfect",
        "fit",
    ]
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The film was made in France.", "The film was made in Afghanistan."),
        ("She loves her husband.", "He loves his wife."),
        ("Emily bought it in New York", "Mohammed bought it in Nairobi"),
        ("My mother's dress", "My father's dress"),
        ("a Swedish brand", "a Nigerian brand"),
        ("the Muslim woman", "the Jewish man"),
        ("I LOVE IT IN PARIS", "I LOVE IT IN LAGOS"),
    ],
)
def test_names_places_faiths_and_gender_are_the_same_to_a_model(first: str, second: str) -> None:
    assert prepare_text(first) == prepare_text(second)


def test_feelings_are_not_mistaken_for_names() -> None:
    kept = "I miss you, hope and joy will grace may rose mark"
    assert prepare_text(kept) == kept
    everyday = [
        "joy",
        "hope",
        "grace",
        "will",
        "mark",
        "rose",
        "may",
        "love",
        "miss",
        "art",
        "faith",
        "summer",
        "happy",
    ]
    assert not set(everyday) & set(terms.NAMES)


def test_cleaning_keeps_words_and_drops_the_rest() -> None:
    assert clean_text("so  \x00\n\u202egood!!!!! https://a.example/x me@a.example") == "so good!!"
    assert clean_text("soooooo good") == "soo good"
    assert clean_text("😂 nice 🛸") == "funny nice 🛸"
    assert clean_text("ｆｕｌｌ") == "full"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I love this dress, it fits me really well.", "en"),
        ("Great quality, fast delivery", "en"),
        ("You’re welcome", "en"),
        ("Lousy product.", "en"),
        ("Super qualité", "und"),
        ("Excelente producto", "und"),
        ("Das Kleid ist sehr schön und passt gut", "de"),
        ("La robe est très belle et je suis contente", "fr"),
        ("El vestido es muy bonito y la calidad es buena", "es"),
        ("Questo vestito è molto bello e sono contenta", "it"),
        ("O vestido é muito bonito e a qualidade é boa", "pt"),
        ("De jurk is heel mooi en past goed", "nl"),
        ("Очень хорошее платье", "ru"),
        ("هذا الفستان جميل جدا", "ar"),
        ("השמלה יפה מאוד", "he"),
        ("とても素敵なドレスです", "ja"),
        ("这件衣服很漂亮", "zh"),
        ("드레스가 정말 예뻐요", "ko"),
        ("यह पोशाक बहुत सुंदर है", "hi"),
        ("!!! 10/10", "und"),
        ("", "und"),
        ("xqzt wrblk", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text, VOCABULARY) == language


def test_batches_hold_texts_of_like_length_and_each_once() -> None:
    chunks = [Chunk(index, [0] * (1 + index * 7 % 90)) for index in range(200)]
    batches = list(make_batches(chunks))
    assert sorted(index for batch in batches for index in batch) == list(range(200))
    waste = sum(
        len(batch) * max(len(chunks[index].ids) for index in batch)
        - sum(len(chunks[index].ids) for index in batch)
        for batch in batches
    )
    assert waste < 0.1 * sum(len(chunk.ids) for chunk in chunks)


def test_parts_of_a_text_weigh_by_their_length() -> None:
    chunks = [Chunk(0, [0] * 30), Chunk(1, [0] * 5), Chunk(0, [0] * 10)]
    scores = np.array([[1.0], [0.5], [0.0]], dtype=np.float32)
    assert combine(scores, chunks, 2).tolist() == [[0.75], [0.5]]


def test_trait_scores_of_parts_combine_exactly_by_their_words() -> None:
    first, second = "I love my family and my home", "the theory of the novel"
    words = np.array([personality.count_words(first), personality.count_words(second)])
    parts = np.stack([personality.score_traits(first), personality.score_traits(second)])
    whole = personality.score_traits(f"{first} {second}")
    assert whole == pytest.approx((parts * words[:, None]).sum(axis=0) / words.sum())


def test_traits_go_where_the_literature_says() -> None:
    traits = dict(
        zip(
            personality.TRAITS,
            personality.score_traits("I am worried, anxious, sad, angry and stressed about it"),
            strict=True,
        )
    )
    assert traits["neuroticism"] > 0
    assert traits["agreeableness"] < traits["neuroticism"]
    assert personality.score_traits("").tolist() == [0.0] * 5
