"""The training loop: all data in memory, shuffled once an epoch, read in slices."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from training.engine.faults import EngineFault
from training.engine.objectives import Loss

PLATEAU_FACTOR = 0.2
EVALUATION_BATCH = 4_096


@dataclass(frozen=True)
class Rows:
    """Tensors of n rows: what the network reads, and the target.

    `lengths` is there when rows differ in length: batches then hold rows of like length.
    """

    inputs: tuple[Tensor, ...]
    target: Tensor
    lengths: Tensor | None = None


@dataclass(frozen=True)
class Recipe:
    """How to train.

    `rates` fixes the learning rate of each epoch and lets nothing stop early; `least_gain` is the
    fall of the validation loss that patience takes for progress.
    """

    epochs: int
    learning_rate: float
    batch_size: int
    patience: int
    seed: int
    weight_decay: float = 3e-4
    rates: tuple[float, ...] = ()
    least_gain: float = 0.0


@dataclass(frozen=True)
class Epoch:
    """What one epoch did; validation figures are None where there is no validation."""

    number: int
    of: int
    train_loss: float
    validation_loss: float | None = None
    metrics: dict[str, float | None] = field(default_factory=dict)
    is_best: bool = False


@dataclass
class Best:
    """The best weights so far, and the learning rates of the epochs that led to them."""

    epoch: int = 0
    loss: float = math.inf
    rates: tuple[float, ...] = ()
    weights: dict[str, Tensor] = field(default_factory=dict)

    def offer(self, model: nn.Module, epoch: int, loss: float, rates: list[float]) -> bool:
        """Keep these weights when their loss is lower than any before."""
        if loss >= self.loss:
            return False
        self.epoch, self.loss, self.rates = epoch, loss, tuple(rates)
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}
        return True


Validate = Callable[[nn.Module], tuple[float, dict[str, float | None]]]


def fit(
    model: nn.Module,
    rows: Rows,
    loss: Loss,
    recipe: Recipe,
    best: Best,
    validate: Validate | None = None,
) -> Iterator[Epoch]:
    """Train, and yield after each epoch; to stop, break. `best` holds the best weights.

    When the validation loss has not fallen for `patience` epochs, training goes on once from the
    best weights at a fifth of the rate, and ends after half that patience. `loss` gives one number
    a row. Raises `EngineFault` when the loss is no longer finite.
    """
    # Another stream than the one that the weights were drawn from; torch uses 32 bits of a seed.
    torch.manual_seed(recipe.seed ^ 0x5EED1E55)
    generator = torch.Generator().manual_seed(recipe.seed)
    rate, path, lowered = recipe.learning_rate, [], False
    waited, level = 0, math.inf
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=rate, weight_decay=recipe.weight_decay, fused=True
    )
    for number in range(1, (len(recipe.rates) or recipe.epochs) + 1):
        if recipe.rates:
            rate = recipe.rates[number - 1]
        for group in optimiser.param_groups:
            group["lr"] = rate
        path.append(rate)
        train_loss = train_epoch(model, optimiser, rows, loss, recipe.batch_size, generator)
        check_finite(train_loss, number)
        if validate is None:
            yield Epoch(number, len(recipe.rates) or recipe.epochs, train_loss)
            continue
        validation_loss, metrics = validate(model)
        check_finite(validation_loss, number)
        is_best = best.offer(model, number, validation_loss, path)
        yield Epoch(number, recipe.epochs, train_loss, validation_loss, metrics, is_best)
        gained = is_best and validation_loss <= level - recipe.least_gain
        waited, level = (0, validation_loss) if gained else (waited + 1, level)
        if not lowered and waited >= recipe.patience:
            model.load_state_dict(best.weights)
            rate, path, waited, lowered = rate * PLATEAU_FACTOR, list(best.rates), 0, True
        elif lowered and waited >= max(2, recipe.patience // 2):
            return


def train_epoch(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    rows: Rows,
    loss: Loss,
    batch_size: int,
    generator: torch.Generator,
) -> float:
    """One pass over all rows in a new order; the mean loss of the rows as they were seen."""
    model.train()
    count = len(rows.target)
    order = torch.randperm(count, generator=generator)
    starts = torch.arange(0, count, batch_size)
    if rows.lengths is not None:
        order = order[torch.argsort(rows.lengths[order], stable=True)]
        starts = starts[torch.randperm(len(starts), generator=generator)]
    shuffled = [part[order] for part in rows.inputs]
    target = rows.target[order]
    total = torch.zeros(())
    for start in starts.tolist():
        end = start + batch_size
        losses = loss(model(*[part[start:end] for part in shuffled]), target[start:end])
        optimiser.zero_grad()
        torch.autograd.backward(losses.mean())
        optimiser.step()
        total += losses.detach().sum()
    return float(total) / count


def outputs_for(model: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    """The network's outputs for all rows, without learning: (n, outputs)."""
    model.eval()
    count = len(inputs[0])
    with torch.inference_mode():
        parts = [
            model(*[part[start : start + EVALUATION_BATCH] for part in inputs])
            for start in range(0, count, EVALUATION_BATCH)
        ]
    return torch.cat(parts)


def check_finite(loss: float, epoch: int) -> None:
    """Stop a training that has run away, with what to do about it."""
    if not math.isfinite(loss):
        raise EngineFault(f"The loss became infinite in epoch {epoch}: try a lower learning rate.")
