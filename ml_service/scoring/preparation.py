"""What a text looks like to a model: one cleaning for training, evaluation and service.

A model's card names the ``VERSION`` it was trained with; loading refuses another.
"""

from __future__ import annotations

import re
import unicodedata

from scoring import terms

VERSION = 1

#: Emoji that people put in reviews and messages, by what they say. Others become a space: the
#: vocabulary has none of them, and an unknown mark says nothing.
_EMOJI = {
    "😂🤣😆😹": "funny",
    "😀😃😄😁😊🙂☺😇😋": "happy",
    "😍🥰😘💕💖💗💓💞❤♥💙💚💛💜🧡💘": "love",
    "😎🔥💯": "awesome",
    "👍👌✅": "good",
    "👏🙌💪🎉🥳": "congratulations",
    "🙏": "thanks",
    "😢😭☹🙁😞😔😟💔😿": "sad",
    "😡😠🤬👿": "angry",
    "🤢🤮": "disgusting",
    "👎❌": "bad",
    "😱😨😰": "scared",
    "😲😮😯🤯": "wow",
    "🤔": "hmm",
    "😳": "embarrassed",
    "🙄😒": "annoying",
    "😅": "phew",
}
_EMOJI_WORDS = {mark: f" {word} " for marks, word in _EMOJI.items() for mark in marks}
_MARK = re.compile("[" + "".join(_EMOJI_WORDS) + "]")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_PLACEHOLDER = re.compile(r"\[(name|religion)\]", re.IGNORECASE)
_LONG_PLACE = re.compile(
    r"\b(?:" + "|".join(re.escape(place) for place in terms.LONG_PLACES) + r")\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’]s\b)?")
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """``text`` as plain words: NFKC, no control characters, links, or stretched letters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        character if character.isprintable() else " " for character in text
    )  # control, format and private characters
    text = _MARK.sub(lambda match: _EMOJI_WORDS[match[0]], text)
    text = _LINK.sub(" ", text)
    text = _STRETCHED.sub(r"\1\1", text)
    return _SPACE.sub(" ", text).strip()


def prepare_text(text: str) -> str:
    """``text`` as models read it: clean, with names, places, faiths and gender made plain."""
    text = _PLACEHOLDER.sub(
        lambda match: terms.NAME if match[1].lower() == "name" else terms.FAITH, text
    )
    text = _LONG_PLACE.sub(terms.PLACE, clean_text(text))
    return _SPACE.sub(" ", _WORD.sub(_swap, text)).strip()


def _swap(match: re.Match[str]) -> str:
    word = match[0]
    plain = terms.SWAPS.get(word.lower())
    if plain is not None:
        return plain
    if word[-2:] in ("'s", "’s"):
        plain = terms.SWAPS.get(word[:-2].lower())
        if plain is not None:
            return f"{plain}'s"
    return word
