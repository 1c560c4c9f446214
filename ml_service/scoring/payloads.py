"""What crosses the wire. ``functions/kindred/texts/client.py`` reads the same shapes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Task = Literal["emotions", "sentiment", "personality"]


class ScoreRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(min_length=1, description="At most 256, 5,000 characters each.")
    tasks: list[Task] = Field(
        default=["emotions", "sentiment", "personality"], min_length=1, max_length=3
    )


class TaskResult(BaseModel):
    model: str = Field(description="Which model and version; scores of different ones differ.")
    labels: list[str]
    thresholds: list[float] = Field(description="Per label, tuned on dev; empty where none apply.")
    scores: list[list[float] | None] = Field(description="A row per text; null: left out.")


class ScoreResponse(BaseModel):
    languages: list[str] = Field(description="Language per text; 'und': too little to tell.")
    words: list[int]
    skipped: list[Literal["", "empty", "language"]] = Field(
        description="Why a text was left out, or ''."
    )
    results: dict[Task, TaskResult]


class ModelsResponse(BaseModel):
    models: list[dict[str, Any]] = Field(description="The cards of the loaded models.")


class Problem(BaseModel):
    code: str
    message: str
    hint: str = ""
