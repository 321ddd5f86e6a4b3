// The rows of a wall, as wall.json and the live events bring them. A cell is [arrival, row, value, picture];
// arrivals count from 0 and are the places on the wall.
const MOST_PAGES = 400;

/** [r, g, b] of "#rrggbb". */
const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

export class WallData {
  constructor() {
    this.kind = "none";
    this.goal = null;
    this.width = 0;
    this.height = 0;
    this.labels = new Map();
    this.cells = new Map();
    /** Arrivals that came and went: an event may overtake the page that lists them. */
    this.gone = new Set();
    /** How many arrivals there were, empty cells among them. */
    this.total = 0;
    this.peak = 1;
    /** Colours of a drawing's levels as [r, g, b]; none where levels are grey or ink. */
    this.palette = [];
    /** Levels of a cell of a picture: 3 (red, green, blue), 1 (grey), 0 (ink on the label's colour). */
    this.channels = 0;
    this.limits = [undefined, undefined];
    this.seen = [Infinity, -Infinity];
    /** Above 1 only each so-many-th cell was asked for, and the server's own count is the true one. */
    this.every = 1;
    this.accepted = 0;
  }

  /** How many rows the wall shows now. */
  get count() {
    return this.every > 1 ? this.accepted : this.cells.size;
  }

  /** How many datapoints are missing to the goal. */
  get missing() {
    return Math.max(0, (this.goal ?? 0) - this.count);
  }

  /** How many cells the wall has: all that arrived and all that are missing. */
  get room() {
    return this.total + this.missing;
  }

  /** Take the words about the wall from one page of wall.json. */
  describe(page) {
    this.kind = page.kind;
    this.goal = page.goal;
    this.every = page.every ?? 1;
    this.accepted = page.accepted ?? 0;
    this.width = page.width ?? 0;
    this.height = page.height ?? 0;
    this.peak = page.max ?? 1;
    this.palette = (page.palette ?? []).map(parts);
    this.channels = page.channels ?? 0;
    this.limits = [page.low, page.high];
    this.labels = new Map((page.labels ?? []).map((label) => [label.code, label]));
    this.total = Math.max(this.total, page.count ?? 0);
  }

  /** Take the labels of one more page: of thousands each page names those that it shows. */
  learn(page) {
    for (const label of page.labels ?? []) this.labels.set(label.code, label);
  }

  /** Add cells; returns the arrivals that are new. */
  add(cells) {
    const fresh = [];
    for (const [arrival, row, value, picture] of cells) {
      this.total = Math.max(this.total, arrival + 1);
      if (this.gone.has(arrival)) continue;
      if (!this.cells.has(arrival)) fresh.push(arrival);
      const bytes = picture ? Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0)) : null;
      if (bytes) for (const level of bytes) if (level > this.peak) this.peak = level;
      if (typeof value === "number") this.seen = [Math.min(this.seen[0], value), Math.max(this.seen[1], value)];
      this.cells.set(arrival, { row, value, bytes });
    }
    return fresh;
  }

  /** Rows that were gone are there again: the cells named, or all when too many came back to be named. */
  forgive(cells) {
    if (!cells.length) this.gone.clear();
    for (const [arrival] of cells) this.gone.delete(arrival);
  }

  /** A row got other values; one that has not come yet comes with them. */
  change(cell) {
    if (cell && this.cells.has(cell[0])) this.add([cell]);
  }

  remove(arrivals) {
    for (const arrival of arrivals) {
      this.gone.add(arrival);
      this.cells.delete(arrival);
      this.total = Math.max(this.total, arrival + 1);
    }
  }

  /** Where a value stands between the limits of its field, or between the values seen: 0..1. */
  share(value) {
    const low = this.limits[0] ?? this.seen[0];
    const high = this.limits[1] ?? this.seen[1];
    return high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  }

  /** What a cell stands for, in words; "" for rows without label or value. */
  wordsOf(cell) {
    if (cell.value === null || cell.value === undefined) return "";
    return this.labels.get(cell.value)?.label ?? String(cell.value);
  }
}

/**
 * Read wall.json page after page into the data; call back after each.
 * @param after begin behind this arrival
 */
export async function load(data, source, onPage, signal, after = -1) {
  const address = new URL(source, location.href);
  let from = after;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    if (from >= 0) address.searchParams.set("after", from);
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${address.pathname}: ${answer.status}`);
    const body = await answer.json();
    if (page === 0) data.describe(body);
    data.learn(body);
    data.add(body.cells);
    onPage(body);
    if (body.next === null || body.next === undefined) return;
    from = body.next;
  }
}
