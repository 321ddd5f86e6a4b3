// Keys of the contribute page: digits choose a label, Enter adds, S skips, Ctrl+Z takes the last stroke back, Esc
// leaves a field. The single ones follow the site's switch (keys.js); a pad's own keys stay with the pad.
import { skip } from "./contribute-need.js";
import { areOn, register } from "./keys.js";
import { say } from "./words.js";

const TYPING = "input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable], dialog";
const PADS = "cc-pad, cc-stroke";
let form = null;
let labels = new Map(); // key → the radio that it chooses

const sayOf = (radio) => radio.closest("label")?.textContent.trim() ?? radio.value;

/** Digits stand for labels that are digits themselves; for others they count. */
function keysOf(radios) {
  const given = radios.filter(({ value }) => value !== "");
  const digits = given.filter(({ value }) => /^\d$/.test(value));
  if (digits.length === given.length) return new Map(digits.map((radio) => [radio.value, radio]));
  return new Map(given.slice(0, 9).map((radio, at) => [String(at + 1), radio]));
}

function choose(radio) {
  if (!radio?.isConnected) return;
  radio.checked = true;
  for (const kind of ["input", "change"]) radio.dispatchEvent(new Event(kind, { bubbles: true }));
}

/** Take up the labels of a form that has just come into the page. */
export function takeUp(fresh) {
  form = fresh;
  // The colours of a pad are radios too, but none of the form's.
  const own = [...form.querySelectorAll("input[type=radio]")].filter((radio) => radio.form === form);
  const names = [form.dataset.target, ...own.map(({ name }) => name)];
  const group = names.map((name) => [...form.querySelectorAll(`input[type=radio][name="${CSS.escape(name ?? "")}"]`)]).find(({ length }) => length);
  labels = keysOf(group ?? []);
  for (const [key, radio] of labels) {
    register(key, sayOf(radio), () => choose(labels.get(key)));
    if (radio.value === key || !areOn()) continue;
    const mark = Object.assign(document.createElement("kbd"), { textContent: key });
    mark.setAttribute("aria-hidden", "true");
    radio.closest("label")?.append(mark);
  }
  if (form.querySelector("[data-need-skip]")) register("s", say("keys_skip"), skip);
}

function undo(event) {
  const pad = form?.querySelector(PADS);
  if (!pad || event.target.closest(TYPING)) return;
  event.preventDefault();
  pad.undo();
}

/** Keys in a pad, which keys.js leaves to the pad; and Enter, where the browser has no use for it. */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat || !form?.isConnected) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") return undo(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest?.(TYPING);
  if (event.key === "Escape" && typing && form.contains(typing)) typing.blur();
  if (typing || !areOn()) return;
  const inPad = event.target.closest?.(PADS);
  if (event.key === "Enter" && (event.target.matches?.("canvas") ? inPad : event.target === document.body)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (inPad && labels.has(event.key)) {
    event.preventDefault();
    choose(labels.get(event.key));
  } else if (inPad && event.key === "s") skip();
}

/** Listen to the page's keys. */
export function listen() {
  document.addEventListener("keydown", pressed);
}
