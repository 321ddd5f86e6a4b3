// <cc-chart>: train and validation loss, live. The page shows the server's SVG until this takes over.
//   data-json      id of a <script type="application/json"> with {of, train, validation, baseline}
//   data-src       or: an address that answers the same
//   data-of        how many epochs are planned
// Live events reach the element as "live:event" of kind "epoch": {epoch, of, train_loss, validation_loss};
// a "live:snapshot" brings {of, points: [[epoch, train, validation], …]}.
import { onTheme, rgb, text } from "./colours.js";
import { say, shown } from "./words.js";

const HEIGHT = 280;

class Chart extends HTMLElement {
  async connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.curve = { of: Number(this.dataset.of) || 0, train: [], validation: [], baseline: null };
    this.addEventListener("live:event", (event) => this.live(event.detail), { signal });
    this.addEventListener("live:snapshot", (event) => this.take(event.detail), { signal });
    onTheme(() => this.rebuild(), signal);
    await this.read(signal).catch(() => {});
    if (signal.aborted || !globalThis.uPlot) return;
    this.watch = new ResizeObserver(() => this.resize());
    this.rebuild();
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.stop.abort();
    this.watch?.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  async read(signal) {
    const inline = document.getElementById(this.dataset.json ?? "");
    const first = inline ? JSON.parse(inline.textContent) : this.dataset.src ? await (await fetch(this.dataset.src, { signal })).json() : {};
    const early = this.curve;
    this.curve = { ...early, ...first, of: first.of || early.of, train: [...(first.train ?? [])], validation: [...(first.validation ?? [])] };
    // Epochs that arrived while the first numbers were on their way.
    early.train.forEach((value, at) => this.set(at + 1, value, early.validation[at]));
  }

  set(epoch, train, validation) {
    if (train === undefined && validation === undefined) return;
    this.curve.train[epoch - 1] = train ?? null;
    this.curve.validation[epoch - 1] = validation ?? null;
  }

  live(detail) {
    if (detail.kind !== "epoch") return;
    this.curve.of = detail.of ?? this.curve.of;
    this.set(detail.epoch, detail.train_loss, detail.validation_loss);
    this.draw();
  }

  /** After a long cut: all epochs at once, as [epoch, train, validation]. */
  take({ points, of }) {
    if (!Array.isArray(points)) return;
    this.curve.of = of ?? this.curve.of;
    for (const [epoch, train, validation] of points) this.set(epoch, train, validation);
    this.draw();
  }

  draw() {
    if (!globalThis.uPlot) return;
    if (!this.plot) this.rebuild();
    this.plot?.setScale("x", this.span());
    this.plot?.setData(this.columns());
    this.describe();
  }

  get epochs() {
    return Math.max(this.curve.train.length, this.curve.validation.length);
  }

  span() {
    return { min: 1, max: Math.max(2, this.epochs, this.curve.of) };
  }

  columns() {
    const { train, validation, baseline } = this.curve;
    const last = Number.isFinite(baseline) && baseline !== null ? this.span().max : this.epochs;
    const epochs = Array.from({ length: last }, (_, index) => index + 1);
    const of = (list) => epochs.map((_, at) => list[at] ?? null);
    return [epochs, of(train), of(validation), epochs.map(() => baseline ?? null)];
  }

  rebuild() {
    if (!globalThis.uPlot) return;
    const columns = this.columns();
    this.plot?.destroy();
    this.plot = null;
    if (!this.epochs) return this.describe();
    this.querySelector("svg.plot")?.remove();
    this.plot = new globalThis.uPlot(this.options(), columns, this);
    return this.describe();
  }

  options() {
    const colour = (css) => text(rgb(this, css));
    const font = `13px ${getComputedStyle(this).fontFamily}`;
    const axis = (label, size) => ({ label, size, labelSize: 20, stroke: colour("var(--ink-2)"), font, labelFont: font, grid: { stroke: colour("var(--line)"), width: 1 }, ticks: { show: false } });
    const value = (_, number) => shown(number);
    const line = (key, css, width, dash) => ({ label: say(key), stroke: colour(css), width, dash, value, points: { show: false }, spanGaps: true });
    return {
      width: Math.max(240, this.clientWidth),
      height: HEIGHT,
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { time: false, range: () => [this.span().min, this.span().max] }, y: { range: (_, low, high) => [Math.min(0, low), high > low ? high * 1.05 : low + 1] } },
      axes: [{ ...axis(say("epoch"), 34), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }, axis(say("loss"), 52)],
      series: [{ label: say("epoch"), value: (_, number) => number ?? "–" }, line("train", "var(--ink-2)", 1.5), line("validation", "var(--live)", 2.5), line("baseline", "var(--edge)", 1.5, [6, 5])],
    };
  }

  resize() {
    const width = Math.max(240, this.clientWidth);
    if (this.plot && this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
  }

  describe() {
    const { train, validation, of } = this.curve;
    this.setAttribute("role", "img");
    const words = this.epochs
      ? say("chart", { epoch: this.epochs, of: Math.max(of, this.epochs), train: shown(train.at(-1)), validation: shown(validation.at(-1)) })
      : say("chart_empty");
    this.setAttribute("aria-label", words);
  }
}

customElements.define("cc-chart", Chart);
