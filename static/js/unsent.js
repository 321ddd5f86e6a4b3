// Datapoints that could not be sent wait in the browser's storage, each with the idempotency key of its act: sent
// twice, it is added once. They go out when the network is back, also after a reload; what is refused stays, with
// the reason, until somebody decides.
import { choose } from "./contribute-need.js";
import { forgetDraft, recall, remember, renewKey } from "./forms.js";
import { say, whole } from "./words.js";

const MOST = 100;
const MOST_CHARACTERS = 2_000_000;
const SILENT_MS = 2_000;
const FIRST_WAIT = 3_000;
const LONGEST_WAIT = 60_000;
// The server remembers keys for 48 hours: whether an older one has arrived nobody can tell.
const SURE_MS = 47 * 3_600_000;
const AWAY = new Set([502, 503, 504]);
const bar = document.querySelector("[data-unsent]");
const person = bar?.dataset.unsent ?? "";
const store = bar ? `unsent:${person}:${bar.dataset.unsentKey}` : "";
const one = (count) => new Intl.PluralRules(document.documentElement.lang || "en").select(count) === "one";
let cut = false;
let wait = FIRST_WAIT;
let timer = 0;
let sending = false;

/** What waits: [{key, fields, at, tried, problem}], the oldest first. */
function all() {
  try {
    const found = JSON.parse(recall(store) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function write(items) {
  remember(store, items.length ? JSON.stringify(items) : null);
  show();
}

/** Change one of them in what is stored now: another window may have sent some meanwhile. */
function change(key, how) {
  write(all().flatMap((item) => (item.key === key ? how(item) : [item])));
}

const button = (words, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet sm", textContent: words });
  made.addEventListener("click", act);
  return made;
};

function refusedLine(item) {
  const line = document.createElement("li");
  const when = new Date(item.at).toLocaleTimeString(document.documentElement.lang || "en", { timeStyle: "short" });
  const words = Object.assign(document.createElement("span"), { textContent: say("unsent_refused", { time: when, reason: item.problem }) });
  const again = button(say("unsent_again"), () => {
    change(item.key, (old) => [{ ...old, problem: "", tried: 0 }]);
    send();
  });
  line.append(words, " ", again, " ", button(say("unsent_forget"), () => change(item.key, () => [])));
  return line;
}

function sentence(count) {
  const values = { count: whole(count) };
  const single = one(count);
  if (!person) return say("unsent_stays");
  if (cut) return count ? say(single ? "unsent_cut_one" : "unsent_cut_other", values) : say("unsent_cut_none");
  return say(single ? "unsent_waits_one" : "unsent_waits_other", values);
}

function show() {
  const items = all();
  const refused = items.filter(({ problem }) => problem);
  const waiting = items.length - refused.length;
  bar.hidden = !items.length && !cut;
  bar.querySelector("[data-unsent-words]").textContent = waiting || cut ? sentence(waiting) : "";
  bar.querySelector("[data-unsent-refused]").replaceChildren(...refused.map(refusedLine));
}

function toast(words) {
  const note = Object.assign(document.createElement("div"), { className: "toast success" });
  note.append(Object.assign(document.createElement("span"), { textContent: words }));
  document.getElementById("toasts")?.append(note);
}

/** Keep what the form says, and empty the form for the next one. */
function keep(form, body) {
  // A photo is too large to keep here: the form stays as it is.
  if ([...body.values()].some((value) => value instanceof File && value.size)) return toast(say("unsent_stays"));
  const items = all();
  const item = { key: body.get("idempotency_key"), at: Date.now(), tried: 0, problem: "" };
  item.fields = [...body].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const full = items.length >= MOST || JSON.stringify(items).length + JSON.stringify(item).length > MOST_CHARACTERS;
  if (full) return toast(say("unsent_full"));
  // An answer that was lost on its way may have been a success: the same key makes it one act.
  if (!items.some(({ key }) => key === item.key)) write([...items, item]);
  if (!all().some(({ key }) => key === item.key)) return toast(say("unsent_full"));
  const agreed = form.elements.namedItem("agree")?.checked;
  form.reset();
  renewKey(form);
  forgetDraft(form);
  if (agreed) form.elements.namedItem("agree").checked = true;
  choose();
  later();
  form.querySelector("canvas, input:not([type=hidden],[hidden])")?.focus();
  return toast(say("unsent_kept"));
}

/** Send what waits, one after the other; the first that cannot be sent ends the round. */
async function round() {
  let done = 0;
  for (const { key } of all()) {
    const item = all().find((waiting) => waiting.key === key);
    if (!item || item.problem) continue;
    if (item.tried && Date.now() - item.tried > SURE_MS) {
      change(key, (old) => [{ ...old, problem: say("unsent_old") }]);
      continue;
    }
    change(key, (old) => [{ ...old, tried: old.tried || Date.now() }]);
    const problem = await sent(item);
    if (problem === null) return { done, left: true };
    done += problem === "" ? 1 : 0;
    change(key, (old) => (problem ? [{ ...old, problem }] : []));
  }
  return { done, left: false };
}

/** Send one: "" when it is added, a sentence when it is refused, null when it has to wait. */
async function sent({ key, fields }) {
  const token = document.querySelector("form[data-target] [name=csrfmiddlewaretoken]")?.value ?? "";
  const headers = { Accept: "application/json", "Idempotency-Key": key, "X-CSRFToken": token };
  try {
    const answer = await fetch(bar.dataset.unsentTo, { method: "POST", headers, body: new URLSearchParams(fields) });
    if (answer.ok && !answer.redirected) return "";
    if (AWAY.has(answer.status) || answer.status === 429) {
      wait = Math.max(wait, 1000 * (Number(answer.headers.get("Retry-After")) || 0));
      return null;
    }
    return (await answer.json()).detail || say("unsent_failed");
  } catch (error) {
    return error instanceof SyntaxError ? say("unsent_failed") : null;
  }
}

async function send() {
  if (sending || !all().some(({ problem }) => !problem)) return;
  sending = true;
  clearTimeout(timer);
  try {
    const locked = navigator.locks ? navigator.locks.request(store, { ifAvailable: true }, (lock) => (lock ? round() : { done: 0, left: true })) : round();
    const { done, left } = await locked;
    if (done) {
      const single = one(done);
      toast(say(single ? "unsent_sent_one" : "unsent_sent_other", { count: whole(done) }));
    }
    wait = left && !done ? Math.min(LONGEST_WAIT, wait * 2) : FIRST_WAIT;
    sending = false;
    if (left) later();
  } finally {
    sending = false;
    show();
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(send, wait * (0.5 + Math.random() / 2));
}

/** Watch a form: what it could not send is kept. Anonymous people sign up first, so theirs stays in the form. */
export function hold(form) {
  let body = null;
  form.addEventListener("submit", (event) => {
    body = new FormData(form);
    if (navigator.onLine || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (person) keep(form, body);
    else toast(say("unsent_stays"));
  }, { capture: true });
  if (!person) return;
  form.addEventListener("htmx:error", ({ detail }) => detail.error?.name !== "AbortError" && body && keep(form, body));
  form.addEventListener("htmx:after:request", (event) => {
    if (!AWAY.has(event.detail.ctx?.response?.status) || !body) return;
    event.preventDefault();
    keep(form, body);
  });
}

/** Send what an earlier page left, and whenever the network is back. */
export function resendSoon() {
  if (!bar) return;
  let silent = 0;
  const gone = () => {
    silent = setTimeout(() => {
      cut = true;
      show();
    }, SILENT_MS);
  };
  addEventListener("offline", gone);
  addEventListener("online", () => {
    clearTimeout(silent);
    cut = false;
    wait = FIRST_WAIT;
    show();
    send();
  });
  addEventListener("storage", ({ key }) => key === store && show());
  if (!navigator.onLine) gone();
  show();
  send();
}
