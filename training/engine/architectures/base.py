"""What one architecture tells about itself. No torch here: the web process reads this."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.engine.limits import MAX_BATCH, MAX_EPOCHS, MAX_LAYERS, MAX_SEED
from training.engine.schema import TableSchema

ACTIVATIONS = ("relu", "gelu", "silu", "tanh", "sigmoid", "leaky_relu", "none")
LOSSES = ("L1", "MSE", "NLL", "CrossEntropy")
LOSSES_OF_TASK = {"classification": ("CrossEntropy", "NLL"), "regression": ("MSE", "L1")}


@dataclass(frozen=True)
class Setting:
    """One setting of an architecture: what a form shows, and the bounds that hold.

    `kind` is int, float, choice, layers or seed; a value of kind layers is a list of
    `{"units": int, "activation": name}`, the first one next to the input.
    """

    key: str
    label: str
    kind: str
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Architecture:
    """One kind of network.

    `fits` gives None, or the reason why this network cannot learn from a schema;
    `default_settings(schema, rows)` the best recipe known for a table of that many rows;
    `inputs(schema)` the largest number of inputs that reach the first layer;
    `parameters(settings, inputs, outputs)` how many numbers will be learned.
    `layout` says how rows are prepared: "flat" (one row of numbers) or "steps" (a row a time step).
    """

    key: str
    label: str
    explain: str
    layout: str
    settings: tuple[Setting, ...]
    fits: Callable[[TableSchema], str | None]
    default_settings: Callable[[TableSchema, int], dict[str, Any]]
    inputs: Callable[[TableSchema], int]
    parameters: Callable[[dict[str, Any], int, int], int]


COMMON_SETTINGS = (
    Setting(
        "dropout", "Dropout", "float", 0.1, 0.0, 0.9,
        help="Share of units that are silenced at random in each step, so that the network does "
        "not lean on single ones. More for little data.",
    ),
    Setting(
        "epochs", "Epochs", "int", 100, 1, MAX_EPOCHS,
        help="How often the network sees all training rows, at most. It stops sooner when the "
        "validation loss no longer falls.",
    ),
    Setting(
        "learning_rate", "Learning rate", "float", 0.002, 1e-6, 1.0,
        help="How far each step goes. Too high: the loss jumps or becomes infinite. Too low: it "
        "hardly falls.",
    ),
    Setting(
        "batch_size", "Batch size", "int", 128, 1, MAX_BATCH,
        help="Rows per step. Fewer rows make more, noisier steps.",
    ),
    Setting(
        "test_ratio", "Test share", "float", 0.2, 0.05, 0.5,
        help="Share of the rows that is kept away from training to judge the model at the end. "
        "Another fifth is for validation. Not used when the data fix their own split.",
    ),
    Setting(
        "loss", "Loss", "choice", "CrossEntropy", choices=LOSSES,
        help="What training makes small. Classification: CrossEntropy, or NLL (the same on "
        "log-probabilities). Regression: MSE, or L1, which minds outliers less.",
    ),
    Setting(
        "patience", "Patience", "int", 16, 1, MAX_EPOCHS,
        help="Epochs without a better validation loss before the learning rate is lowered once; "
        "after half as many again training stops.",
    ),
    Setting(
        "refit", "Final fit", "choice", "yes", choices=("yes", "no"),
        help="Yes: train once more on training and validation rows together, for the number of "
        "epochs that was best. Validation figures are from before.",
    ),
    Setting(
        "seed", "Seed", "seed", 0, 0, MAX_SEED,
        help="Start of all random choices: the same seed on the same machine gives the same model.",
    ),
)  # fmt: skip


def layers_setting(default: list[dict[str, Any]], smallest: int, help_text: str) -> Setting:
    """The setting of an architecture's layers: number of layers, units and activation of each."""
    return Setting(
        "layers", "Layers", "layers", default, smallest, MAX_LAYERS, ACTIVATIONS, help_text
    )


def equal_layers(count: int, units: int, activation: str) -> list[dict[str, Any]]:
    """`count` layers that are alike."""
    return [{"units": units, "activation": activation} for _ in range(count)]


def outputs_of(schema: TableSchema) -> int:
    """Outputs of a network: one a class, or one number."""
    return len(schema.classes) or 1


def training_rows(rows: int) -> int:
    """Rows that are left for training with the default shares."""
    return max(1, int(rows * 0.6))


def batch_for(rows: int) -> int:
    """A batch size that gives enough steps an epoch for a table of `rows` rows."""
    train = training_rows(rows)
    for limit, size in ((200, 16), (1_000, 32), (4_000, 64), (12_000, 128), (40_000, 256)):
        if train <= limit:
            return min(size, train)
    return 512
