// What the drawing pad and the pen pad share: the field they fill, the draft they keep, their buttons.
import { recall, remember } from "./forms.js";
import { say } from "./words.js";

const SPRITE = document.querySelector("link[data-sprite]")?.href ?? "";

/** The input or textarea inside the element; hidden, because the canvas stands for it now. */
export function takeField(element) {
  const field = element.querySelector("textarea, input");
  field.hidden = true;
  field.dataset.nodraft = "";
  // A hidden required field would block the form without a word: the pad asks itself instead.
  const required = field.required;
  field.required = false;
  return { field, required };
}

/** Where a pad keeps its unsent drawing: one per form and field, the same before and after signing up. */
export function draftKey(element, field) {
  const form = element.dataset.draftKey ?? field.form?.dataset.draftKey;
  return form === undefined ? null : `draft:${form}:${field.name}`;
}

/** The text to begin with: what the server sent back, else the kept draft. */
export const firstText = (field, key) => field.value.trim() || (key && recall(key)) || "";

/** Put the text into the field, keep it, and tell whoever listens to the form. */
export function hand(field, key, value) {
  field.value = value;
  if (key) remember(key, value || null);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Refuse to send an empty required drawing, and say so beside the pad. */
export function refuseEmpty(field, required, note, canvas, signal) {
  if (!required || !field.form) return;
  const check = (event) => {
    if (field.value || event.submitter?.formNoValidate) return;
    event.preventDefault();
    // htmx listens on the same form, after this.
    event.stopImmediatePropagation();
    note.textContent = say("pad_empty");
    canvas.focus();
  };
  field.form.addEventListener("submit", check, { signal, capture: true });
}

/** Follow one pointer over the canvas, its points in units of `side`: begin(point), go(points), end(). */
export function followPointer(canvas, side, { begin, go, end }, signal) {
  let pointer = null;
  const where = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * side.width, ((event.clientY - box.top) / box.height) * side.height];
  };
  const down = (event) => {
    if (event.button > 0 || pointer !== null) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    begin(where(event));
  };
  const move = (event) => {
    if (event.pointerId === pointer) go((event.getCoalescedEvents?.() ?? [event]).map(where));
  };
  const up = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    end();
  };
  const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
  for (const [kind, listener] of Object.entries(listeners)) canvas.addEventListener(kind, listener, { signal });
}

/** A button of a pad: an icon and a word. */
export function tool(name, icon, act) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet" });
  button.innerHTML = SPRITE ? `<svg class="icon" width="24" height="24" aria-hidden="true"><use href="${SPRITE}#${icon}"/></svg>` : "";
  button.append(say(name));
  button.addEventListener("click", act);
  return button;
}

/** A row of radio buttons with the colours of a palette but the empty one; the first is chosen. */
export function colourPicker(palette, pick) {
  const group = Object.assign(document.createElement("fieldset"), { className: "palette" });
  const legend = Object.assign(document.createElement("legend"), { className: "sr", textContent: say("pad_colours") });
  group.append(legend, ...palette.slice(1).map((colour, at) => swatch(colour, at + 1, pick)));
  return group;
}

let groups = 0;

function swatch(colour, number, pick) {
  if (number === 1) groups += 1;
  const label = Object.assign(document.createElement("label"), { title: colour });
  // No name that the form would send: the colours live in the drawing.
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: `palette-${groups}`, checked: number === 1 });
  radio.setAttribute("form", "");
  const chip = Object.assign(document.createElement("span"), { className: "swatch" });
  chip.style.background = colour;
  const words = Object.assign(document.createElement("span"), { className: "sr", textContent: say("pad_colour", { number, colour }) });
  radio.addEventListener("change", () => pick(number));
  label.append(radio, chip, words);
  return label;
}

/** The line under a pad; screen readers hear its changes. */
export function noteLine() {
  const note = Object.assign(document.createElement("p"), { className: "hint" });
  note.setAttribute("aria-live", "polite");
  return note;
}
