// The numbers of a project's page follow its topic: how many datapoints by how many people, and the goal.
//   <span data-live-counts>, <div data-live-goal="1200"><progress><p>
import { say, whole } from "./words.js";

const page = document.querySelector('[data-live-topic^="project:"]');
const counts = document.querySelector("[data-live-counts]");

const one = (count) => new Intl.PluralRules(document.documentElement.lang || "en").select(count) === "one";
const datapoints = (count) => (one(count) ? say("datapoints_one", { count: whole(count) }) : say("datapoints_other", { count: whole(count) }));
const crowd = (count) => (one(count) ? say("people_one", { count: whole(count) }) : say("people_other", { count: whole(count) }));

function tell({ accepted, people, pending }) {
  const waiting = document.querySelector("[data-live-pending]");
  if (waiting && Number.isInteger(pending)) waiting.textContent = pending ? whole(pending) : "";
  counts.textContent = people ? `${datapoints(accepted)} ${crowd(people)}` : datapoints(accepted);
  for (const goal of document.querySelectorAll("[data-live-goal]")) {
    const most = Number(goal.dataset.liveGoal);
    const share = (accepted / most).toLocaleString(document.documentElement.lang || "en", { style: "percent", maximumFractionDigits: 0 });
    goal.querySelector("progress").value = accepted;
    goal.querySelector("p").textContent = accepted < most ? say("goal_share", { share, goal: whole(most) }) : say("goal_reached", { count: whole(accepted), goal: whole(most) });
  }
}

/** The fields are other ones than this page shows; what was typed into a form is kept over a reload. */
function otherFields() {
  const toasts = document.getElementById("toasts");
  if (!toasts || toasts.querySelector("[data-fields]")) return;
  const toast = Object.assign(document.createElement("div"), { className: "toast warning" });
  toast.dataset.fields = "";
  const again = Object.assign(document.createElement("a"), { href: location.href, textContent: say("load_again") });
  toast.append(Object.assign(document.createElement("span"), { textContent: say("schema_changed") }), again);
  toasts.append(toast);
}

if (page && counts) {
  counts.addEventListener("live:event", ({ detail }) => detail.kind === "schema_changed" && otherFields());
  counts.addEventListener("live:event", ({ detail }) => Number.isInteger(detail.accepted) && tell(detail));
  counts.addEventListener("live:snapshot", ({ detail }) => detail.counts && tell(detail.counts));
  if (page.dataset.liveSeq) counts.dataset.liveSeq = page.dataset.liveSeq;
  counts.dataset.liveTopic = page.dataset.liveTopic;
}
