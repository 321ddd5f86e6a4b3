// What the territories hear goes on to the feed and to the number of datapoints of the whole site.
import { say, whole } from "./words.js";

const feed = document.querySelector("[data-home-feed]");
const total = document.querySelector("[data-home-total]");
const one = (count) => new Intl.PluralRules(document.documentElement.lang || "en").select(count) === "one";

function line(land, detail) {
  const { name, liveTopic } = land.dataset;
  const colour = Number(/\bpx-(\d+)/.exec(land.className)?.[1]);
  const told = { ...detail, topic: liveTopic, name, colour, url: land.querySelector("a").getAttribute("href") };
  feed.dispatchEvent(new CustomEvent("live:event", { detail: told }));
}

/** Each territory knows how many datapoints of it are in the total. */
function count(land, accepted) {
  const sum = Number(total.dataset.homeTotal) + accepted - Number(land.dataset.count);
  land.dataset.count = accepted;
  total.dataset.homeTotal = sum;
  total.textContent = say(one(sum) ? "datapoints_one" : "datapoints_other", { count: whole(sum) });
}

function hear({ target, detail }) {
  const accepted = detail.accepted ?? detail.counts?.accepted;
  if (total && Number.isInteger(accepted)) count(target, accepted);
  if (feed && detail.kind === "activity") line(target, detail);
}

for (const land of document.querySelectorAll("cc-mosaic li[data-live-topic]")) {
  land.addEventListener("live:event", hear);
  land.addEventListener("live:snapshot", hear);
}
