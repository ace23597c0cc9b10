// Which documents are asked: all of them, or those that were chosen.

import { button, plural } from "./element.js";
import { index, onIndex } from "./index-state.js";

/** Documents that a question can be restricted to; the service refuses more. */
export const MOST_CHOSEN = 1000;

const line = document.getElementById("scope");
const chosen = new Map();

/** The ids or patterns of the documents that are asked; undefined for all. */
export function scope() {
  return chosen.size ? [...chosen.keys()] : undefined;
}

export function isChosen(id) {
  return chosen.has(id);
}

export function choose({ id, title }, wanted) {
  if (wanted) chosen.set(id, title);
  else chosen.delete(id);
  show();
}

/** Ask only these; none for all. */
export function chooseOnly(documents) {
  chosen.clear();
  for (const { id, title } of documents) chosen.set(id, title);
  show();
}

function show() {
  const total = index()?.documents ?? 0;
  if (!chosen.size) {
    line.replaceChildren(total ? `Asking all ${plural(total, "document")}` : "");
    return;
  }
  const names = [...chosen.values()];
  const words = names.length > 2 ? plural(names.length, "chosen document") : names.join(" and ");
  const all = button("Ask all", () => {
    chooseOnly([]);
    line.dispatchEvent(new CustomEvent("scope", { bubbles: true }));
  });
  line.replaceChildren(`Asking only ${words} `, all);
}

onIndex(show);
