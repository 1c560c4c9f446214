"""Slips of the finger and proper names that a model has no word for."""

from __future__ import annotations

import pytest
from scoring import unknown_words
from scoring.settings import find_models
from scoring.unknown_words import UnknownWords
from tokenizers import Tokenizer


@pytest.fixture(scope="module")
def words() -> UnknownWords:
    (folder,) = find_models("bundled")
    return UnknownWords(Tokenizer.from_file(str(folder / "tokenizer.json")))


@pytest.mark.parametrize(
    ("slipped", "meant"),
    [
        ("trerible service", "terrible service"),
        ("it is beautifull", "it is beautiful"),
        ("i am disapointed", "i am disappointed"),
        ("Recieved it, beuatiful", "received it, beautiful"),
        ("definitley wonderfull", "definitely wonderful"),
    ],
)
def test_a_slip_is_undone(words: UnknownWords, slipped: str, meant: str) -> None:
    assert words.replace(slipped) == meant


@pytest.mark.parametrize(
    "text",
    [
        "a flowy skort and a drapey cardi",  # words of a trade, not slips
        "an immoral, looser, irate blazer",  # a letter away from commoner words
        "my color, their colour",
        "i doesn't, wouldn't, couldn't",
        "hte",  # short
        "a" * 5000,
        "дорогой größere",
        "",
    ],
)
def test_what_may_be_meant_stays(words: UnknownWords, text: str) -> None:
    assert words.replace(text) == text


@pytest.mark.parametrize(
    ("named", "plain"),
    [
        ("it was made in Ouagadougou", "it was made in somewhere"),
        ("From Gqeberha with love", "From somewhere with love"),
        ("near Bobo-Dioulasso, they say", "near somewhere, they say"),
        ("my Sennheiser broke", "my someone broke"),
        ("for Thandiwe's birthday", "for someone's birthday"),
        ("i called, Xochitl helped", "i called, someone helped"),
    ],
)
def test_a_name_is_made_plain(words: UnknownWords, named: str, plain: str) -> None:
    assert words.replace(named) == plain


@pytest.mark.parametrize(
    "text",
    [
        "I am So Happy with it",
        "this is Unflattering and Bothersome",  # a dictionary has them, capital or not
        "MADE IN CHINA AND SHODDY",
        "Unputdownable! Hahaha. Grrr",  # a sentence begins with a capital anyway
    ],
)
def test_a_capital_alone_makes_no_name(words: UnknownWords, text: str) -> None:
    assert words.replace(text) == text


def test_what_is_remembered_has_an_end(
    words: UnknownWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown_words, "REMEMBERED", 10)
    for number in range(100):
        words.replace("trerible " + "x" * (5 + number % 20) + "qzv")
    assert words.replace("trerible") == "terrible"
    assert len(words._meant) <= 10
