// The one socket of a page. Every element with data-live-topic="project:12" is told what happens there:
//   live:event     detail {topic, kind, seq, …payload}, each once and in order
//   live:snapshot  detail {topic, seq, …state}: events were missed, show this instead
//   live:here      detail {topic, here}: how many people are here
// data-live-seq is the number of the last event that the element shows; without it a snapshot comes first.
// [data-live-status] shows sentences about the connection, [data-live-here] how many people are here.
import { say, whole } from "./words.js";

const MOST_TOPICS = 50;
const PING_EVERY = 15_000;
const PING_CHARACTERS = 256 * 1024;
const PING_APART = 1_000;
const ANSWER_WITHIN = 10_000;
const SILENT_CUT = 2_000;
const LONGEST_WAIT = 30_000;
const STEADY = 5_000;
const GONE = new Set([4400, 4404]);
const TOO_MUCH = 4429;
const TOO_MUCH_WAIT = 60_000;

const known = new WeakMap(); // element → number of the last event it was told, null before its snapshot
let socket = null;
let reached = new Map(); // topic → number of the last event of this connection, null before its first frame
let tries = 0;
let stopped = false;
let timer = 0;
let unread = 0;
let pinged = 0;
let waits = 0;
let cut = 0;

const elements = () => [...document.querySelectorAll("[data-live-topic]")];
const on = (topic) => elements().filter((element) => element.dataset.liveTopic === topic);

/** Topic → the last number that all of its elements know. */
function wanted() {
  const topics = new Map();
  for (const element of elements()) {
    if (!known.has(element)) known.set(element, element.dataset.liveSeq ? Number(element.dataset.liveSeq) : null);
    const last = known.get(element);
    const before = topics.get(element.dataset.liveTopic);
    const least = before === undefined ? last : before === null || last === null ? null : Math.min(before, last);
    topics.set(element.dataset.liveTopic, least);
  }
  return [...topics].slice(0, MOST_TOPICS);
}

function subscribe() {
  // A topic is asked for once more when an element came into the page that knows less than was told already.
  const topics = wanted().filter(([topic, last]) => !reached.has(topic) || (last ?? -1) < (reached.get(topic) ?? -1));
  if (!topics.length || socket?.readyState !== WebSocket.OPEN) return;
  for (const [topic] of topics) reached.set(topic, reached.get(topic) ?? null);
  socket.send(JSON.stringify({ subscribe: Object.fromEntries(topics) }));
}

/** What was said in several languages, in the page's: the values under "texts" take their places. */
function worded(said) {
  if (Array.isArray(said)) return said.map(worded);
  if (said === null || typeof said !== "object") return said;
  const { texts, ...own } = said;
  const all = texts ? { ...own, ...texts[document.documentElement.lang] } : own;
  for (const [key, value] of Object.entries(all)) if (Array.isArray(value) && typeof value[0] === "object") all[key] = worded(value);
  return all;
}

function tell(element, name, detail) {
  element.dispatchEvent(new CustomEvent(`live:${name}`, { detail: worded(detail) }));
}

function moved(element, seq) {
  known.set(element, seq);
  element.dataset.liveSeq = seq;
}

function hear(element, { topic, from, to, data }) {
  const last = known.get(element) ?? null;
  if (from === 0) {
    if (last !== null && last > to) return;
    moved(element, to);
    tell(element, "snapshot", { ...data, topic, seq: to });
  } else {
    for (const event of data) {
      if (last !== null && event.seq <= known.get(element)) continue;
      moved(element, event.seq);
      tell(element, "event", { ...event, topic });
    }
  }
}

function here(topic, count) {
  for (const element of on(topic)) tell(element, "here", { topic, here: count });
  for (const shown of document.querySelectorAll("[data-live-here]")) {
    if ((shown.dataset.liveHere || elements()[0]?.dataset.liveTopic) !== topic) continue;
    (shown.querySelector("[data-live-here-count]") ?? shown).textContent = whole(count);
    shown.hidden = count === 0;
  }
}

function receive({ data: text }) {
  waits = 0;
  unread += text.length;
  const frame = JSON.parse(text);
  if (frame.to >= frame.from) {
    reached.set(frame.topic, frame.to);
    for (const element of on(frame.topic)) hear(element, frame);
  } else if ("here" in frame.data) here(frame.topic, frame.data.here);
  if (unread >= PING_CHARACTERS) ping();
}

/** Tells the server that all was read; its answer tells us that the connection lives. */
function ping() {
  const now = Date.now();
  if (socket?.readyState !== WebSocket.OPEN || now - pinged < PING_APART) return;
  pinged = now;
  unread = 0;
  waits ||= now;
  socket.send('{"ping":1}');
}

function beat() {
  if (waits && Date.now() - waits > ANSWER_WITHIN) socket?.close();
  else if (unread >= PING_CHARACTERS || Date.now() - pinged > PING_EVERY) ping();
}

function status(key) {
  for (const bar of document.querySelectorAll("[data-live-status]")) {
    bar.hidden = !key;
    bar.textContent = key ? say(key) : "";
  }
}

function open() {
  clearTimeout(timer);
  if (socket || stopped || !elements().length) return;
  reached = new Map();
  unread = waits = 0;
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", receive);
  socket.addEventListener("close", closed);
}

function opened({ target }) {
  clearTimeout(cut);
  cut = 0;
  status("");
  pinged = Date.now();
  subscribe();
  setTimeout(() => {
    if (socket === target) tries = 0;
  }, STEADY);
}

function closed({ target, code }) {
  if (socket !== target) return;
  socket = null;
  if (GONE.has(code)) {
    stopped = true;
    status("live_gone");
    return;
  }
  if (code === TOO_MUCH) status("live_full");
  else cut ||= setTimeout(() => status("live_cut"), SILENT_CUT);
  const wait = code === TOO_MUCH ? TOO_MUCH_WAIT : Math.min(LONGEST_WAIT, 500 * 2 ** tries);
  tries += 1;
  timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
}

/** The page is looked at again, or the network is back: do not wait for the next try. */
function hurry() {
  if (document.visibilityState !== "visible" || socket) return beat();
  tries = 0;
  open();
}

/** A page that rests in the browser's history holds no socket. */
function rest() {
  clearTimeout(timer);
  clearTimeout(cut);
  cut = 0;
  const resting = socket;
  socket = null;
  resting?.close();
}

addEventListener("online", hurry);
addEventListener("pagehide", rest);
addEventListener("pageshow", (event) => event.persisted && open());
document.addEventListener("visibilitychange", hurry);
new MutationObserver((changes) => {
  const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
  if (!added.some((node) => node.matches?.("[data-live-topic]") || node.querySelector?.("[data-live-topic]"))) return;
  if (socket) subscribe();
  else open();
}).observe(document.body, { childList: true, subtree: true });
setInterval(beat, 2_000);
open();
