"""Texts to word pieces and back: chunks of long texts, batches of work of like length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

BATCH = 16
PIECES = 1024  # a batch holds at most this many, so that each is about as much work
MAX_CHUNKS = 24  # of one text; what lies behind is not read


@dataclass(frozen=True)
class Chunk:
    """A stretch of one text: which text, and its word pieces with the special ones around."""

    text: int
    ids: list[int]


def cut_chunks(tokenizer: Tokenizer, texts: Sequence[str], max_pieces: int) -> list[Chunk]:
    """Texts of at most ``max_pieces`` whole, longer ones in even chunks of at most half of that.

    Half: a model judges stretches like those it was trained on better than the longest it can take.
    """
    chunks = []
    longest = max_pieces // 2 - 2
    for index, encoding in enumerate(tokenizer.encode_batch_fast(list(texts))):
        ids = encoding.ids
        if len(ids) <= max_pieces:
            chunks.append(Chunk(index, ids))
            continue
        first, inner, last = ids[0], ids[1:-1], ids[-1]
        count = min(MAX_CHUNKS, -(-len(inner) // longest))
        step = min(longest, -(-len(inner) // count))
        for start in range(0, count * step, step):
            part = inner[start : start + step]
            if part:
                chunks.append(Chunk(index, [first, *part, last]))
    return chunks


def make_batches(chunks: Sequence[Chunk]) -> Iterator[list[int]]:
    """Indices into ``chunks``, longest first, alike in length within a batch."""
    order = sorted(range(len(chunks)), key=lambda index: -len(chunks[index].ids))
    start = 0
    while start < len(order):
        size = max(1, min(BATCH, PIECES // len(chunks[order[start]].ids)))
        yield order[start : start + size]
        start += size


def pad(chunks: Sequence[Chunk], pad_id: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``ids, mask`` of shape (chunks, longest of them)."""
    longest = max(len(chunk.ids) for chunk in chunks)
    ids = np.full((len(chunks), longest), pad_id, dtype=np.int64)
    mask = np.zeros((len(chunks), longest), dtype=np.int64)
    for row, chunk in enumerate(chunks):
        ids[row, : len(chunk.ids)] = chunk.ids
        mask[row, : len(chunk.ids)] = 1
    return ids, mask


def combine(
    scores: NDArray[np.float32], chunks: Sequence[Chunk], texts: int
) -> NDArray[np.float32]:
    """One row per text: the mean over its chunks, each weighted by its length."""
    owner = np.array([chunk.text for chunk in chunks])
    weight = np.array([len(chunk.ids) for chunk in chunks], dtype=np.float32)
    total = np.zeros((texts, scores.shape[1]), dtype=np.float32)
    np.add.at(total, owner, scores * weight[:, None])
    length = np.bincount(owner, weights=weight, minlength=texts).astype(np.float32)
    mean: NDArray[np.float32] = total / length[:, None]
    return mean
