// <cc-stroke data-length="8" data-normalise="range" data-low="0" data-high="100"><textarea name="…"></textarea></cc-stroke>
// Records pen strokes as a sequence of two channels, x and y: resampled to a fixed length along the ink
// and brought to the scale of the data.
//   data-length           how many points; or data-shortest and data-longest
//   data-normalise        range (data-low to data-high) | z | none
//   data-y                up (default: y grows upwards, as in mathematics) | down
// It fills the field with JSON [[x…], [y…]]; without JavaScript people type the numbers.
import { onTheme, rgb, text } from "./colours.js";
import { draftKey, firstText, followPointer, hand, noteLine, refuseEmpty, takeField, tool } from "./pad-parts.js";
import { inkLength, normalise, resample } from "./stroke-points.js";
import { say } from "./words.js";

const SIDE = 420;
const SHORTEST_INK = 24;
const USUAL = 32;

class Stroke extends HTMLElement {
  connectedCallback() {
    if (this.canvas) return;
    Object.assign(this, takeField(this));
    this.key = draftKey(this, this.field);
    this.strokes = [];
    this.build();
    this.restore();
    this.paint();
  }

  get length() {
    const { length, shortest, longest } = this.dataset;
    return Number(length) || Math.min(Number(longest) || USUAL, Math.max(Number(shortest) || 2, USUAL));
  }

  build() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.scale = Math.min(2, devicePixelRatio);
    this.canvas = Object.assign(document.createElement("canvas"), { width: SIDE * this.scale, height: SIDE * this.scale, tabIndex: 0 });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${say("stroke")}. ${say("stroke_help")}`);
    this.note = noteLine();
    this.note.textContent = say("stroke_help");
    this.append(this.canvas, this.tools(), this.note);
    const strokes = { begin: (at) => this.begin(at), go: (points) => this.go(points), end: () => this.end() };
    followPointer(this.canvas, { width: SIDE, height: SIDE }, strokes, signal);
    this.addEventListener("keydown", (event) => this.keys(event), { signal });
    this.field.form?.addEventListener("draft:sent", () => this.clear(), { signal });
    onTheme(() => {
      this.colours = null;
      this.paint();
    }, signal);
    refuseEmpty(this.field, this.required, this.note, this.canvas, signal);
  }

  tools() {
    const bar = Object.assign(document.createElement("div"), { className: "tools" });
    this.numbers = tool("numbers", "pencil", () => this.field.toggleAttribute("hidden"));
    bar.append(tool("undo", "undo", () => this.undo()), tool("clear", "trash", () => this.clear()), this.numbers);
    return bar;
  }

  /** Show what the field or the draft holds: its points become one stroke, fitted into the pad. */
  restore() {
    const words = firstText(this.field, this.key);
    if (!words) return;
    this.field.value = words;
    try {
      const [x, y] = words.startsWith("[") ? JSON.parse(words) : words.split("\n").map((line) => line.trim().split(/[\s,;]+/).map(Number));
      const edge = SIDE * 0.12;
      const across = normalise(x, "range", edge, SIDE - edge);
      const down = normalise(this.turned(y), "range", edge, SIDE - edge);
      this.strokes = [across.map((value, at) => [value, down[at]])];
    } catch {
      this.strokes = [];
    }
  }

  turned(values) {
    return this.dataset.y === "down" ? values : values.map((value) => -value);
  }

  sequence() {
    const points = resample(this.strokes, this.length);
    const how = this.dataset.normalise ?? "none";
    const [low, high] = [Number(this.dataset.low ?? 0), Number(this.dataset.high ?? 1)];
    const channels = [points.map(([x]) => x), this.turned(points.map(([, y]) => y))];
    const exact = how === "range" && high - low >= 50 ? 0 : 4;
    return channels.map((values) => normalise(values, how, low, high).map((value) => Number(value.toFixed(exact))));
  }

  done() {
    if (!this.strokes.length) hand(this.field, this.key, "");
    else if (inkLength(this.strokes) < SHORTEST_INK) {
      this.strokes.pop();
      this.note.textContent = say("stroke_short");
    } else {
      hand(this.field, this.key, JSON.stringify(this.sequence()));
      this.note.textContent = say("stroke_done", { length: this.length });
    }
    this.paint();
  }

  paint() {
    this.colours ??= [text(rgb(this, "var(--ink)")), text(rgb(this, "var(--live)"))];
    const [ink, mark] = this.colours;
    const brush = this.canvas.getContext("2d");
    brush.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    brush.clearRect(0, 0, SIDE, SIDE);
    Object.assign(brush, { lineWidth: 10, lineCap: "square", lineJoin: "miter", strokeStyle: ink });
    for (const stroke of this.strokes) {
      brush.beginPath();
      stroke.forEach(([x, y], at) => (at ? brush.lineTo(x, y) : brush.moveTo(x, y)));
      brush.stroke();
    }
    if (this.pen) return;
    brush.fillStyle = mark;
    const points = this.length <= 64 ? resample(this.strokes, this.length) : [];
    for (const [x, y] of points) brush.fillRect(x - 4, y - 4, 8, 8);
  }

  begin(at) {
    this.pen = [at];
    this.strokes.push(this.pen);
  }

  go(points) {
    this.pen.push(...points);
    this.paint();
  }

  end() {
    this.pen = null;
    this.done();
  }

  keys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target === this.field) return;
    event.preventDefault();
    this.undo();
  }

  undo() {
    this.strokes.pop();
    this.done();
  }

  clear() {
    this.strokes = [];
    this.done();
  }
}

customElements.define("cc-stroke", Stroke);
