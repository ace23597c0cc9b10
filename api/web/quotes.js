// A quote as the page shows it: its answer marked, its place named, and its source a link.

import { element } from "./element.js";

/** Offsets from the server count code points; JavaScript strings count UTF-16 units. */
function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

export function isWholeQuote(evidence) {
  return evidence.answer_start === evidence.start && evidence.answer_end === evidence.end;
}

/** The quote, with the answer span in it marked, and who says so where the quote tells. */
function quoteText(evidence) {
  const { start, end, answer_start, answer_end, attribution } = evidence;
  const parts = isWholeQuote(evidence) ? [] : [["mark", answer_start, answer_end]];
  if (attribution && parts.every(([, from, to]) => attribution.end <= from || to <= attribution.start)) {
    parts.push(["em", attribution.start, attribution.end]);
  }
  parts.sort(([, one], [, other]) => one - other);
  const quote = element("blockquote", { dir: "auto" });
  let at = start;
  for (const [tag, from, to] of parts) {
    const words = element(tag, { title: tag === "em" && "who says so" }, slice(evidence.quote, from - start, to - start));
    quote.append(slice(evidence.quote, at - start, from - start), words);
    at = to;
  }
  quote.append(slice(evidence.quote, at - start, end - start));
  return quote;
}

/** A link to a slice of a document. The page opens it beside the conversation, and marks the quotes it finds there. */
export function sourceLink({ document_id, content_hash = "", start, end, url, title }) {
  const slice = { "data-document": document_id, "data-hash": content_hash, "data-slice": `${start}-${end}` };
  return element("a", { class: "to-source", href: `${url}#quote`, dir: "auto", ...slice }, title);
}

export function evidenceItem(evidence) {
  const source = element("p", { class: "source" }, sourceLink(evidence), element("span", {}, evidence.place.join(", ")));
  // What names the columns of a table's row stands above it.
  const context = evidence.context.map(({ text }) => element("p", { class: "context", dir: "auto" }, text));
  return element("li", {}, ...context, quoteText(evidence), source);
}

export function passageItem(passage) {
  const text = element("p", { class: "passage", dir: "auto" }, passage.text);
  return element("li", {}, text, element("p", { class: "source" }, sourceLink(passage)));
}
