// From pen positions to a sequence of fixed length. Pure functions; a point is [x, y].

const distance = (a, b) => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** How much ink there is; the jump from one stroke to the next is no ink. */
export function inkLength(strokes) {
  return strokes.reduce((sum, stroke) => sum + stroke.reduce((ink, point, at) => ink + (at ? distance(stroke[at - 1], point) : 0), 0), 0);
}

/** Points equally far apart along the ink, first and last included. */
export function resample(strokes, length) {
  const pieces = strokes.flatMap((stroke) => stroke.slice(1).map((to, at) => [stroke[at], to, distance(stroke[at], to)]));
  const ink = inkLength(strokes);
  if (!pieces.length || ink === 0) return [];
  const points = [];
  let piece = 0;
  let passed = 0;
  for (let index = 0; index < length; index += 1) {
    const goal = length === 1 ? 0 : (ink * index) / (length - 1);
    while (piece < pieces.length - 1 && passed + pieces[piece][2] < goal) passed += pieces[piece++][2];
    const [from, to, long] = pieces[piece];
    const at = long ? Math.min(1, (goal - passed) / long) : 0;
    points.push([from[0] + (to[0] - from[0]) * at, from[1] + (to[1] - from[1]) * at]);
  }
  return points;
}

/**
 * Bring one channel to the scale of the field's data. "range": its least value to low, its greatest to
 * high. "z": mean 0, standard deviation 1. "none": as it is. A flat channel becomes the middle, or 0.
 */
export function normalise(values, how, low = 0, high = 1) {
  if (how === "range") {
    const least = Math.min(...values);
    const span = Math.max(...values) - least;
    return values.map((value) => (span ? low + ((value - least) / span) * (high - low) : (low + high) / 2));
  }
  if (how === "z") {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return values.map((value) => (spread ? (value - mean) / spread : 0));
  }
  return values;
}
