// Forms: one send per press, a fresh idempotency key per act, and drafts that survive a reload or a sign-up.
const DRAFT = "draft:";

/** Store or forget a value; a page without storage works on. */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be full or forbidden: then the draft lasts for this page.
  }
}

/** The stored value, or null. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Forget a draft and the drawings that belong to it (their keys go on after a colon). */
function forgetAll(start) {
  try {
    for (const key of Object.keys(localStorage)) if (key === start || key.startsWith(`${start}:`)) localStorage.removeItem(key);
  } catch {
    // As in remember().
  }
}

/** A random key: crypto.randomUUID is missing on plain http outside localhost. */
export function freshKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const kept = (field) =>
  field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !("nodraft" in field.dataset);

function draftOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (values[field.name] ??= []).push(field.value);
    } else if (field.value !== field.defaultValue && field.value !== "") values[field.name] = field.value;
  }
  return values;
}

function restore(form, values) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (!field.value) field.value = value;
  }
}

const keyOf = (form) => DRAFT + form.dataset.draftKey;

/** Put a kept draft back into a form that has just come into the page. */
function restoreDraft(form) {
  try {
    restore(form, JSON.parse(recall(keyOf(form)) ?? "{}"));
  } catch {
    remember(keyOf(form), null);
  }
}

function keepDraft({ target }) {
  const form = target.form;
  if (form?.dataset.draftKey === undefined || !kept(target)) return;
  const values = draftOf(form);
  remember(keyOf(form), Object.keys(values).length ? JSON.stringify(values) : null);
}

/** The act that a toast tells of has used up this draft. */
export function draftSent(key) {
  forgetAll(DRAFT + key);
}

/** Forget a form's draft: what it held has reached the server. */
export function forgetDraft(form) {
  if (form.dataset.draftKey !== undefined) draftSent(form.dataset.draftKey);
  form.dispatchEvent(new CustomEvent("draft:sent", { bubbles: true }));
}

/** Give the form a new idempotency key, so that the next send is a new act. */
export function renewKey(form) {
  const field = form.elements.namedItem("idempotency_key");
  if (field) field.value = freshKey();
}

const SENDING = new WeakSet();

/** A second press while the first is on its way does nothing. */
function stopDoubles(event) {
  if (!SENDING.has(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function hold(form) {
  SENDING.add(form);
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-busy", "true"));
}

/** Let the form be sent again. */
function release(form) {
  SENDING.delete(form);
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

/** Whether an answer to htmx says that the act is done: no refusal, and not a way to the sign-in page. */
function isDone({ status, headers, raw } = {}) {
  return status >= 200 && status < 300 && !raw?.redirected && !headers?.get("HX-Redirect");
}

const formOf = (event) => (event.target instanceof HTMLFormElement ? event.target : null);

document.addEventListener("submit", stopDoubles, { capture: true });
document.addEventListener("submit", (event) => event.target.method === "post" && !event.defaultPrevented && hold(event.target));
document.addEventListener("input", keepDraft);
// Back button: the browser shows the old page as it was left, with its guard on.
addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form").forEach(release));
// htmx: a success makes the next send a new act; a failure keeps the key, so that a retry is the same act.
// data-keep: the form only asks something, so what was filled in stays.
document.addEventListener("htmx:before:request", (event) => formOf(event) && hold(formOf(event)));
document.addEventListener("htmx:finally:request", (event) => formOf(event) && release(formOf(event)));
document.addEventListener("htmx:after:request", (event) => {
  const form = formOf(event);
  if (!form || "keep" in form.dataset || !isDone(event.detail?.ctx?.response)) return;
  renewKey(form);
  forgetDraft(form);
});

// The toast of an act that succeeded names the draft that it used up (before any draft is restored).
document.querySelectorAll("[data-draft-sent]").forEach((toast) => draftSent(toast.dataset.draftSent));
document.querySelectorAll("form[data-draft-key]").forEach(restoreDraft);
new MutationObserver((changes) => {
  for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
    if (node.matches?.("form[data-draft-key]")) restoreDraft(node);
    node.querySelectorAll?.("form[data-draft-key]").forEach(restoreDraft);
  }
}).observe(document.body, { childList: true, subtree: true });
