"""Reviews in natural language: a grammar per voice, with what is said of the article shared.

A rule's alternatives may name other rules in braces. `{it}`, `{is}` and the like agree with the
article in number. The words of a voice are spread over many alternatives, so that no single
phrase gives a temperament away.
"""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

from sampling.products import Product

GRAMMAR = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text())
WORDS: dict[str, list[str]] = GRAMMAR["words"]
TITLES: dict[str, list[str]] = GRAMMAR["titles"]
VOICES: dict[str, dict[str, list[str]]] = GRAMMAR["voices"]

SINGULAR = {"it": "it", "is": "is", "was": "was", "has": "has", "does": "does", "them": "it"}
SINGULAR |= {"s": "s", "es": "es", "this": "this", "one": "one", "they_re": "it's", "were": "was"}
PLURAL = {"it": "they", "is": "are", "was": "were", "has": "have", "does": "do", "them": "them"}
PLURAL |= {"s": "", "es": "", "this": "these", "one": "ones", "they_re": "they're", "were": "were"}
RATINGS = {
    "elated": (0, 1, 1, 3, 9),
    "anxious": (1, 3, 6, 5, 2),
    "assured": (0, 0, 1, 4, 9),
    "curious": (0, 1, 4, 6, 3),
    "refined": (0, 1, 2, 4, 7),
    "annoyed": (7, 6, 3, 1, 0),
    "plain": (1, 1, 4, 6, 4),
}


def write_review(voice: str, product: Product, dice: random.Random) -> tuple[str, str, int]:
    """Title, text and stars of one review of `product` in a voice."""
    sentences = [_expand(dice.choice(VOICES[voice]["feeling"]), product, dice)]
    if dice.random() < 0.75:
        said = VOICES[voice]["article"] if dice.random() < 0.6 else VOICES["plain"]["article"]
        sentences.insert(dice.randrange(2), _expand(dice.choice(said), product, dice))
    if dice.random() < 0.55:
        sentences.insert(0, _expand(dice.choice(VOICES[voice]["opening"]), product, dice))
    if dice.random() < 0.5:
        sentences.append(_expand(dice.choice(VOICES[voice]["closing"]), product, dice))
    title = _expand(dice.choice(TITLES[voice]), product, dice) if dice.random() < 0.6 else ""
    stars = dice.choices(range(1, 6), RATINGS[voice])[0]
    return title, _as_typed(" ".join(sentences), voice, dice), stars


def _expand(text: str, product: Product, dice: random.Random) -> str:
    agreeing = PLURAL if product.is_plural else SINGULAR

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "item":
            return product.noun
        if name == "material":
            return product.material
        return agreeing[name] if name in agreeing else dice.choice(WORDS[name])

    while "{" in text:
        text = re.sub(r"\{(\w+)\}", fill, text, count=1)
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    return text[0].upper() + text[1:]


def _as_typed(text: str, voice: str, dice: random.Random) -> str:
    if voice == "elated" and dice.random() < 0.4:
        text = re.sub(r"\.(?= |$)", lambda _: dice.choice([".", "!", "!!"]), text)
    if voice == "annoyed" and dice.random() < 0.15:
        text = text.replace(" not ", " NOT ").replace(" never ", " NEVER ")
    if dice.random() < 0.12:
        text = text.lower()
    if dice.random() < 0.1:  # a slip: two neighbouring letters change places
        at = dice.randrange(len(text) - 1)
        if text[at : at + 2].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text
