"""What training makes small, and how a network's outputs become predictions."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.engine.prepare import Target

Loss = Callable[[Tensor, Tensor], Tensor]


def cross_entropy_rows(output: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of logits (n, classes) with class codes, one number a row."""
    return functional.cross_entropy(output, target, reduction="none")


def nll_rows(output: Tensor, target: Tensor) -> Tensor:
    """Negative log-likelihood of log-softmax outputs: cross entropy in two steps."""
    return functional.nll_loss(functional.log_softmax(output, dim=1), target, reduction="none")


def mse_rows(output: Tensor, target: Tensor) -> Tensor:
    """Squared error of the scaled value, one number a row."""
    return (output.squeeze(1) - target).square()


def l1_rows(output: Tensor, target: Tensor) -> Tensor:
    """Absolute error of the scaled value, one number a row."""
    return (output.squeeze(1) - target).abs()


ROW_LOSSES: dict[str, Loss] = {
    "CrossEntropy": cross_entropy_rows,
    "NLL": nll_rows,
    "MSE": mse_rows,
    "L1": l1_rows,
}


def predictions_of(output: Tensor, task: str, target: Target) -> NDArray[np.float64]:
    """Probabilities (n, classes), or values (n,) in the target's own unit."""
    if task == "classification":
        return np.asarray(torch.softmax(output.double(), dim=1).numpy())
    return target.restored(output.squeeze(1).double().numpy())
