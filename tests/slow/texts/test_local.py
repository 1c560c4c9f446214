"""The bundled model, started for one command as ``scripts/segment`` starts it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from kindred.engine import open_engine
from kindred.texts.local import local_service
from kindred.texts.scoring import score_customers

from tests.unit.texts.makers import make_tables

ML_SERVICE = Path(__file__).resolve().parents[3] / "ml_service"

pytestmark = pytest.mark.skipif(
    not (ML_SERVICE / "venv").exists(), reason="the scoring service isn't installed"
)

GLAD = (
    "I love this dress, it fits perfectly",
    "Thank you, wonderful quality and quick delivery",
    "So happy with my new lamp, it is beautiful",
)
ANGRY = (
    "Terrible, it broke after two days and nobody answers",
    "I am so angry, I want my money back",
    "Not happy at all, the colour is wrong and it smells",
)


def test_what_customers_feel_is_told_by_the_bundled_model(tmp_path: Path) -> None:
    texts = [("glad", None, text) for text in GLAD] + [("angry", None, text) for text in ANGRY]
    texts += [("german", None, "Das Kleid ist sehr schön und ich bin glücklich damit")]
    tables = make_tables(tmp_path, texts)
    with open_engine(tmp_path) as engine, local_service(ML_SERVICE) as client:
        assert client is not None
        result = score_customers(
            tables,
            tmp_path,
            engine=engine,
            score=client.score,
            cache=None,
            as_of=date(2026, 7, 1),
        )
    assert result.customer_texts is not None
    frame = pd.read_parquet(result.customer_texts).set_index("customer_id")
    assert set(frame.index) == {"glad", "angry"}
    assert frame.loc["glad", "sentiment"] > 0.6
    assert frame.loc["angry", "sentiment"] < -0.6
    unrest = ["emotion_anger", "emotion_annoyance", "emotion_disappointment"]
    assert frame.loc["angry", unrest].sum() > frame.loc["glad", unrest].sum() + 0.3
    assert result.counts["left_out_language"] == 1
