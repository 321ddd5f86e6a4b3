// What the best model says while somebody draws or types, and whether it was right when the datapoint is added.
//   <section data-guess="/p/x/guess/" data-guesses="/guesses/" data-on hidden>
import { recall, remember } from "./forms.js";
import { say } from "./words.js";

const AGAIN_MS = 2_000;
const TRIES = 5;
const SPEAK_MS = 1_500;
const CHOICE = "guesses";
const panel = document.querySelector("[data-guess]");
const shown = panel?.querySelector("[data-guess-shown]");
const spoken = panel?.querySelector("[data-guess-spoken]");
const outcome = panel?.querySelector("[data-guess-outcome]");
const choice = panel?.querySelector("[data-guess-switch]");
let said = null; // {features, label, share}: the last guess
let state = ""; // none: no model yet
let voice = 0;

const isOn = () => Boolean(choice?.checked);

function show(text) {
  shown.innerHTML = text;
  const part = shown.firstElementChild;
  state = part?.dataset.guessState ?? "";
  return part?.dataset ?? {};
}

/** Say it once the drawing rests, and only when it changed: each stroke would be chatter. */
function speak(sentence) {
  clearTimeout(voice);
  voice = setTimeout(() => {
    if (spoken.textContent !== sentence) spoken.textContent = sentence;
  }, SPEAK_MS);
}

/** Whether there is a model; asking makes it ready. */
async function prepare() {
  if (!isOn() || !navigator.onLine) return;
  try {
    const answer = await fetch(panel.dataset.guess, { headers: { "HX-Request": "true" } });
    if (answer.ok && !said) show(await answer.text());
  } catch {
    // Without a guess the page is whole.
  }
}

function place() {
  // On a narrow window the guess stands under the pad, where one looks while drawing.
  const form = document.querySelector("form[data-target]");
  const pad = form?.querySelector("cc-pad, cc-stroke")?.closest(".field");
  if (matchMedia("(max-width: 860px)").matches && pad) pad.after(panel);
  else document.querySelector("[data-guess-home]")?.prepend(panel);
}

function labelOf(form) {
  const chosen = [...new FormData(form).getAll(form.dataset.target)][0] ?? "";
  return String(chosen);
}

/** After adding: was the model fooled? Only a guess about what was added counts. */
function judge(sent) {
  if (!said || !sent || said.features !== sent.features || !said.label || !sent.label) return;
  const right = said.label === sent.label;
  const values = { label: said.text, share: said.share };
  outcome.textContent = say(right ? "guess_knew" : "guess_fooled", values);
  outcome.hidden = false;
  outcome.classList.toggle("ok", right);
  outcome.classList.toggle("live", !right);
}

function begin(form, ask) {
  let wanted = "";
  let sent = null;
  const guess = async (_form, features, tries = TRIES) => {
    wanted = features;
    if (!features || !isOn() || state === "none") {
      said = null;
      if (state === "said") prepare();
      return;
    }
    const answer = await ask(form, features);
    if (!answer || wanted !== features) return;
    if (answer.status !== 200) return;
    outcome.hidden = true;
    const found = show(answer.text);
    if (state === "late" && tries) setTimeout(() => wanted === features && guess(form, features, tries - 1), AGAIN_MS);
    said = found.guessLabel === undefined ? null : { features, label: found.guessValue, text: found.guessLabel, share: found.guessShare };
    if (found.guessSaid) speak(found.guessSaid);
  };
  form.addEventListener("submit", () => (sent = { features: wanted, label: labelOf(form) }), { capture: true });
  form.addEventListener("draft:sent", () => {
    judge(sent);
    [said, sent] = [null, null];
  });
  return guess;
}

async function keep() {
  // In a narrow window the switch stands in the form: emptying the form must not turn it.
  choice.defaultChecked = choice.checked;
  const user = "signed" in panel.dataset;
  if (!user) remember(CHOICE, isOn() ? null : "off");
  shown.hidden = !isOn();
  outcome.hidden = true;
  if (isOn()) prepare();
  if (!user) return;
  const token = document.querySelector("form[data-target] [name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new URLSearchParams({ on: isOn() ? "1" : "0" });
  await fetch(panel.dataset.guesses, { method: "POST", headers: { "X-CSRFToken": token }, body }).catch(() => null);
}

/** What to call when the features of this form have changed. */
export function follow(form, asker) {
  if (!panel) return () => {};
  place();
  return begin(form, asker(panel.dataset.guess));
}

if (panel) {
  panel.hidden = false;
  choice.defaultChecked = choice.checked = "signed" in panel.dataset ? "on" in panel.dataset : recall(CHOICE) !== "off";
  shown.hidden = !isOn();
  choice.addEventListener("change", keep);
  matchMedia("(max-width: 860px)").addEventListener("change", place);
  prepare();
  // The first model came, or a better one; before it, each datapoint brings it nearer.
  let soon = 0;
  panel.addEventListener("live:event", ({ detail: { kind } }) => {
    if (kind !== "board" && !(state === "none" && kind.startsWith("rows_"))) return;
    soon ||= setTimeout(() => {
      soon = 0;
      prepare();
    }, Math.random() * AGAIN_MS);
  });
}
