// Reading a document: to the quote, from quote to quote, by its contents, and by words to find.

import { button, element } from "./element.js";

/** Matches beyond these are not looked for. */
const MOST_FOUND = 2_000;

/** Make a document that the server marked convenient to read, and show its quote. */
export function reader(root) {
  const bar = element("div", { class: "find" }, finder(root), ...quoteSteps(root));
  root.querySelector(".reading")?.before(bar);
  // The page may stand inside another one, whose address is not to change.
  root.querySelector(".outline")?.addEventListener("click", (event) => {
    const target = event.target.closest("a")?.getAttribute("href").slice(1);
    if (!target) return;
    event.preventDefault();
    show(root, root.querySelector(`#${CSS.escape(target)}`));
  });
  const quote = root.querySelector("#quote");
  if (quote) {
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }
}

function show(root, node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "start" });
}

/** Buttons from quote to quote, where there are several. A mark that goes on, over a heading or page, is one. */
function quoteSteps(root) {
  const marks = [...root.querySelectorAll("mark")].filter((mark) => mark.previousSibling?.nodeName !== "MARK");
  if (marks.length < 2) return [];
  let at = marks.findIndex((mark) => mark.id === "quote");
  const where = element("span", { role: "status" });
  const step = (by) => {
    at = (at + by + marks.length) % marks.length;
    marks[at].tabIndex = -1;
    marks[at].focus({ preventScroll: true });
    marks[at].scrollIntoView({ block: "center" });
    where.textContent = `Quote ${at + 1} of ${marks.length}`;
  };
  where.textContent = `${marks.length} quotes`;
  const buttons = [
    button("↑", () => step(-1), { "aria-label": "Previous quote" }),
    button("↓", () => step(1), { "aria-label": "Next quote" }),
  ];
  return [element("div", { class: "steps" }, where, ...buttons)];
}

/** A field that finds words in the text, whatever the white space between them. */
function finder(root) {
  let found = [];
  let at = -1;
  const field = element("input", { type: "search", placeholder: "Find in this document", "aria-label": "Find in this document" });
  const where = element("span", { role: "status" });
  const go = (to) => {
    if (!found.length) return;
    at = (to + found.length) % found.length;
    highlight("found-now", [found[at]]);
    intoView(root, found[at]);
    where.textContent = `${at + 1} of ${found.length}`;
  };
  field.addEventListener("input", () => {
    found = matches(root, field.value.trim());
    highlight("found", found);
    highlight("found-now", []);
    where.textContent = field.value.trim() && !found.length ? "Not found" : "";
    for (const each of buttons) each.hidden = !found.length;
    go(0);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go(event.shiftKey ? at - 1 : at + 1);
  });
  const buttons = [
    button("↑", () => go(at - 1), { "aria-label": "Previous match", hidden: true }),
    button("↓", () => go(at + 1), { "aria-label": "Next match", hidden: true }),
  ];
  return element("div", { class: "steps" }, field, where, ...buttons);
}

/** The places of some words, as ranges: nothing in the document is changed. */
function matches(root, words) {
  if (!words) return [];
  const pattern = new RegExp(words.split(/\s+/).map(escaped).join("\\s+"), "giu");
  const found = [];
  for (const text of root.querySelectorAll(".text")) {
    const nodes = textNodes(text);
    let node = 0;
    for (const match of text.textContent.matchAll(pattern)) {
      if (found.length === MOST_FOUND) return found;
      const range = document.createRange();
      while (nodes[node].end <= match.index) node += 1;
      range.setStart(nodes[node].node, match.index - nodes[node].start);
      let last = node;
      while (nodes[last].end < match.index + match[0].length) last += 1;
      range.setEnd(nodes[last].node, match.index + match[0].length - nodes[last].start);
      found.push(range);
    }
  }
  return found;
}

function textNodes(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  for (let start = 0; walker.nextNode(); start = nodes.at(-1).end) {
    nodes.push({ node: walker.currentNode, start, end: start + walker.currentNode.length });
  }
  return nodes;
}

function escaped(words) {
  return words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function highlight(name, ranges) {
  if (globalThis.Highlight) CSS.highlights.set(name, new Highlight(...ranges));
  else if (ranges.length === 1) getSelection().setBaseAndExtent(ranges[0].startContainer, ranges[0].startOffset, ranges[0].endContainer, ranges[0].endOffset);
}

function intoView(root, range) {
  const scroller = root.scrollHeight > root.clientHeight && root !== document.body ? root : document.scrollingElement;
  const height = scroller === root ? root.clientHeight : innerHeight;
  const top = scroller === root ? root.getBoundingClientRect().top : 0;
  scroller.scrollBy({ top: range.getBoundingClientRect().top - top - height / 2 });
}
