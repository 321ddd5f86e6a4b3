// <cc-wall data-src="/p/x/wall.json">: one pixel per datapoint in arrival order, or a sheet of drawings.
//   data-still     a picture only: no hover, no keys (thumbnails also have class "thumb")
//   data-href      address before a row's id (default: the rows beside wall.json)
//   data-fit       no higher than the element around it, if cells can be so small
//   data-blank     a row opens in a window of its own (in a frame on another page)
//   data-legend    id of a <ul> that gets the legend
// Live events reach the element as CustomEvent "live:event" with kind rows_added, row_changed or rows_removed.
import { onTheme, text } from "./colours.js";
import { load, WallData } from "./wall-data.js";
import { cellAt, layout, place, thumbnail } from "./wall-layout.js";
import { colourOf, paintAll, paintBox, paintCell, paintThumbnail } from "./wall-paint.js";
import { say, whole } from "./words.js";

const MOST_DROPS = 60;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Wall extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.data = new WallData();
    this.canvas = document.createElement("canvas");
    this.append(this.canvas);
    this.still = "still" in this.dataset;
    this.setAttribute("role", this.still ? "img" : "application");
    if (!this.still) this.listen(signal);
    this.follow();
    this.addEventListener("live:event", (event) => this.live(event.detail), { signal });
    // After a long cut the events in between are gone: read the wall anew.
    this.addEventListener("live:snapshot", () => this.loaded && this.renew(), { signal });
    onTheme(() => this.repaint(), signal);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this);
    this.fetch();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.watch.disconnect();
    this.replaceChildren();
  }

  /** A wall without a topic of its own hears the page's project; thumbnails in lists stay still. */
  follow() {
    if (this.dataset.liveTopic || (this.still && !this.closest(".phead"))) return;
    const page = this.closest("[data-live-topic]") ?? document.querySelector('[data-live-topic^="project:"]');
    if (!page) return;
    this.dataset.liveTopic = page.dataset.liveTopic;
    if (page.dataset.liveSeq) this.dataset.liveSeq = page.dataset.liveSeq;
  }

  async fetch(after = -1) {
    const source = new URL(this.dataset.src, location.href);
    if (this.classList.contains("thumb")) source.searchParams.set("pictures", "0");
    try {
      await load(this.data, source, () => this.later(), this.stop.signal, after);
      this.loaded = true;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.setAttribute("aria-label", say("wall_failed"));
      if (!this.still) this.append(Object.assign(document.createElement("p"), { className: "hint", textContent: say("wall_failed") }));
    }
  }

  renew() {
    this.data = new WallData();
    return this.fetch();
  }

  /** Ask for one layout and painting in the next frame. */
  later() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      this.fit(true);
    });
  }

  fit(always = false) {
    const width = Math.floor(this.clientWidth * devicePixelRatio);
    if (!width || (width === this.width && !always)) return;
    this.width = width;
    const { room, width: tile, kind } = this.data;
    this.grid = this.classList.contains("thumb")
      ? thumbnail({ room, side: width, least: 4 * devicePixelRatio })
      : this.sheet(room, width, kind === "grid" ? tile || 1 : 1);
    this.canvas.width = width;
    this.canvas.height = this.classList.contains("thumb") ? width : this.grid.rows * this.grid.step - this.grid.gap;
    this.repaint();
  }

  sheet(room, width, tile) {
    const scale = devicePixelRatio;
    const high = ("fit" in this.dataset ? this.parentElement.clientHeight : tile > 1 ? 760 : 440) * scale;
    const most = Math.floor((tile > 1 ? 56 / tile : 26) * scale) || 1;
    return layout({ room, width, height: high, tile, least: (tile > 1 ? 8 : 3) * scale, most });
  }

  repaint() {
    if (!this.grid) return;
    this.box = paintBox(this);
    const brush = this.canvas.getContext("2d");
    if (this.classList.contains("thumb")) paintThumbnail(brush, this.box, this.data, this.grid);
    else paintAll(brush, this.box, this.data, this.grid);
    this.describe();
    this.legend();
    this.next();
  }

  describe() {
    const { count, goal, missing: left } = this.data;
    const words = goal && left ? say("wall_goal", { count: whole(count), goal: whole(goal), left: whole(left) }) : say("wall", { count: whole(count) });
    this.setAttribute("aria-label", this.still ? words : `${words}. ${say("wall_help")}`);
  }

  /** The blinking cell that waits for the next datapoint. */
  next() {
    if (this.still || !this.data.missing) return this.waiting?.remove();
    this.waiting ??= Object.assign(document.createElement("i"), { className: "next" });
    this.put(this.waiting, this.data.total);
    return this.waiting;
  }

  /** Lay a small element over a cell. */
  put(element, index) {
    const scale = this.canvas.width / this.canvas.clientWidth || 1;
    const [x, y] = place(this.grid, index);
    Object.assign(element.style, { left: `${x / scale}px`, top: `${y / scale}px`, width: `${this.grid.size / scale}px`, height: `${this.grid.size / scale}px` });
    this.append(element);
  }

  legend() {
    const list = this.dataset.legend && document.getElementById(this.dataset.legend);
    if (!list || this.still) return;
    const counts = new Map();
    for (const cell of this.data.cells.values()) counts.set(cell.value, (counts.get(cell.value) ?? 0) + 1);
    list.replaceChildren(...[...this.data.labels.values()].map((label) => {
      const chip = Object.assign(document.createElement("span"), { className: `chip px-${label.colour % 12}` });
      const item = document.createElement("li");
      item.append(chip, `${label.label} · ${whole(counts.get(label.code) ?? 0)}`);
      return item;
    }));
    if (this.data.kind === "value") list.append(rampItem());
  }

  // Live -------------------------------------------------------------------------------------
  live(detail) {
    if (detail.kind === "rows_waiting" && detail.count) {
      this.data.total = Math.max(this.data.total, detail.first + detail.count);
      this.later();
    }
    if (detail.kind === "rows_added") {
      if (detail.again) this.data.forgive(detail.cells ?? []);
      this.drop(detail.cells ?? []);
      if ((detail.cells?.length ?? 0) < detail.count) this.fetch(detail.first + (detail.cells?.length ?? 0) - 1);
    }
    if (detail.kind === "row_changed") {
      this.data.change(detail.cell);
      this.later();
    }
    if (detail.kind === "schema_changed") this.renew();
    if (detail.kind === "rows_removed") {
      this.data.remove(detail.arrivals ?? []);
      this.later();
    }
  }

  drop(cells) {
    const before = this.data.room;
    const fresh = this.data.add(cells);
    if (!this.grid || before !== this.data.room || this.still || fresh.length > MOST_DROPS) return this.later();
    for (const arrival of fresh) this.fall(arrival);
    this.describe();
    this.legend();
    this.next();
    return undefined;
  }

  fall(arrival) {
    const pixel = Object.assign(document.createElement("i"), { className: "drop" });
    pixel.style.background = text(colourOf(this.box, this.data, this.data.cells.get(arrival)));
    this.put(pixel, arrival);
    const land = () => {
      pixel.remove();
      paintCell(this.canvas.getContext("2d"), this.box, this.data, this.grid, arrival);
    };
    pixel.addEventListener("animationend", land, { once: true });
  }

  // Pointing and keys ------------------------------------------------------------------------
  listen(signal) {
    this.tabIndex = 0;
    this.tip = Object.assign(document.createElement("div"), { className: "walltip", hidden: true });
    this.ring = Object.assign(document.createElement("i"), { className: "ring" });
    this.voice = Object.assign(document.createElement("span"), { className: "sr" });
    this.voice.setAttribute("aria-live", "polite");
    this.append(this.tip, this.voice);
    this.canvas.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.canvas.addEventListener("pointerleave", () => this.leave(), { signal });
    this.canvas.addEventListener("click", (event) => this.open(this.under(event)), { signal });
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("blur", () => this.leave(), { signal });
  }

  under(event) {
    const scale = this.canvas.width / this.canvas.clientWidth || 1;
    return this.grid ? cellAt(this.grid, event.offsetX * scale, event.offsetY * scale) : -1;
  }

  point(event) {
    const index = this.under(event);
    this.canvas.style.cursor = this.data.cells.has(index) ? "pointer" : "";
    if (index !== this.shown) this.show(index);
  }

  leave() {
    this.tip.hidden = true;
    this.ring.remove();
    this.shown = -1;
  }

  words(index) {
    const arrival = whole(index + 1);
    const cell = this.data.cells.get(index);
    if (!cell) return say(index < this.data.total ? "row_gone" : "row_missing", { arrival });
    const label = this.data.wordsOf(cell);
    return label ? say("row_label", { arrival, label }) : say("row", { arrival });
  }

  show(index) {
    if (index < 0 || index >= this.data.room) return this.leave();
    this.shown = index;
    this.tip.textContent = this.words(index);
    this.tip.hidden = false;
    this.put(this.ring, index);
    const ring = this.ring.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    const left = Math.min(ring.left - own.left, own.width - this.tip.offsetWidth);
    const above = ring.top - own.top - this.tip.offsetHeight - 4;
    Object.assign(this.tip.style, { left: `${Math.max(0, left)}px`, top: `${above < 0 ? ring.bottom - own.top + 4 : above}px` });
    return undefined;
  }

  key(event) {
    const move = KEYS[event.key];
    if (event.key === "Enter") return this.open(this.shown);
    if (event.key === "Escape") return this.leave();
    if (!move || !this.grid) return undefined;
    event.preventDefault();
    const at = this.shown >= 0 ? this.shown + move[0] + move[1] * this.grid.columns : Math.max(0, this.data.total - 1);
    this.show(Math.min(Math.max(0, at), this.data.room - 1));
    this.voice.textContent = this.tip.textContent;
    return undefined;
  }

  open(index) {
    const cell = this.data.cells.get(index);
    if (!cell) return;
    const before = this.dataset.href ?? new URL("rows/", new URL(this.dataset.src, location.href)).pathname;
    if ("blank" in this.dataset) open(`${before}${cell.row}/`, "_blank", "noopener");
    else location.assign(`${before}${cell.row}/`);
  }
}

function rampItem() {
  const item = document.createElement("li");
  const bar = Object.assign(document.createElement("span"), { className: "ramp" });
  bar.append(...Array.from({ length: 5 }, () => document.createElement("i")));
  item.append(say("less"), bar, say("more"));
  return item;
}

customElements.define("cc-wall", Wall);
