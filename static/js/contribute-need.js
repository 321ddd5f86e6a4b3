// What a project lacks most, kept fresh by its topic: the class that is asked for is chosen in the form.
//   <div data-need="c_7" data-live-topic="project:3" data-live-seq="12"> with <script id="classes" type="application/json">
import { say, whole } from "./words.js";

const THEN = 3;
const RENEW_MS = 2_000;
const one = (count) => new Intl.PluralRules(document.documentElement.lang || "en").select(count) === "one";
const missing = (entry) => Math.max(0, entry.target - entry.rows);
const skipped = new Set();

function read() {
  return JSON.parse(document.getElementById("classes")?.textContent ?? "[]");
}

/** The classes that are short, the shortest first; those that were skipped come last. */
function order(classes) {
  return classes.filter(missing).sort((a, b) => skipped.has(a.code) - skipped.has(b.code) || missing(b) - missing(a) || a.code - b.code);
}

/** With a goal every class is wanted equally often; without one as often as the largest has come. */
function aim(classes, grows) {
  if (!grows) return;
  const most = Math.max(...classes.map(({ rows, target }) => Math.max(rows, target)));
  for (const entry of classes) entry.target = most;
}

function more(count) {
  const single = one(count);
  return say(single ? "need_more_one" : "need_more_other", { count: whole(count) });
}

class Need {
  constructor(box, form) {
    this.box = box;
    this.form = form;
    this.classes = read();
    this.asked = order(this.classes)[0] ?? null;
    const shown = Number(box.dataset.code || NaN);
    this.asked = this.classes.find(({ code }) => code === shown) ?? this.asked;
    box.addEventListener("live:event", ({ detail }) => this.hear(detail));
    box.addEventListener("live:snapshot", () => this.renewSoon());
    box.querySelector("[data-need-skip]")?.addEventListener("click", (event) => this.skip(event));
  }

  hear({ kind, cells = [], count, cell, before, accepted }) {
    if (!this.box.dataset.need) this.total(accepted);
    else if (kind === "rows_added" && cells.length >= count) this.count(cells.map((one) => [one[2], 1]));
    else if (kind === "row_changed") this.count([[before, -1], [cell[2], 1]]);
    else if (kind === "rows_added" || kind === "rows_removed") this.renewSoon();
  }

  /** Nothing has classes: any row is one of those needed. */
  total(accepted) {
    if (!Number.isInteger(accepted) || !this.classes.length) return;
    this.classes[0].rows = accepted;
    this.paint();
  }

  count(changes) {
    for (const [code, change] of changes) {
      const entry = this.classes.find((known) => known.code === code);
      if (entry) entry.rows = Math.max(0, entry.rows + change);
    }
    aim(this.classes, "grows" in this.box.dataset);
    this.paint();
  }

  /** Which classes came or went an event of many rows does not say: ask, not all windows at once. */
  renewSoon() {
    this.timer ??= setTimeout(() => this.renew(), Math.random() * RENEW_MS);
  }

  async renew() {
    this.timer = null;
    try {
      const answer = await fetch(this.box.dataset.source, { headers: { Accept: "application/json" } });
      if (answer.ok) this.classes = (await answer.json()).classes;
      this.asked = this.classes.find(({ code }) => code === this.asked?.code) ?? null;
      this.paint();
    } catch {
      // The network is gone: the live connection brings a snapshot when it is back.
    }
  }

  skip(event) {
    const next = order(this.classes).find(({ code }) => code !== this.asked?.code && !skipped.has(code));
    event?.preventDefault();
    if (this.asked) skipped.add(this.asked.code);
    if (!next) skipped.clear();
    this.asked = next ?? order(this.classes)[0] ?? null;
    this.paint();
    this.choose();
  }

  /** Choose the class in the form. */
  choose() {
    const field = this.asked && this.box.dataset.need && this.form.elements.namedItem(this.box.dataset.need);
    if (field) field.value = this.asked.value;
  }

  paint() {
    const listed = order(this.classes);
    const now = this.asked && missing(this.asked) ? this.asked : null;
    const put = (name, text) => {
      const shown = this.box.querySelector(`[data-need-${name}]`);
      if (shown && shown.textContent !== text) shown.textContent = text;
    };
    const label = this.asked?.label ?? "";
    const drawn = "drawn" in this.box.dataset;
    if (!now) put("words", say("need_met"));
    else put("words", label ? say(drawn ? "need_draw" : "need_find", { label }) : say("need_any"));
    put("count", now ? more(missing(now)) : "");
    const then = listed.filter((entry) => entry !== this.asked).slice(0, THEN);
    put("then", then.map((entry) => `${entry.label} (${whole(missing(entry))})`).join(" · "));
    const line = this.box.querySelector("[data-need-line]");
    if (line) line.hidden = !then.length;
  }
}

let current = null;

/** Take up the need beside a form that has just come into the page. */
export function takeUp(form) {
  const box = form.querySelector("[data-need]");
  current = box ? new Need(box, form) : null;
  if (current && skipped.has(current.asked?.code)) current.skip();
}

/** Ask for the next class. */
export const skip = () => current?.skip();

/** The form was emptied: choose again what is asked for. */
export const choose = () => current?.choose();
