// Earlier conversations: the server keeps them, this browser knows their ids.

import { button, element } from "./element.js";
import { request } from "./server.js";

const KEY = "seedbed-conversations";
const MOST = 20;

function known() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // the browser keeps nothing, or something else stands there
  }
}

function keep(conversations) {
  try {
    localStorage.setItem(KEY, JSON.stringify(conversations.slice(0, MOST)));
  } catch {
    // Without storage there is no list, and all else works.
  }
}

/** Note a conversation by the question that it began with, as the latest. */
export function remember(id, question) {
  const before = known();
  const first = before.find((entry) => entry.id === id)?.question ?? question;
  keep([{ id, question: first }, ...before.filter((entry) => entry.id !== id)]);
}

export function forget(id) {
  keep(known().filter((entry) => entry.id !== id));
}

/** Show the list; `open(id)` shows a conversation again. */
export function showEarlier(place, open) {
  const items = known().map(({ id, question }) => {
    const item = element("li", {}, button(question, () => open(id), { class: "quiet open", dir: "auto" }));
    const remove = button("✕", async () => {
      try {
        await request(`/v1/conversations/${id}`, { method: "DELETE" });
      } catch (error) {
        if (error.status !== 404) return; // what the server keeps stays in the list
      }
      forget(id);
      showEarlier(place, open);
    }, { "aria-label": `Forget “${question}”` });
    item.append(remove);
    return item;
  });
  place.replaceChildren(...(items.length ? [element("h2", {}, "Earlier conversations"), element("ul", {}, ...items)] : []));
}
