// The form of a run: rows of layers come and go at once, and the list of runs follows what happens.
import { refresh } from "./parts.js";

const LOOK_AGAIN = 30_000;
const form = document.querySelector("[data-train-form]");
const rows = document.getElementById("layer-rows");
const shape = document.getElementById("layer-row");
const more = form?.querySelector("[data-layer-add]");

function limit() {
  more.disabled = rows.children.length >= Number(more.dataset.layerAdd);
}

function add() {
  const row = shape.content.firstElementChild.cloneNode(true);
  const last = rows.lastElementChild;
  if (last) {
    const from = last.querySelectorAll("input, select");
    row.querySelectorAll("input, select").forEach((field, at) => {
      field.value = from[at].value;
    });
  }
  rows.append(row);
  row.querySelector("input").focus();
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-layer-add], [data-layer-remove]");
  if (!button) return;
  event.preventDefault();
  if (button === more) add();
  else {
    button.closest("tr").remove();
    more.focus();
  }
  limit();
});
form?.addEventListener("change", ({ target }) => {
  if (target.name === "architecture") location.href = `?${new URLSearchParams({ architecture: target.value })}#settings`;
});
form?.querySelectorAll("[data-without-script]").forEach((element) => {
  element.hidden = true;
});
document.querySelector("[data-runs]")?.addEventListener("live:event", ({ detail }) => {
  if (detail.kind === "run") refresh();
});
document.querySelector("[data-runs]")?.addEventListener("live:snapshot", () => refresh());
// Runs of other projects stand in the same queue, and nobody tells this page about them.
setInterval(() => {
  if (document.visibilityState === "visible") refresh();
}, LOOK_AGAIN);
