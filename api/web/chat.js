// The chat page: ask, show the answer with its quotes, follow a quote to its place.
// Text from documents only ever becomes text nodes.

const conversation = document.getElementById("conversation");
const welcome = document.getElementById("welcome");
const form = document.getElementById("ask");
const input = document.getElementById("question");
const button = form.querySelector("button");
const indexState = document.getElementById("index-state");

const CERTAINTY = { high: "Quite sure", medium: "Fairly sure", low: "Not sure" };
let conversationId = null;

/** Make an element: `element("p", { class: "x" }, "text", child)`. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Offsets from the server count code points; JavaScript strings count UTF-16 units. */
function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

/** The quote, with the answer span in it marked, and who says so where the quote tells. */
function quoteText(evidence) {
  const { start, end, answer_start, answer_end, attribution } = evidence;
  const parts = answer_start === start && answer_end === end ? [] : [["mark", answer_start, answer_end]];
  if (attribution && parts.every(([, from, to]) => attribution.end <= from || to <= attribution.start)) {
    parts.push(["em", attribution.start, attribution.end]);
  }
  parts.sort(([, one], [, other]) => one - other);
  const quote = element("blockquote", { dir: "auto" });
  let at = start;
  for (const [tag, from, to] of parts) {
    const words = element(tag, tag === "em" ? { title: "who says so" } : {}, slice(evidence.quote, from - start, to - start));
    quote.append(slice(evidence.quote, at - start, from - start), words);
    at = to;
  }
  quote.append(slice(evidence.quote, at - start, end - start));
  return quote;
}

function place(evidence) {
  const heading = evidence.heading_path.at(-1);
  const where = heading && heading !== evidence.title ? [heading] : [];
  if (evidence.page) where.push(`page ${evidence.page}`);
  // A line helps where the file has the same lines as the text.
  else if (!/\.(x?html?|docx|odt|rtf|epub|eml|zip)$/i.test(evidence.path)) where.push(`line ${evidence.line}`);
  if (evidence.dated) where.push(`dated ${evidence.dated.text}`);
  return where.join(", ");
}

function evidenceItem(evidence) {
  const link = element("a", { href: `${evidence.url}#quote`, target: "_blank", rel: "noopener" }, evidence.title);
  const source = element("p", { class: "source" }, link, element("span", {}, place(evidence)));
  // What names the columns of a table's row stands above it.
  const context = evidence.context.map(({ text }) => element("p", { class: "context", dir: "auto" }, text));
  return element("li", {}, ...context, quoteText(evidence), source);
}

function answerBlock(answer) {
  const block = element("section", { class: "answer" });
  const only = answer.evidence[0];
  const isSentence = only.answer_start === only.start && only.answer_end === only.end;
  // A sentence that is its own quote is shown once, as the quote.
  if (!isSentence) block.append(element("p", { class: "words", dir: "auto" }, answer.text));
  block.append(element("ol", { class: "quotes" }, ...answer.evidence.map(evidenceItem)));
  return block;
}

function plural(count, thing) {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

/** A count with the first page of what was counted, and a button for the next ones. */
function countBlock(question, count) {
  const places = plural(count.documents, "document");
  const found = count.unit === "documents" ? `mentioned in ${places}` : `${plural(count.value, "mention")} in ${places}`;
  const list = element("ol", { class: "quotes" }, ...count.occurrences.map(evidenceItem));
  const words = element("p", { class: "words", dir: "auto" }, `${count.of}: ${found}`);
  const block = element("section", { class: "answer" }, words, list);
  if (count.next) block.append(moreButton(question, list, count.next));
  return block;
}

function moreButton(question, list, cursor) {
  const more = element("button", { type: "button", class: "more" }, "More");
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const [response, result] = await post({ question, cursor });
      if (!response.ok) throw new Error(result.detail);
      const items = result.count.occurrences.map(evidenceItem);
      list.append(...items);
      items[0].querySelector("a").focus();
      cursor = result.count.next;
      if (cursor) more.disabled = false;
      else more.remove();
    } catch (error) {
      more.replaceWith(errorLine(error));
    }
  });
  return more;
}

function errorLine(error) {
  const message = error instanceof TypeError ? "Seedbed cannot be reached. Is it still running?" : error.message;
  return element("p", { class: "status error", role: "alert" }, message);
}

