// The description of a project's fields: only the inputs of the chosen kind are shown. Without
// JavaScript all are there, and the server reads those that the kind needs.

/** Show the groups of inputs that the field's kind reads. */
function fit(field) {
  const kind = field.querySelector("select[name$='-kind']");
  if (!kind) return;
  for (const group of field.querySelectorAll("[data-kinds]")) {
    group.hidden = !group.dataset.kinds.split(" ").includes(kind.value);
    group.querySelector("legend").className = "sr";
  }
}

for (const field of document.querySelectorAll("[data-field]")) {
  fit(field);
  field.addEventListener("change", (event) => event.target.matches("select[name$='-kind']") && fit(field));
}
