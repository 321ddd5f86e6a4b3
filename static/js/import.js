// The page of a file on its way in: looks how far it is, and loads the page anew when its state changes.
import { refresh } from "./parts.js";

const LOOK_AGAIN = 1_000;
const root = document.querySelector("[data-import]");

setInterval(async () => {
  if (document.visibilityState !== "visible") return;
  const fresh = await refresh();
  const state = fresh?.querySelector("[data-import]")?.dataset.import;
  if (state && state !== root.dataset.import) location.reload();
}, LOOK_AGAIN);
