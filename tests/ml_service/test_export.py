"""Export of reference models, run whole on tiny ones made here. Needs the training packages:
``ml_service/training/venv/bin/python -m pytest tests/ml_service/test_export.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the service runs without the training packages")
pytest.importorskip("transformers")

import torch
from scoring.cards import ModelRefused, read_card
from scoring.scorer import load_model
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from training import reference
from training.reference import PARITY_TEXTS, ParityLost, Reference, export_model
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # torch and onnx announce what is to go


def byte_tokenizer() -> Tokenizer:
    """RoBERTa's kind: byte-level BPE, <s> … </s>."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(
        PARITY_TEXTS,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def word_tokenizer() -> Tokenizer:
    """BERT's kind: lower case, word pieces, [CLS] … [SEP]."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        PARITY_TEXTS,
        trainers.WordPieceTrainer(
            vocab_size=300, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def make_roberta() -> Any:
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=500,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        id2label={0: "joy", 1: "sadness", 2: "neutral"},
        label2id={"joy": 0, "sadness": 1, "neutral": 2},
    )
    return RobertaForSequenceClassification(config).eval()


def make_distilbert() -> Any:
    torch.manual_seed(1)
    config = DistilBertConfig(
        vocab_size=500,
        dim=32,
        n_layers=2,
        n_heads=2,
        hidden_dim=64,
        id2label={0: "NEGATIVE", 1: "POSITIVE"},
        label2id={"NEGATIVE": 0, "POSITIVE": 1},
    )
    return DistilBertForSequenceClassification(config).eval()


EMOTIONS = Reference("emotions", "a tiny RoBERTa", "sigmoid", {})
SENTIMENT = Reference("sentiment", "a tiny DistilBERT", "softmax", {})


def test_a_roberta_is_exported_and_says_what_pytorch_says(tmp_path: Path) -> None:
    folder = export_model(
        EMOTIONS, make_roberta(), byte_tokenizer(), tmp_path / "r", pad_id=1, commit="made here"
    )
    card = read_card(folder)
    assert card.heads[0].labels == ("joy", "sadness", "neutral")
    assert card.pad_id == 1
    assert card.document["parity"]["largest_difference"]["fp32"] < 1e-4
    assert load_model(folder).card.id == "reference-emotions-1"


def test_a_distilbert_is_exported_and_says_what_pytorch_says(tmp_path: Path) -> None:
    folder = export_model(
        SENTIMENT, make_distilbert(), word_tokenizer(), tmp_path / "d", pad_id=0, commit="made here"
    )
    card = read_card(folder)
    assert card.heads[0].labels == ("negative", "positive")
    assert card.document["parity"]["texts"] == len(PARITY_TEXTS)


def test_an_exported_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = export_model(
        SENTIMENT, make_distilbert(), word_tokenizer(), tmp_path / "d", pad_id=0, commit="made here"
    )
    graph = folder / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelRefused):
        load_model(folder)


def test_a_graph_that_says_something_else_is_not_kept_as_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "QUANTISED_TOLERANCE", -1.0)
    with pytest.raises(ParityLost, match="a tiny DistilBERT: int8 differs"):
        export_model(
            SENTIMENT, make_distilbert(), word_tokenizer(), tmp_path / "d", pad_id=0, commit="x"
        )
