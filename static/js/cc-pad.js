// <cc-pad data-width="8" data-height="8" data-max="16"><textarea name="…"></textarea></cc-pad>
// A drawing pad for mouse, touch and keys. It fills the field inside with JSON rows of levels; without
// JavaScript people type the numbers into that field. The unsent drawing is kept (data-draft-key, or
// the form's) until the toast of a success names the draft. Each finished stroke fires "input" and
// "change" on the field.
import { onTheme, rgb, text } from "./colours.js";
import { blank, drag, parse, press, write } from "./grid-levels.js";
import { colourPicker, draftKey, firstText, followPointer, hand, noteLine, refuseEmpty, takeField, tool } from "./pad-parts.js";
import { say } from "./words.js";

const STEPS_BACK = 100;
const SIDE = 420;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Pad extends HTMLElement {
  connectedCallback() {
    if (this.canvas) return;
    const number = (name) => Math.max(1, Number(this.dataset[name]) || 1);
    this.palette = (this.dataset.palette ?? "").split(" ").filter(Boolean);
    this.size = { width: number("width"), height: number("height"), max: number("max"), colour: this.palette.length ? 1 : 0 };
    Object.assign(this, takeField(this));
    this.key = draftKey(this, this.field);
    const { width, height, max } = this.size;
    this.levels = parse(firstText(this.field, this.key), width, height, max) ?? blank(width, height);
    this.field.value = write(this.levels, width);
    this.past = [];
    this.cursor = [Math.floor(width / 2), Math.floor(height / 2)];
    this.build();
    this.paint();
  }

  build() {
    const { width, height } = this.size;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", `${say("pad", { width, height })}. ${say("pad_help")}`);
    this.unit = Math.max(4, Math.floor((SIDE * Math.min(2, devicePixelRatio)) / Math.max(width, height)));
    Object.assign(this.canvas, { width: width * this.unit, height: height * this.unit });
    this.note = noteLine();
    if (!matchMedia("(hover: none) and (pointer: coarse)").matches) this.note.textContent = say("pad_help");
    this.append(this.canvas, this.tools(), this.note);
    const strokes = { begin: (at) => this.begin(at), go: (points) => this.go(points), end: () => this.done() };
    followPointer(this.canvas, this.size, strokes, signal);
    this.addEventListener("keydown", (event) => this.keys(event), { signal });
    this.canvas.addEventListener("focus", () => this.paint(), { signal });
    this.canvas.addEventListener("blur", () => this.paint(), { signal });
    this.field.form?.addEventListener("draft:sent", () => this.reset(), { signal });
    onTheme(() => {
      this.colours = null;
      this.paint();
    }, signal);
    refuseEmpty(this.field, this.required, this.note, this.canvas, signal);
  }

  tools() {
    const bar = Object.assign(document.createElement("div"), { className: "tools" });
    this.eraser = tool("erase", "eraser", () => this.erase(!this.erasing));
    this.eraser.setAttribute("aria-pressed", "false");
    this.undoButton = tool("undo", "undo", () => this.undo());
    bar.append(this.undoButton, this.eraser, tool("clear", "trash", () => this.clear()));
    if (this.palette.length) bar.prepend(colourPicker(this.palette, (number) => this.pick(number)));
    return bar;
  }

  /** Draw with this colour of the palette. */
  pick(number) {
    this.size.colour = number;
    this.erase(false);
  }

  paint() {
    this.colours ??= ["surface", "ink", "line", "act"].map((name) => rgb(this, `var(--${name})`));
    const [back, front] = this.colours;
    const brush = this.canvas.getContext("2d");
    const { width, max } = this.size;
    this.levels.forEach((level, at) => {
      const mix = back.map((part, index) => part + (front[index] - part) * (level / max));
      brush.fillStyle = this.palette[level] ?? text(mix);
      brush.fillRect((at % width) * this.unit, Math.floor(at / width) * this.unit, this.unit, this.unit);
    });
    this.lines(brush);
    this.undoButton?.toggleAttribute("disabled", !this.past.length);
  }

  lines(brush) {
    const { width, height } = this.size;
    const [, , line, act] = this.colours;
    brush.strokeStyle = `rgb(${line.join(" ")} / .7)`;
    brush.lineWidth = 1;
    for (let x = 1; x < width && width <= 32; x += 1) brush.strokeRect(x * this.unit - 0.5, -1, 0, height * this.unit + 2);
    for (let y = 1; y < height && width <= 32; y += 1) brush.strokeRect(-1, y * this.unit - 0.5, width * this.unit + 2, 0);
    if (document.activeElement !== this.canvas || !this.usesKeys) return;
    brush.strokeStyle = text(act);
    brush.lineWidth = 4;
    brush.strokeRect(this.cursor[0] * this.unit + 2, this.cursor[1] * this.unit + 2, this.unit - 4, this.unit - 4);
  }

  // Strokes ----------------------------------------------------------------------------------
  remember() {
    this.past.push(this.levels.slice());
    if (this.past.length > STEPS_BACK) this.past.shift();
  }

  done() {
    hand(this.field, this.key, write(this.levels, this.size.width));
    this.paint();
  }

  begin(at) {
    this.usesKeys = false;
    this.remember();
    this.at = at;
    press(this.levels, this.size, ...at, this.erasing);
    this.paint();
  }

  go(points) {
    for (const to of points) {
      drag(this.levels, this.size, this.at, to, this.erasing);
      this.at = to;
    }
    this.paint();
  }

  // Keys and buttons -------------------------------------------------------------------------
  keys(event) {
    const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undo) return this.handle(event, () => this.undo());
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.canvas) return undefined;
    if (MOVES[event.key]) return this.handle(event, () => this.move(...MOVES[event.key]));
    if (event.key === " ") return this.handle(event, () => this.stamp());
    if (event.key.toLowerCase() === "e") return this.handle(event, () => this.erase(!this.erasing));
    if (event.key.toLowerCase() === "c") return this.handle(event, () => this.clear());
    return undefined;
  }

  handle(event, act) {
    event.preventDefault();
    this.usesKeys = true;
    act();
  }

  move(x, y) {
    const { width, height, max } = this.size;
    this.cursor = [Math.min(width - 1, Math.max(0, this.cursor[0] + x)), Math.min(height - 1, Math.max(0, this.cursor[1] + y))];
    const level = this.levels[this.cursor[1] * width + this.cursor[0]];
    this.note.textContent = say("pad_cell", { x: this.cursor[0] + 1, y: this.cursor[1] + 1, level, max });
    this.paint();
  }

  /** Space: paint this cell, or empty it again; with the eraser only empty it. */
  stamp() {
    this.remember();
    const at = this.cursor[1] * this.size.width + this.cursor[0];
    const full = this.size.colour || this.size.max;
    this.levels[at] = this.erasing || this.levels[at] === full ? 0 : full;
    this.done();
    this.move(0, 0);
  }

  erase(on) {
    this.erasing = on;
    this.eraser.setAttribute("aria-pressed", String(on));
  }

  clear() {
    if (!this.levels.some(Boolean)) return;
    this.remember();
    this.levels.fill(0);
    this.note.textContent = say("pad_cleared");
    this.done();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.levels = before;
    this.done();
  }

  /** The drawing has reached the server: begin a new one. */
  reset() {
    this.past = [];
    this.levels.fill(0);
    this.done();
  }
}

customElements.define("cc-pad", Pad);
