// Checking: the reasons of a no have keys only while they are open, Undo goes when its time is over, and after each
// answer the keys go on working without a click.
const ESCAPE = "Escape";

/** The reasons' keys are there exactly while the list is open: a digit alone must not reject anything. */
function opened(details) {
  for (const button of details.querySelectorAll("[data-reason-key]")) {
    if (details.open) button.dataset.key = button.dataset.reasonKey;
    else delete button.dataset.key;
  }
  if (details.open) details.querySelector("[data-reason-key]")?.focus({ preventScroll: true });
  if (details.open) details.scrollIntoView({ block: "nearest" });
}

function close(event) {
  const details = document.querySelector("[data-reasons][open]");
  if (event.key !== ESCAPE || !details) return;
  details.open = false;
  details.querySelector("summary").focus();
}

/** Undo is offered for some seconds only. */
function undoFor() {
  for (const form of document.querySelectorAll("[data-undo-for]")) {
    setTimeout(() => form.remove(), Number(form.dataset.undoFor) * 1000);
  }
}

document.addEventListener("toggle", (event) => event.target.matches?.("[data-reasons]") && opened(event.target), true);
document.addEventListener("keydown", close);
document.addEventListener("htmx:after:swap", undoFor);
undoFor();
