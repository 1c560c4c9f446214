"""Words that a model doesn't know whole: slips of the finger, and proper names.

It knows such a word by its pieces alone, so that "trerible" may well read as praise, and "made in
Tbilisi" as something else than "made in Kutaisi". A word that neither the model nor a dictionary
knows, and that one slip parts from one the model does, is read as that one. Only slips are undone
(two letters in the wrong order, one missing, one doubled): one more letter, or another, may as well
make a new word ("flowy" is not "flow", nor "skort" "short"). A capitalised word within a sentence
is a name: a place after "in", "from" or "near", else somebody or a brand, if no dictionary has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase

from spellchecker import SpellChecker
from tokenizers import Tokenizer

from scoring import terms

SHORTEST = 5  # letters; among shorter words too many are one slip apart
LONGEST = 25
REMEMBERED = 50_000  # words; a long-lived service must not grow by what people type

_LETTER = r"[^\W\d_]"
_LONG_WORD = re.compile(rf"\b{_LETTER}{{{SHORTEST},{LONGEST}}}\b(?!['’])")
_PROPER = re.compile(
    rf"((?:\b[Ii]n|\b[Ff]rom|\b[Nn]ear) |(?<={_LETTER} )|(?<=, ))"
    rf"([A-ZÀ-ÖØ-Þ]{_LETTER}{{2,}}(?:-{_LETTER}+)*)"
)


class UnknownWords:
    """Replaces what a tokenizer has no whole word for; of several that would do, the commonest."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        # Ids go by how common a piece is.
        self._words = {
            piece: rank for piece, rank in tokenizer.get_vocab().items() if piece.isalpha()
        }
        self._dictionary = _english()
        self._meant: dict[str, str] = {}

    def replace(self, text: str) -> str:
        """``text`` with slips undone and names made plain; what can't be told stays as it is."""
        return _PROPER.sub(self._plain_name, _LONG_WORD.sub(self._undo_slip, text))

    def _undo_slip(self, match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in self._words:
            return match[0]
        meant = self._meant.get(word)
        if meant is None:
            meant = self._find(word)
            if len(self._meant) >= REMEMBERED:
                self._meant.clear()
            self._meant[word] = meant
        return meant or match[0]

    def _find(self, word: str) -> str:
        """The known word that ``word`` was to be, or ``""``."""
        if word in self._dictionary:
            return ""
        near = (other for other in _one_slip_away(word) if other in self._words)
        return min(near, key=self._words.__getitem__, default="")

    def _plain_name(self, match: re.Match[str]) -> str:
        before, word = match[1], match[2]
        parts = word.lower().split("-")
        if word.isupper() or all(part in self._words for part in parts):
            return match[0]
        if before:
            return before + terms.PLACE
        return match[0] if all(part in self._dictionary for part in parts) else terms.NAME


@cache
def _english() -> SpellChecker:
    return SpellChecker(language="en")


def _one_slip_away(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        if word[at] == word[at + 1]:
            yield word[:at] + word[at + 1 :]
        else:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for at in range(len(word) + 1):
        for letter in ascii_lowercase:
            yield word[:at] + letter + word[at:]
