// <cc-mosaic>: the wall of all walls. Inside it a list of projects:
//   <li class="px-6" data-src="/p/x/wall.json" data-goal="2000" data-count="1238" data-cells="1240"><a href="/p/x/"><span>Name</span></a></li>
// Area by goal, or by what is there where that is more; filled from the top; the empty part is the data still missing.
// data-cells counts arrivals, withdrawn ones too. [data-scale] beside it says how many datapoints one pixel is.
import { onTheme, ramp, rgb, text } from "./colours.js";
import { plan } from "./mosaic-plan.js";
import { load, WallData } from "./wall-data.js";
import { say, whole } from "./words.js";

/** A territory with this much room, in CSS pixels, shows its name; smaller ones only when pointed at or focused. */
const ROOM = { width: 72, height: 32 };
const still = matchMedia("(prefers-reduced-motion: reduce)");

class Mosaic extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.canvas = this.insertBefore(document.createElement("canvas"), this.firstChild);
    this.lands = [...this.querySelectorAll("li[data-src]")].map((item) => new Land(item));
    this.toggleAttribute("data-ready", true);
    this.watch = new ResizeObserver(() => this.later());
    this.watch.observe(this);
    const { signal } = this.stop;
    onTheme(() => this.recolour(), signal);
    for (const kind of ["event", "snapshot"]) this.addEventListener(`live:${kind}`, (event) => this.live(event), { signal, capture: true });
  }

  disconnectedCallback() {
    this.stop.abort();
    this.watch.disconnect();
    this.canvas.remove();
    this.toggleAttribute("data-ready", false);
  }

  recolour() {
    this.ground = null;
    for (const each of this.lands) each.shades = null;
    this.later();
  }

  live(event) {
    const each = this.lands.find(({ item }) => item === event.target);
    if (!each) return;
    if (event.type === "live:snapshot") each.forget();
    else this.happened(each, event.detail);
    this.later();
  }

  happened(each, { kind, cells, cell, arrivals, first, count, again }) {
    if (kind === "rows_added") {
      if (again) each.data.forgive(cells ?? []);
      for (const at of each.data.add(cells ?? [])) this.drop(each, at);
      each.data.total = Math.max(each.data.total, first + count);
      if ((cells?.length ?? 0) < count) each.read(this, first - 1);
    }
    if (kind === "row_changed") each.data.change(cell);
    if (kind === "schema_changed") each.forget();
    if (kind === "rows_removed") each.data.remove(arrivals ?? []);
  }

  /** A pixel that has just come falls into its place. */
  drop(each, arrival) {
    const place = this.drawn && each.place(arrival, this.drawn.share);
    if (!place || still.matches || document.hidden) return;
    const unit = this.drawn.unit / devicePixelRatio;
    const drop = Object.assign(document.createElement("i"), { className: `drop ${each.item.className}` });
    Object.assign(drop.style, { left: `${place[0] * unit}px`, top: `${place[1] * unit}px`, width: `${unit}px`, height: `${unit}px` });
    drop.addEventListener("animationend", () => drop.remove());
    this.append(drop);
  }

  later() {
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0;
      this.paint();
    });
  }

  paint() {
    const scale = devicePixelRatio;
    const width = Math.floor(this.clientWidth * scale);
    const height = Math.floor(this.clientHeight * scale);
    if (!width || !height) return;
    this.ground ??= text(rgb(this, "var(--ground)"));
    Object.assign(this.canvas, { width, height });
    this.drawn = plan(this.lands.map((each) => each.weight), width, height, scale);
    const brush = this.canvas.getContext("2d");
    this.lands.forEach((each, index) => {
      each.settle(this.drawn.boxes[index], this.drawn.unit / scale);
      each.read(this);
      each.fill(brush, this.drawn, this.ground);
    });
    this.caption(this.drawn.share);
  }

  caption(share) {
    const caption = this.parentElement.querySelector("[data-scale]");
    if (!caption) return;
    caption.hidden = false;
    caption.textContent = share > 1 ? say("one_pixel", { count: whole(share) }) : say("one_pixel_one");
  }
}

