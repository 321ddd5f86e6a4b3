// Paints the cells of a wall onto a canvas: colours of labels, a ramp for values, small drawings.
import { onPixel, pixels, ramp, rgb, text } from "./colours.js";
import { place } from "./wall-layout.js";

/** The colours of an element now; make it again when the theme changes. */
export function paintBox(element) {
  return {
    pixels: pixels(element),
    ramp: ramp(element),
    sunk: rgb(element, "var(--sunk)"),
    line: rgb(element, "var(--edge)"),
    own: rgb(element, "var(--c, var(--act))"),
  };
}

/** Colour of one cell: [r, g, b]. */
export function colourOf(box, data, cell) {
  if (cell.value === null || cell.value === undefined) return box.own;
  if (data.kind === "value") return box.ramp[Math.round(data.share(cell.value) * (box.ramp.length - 1))];
  const label = data.labels.get(cell.value);
  return label ? box.pixels[label.colour % 12] : box.own;
}

const stamp = new OffscreenCanvas(1, 1);

/** The colour of one cell of a picture, by its place: as a photo, of a palette, or ink on the label's colour. */
function painter(box, data, cell) {
  const { bytes } = cell;
  if (data.channels) return (at) => [0, 1, 2].map((part) => bytes[at * data.channels + Math.min(part, data.channels - 1)] ?? 0);
  if (data.palette.length) return (at) => data.palette[bytes[at] ?? 0] ?? data.palette[0];
  const label = data.labels.get(cell.value);
  const back = colourOf(box, data, cell);
  const front = label ? onPixel(label.colour % 12) : onPixel(7);
  return (at) => back.map((part, index) => part + (front[index] - part) * ((bytes[at] ?? 0) / data.peak));
}

function drawing(brush, box, data, cell, x, y, size) {
  const { width, height } = data;
  if (stamp.width !== width || stamp.height !== height) Object.assign(stamp, { width, height });
  const image = new ImageData(width, height);
  const colour = painter(box, data, cell);
  for (let at = 0; at < width * height; at += 1) image.data.set([...colour(at), 255], at * 4);
  stamp.getContext("2d").putImageData(image, 0, 0);
  brush.drawImage(stamp, x, y, size, Math.round((size * height) / width));
}

/** Paint one cell of the wall (index from 0): row, withdrawn or still missing. */
export function paintCell(brush, box, data, grid, index) {
  const [x, y] = place(grid, index);
  const cell = data.cells.get(index);
  brush.clearRect(x, y, grid.size, grid.size);
  if (cell?.bytes && data.width && grid.size >= data.width) drawing(brush, box, data, cell, x, y, grid.size);
  else if (cell) {
    brush.fillStyle = text(colourOf(box, data, cell));
    brush.fillRect(x, y, grid.size, grid.size);
  } else if (index >= data.total) outline(brush, box, x, y, grid.size);
}

function outline(brush, box, x, y, size) {
  brush.strokeStyle = text(box.line);
  brush.globalAlpha = 0.45;
  if (size >= 5) brush.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  else {
    brush.fillStyle = text(box.line);
    brush.fillRect(x + Math.floor(size / 2), y + Math.floor(size / 2), 1, 1);
  }
  brush.globalAlpha = 1;
}

/** Paint the whole wall. */
export function paintAll(brush, box, data, grid) {
  brush.imageSmoothingEnabled = false;
  brush.lineWidth = 1;
  brush.clearRect(0, 0, brush.canvas.width, brush.canvas.height);
  for (let index = 0; index < data.room; index += 1) paintCell(brush, box, data, grid, index);
}

/** Paint a thumbnail: each pixel takes the colour of the newest of its cells. */
export function paintThumbnail(brush, box, data, grid) {
  brush.clearRect(0, 0, brush.canvas.width, brush.canvas.height);
  const found = new Map();
  for (const [arrival, cell] of data.cells) {
    const index = Math.floor(arrival / grid.share);
    if (!found.has(index) || found.get(index)[0] < arrival) found.set(index, [arrival, cell]);
  }
  for (const [index, [, cell]] of found) {
    const [x, y] = place(grid, index);
    brush.fillStyle = text(colourOf(box, data, cell));
    brush.fillRect(x, y, grid.size, grid.size);
  }
}
