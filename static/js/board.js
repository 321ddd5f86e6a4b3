// The board of best models: each change brings the whole board, and its rows are built from the page's template.
const SAME_SITE = /^\/(?![/\\])/;

function row(shape, entry, me) {
  const made = shape.content.firstElementChild.cloneNode(true);
  for (const slot of made.querySelectorAll("[data-slot]")) slot.textContent = entry[slot.dataset.slot] ?? "";
  const link = made.querySelector("[data-slot-href]");
  if (SAME_SITE.test(entry.url)) link.href = entry.url;
  if (SAME_SITE.test(entry.person_url)) made.querySelector("[data-person]").href = entry.person_url;
  const when = made.querySelector("time");
  when.dateTime = entry.when;
  when.textContent = new Date(entry.when).toLocaleString(document.documentElement.lang || "en");
  made.dataset.run = entry.run_id;
  made.classList.toggle("me", Boolean(me) && !entry.champion && entry.person === me);
  return made;
}

function show(board, entries) {
  const body = board.querySelector("tbody");
  const known = new Set([...body.children].map((old) => old.dataset.run));
  const shape = board.querySelector("template");
  const made = entries.map((entry) => row(shape, entry, board.dataset.me));
  for (const fresh of made) if (!known.has(fresh.dataset.run)) fresh.dataset.delta = "";
  body.replaceChildren(...made);
  board.querySelector("[data-board-table]").hidden = !entries.length;
  const empty = board.querySelector("[data-board-empty]");
  if (empty) empty.hidden = entries.length > 0;
}

for (const board of document.querySelectorAll("[data-board]")) {
  board.addEventListener("live:event", ({ detail }) => detail.kind === "board" && show(board, detail.rows));
  board.addEventListener("live:snapshot", ({ detail }) => Array.isArray(detail.board) && show(board, detail.board));
}
