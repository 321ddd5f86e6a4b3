"""Building blocks of the networks."""

import torch
from torch import Tensor, nn
from torch.nn import functional

ACTIVATION_MODULES: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "leaky_relu": nn.LeakyReLU,
    "none": nn.Identity,
}
POOL_SIZE = 2_000_000


class PoolDropout(nn.Module):
    """Dropout whose masks are slices of one mask drawn beforehand.

    Drawing fresh random bits costs as much as the matrix product beside it on a CPU; a random
    slice of a pool of two million costs next to nothing.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.pool: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Scale what is kept by 1 / (1 - share), as `nn.Dropout` does."""
        if not self.training or self.share == 0.0:
            return x
        if x.numel() > POOL_SIZE // 2:
            return functional.dropout(x, self.share)
        if self.pool is None:
            self.pool = (torch.rand(POOL_SIZE) >= self.share).float() / (1 - self.share)
        start = int(torch.randint(POOL_SIZE - x.numel(), ()))
        return x * self.pool[start : start + x.numel()].view_as(x)


class PiecewiseNumbers(nn.Module):
    """A learned piecewise linear curve for each number field, `width` outputs a field.

    Piecewise-linear encoding (Gorishniy et al. 2022, "On Embeddings for Numerical Features"): how
    far a value reaches into each bin, 0 … 1, times a weight a bin; the weights start at zero beside
    a plain linear term, so that training begins as if the value were only scaled.
    """

    left: Tensor
    width_of_bin: Tensor

    def __init__(self, edges: tuple[tuple[float, ...], ...], width: int) -> None:
        super().__init__()
        bins = max(len(field) for field in edges) - 1
        left = torch.zeros(len(edges), bins)
        size = torch.full((len(edges), bins), torch.inf)
        for place, field in enumerate(edges):
            ends = torch.tensor(field, dtype=torch.float64)
            left[place, : len(field) - 1] = ends[:-1].float()
            size[place, : len(field) - 1] = (ends[1:] - ends[:-1]).float()
        self.register_buffer("left", left, persistent=False)
        self.register_buffer("width_of_bin", size, persistent=False)
        self.slope = nn.Parameter(torch.randn(len(edges), width) / 2)
        self.bias = nn.Parameter(torch.randn(len(edges), width) / 2)
        self.curve = nn.Parameter(torch.zeros(len(edges), bins, width))

    def forward(self, x: Tensor) -> Tensor:
        """(n, fields) -> (n, fields * width)."""
        reach = ((x.unsqueeze(2) - self.left) / self.width_of_bin).clamp(0.0, 1.0)
        bent = torch.bmm(reach.transpose(0, 1), self.curve).transpose(0, 1)
        return torch.relu(x.unsqueeze(2) * self.slope + self.bias + bent).flatten(1)
