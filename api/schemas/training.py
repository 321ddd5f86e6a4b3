"""Runs, models, boards, predictions."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from api.schemas.shared import Strict, example
from common.limits import API_PREDICTIONS_PER_REQUEST

Figures = dict[str, float | None]
RunState = Literal["queued", "running", "done", "failed", "cancelled"]


class RunNew(Strict):
    """A training: a preset, or settings of your own."""

    model_config = example({"preset": "quick"})

    preset: Literal["quick", "solid", "careful"] | None = Field(
        None, description="One of the recipes; leave it out to send settings."
    )
    architecture: Literal["dense", "lstm"] | None = Field(
        None, description="The kind of network; the one that fits the data best if left out."
    )
    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="What differs from the best recipe: epochs, learning_rate, layers, …",
    )


class RunOut(Schema):
    """One training."""

    id: int
    number: int = Field(description="Counts up within the project.")
    project: str
    state: RunState
    reason: str = Field(description="Why it failed, or was cancelled.")
    person: str | None = Field(description="Who started it; null: the project itself.")
    preset: str
    architecture: str
    settings: dict[str, Any]
    data_version: int | None = Field(description="The snapshot that it learns from.")
    epoch: int
    epochs: int
    best_epoch: int | None
    stopping: bool
    ahead: int | None = Field(description="How many trainings wait before it, while it waits.")
    seconds_left: float | None = Field(description="At the speed so far, at most.")
    metric: str = Field(description="What score, low and high are: accuracy, rmse, …")
    score: float | None = Field(description="On rows that the network never saw.")
    low: float | None = Field(description="The lower end of the score's 95 % interval.")
    high: float | None
    metrics: dict[str, Figures] = Field(description="On train, validation and test.")
    baseline: dict[str, Any] = Field(description="What guessing reaches on the same test rows.")
    model: int | None = Field(description="The model that came out.")
    created: datetime
    started: datetime | None
    finished: datetime | None
    url: str


class RunsOut(Schema):
    """One page of trainings, the newest first."""

    items: list[RunOut]
    next: str | None


class PointOut(Schema):
    """One epoch."""

    epoch: int
    train_loss: float
    validation_loss: float
    metric: float | None = Field(description="The board's metric on the validation part.")


class CurveOut(Schema):
    """A training's curve."""

    run: int
    state: RunState
    epochs: int = Field(description="How many there will be at most.")
    items: list[PointOut]


class ModelFileOut(Schema):
    """One file of a model."""

    name: str
    sha256: str
    url: str


class ModelOut(Schema):
    """What a training left."""

    id: int
    run: int
    project: str
    person: str | None
    architecture: str
    metric: str
    score: float | None
    low: float | None
    high: float | None
    rows: int = Field(description="Datapoints of the version that it learned from.")
    data_version: int | None
    features: list[str] = Field(description="The fields that it looks at.")
    target: str = Field(description="The field that it predicts.")
    parameters: int | None
    files: list[ModelFileOut] = Field(
        description="Weights as safetensors, preprocessing as JSON, train.py to repeat it."
    )
    created: datetime
    url: str


class ModelsOut(Schema):
    """One page of models, the newest first."""

    items: list[ModelOut]
    next: str | None


class BoardLine(Schema):
    """One ranked model."""

    rank: int
    model: int
    run: int
    person: str | None
    architecture: str
    score: float
    rows: int
    finished: datetime


class BoardOut(Schema):
    """The best models of a project."""

    metric: str
    better: Literal["higher", "lower"]
    items: list[BoardLine]


class PredictionNew(Strict):
    """Rows without the target."""

    model_config = example({"rows": [{"flipper_length": 181.0}]})

    rows: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=API_PREDICTIONS_PER_REQUEST,
        description="Each an object of values by field name; what is not known is left out.",
    )


class PredictionOut(Schema):
    """What the model says of one row."""

    value: str | float = Field(description="The most probable label, or the number.")
    probabilities: dict[str, float] | None = Field(description="Of each label; null for numbers.")


class PredictionsOut(Schema):
    """What the model says, row by row."""

    model: int
    target: str
    unit: str
    items: list[PredictionOut]
