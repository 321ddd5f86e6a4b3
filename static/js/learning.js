// The learning curve on a project's page. Counts move with every datapoint; when the champion begins or ends a
// training, its part of the page is fetched again:
//   <section data-learning="/p/slug/learning/" data-live-topic="project:12"><div data-learning-body>
import { whole } from "./words.js";

// Everybody who looks hears of it at once: they do not all ask in the same moment.
const SPREAD = 1_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const root = document.querySelector("[data-learning]");
const body = root?.querySelector("[data-learning-body]");
let asked = 0;
let timer = 0;

async function take() {
  asked = 0;
  const answer = await fetch(root.dataset.learning, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = body.querySelector("details")?.open;
  const focused = body.contains(document.activeElement);
  body.replaceChildren(...fresh.body.childNodes);
  const table = body.querySelector("details");
  if (table && open) table.open = true;
  if (focused) body.querySelector("summary, a")?.focus({ preventScroll: true });
  wake();
}

function ask() {
  asked ||= setTimeout(take, Math.random() * SPREAD);
}

/** Nobody tells that an hour is over: the page looks then. */
function wake() {
  clearTimeout(timer);
  const until = Date.parse(body.querySelector("[data-until]")?.dataset.until ?? "");
  const wait = until - Date.now();
  if (wait > 0 && wait < LONGEST_TIMER) timer = setTimeout(ask, wait + 1_000);
}

function count(accepted) {
  const state = body.querySelector("[data-learning-state]");
  const missing = Number(state?.dataset.due) - accepted;
  const left = state?.querySelector("[data-missing]");
  const here = state?.querySelector("[data-accepted]");
  if (missing <= 0 && (left || here)) ask();
  else if (left) left.textContent = whole(missing);
  else if (here) here.textContent = whole(accepted);
}

function hear({ detail }) {
  if (detail.kind === "board" || (detail.kind === "run" && detail.champion)) ask();
  else if (Number.isInteger(detail.accepted)) count(detail.accepted);
}

if (root) {
  root.addEventListener("live:event", hear);
  root.addEventListener("live:snapshot", ask);
  wake();
}
