// The documents at the side: choose which are asked, open one, add files, delete them, and see what could not be read.

import { button, element, errorLine, plural } from "./element.js";
import { index, lookAtIndex, onIndex } from "./index-state.js";
import { sourceLink } from "./quotes.js";
import { choose, chooseOnly, isChosen, MOST_CHOSEN, scope } from "./scope.js";
import { request } from "./server.js";
import { showSide } from "./side.js";

/** Documents listed at once; more are found by the filter. */
const MOST_LISTED = 200;
const HINT = "Tick documents to ask only those.";
const TOO_MANY = `At most ${MOST_CHOSEN.toLocaleString("en")} documents can be chosen. Filter by name for fewer, or ask all.`;

const list = element("ul", { class: "files", "aria-label": "Documents", tabindex: "-1" });
const more = element("p", { class: "status" });
const hint = element("p", { class: "status", role: "status" });
const unread = element("div", {});
const outcomes = element("ul", { class: "outcomes" });
const filter = element("input", { type: "search", placeholder: "Filter by name", "aria-label": "Filter by name", oninput: showList });
const picker = element("input", { type: "file", multiple: true, class: "hidden", id: "files", onchange: () => upload([...picker.files]) });
let documents = [];
let shownVersion = null;

export async function openDocuments() {
  const writable = !index()?.read_only;
  const adding = element("p", { class: "adding" }, picker, element("label", { for: "files", class: "quiet" }, "Add files"), " or drop them anywhere on this page");
  const narrowing = element("p", { class: "narrowing" }, filter, button("Ask only these", () => shown().length && chooseShown(shown())), button("Ask all", () => chooseShown([])));
  const again = button("Look through the folder again", async () => {
    await request("/v1/index/rebuild", { method: "POST" });
    lookAtIndex();
  });
  hint.textContent = HINT;
  showSide("Documents", ...(writable ? [adding] : []), element("div", { role: "status" }, outcomes), narrowing, hint, list, more, unread, element("p", {}, again));
  await load();
}

/** Put files into the folder, and say of each what became of it. */
export async function upload(files, replace = false) {
  if (!files.length) return;
  outcomes.replaceChildren(element("li", { class: "busy" }, `Adding ${plural(files.length, "file")}…`));
  const body = new FormData();
  for (const file of files) body.append("files", file);
  const looking = setInterval(lookAtIndex, 500); // for the progress of the build that the reply waits for
  try {
    const told = request(`/v1/documents?wait=true&replace=${replace}`, { method: "POST", body });
    outcomes.replaceChildren(...(await told).documents.map((outcome, at) => outcomeItem(outcome, files[at])));
  } catch (error) {
    const retry = error.status === 409 ? [button("Replace", () => upload(files, true))] : [];
    error.message = forPeople(error.message);
    outcomes.replaceChildren(element("li", {}, errorLine(error, " ", ...retry)));
  } finally {
    clearInterval(looking);
  }
  picker.value = "";
  lookAtIndex();
}

const OUTCOMES = { searchable: "can be asked now", queued: "is stored, and can be asked soon", unreadable: "is stored, but", refused: "was not stored: it" };

function outcomeItem({ name, status, reason }, file) {
  const isThere = status === "refused" && documents.some((document) => document.path === name);
  const retry = isThere ? [" ", button("Replace", () => upload([file], true))] : [];
  const said = [OUTCOMES[status], reason && forPeople(reason)].filter(Boolean).join(" ");
  return element("li", { class: status }, element("b", {}, name), ` ${said}`, ...retry);
}

/** A reason without what only programs can do, where the page has a button for it. */
function forPeople(reason) {
  return reason.replaceAll(", or send it with replace=true", "");
}

async function load() {
  try {
    const found = [];
    let cursor = "";
    do {
      const page = await request(`/v1/documents?limit=1000&cursor=${encodeURIComponent(cursor)}`);
      found.push(...page.documents);
      cursor = page.next;
    } while (cursor);
    documents = found;
    shownVersion = index()?.version;
    showList();
    showUnread();
  } catch (error) {
    list.replaceChildren(element("li", {}, errorLine(error)));
  }
}

function shown() {
  const words = filter.value.trim().toLowerCase();
  return documents.filter(({ path, title }) => `${path}\n${title}`.toLowerCase().includes(words));
}

function chooseShown(wanted) {
  const chosen = wanted.length === documents.length ? [] : wanted;
  if (canChoose(chosen.length)) chooseOnly(chosen);
  showList();
}

/** Whether so many documents can be chosen; where they cannot, the page says so. */
function canChoose(count) {
  hint.textContent = count > MOST_CHOSEN ? TOO_MANY : HINT;
  return count <= MOST_CHOSEN;
}

function showList() {
  const found = shown();
  list.replaceChildren(...found.slice(0, MOST_LISTED).map(documentItem));
  const rest = found.length - MOST_LISTED;
  more.textContent = rest > 0 ? `and ${rest.toLocaleString("en")} more; filter by name to find them` : found.length ? "" : "None has this name.";
}

function documentItem(document) {
  const asked = element("input", { type: "checkbox", checked: isChosen(document.id), "aria-label": `Ask only ${document.title}` });
  asked.addEventListener("change", () => {
    const chosen = scope()?.length ?? 0;
    if (canChoose(asked.checked ? chosen + 1 : chosen)) choose(document, asked.checked);
    else asked.checked = false;
  });
  const link = sourceLink({ ...document, document_id: document.id, url: `/documents/${document.id}`, start: 0, end: 0, content_hash: "" });
  const words = element("div", {}, link, element("span", { class: "path" }, document.path));
  return element("li", {}, asked, words, ...deleting(document.id, document.title));
}

function showUnread() {
  const files = index()?.unreadable ?? [];
  const items = files.map(({ path, reason }) => {
    // What stands inside another file cannot be deleted by itself.
    const words = element("div", {}, element("b", {}, path), element("span", { class: "reason" }, reason));
    return element("li", {}, words, ...(path.includes("/") ? [] : deleting(path, path)));
  });
  const heading = element("h3", {}, `${plural(files.length, "file")} could not be read`);
  unread.replaceChildren(...(files.length ? [heading, element("ul", { class: "files" }, ...items)] : []));
}

/** A button that deletes a file when it is pressed twice. */
function deleting(id, name) {
  if (index()?.read_only) return [];
  let sure = false;
  const erase = button("Delete", async () => {
    if (!sure) {
      sure = true;
      erase.textContent = "Delete the file?";
      return;
    }
    erase.disabled = true;
    erase.textContent = "Deleting…";
    try {
      const { reason } = await request(`/v1/documents/${encodeURIComponent(id)}?wait=true`, { method: "DELETE" });
      choose({ id }, false);
      // Until the index can be brought up to date, it answers still.
      outcomes.replaceChildren(element("li", {}, element("b", {}, name), reason ? ` was deleted, but ${reason}` : " was deleted"));
      list.focus({ preventScroll: true }); // the button goes
      lookAtIndex();
    } catch (error) {
      erase.replaceWith(errorLine(error));
    }
  }, { "aria-label": `Delete ${name}` });
  erase.addEventListener("blur", () => {
    sure = false;
    if (!erase.disabled) erase.textContent = "Delete";
  });
  return [erase];
}

onIndex(({ version }) => {
  if (list.isConnected && version !== shownVersion) load();
  else if (list.isConnected) showUnread();
});
document.addEventListener("scope", showList);

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files") || index()?.read_only) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length || index()?.read_only) return;
  event.preventDefault();
  document.body.classList.remove("dropping");
  const files = [...event.dataTransfer.files];
  openDocuments();
  upload(files);
});
