// The levels of a drawing: rows of whole numbers 0..max. Pure functions on one flat array.

/** An empty drawing. */
export const blank = (width, height) => new Uint8Array(width * height);

/** Read rows from JSON or from lines of numbers; null if they are no drawing of this size. */
export function parse(words, width, height, max) {
  let rows;
  try {
    rows = words.trim().startsWith("[") ? JSON.parse(words) : words.trim().split(/\n/).map((line) => line.trim().split(/[\s,;]+/).map(Number));
  } catch {
    return null;
  }
  if (!Array.isArray(rows) || rows.length !== height) return null;
  if (!rows.every((row) => Array.isArray(row) && row.length === width)) return null;
  const flat = rows.flat();
  return flat.every((level) => Number.isInteger(level) && level >= 0 && level <= max) ? Uint8Array.from(flat) : null;
}

/** Rows as JSON; "" for an empty drawing. */
export function write(levels, width) {
  if (!levels.some(Boolean)) return "";
  const rows = [];
  for (let at = 0; at < levels.length; at += width) rows.push(Array.from(levels.subarray(at, at + width)));
  return JSON.stringify(rows);
}

/**
 * Press the brush at a point (in cells, cell centres at .5). The edge of the brush is soft, as a pen on
 * paper that is scanned; with fewer than four levels it is hard. Erasing is hard too, and so is a colour
 * of a palette, whose brush is one cell.
 */
export function press(levels, { width, height, max, colour }, x, y, erase) {
  if (colour) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const inside = column >= 0 && row >= 0 && column < width && row < height;
    if (inside) levels[row * width + column] = erase ? 0 : colour;
    return;
  }
  const radius = Math.max(0.55, Math.min(width, height) / 16);
  const reach = Math.ceil(radius + 1);
  for (let row = Math.floor(y) - reach; row <= Math.floor(y) + reach; row += 1) {
    for (let column = Math.floor(x) - reach; column <= Math.floor(x) + reach; column += 1) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      const at = row * width + column;
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance));
      if (erase && cover > 0.4) levels[at] = 0;
      if (!erase) levels[at] = Math.max(levels[at], max < 4 ? (cover > 0.5 ? max : 0) : Math.round(cover * max));
    }
  }
}

/** Press along a line, four times a cell. */
export function drag(levels, size, from, to, erase) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 4));
  for (let step = 1; step <= steps; step += 1) {
    const at = step / steps;
    press(levels, size, from[0] + (to[0] - from[0]) * at, from[1] + (to[1] - from[1]) * at, erase);
  }
}
