"""The LSTM network."""

from typing import Any

import torch
from torch import Tensor, nn

from training.engine.layers import ACTIVATION_MODULES, PoolDropout
from training.engine.prepare import Shape


class LSTMLayer(nn.Module):
    """One LSTM, or two that read forwards and backwards, over padded rows.

    Rows end at their own length: what stands after it never reaches a real step, forwards because
    it comes later, backwards because each row is turned around within its length.
    """

    def __init__(self, width: int, units: int, activation: str, both: bool) -> None:
        super().__init__()
        self.forwards = nn.LSTM(width, units, batch_first=True)
        self.backwards = nn.LSTM(width, units, batch_first=True) if both else None
        self.activation = ACTIVATION_MODULES[activation]()

    def forward(self, steps: Tensor, turned: Tensor | None) -> Tensor:
        """(n, time, width) -> (n, time, units, twice that with both directions)."""
        output, _ = self.forwards(steps)
        if self.backwards is not None:
            back, _ = self.backwards(turn(steps, turned))
            output = torch.cat([output, turn(back, turned)], dim=2)
        result: Tensor = self.activation(output)
        return result


def turn(steps: Tensor, turned: Tensor | None) -> Tensor:
    """Each row with its steps in the order `turned` (n, time) says; all reversed without it."""
    if turned is None:
        return steps.flip(1)
    return steps.gather(1, turned.unsqueeze(2).expand(-1, -1, steps.shape[2]))


class LSTMNetwork(nn.Module):
    """LSTM layers; then mean, maximum and end of each row's real steps; then one linear layer.

    The end is the last step read: step `length` forwards, step 1 backwards.
    """

    def __init__(self, settings: dict[str, Any], shape: Shape) -> None:
        super().__init__()
        self.both = both = settings["direction"] == "both"
        width = shape.channels
        layers: list[nn.Module] = []
        for layer in settings["layers"]:
            layers.append(LSTMLayer(width, layer["units"], layer["activation"], both))
            width = layer["units"] * (2 if both else 1)
        self.layers = nn.ModuleList(layers)
        self.dropout = PoolDropout(settings["dropout"])
        self.output = nn.Linear(3 * width + shape.flat, shape.outputs)

    def forward(self, flat: Tensor, steps: Tensor, lengths: Tensor) -> Tensor:
        """(n, width), (n, time, channels), (n,) -> (n, outputs): logits, or the scaled value."""
        longest = int(lengths.max())
        steps = steps[:, :longest]
        turned = None
        if int(lengths.min()) < longest:
            places = torch.arange(longest)
            ends = lengths.unsqueeze(1)
            turned = torch.where(places < ends, ends - 1 - places, places)
        for layer in self.layers:
            steps = self.dropout(layer(steps, turned))
        output: Tensor = self.output(torch.cat([*self.pooled(steps, lengths, turned), flat], dim=1))
        return output

    def pooled(self, steps: Tensor, lengths: Tensor, turned: Tensor | None) -> list[Tensor]:
        """Mean, maximum and end of the real steps of each row, (n, width) each."""
        if turned is None:
            end, mean, highest = steps[:, -1], steps.mean(1), steps.amax(1)
        else:
            real = (torch.arange(steps.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)
            mean = (steps * real).sum(1) / lengths.unsqueeze(1)
            highest = steps.masked_fill(~real, -torch.inf).amax(1)
            end = steps[torch.arange(len(steps)), lengths - 1]
        if self.both:
            units = steps.shape[2] // 2
            end = torch.cat([end[:, :units], steps[:, 0, units:]], dim=1)
        return [mean, highest, end]


def build(settings: dict[str, Any], shape: Shape) -> nn.Module:
    """An LSTM network with fresh weights."""
    return LSTMNetwork(settings, shape)
