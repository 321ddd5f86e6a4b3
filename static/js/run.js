// The page of a run: every finished epoch moves squares and numbers; a new state fetches the parts of the page.
import { refresh } from "./parts.js";

const LOOK_AGAIN = 5_000;
const root = document.querySelector("[data-run]");
const chart = root.querySelector("cc-chart");
const part = (name) => root.querySelector(`[data-run-${name}]`);

function write(name, text) {
  const place = part(name);
  if (place && text !== undefined && text !== null) place.textContent = text;
}

function squares(epoch, best) {
  const all = [...root.querySelectorAll(".epochs i")];
  all.forEach((square, at) => {
    square.className = at < epoch ? "d" : at === epoch ? "c" : "";
  });
  if (best) all[epoch - 1]?.classList.add("d");
}

function epoch(detail) {
  if (!part("epoch")) refresh();
  write("epoch", detail.epoch);
  write("own", detail.shown);
  write("left", detail.left);
  write("reading", detail.reading);
  squares(detail.epoch, detail.best);
}

root.addEventListener("live:event", ({ detail }) => {
  if (detail.kind === "epoch") epoch(detail);
  if (detail.kind === "final_fit") write("left", detail.text);
  if (detail.kind === "state") {
    root.dataset.state = detail.state;
    refresh();
  }
});
root.addEventListener("live:snapshot", ({ detail }) => {
  root.dataset.state = detail.state;
  refresh();
});
// The chart gets its events itself; what it missed comes as points.
chart.addEventListener("live:snapshot", ({ detail }) => {
  for (const [number, train, validation] of detail.points ?? []) {
    const point = { kind: "epoch", epoch: number, of: detail.of, train_loss: train, validation_loss: validation };
    chart.dispatchEvent(new CustomEvent("live:event", { detail: point }));
  }
});
// Nobody tells a waiting run that others went before it: its place is looked up now and then.
setInterval(() => {
  if (root.dataset.state === "queued" && document.visibilityState === "visible") refresh();
}, LOOK_AGAIN);
