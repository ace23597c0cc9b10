// A reply as elements: answers with their quotes, counts, or what stands nearest.

import { citation, copyButton, questionAddress } from "./copying.js";
import { button, element, errorLine, plural } from "./element.js";
import { evidenceItem, isWholeQuote, passageItem, sourceLink } from "./quotes.js";
import { request } from "./server.js";

const CERTAINTY = { high: "Quite sure", medium: "Fairly sure", low: "Not sure" };
/** Quotes of an answer that are shown at once; the others on demand. */
const QUOTES_SHOWN = 3;
const NEAREST_SHOWN = 3;
const GONE = "None of the chosen documents is there now. Choose others, or ask all of them.";

/** The elements of a reply; `askAgain(question, asTyped)` asks something anew. */
export function replyContent(reply, askAgain) {
  const again = button("Ask again", () => askAgain(reply.interpreted_as, true));
  const stale = element("p", { class: "stale", hidden: true }, "Documents have changed since this answer. ", again);
  return [...understood(reply, askAgain), ...restricted(reply), ...answerContent(reply), actions(reply), stale];
}

/** What is said of a reply to those who do not see it. */
export function spoken(reply) {
  if (reply.status === "no_documents") return reply.documents ? GONE : "There are no documents to ask.";
  if (reply.status === "not_stated") return "The documents do not say.";
  if (reply.status === "counted") return counted(reply.count);
  const answers = reply.answers.map((answer) => `${answer.text}, ${CERTAINTY[answer.confidence_level].toLowerCase()}`);
  return reply.status === "several" ? `The documents give different answers: ${answers.join("; ")}` : `Answer: ${answers[0]}`;
}

/** What is going to be read, while it is. */
export function readingContent(passages) {
  const documents = new Map(passages.map((passage) => [passage.document_id, passage]));
  const titles = [...documents.values()].map((passage) => element("li", {}, sourceLink(passage)));
  const words = `Reading ${plural(passages.length, "passage")} of ${plural(documents.size, "document")}…`;
  return [element("p", { class: "status busy" }, words), element("ul", { class: "being-read" }, ...titles)];
}

/** What a follow-up question was taken to mean, where that is not what was typed, with a way to ask it as typed. */
function understood({ question, interpreted_as: meaning }, askAgain) {
  if (meaning === question) return [];
  const asTyped = button("Read as typed", () => askAgain(question, true));
  return [element("p", { class: "status" }, `Understood as: ${meaning} `, asTyped)];
}

function restricted({ documents }) {
  return documents ? [element("p", { class: "status" }, `Asked of ${plural(documents.length, "chosen document")} only`)] : [];
}

function answerContent(reply) {
  if (reply.status === "no_documents") {
    const words = reply.documents ? GONE : "There are no documents to ask. Add some, then ask again.";
    return [element("p", { class: "status" }, words)];
  }
  if (reply.status === "not_stated") {
    const nearest = reply.passages.slice(0, NEAREST_SHOWN).map(passageItem);
    const words = [element("p", { class: "status" }, "Nearest to it:"), element("ul", { class: "passages" }, ...nearest)];
    return [element("p", { class: "words none" }, "The documents do not say."), ...(nearest.length ? words : [])];
  }
  if (reply.status === "counted") return [countBlock(reply)];
  const several = reply.status === "several";
  const intro = several ? [element("p", { class: "status" }, "The documents give different answers.")] : [];
  return [...intro, element("div", { class: several ? "answers several" : "answers" }, ...reply.answers.map((answer) => answerBlock(answer, several)))];
}

function answerBlock(answer, several) {
  const [first] = answer.evidence;
  const block = element("section", { class: "answer" });
  if (several && first.attribution && answer.text !== first.attribution.text) {
    block.append(element("p", { class: "said", dir: "auto" }, first.attribution.text));
  }
  // A sentence that is its own quote is shown once, as the quote.
  if (!isWholeQuote(first)) block.append(element("p", { class: "words", dir: "auto" }, answer.text));
  const level = answer.confidence_level;
  block.append(element("p", { class: `certainty ${level}` }, CERTAINTY[level]), quoteList(answer.evidence));
  return block;
}

function quoteList(evidence) {
  const list = element("ol", { class: "quotes" }, ...evidence.slice(0, QUOTES_SHOWN).map(evidenceItem));
  const others = evidence.slice(QUOTES_SHOWN).map(evidenceItem);
  if (!others.length) return list;
  const rest = element("ol", { class: "quotes", start: QUOTES_SHOWN + 1 }, ...others);
  return element("div", {}, list, element("details", {}, element("summary", {}, plural(others.length, "more quote")), rest));
}

function counted(count) {
  const places = plural(count.documents, "document");
  const found = count.unit === "documents" ? `mentioned in ${places}` : `${plural(count.value, "mention")} in ${places}`;
  return `${count.of}: ${found}`;
}

/** A count with the first page of what was counted, and a button for the next ones. */
function countBlock({ interpreted_as: question, documents, count }) {
  const list = element("ol", { class: "quotes" }, ...count.occurrences.map(evidenceItem));
  const block = element("section", { class: "answer" }, element("p", { class: "words", dir: "auto" }, counted(count)), list);
  if (count.next) block.append(moreButton({ question, documents: documents ?? undefined }, list, count.next));
  return block;
}

function moreButton(question, list, cursor) {
  const more = button("More", async () => {
    more.disabled = true;
    try {
      const { count } = await request("/v1/ask", { method: "POST", body: { ...question, cursor } });
      const items = count.occurrences.map(evidenceItem);
      list.append(...items);
      items[0].querySelector("a").focus();
      cursor = count.next;
      if (cursor) more.disabled = false;
      else more.remove();
    } catch (error) {
      more.replaceWith(errorLine(error));
    }
  });
  return more;
}

function actions(reply) {
  const found = reply.answers.length || reply.count?.occurrences.length;
  const copies = found ? [copyButton("Copy with citation", () => citation(reply))] : [];
  return element("p", { class: "actions" }, ...copies, copyButton("Copy link", () => questionAddress(reply)));
}
