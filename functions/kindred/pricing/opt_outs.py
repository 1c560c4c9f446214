"""Customers who want public prices, kept as hashes in a few documents. Pure.

A hash isn't the id: who reads the documents learns nobody's name, and a quote needs no more.
"""

from __future__ import annotations

import hashlib
from typing import Final

from kindred.paths import Source

#: Below a source; a hash's first digit says in which.
SHELVES: Final = tuple("0123456789abcdef")
#: Hashes in one document, so that it stays well below what Firestore takes.
MOST: Final = 10_000


def hash_of(source: Source, customer_id: str) -> str:
    """What stands for a customer of a merchant's sources of one kind: in each version the same."""
    text = f"{source.uid}\n{source.kind}\n{customer_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
