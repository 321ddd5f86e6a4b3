"""Cells onto an array of pixels: labels by colour, numbers by a ramp, drawings as they are."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.field_types import palettes
from datasets.rendering import palette
from datasets.rendering.layout import Grid, laid_out
from datasets.rendering.sample import Cell, Wall

Canvas = NDArray[np.uint8]
Colour = Callable[[Any], int | None]
EMPTY = palette.mixed(palette.EDGE, palette.SUNK, 0.45)


def painted(wall: Wall, width: int, height: int) -> tuple[Canvas, Grid]:
    """The wall in an area of that size, and how its cells stand there."""
    tile = wall.tile
    side = max(tile["width"], tile["height"]) if tile else 1
    grid = laid_out(wall.room, width, height, tile=side)
    canvas = np.full((height, width, 3), palette.SUNK, dtype=np.uint8)
    cells = wall.cells(grid.share)
    painter = _Painter(wall, cells, canvas, grid)
    for index, cell in cells.items():
        painter.fill(index, cell)
    first, last = -(-wall.total // grid.share), -(-wall.room // grid.share)
    for index in range(first, min(last, grid.columns * grid.rows)):
        painter.outline(index)
    return canvas, grid


class _Painter:
    def __init__(self, wall: Wall, cells: Mapping[int, Cell], canvas: Canvas, grid: Grid) -> None:
        self.wall = wall
        self.canvas = canvas
        self.grid = grid
        self.tile = wall.tile
        self.labels = wall.labels()
        self.own = wall.project.colour
        self.ramp = palette.ramp(self.own)
        self.low, self.high = _limits(wall, cells)

    def fill(self, index: int, cell: Cell) -> None:
        x, y = self.grid.place(index)
        size = self.grid.size
        if cell.picture is not None:
            self._drawing(x, y, cell)
        else:
            self.canvas[y : y + size, x : x + size] = self._colour(cell.value)

    def outline(self, index: int) -> None:
        """A place that still waits for its datapoint."""
        x, y = self.grid.place(index)
        end = self.grid.size - 1
        self.canvas[[y, y + end], x : x + end + 1] = EMPTY
        self.canvas[y : y + end + 1, [x, x + end]] = EMPTY

    def _colour(self, value: Any) -> palette.RGB:
        if value is None:
            return palette.PIXELS[self.own]
        if self.labels:
            return palette.PIXELS[self.labels.get(value, self.own) % len(palette.PIXELS)]
        if self.high > self.low:
            at = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
            step: palette.RGB = self.ramp[round(at * (len(self.ramp) - 1))]
            return step
        return palette.PIXELS[self.own]

    def _drawing(self, x: int, y: int, cell: Cell) -> None:
        assert cell.picture is not None
        height, width = self.tile["height"], self.tile["width"]
        levels = np.frombuffer(cell.picture, dtype=np.uint8).reshape(height, width, -1)
        picture = self._coloured(levels, cell)
        unit = max(1, self.grid.size // max(height, width))
        large = picture.repeat(unit, axis=0).repeat(unit, axis=1)
        self.canvas[y : y + large.shape[0], x : x + large.shape[1]] = large

    def _coloured(self, levels: Canvas, cell: Cell) -> Canvas:
        """Cells of one or three levels as red, green and blue."""
        if self.tile.get("channels"):
            return np.broadcast_to(levels, (*levels.shape[:2], 3)).copy()
        if self.tile.get("palette"):
            listed = [palettes.rgb(colour) for colour in self.tile["palette"]]
            colours: Canvas = np.array(listed, dtype=np.uint8)
            return colours.take(levels[..., 0].clip(0, len(colours) - 1), axis=0)
        share = (levels / max(1, self.tile["max"])).clip(0, 1)
        number = self.labels.get(cell.value, self.own) % len(palette.PIXELS)
        back, front = np.array(palette.PIXELS[number]), np.array(palette.on_pixel(number))
        mixed: NDArray[np.float64] = back + (front - back) * share
        return mixed.round().astype(np.uint8)


def _limits(wall: Wall, cells: Mapping[int, Cell]) -> tuple[float, float]:
    """Between which numbers the ramp runs: the field's limits, else those that are seen."""
    target = wall.shape.target
    seen = [cell.value for cell in cells.values() if isinstance(cell.value, int | float)]
    if target is None or wall.labels() or not seen:
        return 0.0, 0.0
    low, high = target.options.get("minimum"), target.options.get("maximum")
    return (
        min(seen) if low is None else float(low),
        max(seen) if high is None else float(high),
    )
