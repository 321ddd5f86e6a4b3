"""Where the cells of a picture stand; in whole pixels, so that they stay square and sharp."""

import math
from dataclasses import dataclass

from datasets.rendering.sample import MOST_CELLS


@dataclass(frozen=True)
class Grid:
    """Columns and rows of cells.

    Attributes:
        step: from one cell's left edge to the next one's, in pixels.
        size: a cell's side; a drawing's width (its height follows).
        share: how many datapoints one cell stands for.
    """

    columns: int
    rows: int
    step: int
    size: int
    share: int

    def place(self, index: int) -> tuple[int, int]:
        """Left and upper edge of a cell."""
        return index % self.columns * self.step, index // self.columns * self.step


def laid_out(room: int, width: int, height: int, *, tile: int = 1) -> Grid:
    """The largest cells with which ``room`` of them fit; a share of them when none are so small.

    Args:
        room: how many cells the whole wall has.
        width, height: of the area, in pixels.
        tile: the side of a drawing in its own cells; 1 for pixels.
    """
    least, most, gap = (1, max(1, 96 // tile), 1) if tile > 1 else (8, 40, 2)
    for unit in range(most, least - 1, -1):
        grid = _fitted(width, height, unit * tile, gap)
        if grid.columns * grid.rows >= room:
            return grid
    smallest = _fitted(width, height, least * tile, gap)
    capacity = smallest.columns * smallest.rows
    share = math.ceil(room / capacity)
    return Grid(smallest.columns, smallest.rows, smallest.step, smallest.size, share)


def _fitted(width: int, height: int, size: int, gap: int) -> Grid:
    step = size + gap
    columns, rows = max(1, (width + gap) // step), max(1, (height + gap) // step)
    # A picture never reads more rows than it may, however small its cells are.
    rows = max(1, min(rows, MOST_CELLS // columns))
    return Grid(columns, rows, step, size, 1)
