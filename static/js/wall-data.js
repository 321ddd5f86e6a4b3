// The rows of a wall, as wall.json and the live events bring them. A cell is [arrival, row, value, grid].
const MOST_PAGES = 400;

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
    this.last = 0;
    this.peak = 1;
  }

  /** How many rows the wall shows now. */
  get count() {
    return this.cells.size;
  }

  /** How many cells the wall has room for: up to the goal, or all that ever arrived. */
  get room() {
    return Math.max(this.goal ?? 0, this.last);
  }

  /** Take the words about the wall from one page of wall.json. */
  describe(page) {
    this.kind = page.kind;
    this.goal = page.goal;
    this.width = page.width ?? 0;
    this.height = page.height ?? 0;
    this.labels = new Map((page.labels ?? []).map((label) => [label.code, label]));
  }

  /** Add cells; returns the arrivals that are new. */
  add(cells) {
    const fresh = [];
    for (const [arrival, row, value, grid] of cells) {
      if (this.gone.has(arrival)) continue;
      if (!this.cells.has(arrival)) fresh.push(arrival);
      const bytes = grid ? Uint8Array.from(atob(grid), (letter) => letter.charCodeAt(0)) : null;
      if (bytes) for (const level of bytes) if (level > this.peak) this.peak = level;
      this.cells.set(arrival, { row, value, bytes });
      if (arrival > this.last) this.last = arrival;
    }
    return fresh;
  }

  remove(arrivals) {
    for (const arrival of arrivals) {
      this.gone.add(arrival);
      this.cells.delete(arrival);
      if (arrival > this.last) this.last = arrival;
    }
  }

  /** What a cell stands for, in words; "" for rows without label or value. */
  wordsOf(cell) {
    if (cell.value === null || cell.value === undefined) return "";
    return this.labels.get(cell.value)?.label ?? String(cell.value);
  }
}

/** Read wall.json page after page into the data; call back after each. */
export async function load(data, source, onPage, signal) {
  let address = new URL(source, location.href);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${address.pathname}: ${answer.status}`);
    const body = await answer.json();
    if (page === 0) data.describe(body);
    data.add(body.cells);
    onPage(body);
    if (body.next === null || body.next === undefined) return;
    address = new URL(address);
    address.searchParams.set("cursor", body.next);
  }
}
