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

function keepDraft(form) {
  const key = DRAFT + form.dataset.draftKey;
  try {
    restore(form, JSON.parse(recall(key) ?? "{}"));
  } catch {
    remember(key, null);
  }
  form.addEventListener("input", () => {
    const values = draftOf(form);
    remember(key, Object.keys(values).length ? JSON.stringify(values) : null);
  });
}

/** Forget a form's draft: what it held has reached the server. */
export function forgetDraft(form) {
  if (form.dataset.draftKey) forgetAll(DRAFT + form.dataset.draftKey);
  form.dispatchEvent(new CustomEvent("draft:sent", { bubbles: true }));
}

/** Give the form a new idempotency key, so that the next send is a new act. */
export function renewKey(form) {
  const field = form.elements.namedItem("idempotency_key");
  if (field) field.value = freshKey();
}

const SENDING = new WeakSet();

function guard(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (SENDING.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  SENDING.add(form);
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-busy", "true"));
}

/** Let the form be sent again. */
function release(form) {
  SENDING.delete(form);
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", guard);
// Back button: the browser shows the old page as it was left, with its guard on.
addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form").forEach(release));
// htmx: the form stays on the page. A success makes the next send a new act; a failure keeps the key.
document.addEventListener("htmx:after:request", (event) => {
  const form = event.target.closest?.("form");
  if (!form) return;
  release(form);
  const status = event.detail?.ctx?.response?.status ?? 0;
  if (status >= 200 && status < 300) {
    renewKey(form);
    forgetDraft(form);
  }
});
// The toast of an act that succeeded names the draft that it used up (before any draft is restored).
for (const toast of document.querySelectorAll("[data-draft-sent]")) forgetAll(DRAFT + toast.dataset.draftSent);
document.querySelectorAll("form[data-draft-key]").forEach(keepDraft);
