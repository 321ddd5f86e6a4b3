// The room of a project: shows messages as they arrive, keeps the newest in sight.
const list = document.getElementById("messages");
const shape = document.getElementById("message-template");

function atEnd() {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 80;
}

function toEnd() {
  list.scrollTop = list.scrollHeight;
}

function aim(form, id, shown) {
  if (!form) return;
  form.action = form.action.replace("/0/", `/${id}/`);
  form.hidden = !shown;
}

function build({ id, author, text, created }) {
  const node = shape.content.firstElementChild.cloneNode(true);
  const own = author === list.dataset.me;
  node.dataset.message = id;
  const name = node.querySelector(".message-author");
  name.textContent = author;
  name.href = `/u/${encodeURIComponent(author)}/`;
  node.querySelector(".message-text").textContent = text;
  const when = document.createElement("time");
  when.dateTime = created;
  when.dataset.relative = "";
  when.textContent = new Date(created).toLocaleTimeString();
  node.querySelector(".message-when").replaceChildren(when);
  aim(node.querySelector("[data-act=delete]"), id, own);
  aim(node.querySelector("[data-act=hide]"), id, !own);
  return node;
}

function find(id) {
  return list.querySelector(`[data-message="${Number(id)}"]`);
}

function add(message) {
  if (find(message.id)) return;
  const follow = atEnd() || message.author === list.dataset.me;
  const newer = [...list.querySelectorAll("[data-message]")].find(
    (node) => Number(node.dataset.message) > message.id,
  );
  list.insertBefore(build(message), newer ?? document.getElementById("quiet"));
  document.getElementById("quiet").hidden = true;
  if (follow) toEnd();
}

if (list?.dataset.liveTopic) {
  list.addEventListener("live:event", ({ detail }) => {
    if (detail.kind === "message") add(detail);
    if (detail.kind === "message_removed") find(detail.id)?.remove();
  });
  list.addEventListener("live:snapshot", ({ detail }) => {
    const kept = new Set(detail.messages?.map(({ id }) => id));
    for (const node of list.querySelectorAll("[data-message]")) {
      if (!kept.has(Number(node.dataset.message))) node.remove();
    }
    detail.messages?.forEach(add);
  });
  toEnd();
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!(box instanceof HTMLTextAreaElement) || !box.closest("#composer")) return;
  event.preventDefault();
  box.form.requestSubmit();
});
