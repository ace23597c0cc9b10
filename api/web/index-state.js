// The state of the index, looked at again and again: how many documents, how far a build is, what went wrong.

import { element, plural } from "./element.js";

const line = document.getElementById("index-state");
const documents = document.getElementById("documents");
const listeners = [];
let latest = null;
let timer = 0;

/** What the server last said of its index; null before it said anything. */
export function index() {
  return latest;
}

/** Be told the state of the index whenever it was looked at. */
export function onIndex(listener) {
  listeners.push(listener);
}

export async function lookAtIndex() {
  clearTimeout(timer);
  let pause = 10_000;
  try {
    const response = await fetch("/v1/index");
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    latest = answer;
    if (answer.building || !answer.version) pause = 500;
    show(answer);
    listeners.forEach((listener) => listener(answer));
  } catch (error) {
    pause = 2_000;
    line.replaceChildren(error instanceof TypeError ? "Not connected to Seedbed; trying again." : error.message);
  }
  timer = setTimeout(lookAtIndex, pause);
}

function show({ version, building, documents: count, unreadable, error }) {
  documents.textContent = version ? plural(count, "document") : "Documents";
  if (unreadable.length) documents.append(element("span", { class: "unread" }, `${unreadable.length} unreadable`));
  line.replaceChildren(...(building || !version ? progress(building, error) : error ? [error] : []));
}

function progress(building, error) {
  if (!building?.files_total) return [error ?? (building ? "Looking through the folder…" : "Starting…")];
  const { files, files_total, passages, passages_total, seconds_left: seconds } = building;
  const left = seconds === null ? "" : `, ${seconds < 90 ? plural(Math.ceil(seconds), "second") : plural(Math.ceil(seconds / 60), "minute")} left`;
  const bar = element("progress", { max: files_total + passages_total, value: files + passages, "aria-label": "Indexing" });
  return [bar, `Indexing: ${files} of ${plural(files_total, "file")}, ${passages} of ${plural(passages_total, "passage")}${left}`];
}
