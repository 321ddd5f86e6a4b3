// Squarified treemap: rectangles with areas in proportion to weights, as square as can be.
// After Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).

/** Split a box among weights (largest first gives the best shapes); returns boxes in the same order. */
export function treemap(weights, box) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const boxes = [];
  if (!total) return weights.map(() => ({ x: box.x, y: box.y, width: 0, height: 0 }));
  const areas = weights.map((weight) => (weight / total) * box.width * box.height);
  let rest = { ...box };
  for (let from = 0; from < areas.length; ) {
    const to = strip(areas, from, Math.min(rest.width, rest.height));
    rest = lay(areas.slice(from, to), rest, boxes);
    from = to;
  }
  return boxes;
}

/** How many areas go into the next strip: as long as the worst shape in it gets better. */
function strip(areas, from, side) {
  let best = Infinity;
  for (let to = from + 1; to <= areas.length; to += 1) {
    const now = worst(areas.slice(from, to), side);
    if (now > best) return to - 1;
    best = now;
  }
  return areas.length;
}

function worst(row, side) {
  const sum = row.reduce((total, area) => total + area, 0);
  return Math.max(...row.map((area) => Math.max((side * side * area) / (sum * sum), (sum * sum) / (side * side * area))));
}

function lay(row, box, boxes) {
  const sum = row.reduce((total, area) => total + area, 0);
  const across = box.width >= box.height;
  const thick = sum / (across ? box.height : box.width);
  let at = across ? box.y : box.x;
  for (const area of row) {
    const long = area / thick;
    boxes.push(across ? { x: box.x, y: at, width: thick, height: long } : { x: at, y: box.y, width: long, height: thick });
    at += long;
  }
  return across
    ? { x: box.x + thick, y: box.y, width: box.width - thick, height: box.height }
    : { x: box.x, y: box.y + thick, width: box.width, height: box.height - thick };
}
