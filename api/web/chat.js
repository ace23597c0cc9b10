// The chat page: ask, show the reply, and come back to a conversation.

import { openDocuments } from "./documents.js";
import { forget, remember, showEarlier } from "./earlier.js";
import { announce, button, element, errorLine } from "./element.js";
import { questionAddress } from "./copying.js";
import { index, lookAtIndex, onIndex } from "./index-state.js";
import { readingContent, replyContent, spoken } from "./replies.js";
import { chooseOnly, scope } from "./scope.js";
import { ask as askServer, request } from "./server.js";
import { openSource } from "./source.js";

const conversation = document.getElementById("conversation");
const welcome = document.getElementById("welcome");
const suggestions = document.getElementById("suggestions");
const newConversation = document.getElementById("new-conversation");
const form = document.getElementById("ask");
const input = document.getElementById("question");
const send = form.querySelector("button");

let conversationId = null;

/** Put a question into the conversation, and return the place of its reply. */
function turn(question) {
  const reply = element("div", { class: "reply" });
  const words = element("h2", { class: "question", dir: "auto", tabindex: -1 }, question);
  return [element("article", {}, words, reply), reply];
}

function status(words) {
  return element("p", { class: "status busy" }, words);
}

function showReply(place, reply) {
  place.dataset.version = reply.index_version;
  place.replaceChildren(...replyContent(reply, (question, asTyped) => ask(question, { asTyped, documents: reply.documents })));
  markStale(place);
}

/** Say of a reply that documents have changed since, where they have. */
function markStale(place) {
  const stale = place.querySelector(".stale");
  const version = index()?.version;
  if (stale && version) stale.hidden = place.dataset.version === version;
}

/** Ask, of the documents that are chosen or of others; null for all. */
async function ask(question, { asTyped = false, documents = scope() } = {}) {
  showConversation();
  const [article, place] = turn(question);
  place.append(status("Looking…"));
  conversation.append(article);
  article.scrollIntoView({ block: "start" });
  announce("Reading…");
  send.disabled = true;
  try {
    const asked = { question, as_typed: asTyped, documents, conversation_id: conversationId ?? undefined };
    const reply = await askServer(asked, {
      onPassages: (passages) => passages.length && place.replaceChildren(...readingContent(passages)),
      onWaiting: (reason) => place.replaceChildren(status(`${reason[0].toUpperCase()}${reason.slice(1)}. Your question waits.`)),
    });
    if (!article.isConnected) return; // another conversation was begun meanwhile
    conversationId = reply.conversation_id;
    remember(conversationId, question);
    // The address asks the last question again wherever it is opened; the state brings the conversation back here.
    history.replaceState({ conversation: conversationId }, "", questionAddress(reply));
    showReply(place, reply);
    announce(spoken(reply));
  } catch (error) {
    const again = button("Try again", () => {
      article.remove();
      ask(question, { asTyped, documents });
    });
    // What the server refuses it refuses again.
    place.replaceChildren(error.status ? errorLine(error) : errorLine(error, " ", again));
  } finally {
    send.disabled = false;
    article.scrollIntoView({ block: "start" });
  }
}

function showConversation() {
  welcome.hidden = true;
  newConversation.hidden = false;
}

function showWelcome() {
  conversationId = null;
  conversation.replaceChildren();
  welcome.hidden = false;
  newConversation.hidden = true;
  showEarlier(document.getElementById("earlier"), (id) => {
    history.pushState({ conversation: id }, "", "/");
    restore(id);
  });
  suggest();
  input.focus();
}

/** Show a conversation again as it was. */
async function restore(id) {
  showConversation();
  const opening = status("Opening the conversation…");
  conversation.replaceChildren(opening);
  try {
    const { turns } = await request(`/v1/conversations/${id}`);
    if (!opening.isConnected) return; // something else was opened meanwhile
    conversationId = id;
    conversation.replaceChildren(...turns.map(restoredTurn));
    conversation.lastElementChild?.scrollIntoView({ block: "start" });
  } catch (error) {
    if (error.status === 404) forget(id);
    if (!opening.isConnected) return;
    const words = error.status === 404 ? new Error("Seedbed has forgotten this conversation. Ask anew.") : error;
    conversation.replaceChildren(errorLine(words));
  }
}

function restoredTurn({ question, answers, reply }) {
  const [article, place] = turn(question);
  if (reply) showReply(place, reply);
  else place.append(element("p", { class: "words", dir: "auto" }, answers.join("; ")), status("Its quotes were not kept."));
  return article;
}

/** Suggest questions to begin with, anew for each index. */
async function suggest() {
  const version = index()?.version;
  if (welcome.hidden || !version || suggestions.dataset.version === version) return;
  suggestions.dataset.version = version;
  try {
    const { suggestions: questions } = await request("/v1/suggestions");
    const items = questions.map((question) => {
      const choice = button(question, () => ask(question, { documents: null }), { class: "suggestion", dir: "auto" });
      return element("li", {}, choice);
    });
    suggestions.replaceChildren(...(items.length ? [element("h2", {}, "For example"), element("ul", {}, ...items)] : []));
  } catch {
    suggestions.replaceChildren(); // they only help to begin
  }
}

/** Show what the address and the history of the browser ask for. */
function begin() {
  const parameters = new URLSearchParams(location.search);
  const shared = parameters.get("q")?.trim();
  if (history.state?.conversation) {
    restore(history.state.conversation);
  } else if (shared) {
    chooseOnly(parameters.getAll("documents").map((id) => ({ id, title: id })));
    ask(shared);
  } else {
    showWelcome();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = input.value.trim();
  if (!question || send.disabled) return;
  input.value = "";
  ask(question);
});

newConversation.addEventListener("click", () => {
  history.pushState(null, "", "/");
  showWelcome();
});

document.getElementById("documents").addEventListener("click", openDocuments);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.to-source");
  // With a key held down, a link is a link.
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openSource(link);
});

addEventListener("popstate", begin);
onIndex(() => conversation.querySelectorAll(".reply").forEach(markStale));
onIndex(suggest);
begin();
lookAtIndex();
