"""How much of a bare PyTorch loop's speed the engine's own loop keeps.

Ours is `training.engine.loop.fit` on the registry's networks. The reference is the shortest loop
one would write by hand: the same layers, optimiser, batches and data, shuffled once an epoch, no
validation on either side, one thread on both.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.pairs import Figure, ratio_of_pairs
from training.engine.architectures import architecture_named
from training.engine.architectures.base import equal_layers
from training.engine.building import builder_of
from training.engine.loop import Best, Recipe, Rows, fit
from training.engine.objectives import ROW_LOSSES
from training.engine.prepare import Shape

RATE, DECAY, CLASSES, PAIRS = 1e-3, 3e-4, 7, 15


def measure() -> list[Figure]:
    """`dense_vs_bare` and `lstm_vs_bare`, in training samples a second."""
    torch.set_num_threads(1)
    return [dense_vs_bare(), lstm_vs_bare()]


def dense_vs_bare() -> Figure:
    """54 inputs, two layers of 256, 7 classes, batches of 256."""
    generator = torch.Generator().manual_seed(0)
    flat = torch.randn(30_000, 54, generator=generator)
    target = torch.randint(CLASSES, (len(flat),), generator=generator)
    settings = {
        "layers": equal_layers(2, 256, "relu"),
        "number_encoding": "standard",
        "dropout": 0.0,
    }
    build = builder_of(architecture_named("dense").key)

    def ours() -> float:
        model = build(settings, Shape(54, (), 0, CLASSES))
        return speed_of_fit(model, Rows((flat,), target), 256)

    def reference() -> float:
        return bare_speed(bare_dense(), flat, target, 256)

    return ratio_of_pairs(ours, reference, PAIRS).figure("dense_vs_bare", "samples/s", ">= 0.9")


def lstm_vs_bare() -> Figure:
    """9 channels, 100 steps, 64 units in one direction, 7 classes, batches of 64."""
    generator = torch.Generator().manual_seed(0)
    steps = torch.randn(2_560, 100, 9, generator=generator)
    target = torch.randint(CLASSES, (len(steps),), generator=generator)
    lengths = torch.full((len(steps),), 100)
    flat = torch.zeros(len(steps), 0)
    settings = {"layers": equal_layers(1, 64, "none"), "direction": "forward", "dropout": 0.0}
    build = builder_of(architecture_named("lstm").key)

    def ours() -> float:
        model = build(settings, Shape(0, (), 9, CLASSES))
        return speed_of_fit(model, Rows((flat, steps, lengths), target), 64)

    def reference() -> float:
        return bare_speed(BareLSTM(), steps, target, 64)

    return ratio_of_pairs(ours, reference, PAIRS).figure("lstm_vs_bare", "samples/s", ">= 0.9")


def speed_of_fit(model: nn.Module, rows: Rows, batch_size: int) -> float:
    """Samples a second of one epoch of the engine."""
    recipe = Recipe(1, RATE, batch_size, patience=1, seed=0, weight_decay=DECAY)
    return timed(
        len(rows.target),
        lambda: [None for _ in fit(model, rows, ROW_LOSSES["CrossEntropy"], recipe, Best())],
    )


# ---------------------------------------------------------------- the reference


class BareLSTM(nn.Module):
    """The same network, written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(9, 64, batch_first=True)
        self.output = nn.Linear(3 * 64, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        out, _ = self.lstm(x)
        logits: Tensor = self.output(torch.cat([out.mean(1), out.amax(1), out[:, -1]], dim=1))
        return logits


def bare_dense() -> nn.Module:
    return nn.Sequential(
        nn.Linear(54, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, CLASSES)
    )


def bare_speed(model: nn.Module, x: Tensor, y: Tensor, batch_size: int) -> float:
    """Samples a second of one epoch of a bare loop."""

    def epoch() -> None:
        optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
        model.train()
        order = torch.randperm(len(y))
        shuffled_x, shuffled_y = x[order], y[order]
        for start in range(0, len(y), batch_size):
            end = start + batch_size
            loss = nn.functional.cross_entropy(model(shuffled_x[start:end]), shuffled_y[start:end])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return timed(len(y), epoch)


def timed(samples: int, work: Callable[[], object]) -> float:
    """Samples a second of some work."""
    started = time.perf_counter()
    work()
    return samples / (time.perf_counter() - started)
