"""The bundled model in PyTorch: four layers of MiniLM, one encoder pass for every task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

UPSTREAM = "sentence-transformers/all-MiniLM-L6-v2 at 1110a243 (Apache-2.0)"
UPSTREAM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
KEPT_LAYERS = (0, 2, 3, 5)  # of six
WIDTH, HEADS, INNER, POSITIONS = 384, 12, 1536, 512
SENTIMENTS = 3


class Layer(nn.Module):
    """One post-norm transformer layer, as BERT's."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        rows, length, _ = hidden.shape
        parts = self.query_key_value(hidden).view(rows, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias
        mixed = self.dropout(scores.softmax(-1)) @ value
        mixed = mixed.transpose(1, 2).reshape(rows, length, WIDTH)
        hidden = self.attended_norm(hidden + self.dropout(self.attended(mixed)))
        inner = self.outer(functional.gelu(self.inner(hidden)))
        return self.outer_norm(hidden + self.dropout(inner))


class Network(nn.Module):
    """``(ids, mask)`` of shape (rows, length) -> emotion logits, sentiment logits."""

    def __init__(self, vocabulary: int, emotions: int, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        # Mean says what a text is about, maximum keeps the one word that carries the feeling.
        self.emotions = nn.Linear(2 * WIDTH, emotions)
        self.sentiment = nn.Linear(2 * WIDTH, SENTIMENTS)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        weight = mask.to(self.norm.weight.dtype)
        bias = (1.0 - weight)[:, None, None, :] * -10000.0
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.dropout(self.norm(self.words(ids) + self.positions(places)))
        for layer in self.layers:
            hidden = layer(hidden, bias)
        weight = weight[:, :, None]
        mean = (hidden * weight).sum(1) / weight.sum(1)
        top = (hidden + (weight - 1.0) * 10000.0).amax(1)
        pooled = self.dropout(torch.cat((mean, top), 1))
        return self.emotions(pooled), self.sentiment(pooled)


def load_upstream(
    network: Network, weights: Path, rows: Sequence[int], kept: Sequence[int]
) -> None:
    """Start ``network`` from MiniLM: embedding ``rows`` of the cut vocabulary, layers ``kept``."""
    upstream = load_file(weights)
    with torch.no_grad():
        words = upstream["embeddings.word_embeddings.weight"]
        kind = upstream["embeddings.token_type_embeddings.weight"][0]
        network.words.weight.copy_(words[list(rows)])
        network.positions.weight.copy_(upstream["embeddings.position_embeddings.weight"] + kind)
        _copy(network.norm, upstream, "embeddings.LayerNorm")
        for layer, index in zip(network.layers, kept, strict=True):
            name = f"encoder.layer.{index}"
            for part in ("weight", "bias"):
                stacked = torch.cat(
                    [
                        upstream[f"{name}.attention.self.{role}.{part}"]
                        for role in ("query", "key", "value")
                    ]
                )
                getattr(layer.query_key_value, part).copy_(stacked)
            _copy(layer.attended, upstream, f"{name}.attention.output.dense")
            _copy(layer.attended_norm, upstream, f"{name}.attention.output.LayerNorm")
            _copy(layer.inner, upstream, f"{name}.intermediate.dense")
            _copy(layer.outer, upstream, f"{name}.output.dense")
            _copy(layer.outer_norm, upstream, f"{name}.output.LayerNorm")


def _copy(module: nn.Linear | nn.LayerNorm, upstream: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(upstream[f"{name}.weight"])
    module.bias.copy_(upstream[f"{name}.bias"])
