// <time data-relative>: "2 minutes ago", refreshed as time passes; the title keeps the full date.
const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** Words for the time between two moments, in the page's language. */
export function relative(then, now = Date.now()) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  const seconds = Math.round((then - now) / 1000);
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(Math.min(0, Math.trunc(seconds / 10) * 10), "second");
}

function show(element) {
  const then = Date.parse(element.dateTime);
  if (!Number.isNaN(then)) element.textContent = relative(then);
}

function showAll(root) {
  root.querySelectorAll?.("time[data-relative]").forEach(show);
  if (root.matches?.("time[data-relative]")) show(root);
}

/** Show all relative times now, as new ones arrive, and again every 20 seconds. */
export function keepTimesFresh() {
  showAll(document);
  setInterval(() => showAll(document), 20000);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(showAll);
  }).observe(document.body, { childList: true, subtree: true });
}
