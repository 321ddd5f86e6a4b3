// A list that grows as things happen. Its rows are built from templates, and values only ever become text:
//   <ul data-live-list data-live-topic="project:12" data-live-seq="5" data-cap="20">
//     <template data-kind="activity"><li><b data-slot="actor"></b> <span data-slot="text"></span></li></template> …
// data-append puts new rows at the end. After a cut that lasted too long, data-rows="feed" names the rows in the
// snapshot. [data-live-summary] beside it says politely how many came; a button holds new rows back.
import { say } from "./words.js";

const SAY_EVERY = 15_000;

function build(list, detail) {
  const template = list.querySelector(`template[data-kind="${CSS.escape(detail.kind ?? "")}"]`);
  if (!template) return null;
  const row = template.content.firstElementChild.cloneNode(true);
  for (const slot of row.querySelectorAll("[data-slot]")) slot.textContent = detail[slot.dataset.slot] ?? "";
  for (const link of row.querySelectorAll("[data-slot-href]")) {
    const target = String(detail[link.dataset.slotHref] ?? "");
    if (/^\/(?![/\\])/.test(target)) link.href = target;
  }
  for (const slot of row.querySelectorAll("[data-slot-colour]")) {
    const colour = Number(detail[slot.dataset.slotColour]);
    if (Number.isInteger(colour)) slot.classList.add(`px-${colour}`);
  }
  if (detail.id !== undefined) row.dataset.key = detail.id;
  return row;
}

function rows(list) {
  return [...list.children].filter((child) => !(child instanceof HTMLTemplateElement));
}

function add(list, detail) {
  const row = build(list, detail);
  if (!row || (row.dataset.key && list.querySelector(`:scope > [data-key="${CSS.escape(row.dataset.key)}"]`))) return 0;
  list.querySelector(":scope > [data-empty]")?.remove();
  if ("append" in list.dataset) list.append(row);
  else list.insertBefore(row, rows(list)[0] ?? null);
  const all = rows(list);
  const over = all.length - Number(list.dataset.cap || 50);
  if (over > 0) ("append" in list.dataset ? all.slice(0, over) : all.slice(-over)).forEach((old) => old.remove());
  return 1;
}

function button(list) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: say("live_pause") });
  list.before(made);
  return made;
}

function start(list) {
  const pause = list.parentElement.querySelector("[data-live-pause]") ?? button(list);
  const summary = list.parentElement.querySelector("[data-live-summary]");
  pause.hidden = false;
  let held = null;
  let news = 0;
  let said = 0;
  const announce = () => {
    if (!news || !summary || Date.now() - said < SAY_EVERY) return;
    summary.textContent = say("live_news", { count: news });
    [news, said] = [0, Date.now()];
  };
  pause.addEventListener("click", () => {
    for (const detail of held ?? []) add(list, detail);
    held = held ? null : [];
    pause.textContent = say(held ? "live_go_on" : "live_pause");
    pause.setAttribute("aria-pressed", String(held !== null));
  });
  list.addEventListener("live:event", ({ detail }) => {
    if (held) held = [...held, detail].slice(-Number(list.dataset.cap || 50));
    else news += add(list, detail);
    announce();
  });
  list.addEventListener("live:snapshot", ({ detail }) => {
    if (!Array.isArray(detail[list.dataset.rows])) return;
    rows(list).forEach((old) => old.remove());
    for (const row of detail[list.dataset.rows]) add(list, row);
  });
  setInterval(announce, SAY_EVERY);
}

document.querySelectorAll("[data-live-list]").forEach(start);
