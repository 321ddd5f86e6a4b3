// Texts in the page's language: the server puts them into <script id="words" type="application/json">.
let words = null;

/** The text of a key with its {marks} filled in; the key itself if the page brought no words. */
export function say(key, values = {}) {
  words ??= JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (mark, name) => (name in values ? String(values[name]) : mark));
}

/** A number as the page's language writes it. */
export function shown(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) return "–";
  return Number(value).toLocaleString(document.documentElement.lang || "en", { maximumSignificantDigits: digits });
}

/** A whole number, every digit of it. */
export const whole = (value) => Number(value).toLocaleString(document.documentElement.lang || "en");
