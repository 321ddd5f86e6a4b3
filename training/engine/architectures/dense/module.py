"""The Dense network."""

from typing import Any

import torch
from torch import Tensor, nn

from training.engine.layers import ACTIVATION_MODULES, PiecewiseNumbers, PoolDropout
from training.engine.limits import NUMBER_WIDTH
from training.engine.prepare import Shape


class DenseNetwork(nn.Module):
    """Number curves (where wished), then linear layers, each with activation and dropout."""

    def __init__(self, settings: dict[str, Any], shape: Shape) -> None:
        super().__init__()
        self.fields = len(shape.edges) if settings["number_encoding"] == "piecewise" else 0
        width = shape.flat
        self.numbers: nn.Module = nn.Identity()
        if self.fields:
            self.numbers = PiecewiseNumbers(shape.edges, NUMBER_WIDTH)
            width += self.fields * (NUMBER_WIDTH - 1)
        blocks: list[nn.Module] = []
        for layer in settings["layers"]:
            blocks += [nn.Linear(width, layer["units"]), ACTIVATION_MODULES[layer["activation"]]()]
            if settings["dropout"]:
                blocks.append(PoolDropout(settings["dropout"]))
            width = layer["units"]
        self.body = nn.Sequential(*blocks, nn.Linear(width, shape.outputs))

    def forward(self, flat: Tensor) -> Tensor:
        """(n, width) -> (n, outputs): logits, or the scaled value."""
        if self.fields:
            curves = self.numbers(flat[:, : self.fields])
            flat = torch.cat([curves, flat[:, self.fields :]], dim=1)
        output: Tensor = self.body(flat)
        return output


def build(settings: dict[str, Any], shape: Shape) -> nn.Module:
    """A Dense network with fresh weights."""
    return DenseNetwork(settings, shape)
