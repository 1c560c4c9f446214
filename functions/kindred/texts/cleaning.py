"""Texts as they are sent for scoring: short enough, without repeats, named by their hash."""

from __future__ import annotations

import hashlib
import re
from typing import Final

MAX_CHARACTERS: Final = 4_000  # what matters in a review is said by then; the service takes 5,000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SPACE = re.compile(r"\s+")


def join_review(title: str | None, text: str | None) -> str:
    """Title and text as one, on one line, without control characters; '' where there is nothing.

    A title that the text begins with is not said twice.
    """
    body = _plain(text)
    head = _plain(title)
    if head and not body.lower().startswith(head.lower().rstrip(".!… ")):
        body = f"{head}{'' if head[-1] in '.!?…' else '.'} {body}".strip()
    return body[:MAX_CHARACTERS].rstrip()


def text_key(text: str) -> str:
    """What a text is cached under: the same words are scored once, whoever wrote them."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _plain(text: str | None) -> str:
    if not text:
        return ""
    # Cut before cleaning: a text of ten megabytes costs no more than its beginning.
    return _SPACE.sub(" ", _CONTROL.sub(" ", text[: MAX_CHARACTERS * 4])).strip()
