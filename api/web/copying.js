// Copying: an answer with its citation, and addresses to share.

import { announce, button } from "./element.js";

/** A button that copies what `text` returns, and says so for a moment. */
export function copyButton(label, text) {
  const copier = button(label, async () => {
    await copy(text());
    announce("Copied");
    copier.textContent = "Copied";
    setTimeout(() => (copier.textContent = label), 2_000);
  });
  return copier;
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Where the page came by plain HTTP from another machine, browsers have only the older way.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** The address that asks a question again, of the documents it was asked of. */
export function questionAddress(reply) {
  const parameters = new URLSearchParams({ q: reply.interpreted_as });
  for (const document of reply.documents ?? []) parameters.append("documents", document);
  return `${location.origin}/?${parameters}`;
}

/** The answers of a reply as text, each with its quotes and where they stand. */
export function citation(reply) {
  const answers = reply.count
    ? [{ text: `${reply.count.of}: ${reply.count.value}`, evidence: reply.count.occurrences }]
    : reply.answers;
  return answers.map(({ text, evidence }) => [text, ...evidence.map(cited)].join("\n")).join("\n\n");
}

function cited(evidence) {
  const quote = evidence.quote.replace(/\s+/g, " ").trim();
  const where = [evidence.path, ...evidence.place].join(", ");
  return `“${quote}”\n${evidence.title} (${where})\n${location.origin}${evidence.url}`;
}