/** One territory: its datapoints, its box on the wall and its colours. */
class Land {
  constructor(item) {
    this.item = item;
    this.goal = Number(item.dataset.goal);
    this.forget();
    this.data.total = Number(item.dataset.cells);
    this.missing = Math.max(0, this.goal - Number(item.dataset.count));
  }

  forget() {
    const known = this.data?.total ?? 0;
    this.data = new WallData();
    this.data.total = known;
    this.asked = 0;
  }

  /** How many cells it has: all that arrived and all that are missing. */
  get weight() {
    const left = this.loaded && this.data.every === 1 ? this.data.missing : this.missing;
    return Math.max(1, this.data.total + left);
  }

  settle(box, unit) {
    this.box = box;
    this.item.toggleAttribute("data-named", box.width * unit >= ROOM.width && box.height * unit >= ROOM.height);
    Object.assign(this.item.style, { left: `${box.x * unit}px`, top: `${box.y * unit}px`, width: `${box.width * unit}px`, height: `${box.height * unit}px` });
  }

  /** Read the cells that one pixel each needs; again when a pixel stands for others of them, or from an arrival on. */
  async read(mosaic, after = -1) {
    const every = mosaic.drawn?.share ?? 1;
    if (after < 0 && this.asked && every % this.asked === 0) return;
    if (after < 0) this.asked = every;
    const source = new URL(this.item.dataset.src, location.href);
    source.searchParams.set("pictures", "0");
    if (every > 1) source.searchParams.set("every", every);
    try {
      await load(this.data, source, () => this.came(mosaic), mosaic.stop.signal, after);
    } catch {
      // A wall that cannot be read stays empty; its link still works.
    }
  }

  came(mosaic) {
    this.loaded = true;
    this.missing = this.data.missing;
    mosaic.later();
  }

  /** The column and row of an arrival, or nothing when another datapoint stands for it. */
  place(arrival, share) {
    const index = arrival / share;
    const { x, y, width, height } = this.box;
    return Number.isInteger(index) && width && index < width * height ? [x + (index % width), y + Math.floor(index / width)] : null;
  }

  fill(brush, { unit, share }, ground) {
    this.shades ??= ramp(this.item, 13).slice(4, 11).map(text);
    const { data, shades } = this;
    const codes = new Map([...data.labels.keys()].map((code, index) => [code, index]));
    for (let arrival = 0; arrival < data.total; arrival += share) {
      const cell = data.cells.get(arrival);
      const place = this.place(arrival, share);
      // A pixel for several datapoints is lit though the first of them was withdrawn.
      if (!place || (!cell && share === 1)) continue;
      brush.fillStyle = shades[cell ? shadeOf(cell, data, codes, shades.length) : 3];
      brush.fillRect(place[0] * unit, place[1] * unit, unit, unit);
    }
    this.trim(brush, unit, Math.ceil(this.weight / share), ground);
  }

  /** Pixels of the box beyond the territory are nobody's, so that the empty ones are what is missing. */
  trim(brush, unit, cells, ground) {
    const { x, y, width, height } = this.box;
    const rows = width ? Math.floor(cells / width) : height;
    const rest = width ? cells % width : 0;
    brush.fillStyle = ground;
    if (rows < height) brush.fillRect((x + rest) * unit, (y + rows) * unit, (width - rest) * unit, unit);
    if (rows + 1 < height) brush.fillRect(x * unit, (y + rows + 1) * unit, width * unit, (height - rows - 1) * unit);
  }
}

/** Which of the shades a datapoint has: by its value, or by its class. */
function shadeOf(cell, data, codes, count) {
  if (data.kind === "value") return Math.round((cell.value === null ? 0.5 : data.share(cell.value)) * (count - 1));
  return ((codes.get(cell.value) ?? 0) * 3 + 3) % count;
}

customElements.define("cc-mosaic", Mosaic);
