// The page on which items are labelled: keys press the answers (keys.js), Undo goes after its seconds, and a number is
// typed at once into the next item's field.
import { areOn } from "./keys.js";

const SECOND = 1000;
let timer = 0;

/** Undo is offered for so long; the server keeps its own clock. */
function countUndo(box) {
  clearTimeout(timer);
  const undo = box.querySelector("[data-undo-for]");
  if (undo) timer = setTimeout(() => undo.remove(), Number(undo.dataset.undoFor) * SECOND);
}

/** Keys that are switched off are not shown. */
function showKeys(box) {
  if (!areOn()) for (const mark of box.querySelectorAll("kbd")) mark.hidden = true;
}

function begin(fresh) {
  const box = document.getElementById("label");
  if (!box) return;
  countUndo(box);
  showKeys(box);
  const lost = document.activeElement === document.body;
  if (!fresh || !lost) return;
  // A field that is typed into keeps the focus; answers by key need none.
  box.querySelector("#label-value")?.focus();
}

const home = document.getElementById("label")?.parentElement;
if (home) {
  begin(false);
  new MutationObserver(() => begin(true)).observe(home, { childList: true });
}