function nearestPassages(passages) {
  const items = passages.slice(0, 3).map((passage) => {
    const link = element("a", { href: `${passage.url}#quote`, target: "_blank", rel: "noopener" }, passage.title);
    return element("li", {}, element("p", { class: "passage", dir: "auto" }, passage.text), element("p", { class: "source" }, link));
  });
  const list = element("ul", { class: "passages" }, ...items);
  return element("details", {}, element("summary", {}, "The nearest passages"), list);
}

/** What a follow-up question was taken to mean, where that is not what was typed, with a way to ask it as typed. */
function understood({ question, interpreted_as: meaning }) {
  if (meaning === question) return [];
  const asTyped = element("button", { type: "button", class: "as-typed" }, "Read as typed");
  asTyped.addEventListener("click", () => ask(question, true));
  return [element("p", { class: "status" }, `Understood as: ${meaning} `, asTyped)];
}

function replyContent(reply) {
  return [...understood(reply), ...answerContent(reply)];
}

function answerContent(reply) {
  if (reply.status === "no_documents") {
    return [element("p", { class: "status" }, "There are no documents to ask. Put some into the folder, then ask again.")];
  }
  if (reply.status === "not_stated") {
    return [element("p", { class: "status" }, "The documents do not say."), nearestPassages(reply.passages)];
  }
  if (reply.status === "counted") return [countBlock(reply.interpreted_as, reply.count)];
  const certainty = CERTAINTY[reply.confidence_level];
  const intro = reply.status === "several" ? "The documents give different answers." : certainty;
  return [element("p", { class: "status" }, intro), ...reply.answers.map(answerBlock)];
}

/** Before the first index is ready a question waits for it, saying so. */
function waitForIndex(reply, reason) {
  reply.replaceChildren(element("p", { class: "status" }, `${reason[0].toUpperCase()}${reason.slice(1)}. Your question waits.`));
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}

async function post(body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/v1/ask", { method: "POST", headers, body: JSON.stringify(body) });
  return [response, await response.json()];
}

async function ask(question, asTyped = false) {
  welcome.hidden = true;
  const reply = element("div", { class: "reply" }, element("p", { class: "status" }, "Reading…"));
  conversation.append(element("article", {}, element("h2", { class: "question", dir: "auto" }, question), reply));
  reply.scrollIntoView({ block: "nearest" });
  button.disabled = true;
  try {
    let response, result;
    do {
      if (response?.status === 503) await waitForIndex(reply, result.detail);
      // One that the server has forgotten begins anew.
      if (response?.status === 404) conversationId = null;
      const ofConversation = conversationId && { conversation_id: conversationId };
      [response, result] = await post({ question, as_typed: asTyped, ...ofConversation });
    } while (response.status === 503 || (response.status === 404 && conversationId));
    if (!response.ok) throw new Error(result.detail);
    conversationId = result.conversation_id;
    reply.replaceChildren(...replyContent(result));
  } catch (error) {
    reply.replaceChildren(errorLine(error));
  } finally {
    button.disabled = false;
    reply.parentElement.scrollIntoView({ block: "nearest" });
  }
}

/** How many documents there are; those that could not be read are listed on demand, with the reasons. */
function showDocuments({ documents, unreadable, error }) {
  const count = element("p", {}, error ? `${documents} documents; ${error}` : `${documents} documents`);
  const wasOpen = indexState.querySelector("details")?.open;
  indexState.replaceChildren(count);
  if (!unreadable.length) return;
  const files = unreadable.map((file) => element("li", {}, element("b", {}, file.path), ` ${file.reason}`));
  const summary = element("summary", {}, `${unreadable.length} could not be read`);
  const details = element("details", {}, summary, element("ul", {}, ...files));
  details.open = Boolean(wasOpen);
  indexState.append(details);
}

async function showIndexState() {
  let pause = 10_000;
  try {
    const response = await fetch("/v1/index");
    const index = await response.json();
    if (!response.ok) {
      indexState.textContent = index.detail;
      pause = 1_000;
    } else if (index.building || !index.version) {
      const { files, files_total, passages, passages_total } = index.building ?? {};
      indexState.textContent = files_total
        ? `Indexing: ${files} of ${files_total} files, ${passages} of ${passages_total} passages`
        : index.error ?? "Starting…";
      pause = 1_000;
    } else {
      showDocuments(index);
    }
  } catch {
    indexState.textContent = "not connected";
  }
  setTimeout(showIndexState, pause);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = input.value.trim();
  if (!question) return;
  input.value = "";
  ask(question);
});

const shared = new URLSearchParams(location.search).get("q");
if (shared?.trim()) ask(shared.trim());
showIndexState();
