// Where each cell of a wall stands. All lengths in device pixels, so that pixels stay square and sharp.

/** Columns, rows and cell length for a number of cells in a width, no higher than asked if it can be. */
export function layout({ room, width, height, tile = 1, least = 3, most = 28 }) {
  const cells = Math.max(1, room);
  const gap = tile > 1 ? 2 : 1;
  const units = Array.from({ length: most }, (_, index) => most - index).filter((unit) => unit * tile >= least);
  for (const unit of units) {
    const step = unit * tile + gap;
    const columns = Math.max(1, Math.floor((width + gap) / step));
    const rows = Math.ceil(cells / columns);
    if (rows * step - gap <= height || unit === units.at(-1)) return { columns, rows, step, size: unit * tile, gap };
  }
  return { columns: cells, rows: 1, step: tile + gap, size: tile, gap };
}

/** A square of few pixels for a thumbnail: each pixel stands for several cells. */
export function thumbnail({ room, side, least = 4 }) {
  const most = Math.max(1, Math.floor(side / least));
  const columns = Math.max(1, Math.min(most, Math.ceil(Math.sqrt(Math.max(1, room)))));
  const size = Math.floor(side / columns);
  return { columns, rows: columns, step: size, size, gap: 0, share: Math.max(1, room / (columns * columns)) };
}

/** The rectangle of a cell (counted from 0). */
export const place = (grid, index) => [(index % grid.columns) * grid.step, Math.floor(index / grid.columns) * grid.step];

/** The cell under a point, or -1. */
export function cellAt(grid, x, y) {
  const column = Math.floor(x / grid.step);
  const row = Math.floor(y / grid.step);
  return column < 0 || row < 0 || column >= grid.columns || row >= grid.rows ? -1 : row * grid.columns + column;
}
