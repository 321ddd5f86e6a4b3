// The page where datapoints are added: what is needed, the model's guess, the hint of a near-duplicate, keys, and
// what waits to be sent. Everything is taken up anew when an added datapoint brings a fresh form.
import { follow as followGuess } from "./contribute-guess.js";
import { listen, takeUp as takeUpKeys } from "./contribute-keys.js";
import { takeUp as takeUpNeed } from "./contribute-need.js";
import { hold, resendSoon } from "./unsent.js";

const QUIET_MS = 300;
const FIELDS = "canvas, input:not([type=hidden],[hidden]), select, textarea:not([hidden])";

/** What the form says of the features; "" when nothing is filled in. */
function featuresOf(form) {
  const values = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "idempotency_key", "schema_version", "agree", form.dataset.target]) values.delete(name);
  const kept = [...values].filter(([, value]) => typeof value === "string" && value !== "");
  return kept.length ? new URLSearchParams(kept).toString() : "";
}

/** Ask an address about the features; null when there is no answer now. A later question ends an earlier one. */
function asker(address) {
  let stop = null;
  return async (form, features) => {
    stop?.abort();
    if (!navigator.onLine) return null;
    stop = new AbortController();
    const headers = { "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken")?.value ?? "", "HX-Request": "true" };
    try {
      const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(features), signal: stop.signal });
      return { status: answer.status, text: await answer.text() };
    } catch {
      // Cut off, or a later question came: the form is never held up by this.
      return null;
    }
  };
}

/** Tell the listeners when the features have rested for a moment. */
function watch(form, listeners) {
  let timer = 0;
  let last = featuresOf(form);
  const settled = () => {
    const features = featuresOf(form);
    if (features === last) return;
    last = features;
    for (const listener of listeners) listener(form, features);
  };
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(settled, QUIET_MS);
    });
  }
  // A drawing that was kept over a reload is asked about as well.
  if (last) for (const listener of listeners) listener(form, last);
}

function hint(form) {
  const box = form.querySelector("[data-like]");
  if (!box) return () => {};
  const ask = asker(box.dataset.like);
  return async (_form, features) => {
    const answer = features ? await ask(form, features) : { status: 200, text: "" };
    if (answer?.status === 200) box.innerHTML = answer.text;
  };
}

const forms = new WeakSet();

/** Begin with a form that has just come into the page. */
function begin(fresh) {
  const form = document.querySelector("form[data-target]");
  if (!form || forms.has(form)) return;
  forms.add(form);
  takeUpNeed(form);
  takeUpKeys(form);
  hold(form);
  watch(form, [followGuess(form, asker), hint(form)]);
  if (fresh && (document.activeElement === document.body || document.activeElement?.closest("#toasts"))) {
    (form.querySelector("[aria-invalid=true]:not([hidden])") ?? form.querySelector(FIELDS))?.focus();
  }
}

const box = document.getElementById("contribute")?.parentElement;
if (box) {
  begin(false);
  listen();
  resendSoon();
  new MutationObserver(() => begin(true)).observe(box, { childList: true });
}
