// <cc-mosaic>: the wall of all walls. Inside it a list of projects:
//   <li class="px-6" data-src="/p/x/wall.json" data-goal="2000" data-count="1238"><a href="/p/x/"><span>Name</span></a></li>
// Area by target size, filled from the top; the empty part is the data still missing.
import { onTheme, ramp, text } from "./colours.js";
import { treemap } from "./treemap.js";
import { load, WallData } from "./wall-data.js";
import { say, whole } from "./words.js";

const LEAST = 4;
const MOST = 14;
const NAMED = 12;

class Mosaic extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.canvas = this.insertBefore(document.createElement("canvas"), this.firstChild);
    this.lands = [...this.querySelectorAll("li[data-src]")].map((item) => land(item));
    this.lands.sort((a, b) => b.weight() - a.weight());
    this.toggleAttribute("data-ready", true);
    this.toggleAttribute("data-named", this.lands.length <= NAMED);
    this.watch = new ResizeObserver(() => this.later());
    this.watch.observe(this);
    onTheme(() => this.recolour(), this.stop.signal);
    this.addEventListener("live:event", (event) => this.live(event), { signal: this.stop.signal, capture: true });
    for (const each of this.lands) this.read(each);
  }

  disconnectedCallback() {
    this.stop.abort();
    this.watch.disconnect();
    this.canvas.remove();
    this.toggleAttribute("data-ready", false);
  }

  recolour() {
    for (const each of this.lands) each.shades = null;
    this.later();
  }

  async read(each, after = -1) {
    const source = new URL(each.item.dataset.src, location.href);
    source.searchParams.set("pictures", "0");
    try {
      await load(each.data, source, () => this.later(), this.stop.signal, after);
    } catch {
      // A wall that cannot be read stays empty; its link still works.
    }
  }

  live(event) {
    const each = this.lands.find(({ item }) => item === event.target);
    const { kind, cells, arrivals, first, count } = event.detail;
    if (!each) return;
    if (kind === "rows_added") each.data.add(cells ?? []);
    if (kind === "rows_added" && (cells?.length ?? 0) < count) this.read(each, first - 1);
    if (kind === "rows_removed") each.data.remove(arrivals ?? []);
    this.later();
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
    Object.assign(this.canvas, { width, height });
    const plan = fit(this.lands.map((each) => each.weight()), width, height, scale);
    const brush = this.canvas.getContext("2d");
    this.lands.forEach((each, index) => {
      settle(each.item, plan.boxes[index], plan.unit / scale);
      fill(brush, each, plan.boxes[index], plan);
    });
    const caption = this.parentElement.querySelector("[data-scale]");
    if (caption && plan.share > 1) caption.textContent = say("one_pixel", { count: whole(plan.share) });
  }
}

function land(item) {
  const data = new WallData();
  const target = Math.max(Number(item.dataset.goal), Number(item.dataset.count), 1);
  return { item, data, weight: () => Math.max(target, data.room) };
}

/** The largest pixel with which every territory has room for its datapoints; boxes in pixels. */
export function fit(weights, width, height, scale) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lifted = weights.map((weight) => Math.max(weight, total * 0.03));
  for (let unit = Math.floor(MOST * scale); ; unit -= 1) {
    const least = unit <= LEAST * scale;
    const columns = Math.floor(width / unit) + 1;
    const rows = Math.floor(height / unit);
    const boxes = treemap(lifted, { x: 0, y: 0, width: columns, height: rows }).map(snap);
    if (boxes.every((box, at) => box.width * box.height >= weights[at])) return { unit, boxes, share: 1 };
    if (least) {
      const share = Math.ceil(Math.max(...boxes.map((box, at) => weights[at] / Math.max(1, box.width * box.height))));
      return { unit, boxes, share };
    }
  }
}

function snap(box) {
  const x = Math.round(box.x);
  const y = Math.round(box.y);
  return { x, y, width: Math.round(box.x + box.width) - x, height: Math.round(box.y + box.height) - y };
}

/** Lay the link over its territory. */
function settle(item, box, unit) {
  Object.assign(item.style, { left: `${box.x * unit}px`, top: `${box.y * unit}px`, width: `${box.width * unit}px`, height: `${box.height * unit}px` });
}

function fill(brush, each, box, { unit, share }) {
  each.shades ??= ramp(each.item, 13).slice(4, 11).map(text);
  const { data, shades } = each;
  const codes = new Map([...data.labels.keys()].map((code, index) => [code, index]));
  for (const [arrival, cell] of data.cells) {
    const index = Math.floor(arrival / share);
    if (box.width < 1 || index >= box.width * box.height) continue;
    const shade = data.kind === "value" ? Math.round((cell.value === null ? 0.5 : data.share(cell.value)) * (shades.length - 1)) : ((codes.get(cell.value) ?? 0) * 3 + 3) % shades.length;
    brush.fillStyle = shades[shade];
    brush.fillRect((box.x + (index % box.width)) * unit, (box.y + Math.floor(index / box.width)) * unit, unit, unit);
  }
}

customElements.define("cc-mosaic", Mosaic);
