// <button type="button" data-copy="#id">Copy<span data-copied hidden>: copied</span></button>: puts the value or the
// text of the element named there onto the clipboard and says so, in the button's own note and in the toasts, which
// are spoken. A button that carries `hidden` is shown as soon as this script runs: without scripts it could do nothing.
import { say } from "./words.js";

/** Old browsers and plain http have no clipboard: the selected text can be copied by key. */
function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

async function put(source) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    return true;
  } catch {
    return select(source);
  }
}

function tell(button, done) {
  const note = button.querySelector("[data-copied]");
  if (note) note.hidden = !done;
  const toast = Object.assign(document.createElement("div"), { className: done ? "toast success" : "toast warning" });
  toast.append(Object.assign(document.createElement("span"), { textContent: say(done ? "copied" : "copy_by_key") }));
  document.getElementById("toasts")?.append(toast);
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (source) tell(button, await put(source));
});
for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
