// The first page of a new project: a table may be dropped or pasted anywhere on its box.
import { say } from "./words.js";

const box = document.querySelector("[data-drop]");
const form = document.getElementById("start");
const file = form?.elements.namedItem("file");
const text = form?.elements.namedItem("text");

/** Say beside the file input what is wrong with the file, before megabytes are sent. */
function checkSize() {
  const most = Number(file.dataset.most);
  const size = file.files[0]?.size ?? 0;
  const mega = (bytes) => Math.ceil(bytes / 1024 ** 2);
  file.setCustomValidity(size > most ? say("file_too_large", { size: mega(size), limit: mega(most) }) : "");
  if (size > most) file.reportValidity();
}

/** Send what was dropped: a file, or text that was marked in another window. */
function take(event) {
  event.preventDefault();
  box.classList.remove("over");
  const { files } = event.dataTransfer;
  if (files.length) {
    file.files = files;
    text.value = "";
    checkSize();
  } else text.value = event.dataTransfer.getData("text/plain");
  if (form.reportValidity()) form.requestSubmit();
}

if (box && file && text) {
  file.addEventListener("change", checkSize);
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
  }
  box.addEventListener("dragleave", (event) => box.contains(event.relatedTarget) || box.classList.remove("over"));
  box.addEventListener("drop", take);
}

// The other ways take the question along.
for (const way of document.querySelectorAll("[data-begin]")) {
  way.addEventListener("click", () => {
    const question = form.elements.namedItem("question").value.trim();
    const address = new URL(way.href);
    if (question) address.searchParams.set("question", question);
    way.href = address;
  });
}
