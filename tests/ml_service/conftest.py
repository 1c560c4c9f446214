"""Builders for the scoring service's tests. They run with ``ml_service/venv``."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

ML_SERVICE = Path(__file__).resolve().parents[2] / "ml_service"
sys.path.insert(0, str(ML_SERVICE))

# The functions' own environment has neither onnxruntime nor FastAPI: nothing to run there.
if find_spec("onnxruntime") is None or find_spec("fastapi") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    WORDS = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "the",
        "a",
        "i",
        "is",
        "it",
        "this",
        "was",
        "not",
        "happy",
        "sad",
        "love",
        "hate",
        "dress",
        "good",
        "bad",
        "thank",
        "you",
        "and",
        "very",
        "made",
        "in",
        "somewhere",
        "someone",
    ]

    class WordSession:
        """Stands in for a graph: 'love' and 'happy' raise joy, 'sad' and 'hate' raise sadness."""

        def __init__(self) -> None:
            self.shapes: list[tuple[int, int]] = []

        def run(
            self, outputs: Sequence[str], inputs: Mapping[str, NDArray[np.int64]]
        ) -> list[NDArray[np.float32]]:
            ids = inputs["input_ids"] * inputs["attention_mask"]
            self.shapes.append(ids.shape)
            glad = np.isin(ids, [WORDS.index("love"), WORDS.index("happy")]).sum(axis=1)
            sad = np.isin(ids, [WORDS.index("sad"), WORDS.index("hate")]).sum(axis=1)
            answers = {
                "emotions": np.stack([glad * 4.0 - 2.0, sad * 4.0 - 2.0], axis=1),
                "sentiment": np.stack([sad * 3.0, 0.0 * sad, glad * 3.0], axis=1),
            }
            return [answers[output].astype(np.float32) for output in outputs]

    def make_model_folder(folder: Path, **changes: object) -> Path:
        """A model folder with a tokenizer of a few words and a graph that is never read."""
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = Tokenizer(
            models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]")
        )
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "model.onnx").write_bytes(b"stands in for a graph")
        card = {
            "name": "fake",
            "version": "1",
            "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
            "tokenizer_sha256": hashlib.sha256(
                (folder / "tokenizer.json").read_bytes()
            ).hexdigest(),
            "preparation": 1,
            "max_pieces": 16,
            "pad_id": 0,
            "languages": ["en"],
            "heads": {
                "emotions": {
                    "output": "emotions",
                    "labels": ["joy", "sadness"],
                    "activation": "sigmoid",
                    "thresholds": [0.5, 0.5],
                },
                "sentiment": {
                    "output": "sentiment",
                    "labels": ["negative", "neutral", "positive"],
                    "activation": "softmax",
                },
            },
        } | changes
        (folder / "card.json").write_text(json.dumps(card))
        return folder

    @pytest.fixture
    def session() -> WordSession:
        return WordSession()

    @pytest.fixture
    def model_folder(tmp_path: Path) -> Path:
        return make_model_folder(tmp_path / "fake-1")
