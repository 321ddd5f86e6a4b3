// Keys: one key, or two in a row, do things; "?" shows which, and where they are switched off (WCAG 2.1.4).
//   <a href="/projects/" data-key="g p">Projects</a>      the key presses it; data-key-label says more than its text
//   <input type="search" data-key="/" aria-label="…">     the key goes there; several keys: data-key="g s, /"
//   <ul data-keys-list>                                   j and k go from row to row, to each row's first link
//   import { register } from "./keys.js"; register("n", label, () => …)    anything else
// Nothing happens while somebody types, with Ctrl, Alt or Meta, or inside what has keys of its own
// (pads, walls, [data-own-keys]).
import { recall, remember } from "./forms.js";
import { say } from "./words.js";

const WITHIN_MS = 1200;
const TYPING = "input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=range]),textarea,select,[contenteditable],dialog,cc-pad,cc-stroke,cc-wall,[data-own-keys]";
const own = new Map(); // key → {label, act}
let first = "";
let timer = 0;

/** Let a key (or two in a row, "g x") do something on this page; the sheet shows it by its label. */
export function register(key, label, act) {
  own.set(key, { label, act });
}

/** Whether single keys do things: the person's setting, and the switch of this browser. */
export const areOn = () => document.body.dataset.shortcuts !== "off" && recall("shortcuts") !== "off";

const marked = () => [...document.querySelectorAll("[data-key]")].filter((element) => !element.disabled && !element.closest("[hidden],dialog"));
const labelOf = (element) => element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
const rows = () =>
  [...document.querySelectorAll("[data-keys-list]")].flatMap((list) => [...list.children].map((row) => row.querySelector("a[href]")).filter(Boolean));

function step(by) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Every key of this page with its label, and what it does. */
function all() {
  const found = new Map();
  for (const element of marked()) {
    const act = () => (element.matches("input,textarea") ? (element.focus(), element.select()) : element.click());
    const seen = element.checkVisibility?.() ?? true;
    for (const key of element.dataset.key.split(/,\s*/)) {
      // The same key may stand on a box and, for narrow windows, on a link: the one that is seen counts. In the
      // narrowest both are hidden, and the link still leads on.
      const known = found.get(key);
      if (!known || seen || (!known.seen && element.matches("a"))) found.set(key, { label: labelOf(element), act, seen });
    }
  }
  if (rows().length) {
    found.set("j", { label: say("keys_next"), act: () => step(1) });
    found.set("k", { label: say("keys_previous"), act: () => step(-1) });
  }
  for (const [key, what] of own) found.set(key, what);
  found.set("?", { label: say("keys_sheet"), act: openSheet });
  return found;
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.key.length !== 1 || event.key === " " || event.target.closest?.(TYPING) || !areOn()) return;
  const keys = all();
  const both = `${first} ${event.key}`;
  const what = (first && keys.get(both)) || keys.get(event.key);
  clearTimeout(timer);
  first = "";
  if (what) {
    event.preventDefault();
    what.act();
  } else if ([...keys.keys()].some((key) => key.startsWith(`${event.key} `))) {
    first = event.key;
    timer = setTimeout(() => (first = ""), WITHIN_MS);
  }
}

const made = (name, text = "", ...children) => {
  const element = Object.assign(document.createElement(name), { textContent: text });
  element.append(...children);
  return element;
};

function listOfKeys() {
  const list = made("dl");
  for (const [key, { label }] of all()) {
    const term = made("dt");
    key.split(" ").forEach((one, at) => term.append(at ? " " : "", made("kbd", one)));
    list.append(term, made("dd", label));
  }
  return list;
}

/** The switch; where the person's settings say no, the way there instead. */
function onOrOff() {
  if (document.body.dataset.shortcuts === "off") {
    const link = Object.assign(made("a", say("keys_settings")), { href: "/settings/" });
    return made("p", "", link);
  }
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: areOn() });
  box.addEventListener("change", () => remember("shortcuts", box.checked ? null : "off"));
  return made("label", "", box, ` ${say("keys_switch")}`);
}

function openSheet() {
  const sheet = Object.assign(document.createElement("dialog"), { className: "sheet" });
  const title = Object.assign(made("h2", say("keys_title")), { id: "keys-title" });
  const close = Object.assign(made("button", say("close")), { type: "button", className: "btn quiet" });
  sheet.setAttribute("aria-labelledby", title.id);
  sheet.append(title, listOfKeys(), onOrOff(), close);
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}

document.addEventListener("keydown", pressed);
for (const button of document.querySelectorAll("[data-keys-open]")) {
  button.hidden = false;
  button.addEventListener("click", openSheet);
}
