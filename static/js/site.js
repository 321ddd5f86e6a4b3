// Every page: relative times, toasts with an undo countdown, confirmations, the theme switch.
import "./copy.js";
import { draftSent } from "./forms.js";
import "./keys.js";
import { offerThemes } from "./theme-switch.js";
import { keepTimesFresh } from "./time.js";
import { say } from "./words.js";

const UNDO_MS = 1000;

/** Count an undo toast down and take it away; the server keeps its own clock. */
function countDown(toast) {
  let left = Number(toast.dataset.undo);
  const shown = toast.querySelector("[data-undo-left]");
  const tick = setInterval(() => {
    if (toast.matches(":focus-within, :hover") && left <= 1) return;
    left -= 1;
    if (shown) shown.textContent = left;
    if (left <= 0) {
      clearInterval(tick);
      toast.remove();
    }
  }, UNDO_MS);
  if (shown) shown.textContent = left;
}

/** Errors stay until somebody has read them. */
function closer(toast) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: say("close") });
  button.addEventListener("click", () => toast.remove());
  return button;
}

function start(toast) {
  if (toast.dataset.started) return;
  toast.dataset.started = "1";
  if (toast.dataset.draftSent) draftSent(toast.dataset.draftSent);
  if (toast.dataset.undo) countDown(toast);
  else if (toast.classList.contains("error")) toast.append(closer(toast));
  else setTimeout(() => toast.remove(), 8000);
}

/** Seconds to wait, counted down in the text of a page. */
function countSeconds() {
  for (const shown of document.querySelectorAll("[data-countdown]")) {
    const tick = setInterval(() => {
      const left = Math.max(0, Number(shown.textContent) - 1);
      shown.textContent = left;
      if (!left) clearInterval(tick);
    }, 1000);
  }
}

function watchToasts() {
  const box = document.getElementById("toasts");
  if (!box) return;
  const all = () => box.querySelectorAll(".toast").forEach(start);
  new MutationObserver(all).observe(box, { childList: true });
  all();
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.type === "click" && !menu.contains(event.target)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event);
  const asks = event.target.closest?.("[data-confirm]");
  if (asks && !confirm(asks.dataset.confirm)) event.preventDefault();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(event));

/** A table that is wider than the page can be scrolled by keys. */
function reachScrolled() {
  for (const box of document.querySelectorAll(".scroll:not([tabindex])")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}

/** On a narrow screen the tab one is on may lie beyond the edge. */
function showTab() {
  for (const tabs of document.querySelectorAll(".tabs")) {
    const here = tabs.querySelector("[aria-current]");
    if (here && here.offsetLeft + here.offsetWidth > tabs.offsetLeft + tabs.clientWidth) tabs.scrollLeft = here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
  }
}

/** A form that was refused: the first thing to put right may lie far below. */
function showFault() {
  document.querySelector("main form:not([data-specimen]) :is([aria-invalid=true]:not([hidden]),[role=alert][tabindex])")?.focus();
}

/** Error pages: the way back to a form that still holds what was written. */
function offerWayBack() {
  for (const button of document.querySelectorAll("[data-back]")) {
    button.hidden = history.length < 2;
    button.addEventListener("click", () => history.back());
  }
}

watchToasts();
offerWayBack();
countSeconds();
reachScrolled();
showTab();
showFault();
addEventListener("resize", reachScrolled);
offerThemes();
keepTimesFresh();
