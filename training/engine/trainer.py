"""One run from a frame to a judged model: split, prepare, fit, final fit, scores."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.engine.faults import EngineFault
from training.engine.frame import Frame
from training.engine.limits import MAX_PARAMETERS
from training.engine.loop import PLATEAU_FACTOR, Best, Epoch, Recipe, Rows, fit, outputs_for
from training.engine.metrics import Baseline, baseline_of, scores
from training.engine.objectives import ROW_LOSSES, predictions_of
from training.engine.prepare import Inputs, Preparation, Shape
from training.engine.schema import SPLITS, TableSchema
from training.engine.split import TEST, TRAIN, VALIDATION, split_rows

Build = Callable[[dict[str, Any], Shape], nn.Module]
# Once every row is recognised with confidence, cross entropy falls for ever without a use.
LEAST_GAIN = {"classification": 5e-4, "regression": 0.0}


@dataclass(frozen=True)
class Predictions:
    """What the model says of every row: `part` codes of SPLITS, one loss a row."""

    part: NDArray[np.int64]
    values: NDArray[np.float64]
    loss: NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """A finished run. Validation figures are from before the final fit, all others from after."""

    metrics: dict[str, dict[str, float | None]]
    baseline: dict[str, float | None]
    best_epoch: int
    predictions: Predictions


class Trainer:
    """Prepares on creation; then iterate `epochs()`, break to stop, and call `finish()`."""

    def __init__(
        self, frame: Frame, schema: TableSchema, layout: str, settings: dict[str, Any], build: Build
    ) -> None:
        """Split and prepare the frame, build the network. Raises `EngineFault` with the reason."""
        torch.set_num_threads(1)
        torch.manual_seed(settings["seed"])
        self.frame, self.schema, self.settings, self.build = frame, schema, settings, build
        self.parts = split_rows(frame, schema, settings["test_ratio"])
        self.truth = frame.truth(schema)
        train = np.flatnonzero(self.parts == TRAIN)
        self.preparation = Preparation.fit(frame.take(train), schema, layout)
        self.inputs = self.preparation.inputs(frame)
        self.loss = ROW_LOSSES[settings["loss"]]
        self.baseline: Baseline = baseline_of(
            schema.task, self.preparation.outputs, self.truth[train]
        )
        self.model = build(settings, self.preparation.shape(schema))
        self.parameters = sum(p.numel() for p in self.model.parameters())
        if self.parameters > MAX_PARAMETERS:
            raise EngineFault(
                f"this network has {self.parameters:,} parameters; at most {MAX_PARAMETERS:,} are "
                "allowed: use fewer layers or units"
            )
        self.best = Best()
        self.rows_of_part = {
            name: int((self.parts == code).sum()) for code, name in enumerate(SPLITS)
        }

    def epochs(self) -> Iterator[Epoch]:
        """The first fit, epoch by epoch, chosen by validation."""
        validation = self.rows(self.parts == VALIDATION)
        truth = self.truth[self.parts == VALIDATION]

        def validate(model: nn.Module) -> tuple[float, dict[str, float | None]]:
            output = outputs_for(model, validation.inputs)
            found = predictions_of(output, self.schema.task, self.preparation.target)
            live = scores(self.schema.task, truth, found, live_only=True)
            return float(self.loss(output, validation.target).mean()), live

        rows = self.rows(self.parts == TRAIN)
        yield from fit(self.model, rows, self.loss, self.recipe(), self.best, validate)

    def finish(self, may_refit: bool = True) -> Outcome:
        """Take the best weights, fit once more where the settings say so, and judge."""
        if not self.best.weights:
            raise EngineFault("stopped before the first epoch ended: there is no model to keep")
        self.model.load_state_dict(self.best.weights)
        before = self.predict_all()
        after = before
        if may_refit and self.settings["refit"] == "yes":
            self.refit()
            after = self.predict_all()
        chosen = self.parts == VALIDATION
        values, loss = after[0].copy(), after[1].copy()
        values[chosen], loss[chosen] = before[0][chosen], before[1][chosen]
        task = self.schema.task
        metrics = {
            name: scores(task, self.truth[self.parts == code], values[self.parts == code])
            for code, name in enumerate(SPLITS)
        }
        test = self.truth[self.parts == TEST]
        guess = scores(task, test, self.baseline.predict(len(test)))
        found = Predictions(self.parts, values, loss)
        return Outcome(metrics, guess, self.best.epoch, found)

    def refit(self) -> None:
        """Fresh weights, trained on training and validation rows along the path that was best."""
        torch.manual_seed(self.settings["seed"])
        self.model = self.build(self.settings, self.preparation.shape(self.schema))
        recipe = self.recipe(calmed(self.best.rates))
        for _ in fit(self.model, self.rows(self.parts != TEST), self.loss, recipe, Best()):
            pass

    def recipe(self, rates: tuple[float, ...] = ()) -> Recipe:
        """The settings as the loop reads them."""
        return Recipe(
            epochs=self.settings["epochs"],
            learning_rate=self.settings["learning_rate"],
            batch_size=self.settings["batch_size"],
            patience=self.settings["patience"],
            seed=self.settings["seed"],
            rates=rates,
            least_gain=LEAST_GAIN[self.schema.task],
        )

    def rows(self, chosen: NDArray[np.bool_]) -> Rows:
        """The tensors of some rows."""
        index = np.flatnonzero(chosen)
        truth = self.truth[index]
        if self.schema.task == "regression":
            truth = self.preparation.target.scaled(truth)
        return rows_of(self.inputs, index, torch.from_numpy(truth))

    def predict_all(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predictions and losses of every row of the frame."""
        everything = self.rows(self.parts >= 0)
        output = outputs_for(self.model, everything.inputs)
        found = predictions_of(output, self.schema.task, self.preparation.target)
        return found, self.loss(output, everything.target).double().numpy()


def calmed(rates: tuple[float, ...]) -> tuple[float, ...]:
    """The path of a final fit: one that was never slowed down ends with a quarter more, slowly.

    Nothing chooses the best epoch of a final fit, so its last steps must be small ones.
    """
    if rates[-1] < rates[0]:
        return rates
    return rates + (rates[-1] * PLATEAU_FACTOR,) * (len(rates) // 4 + 1)


def rows_of(inputs: Inputs, index: NDArray[np.int64], target: Tensor) -> Rows:
    """The tensors of the rows of `index`."""
    flat = torch.from_numpy(inputs.flat[index])
    if inputs.steps is None or inputs.lengths is None:
        return Rows((flat,), target)
    lengths = torch.from_numpy(inputs.lengths[index])
    uneven = lengths if len(lengths) and bool((lengths != lengths[0]).any()) else None
    return Rows((flat, torch.from_numpy(inputs.steps[index]), lengths), target, uneven)
