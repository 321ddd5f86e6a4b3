// What goes wrong with a passkey, said in words: allauth's own scripts only write to the console.
import { say } from "./words.js";

const button = document.querySelector("[data-passkey]");
const box = Object.assign(document.createElement("div"), { className: "alert bad", hidden: true });
box.setAttribute("role", "alert");
const text = box.appendChild(document.createElement("p"));
button?.closest("form, .stack").before(box);

function show(words) {
  box.hidden = false;
  text.textContent = words;
}

function wordsFor(name) {
  if (name === "NotAllowedError" || name === "AbortError") return say("passkey_stopped");
  if (name === "InvalidStateError") return say("passkey_known");
  if (name === "SecurityError") return say("passkey_host");
  return say("passkey_failed");
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show(wordsFor(event.detail.exception?.name));
});

// allauth's scripts listen from this moment on; before it a click would do nothing.
document.addEventListener("DOMContentLoaded", () => {
  if (!button) return;
  button.disabled = !window.PublicKeyCredential;
  if (button.disabled && button.id !== "passkey_login") show(say("passkey_unable"));
});
