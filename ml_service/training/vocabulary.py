"""A tokenizer cut down to the word pieces that matter, and the rows of the embedding they keep."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def cut_vocabulary(upstream: Path, texts: Iterable[str], size: int, target: Path) -> list[int]:
    """Write to ``target`` the tokenizer of ``upstream`` with ``size`` pieces; return their old ids.

    Kept are the special pieces, all single characters of ASCII (so that any plain word can still be
    spelled), the pieces that ``texts`` use at least twice, then upstream's own in its order, which
    goes by frequency.
    """
    tokenizer = Tokenizer.from_file(str(upstream))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    old = tokenizer.get_vocab()
    counts: Counter[str] = Counter()
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        counts.update(encoding.tokens)
    kept = dict.fromkeys(_SPECIAL)
    plain = [piece for piece in old if len(piece.removeprefix("##")) == 1 and piece.isascii()]
    kept |= dict.fromkeys(plain)
    kept |= dict.fromkeys(piece for piece, count in counts.most_common() if count > 1)
    for piece in sorted(old, key=old.__getitem__):
        if piece.isascii() and not piece.startswith("[unused"):
            kept.setdefault(piece)
    pieces = list(kept)[:size]
    description = json.loads(tokenizer.to_str())
    description["model"]["vocab"] = {piece: index for index, piece in enumerate(pieces)}
    for token in description["added_tokens"]:
        token["id"] = pieces.index(token["content"])
    for name, token in description["post_processor"]["special_tokens"].items():
        token["ids"] = [pieces.index(name)]
    target.write_text(json.dumps(description, ensure_ascii=False))
    covered = sum(counts[piece] for piece in pieces)
    print(f"{len(pieces)} word pieces cover {covered / counts.total():.2%} of the training text")
    return [old[piece] for piece in pieces]
