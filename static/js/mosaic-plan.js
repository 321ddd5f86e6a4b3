// Where the territories of the mosaic lie and how many datapoints one of its pixels is. Lengths in pixels of the wall.
import { treemap } from "./treemap.js";

const LEAST = 4;
const MOST = 14;
/** No territory is smaller than this share of the wall, or half an even share: it must be seen and hit. */
const SMALLEST = 0.03;

/**
 * The largest pixel with which every territory has room for its datapoints; under the smallest, several share one.
 * @param weights datapoints of each territory, what is missing among them; the largest first
 * @param scale device pixels in one of CSS
 */
export function plan(weights, width, height, scale) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const least = total * Math.min(SMALLEST, 0.5 / weights.length);
  const lifted = weights.map((weight) => Math.max(weight, least));
  for (let unit = Math.floor(MOST * scale); ; unit -= 1) {
    const field = { x: 0, y: 0, width: Math.floor(width / unit) + 1, height: Math.floor(height / unit) + 1 };
    const boxes = treemap(lifted, field).map(snap);
    const rooms = boxes.map((box) => box.width * box.height);
    if (weights.every((weight, at) => weight <= rooms[at])) return { unit, boxes, share: 1 };
    if (unit <= LEAST * scale) {
      const share = Math.ceil(Math.max(...weights.map((weight, at) => weight / Math.max(1, rooms[at]))));
      return { unit, boxes, share };
    }
  }
}

function snap(box) {
  const x = Math.round(box.x);
  const y = Math.round(box.y);
  return { x, y, width: Math.round(box.x + box.width) - x, height: Math.round(box.y + box.height) - y };
}
