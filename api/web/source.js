// A document at the side of the conversation, scrolled to the quote that was followed.

import { copyButton } from "./copying.js";
import { element, errorLine } from "./element.js";
import { reader } from "./reading.js";
import { showSide } from "./side.js";

/** Open a link to a document at the side; every quote of the conversation that is from it is marked too. */
export async function openSource(link) {
  const address = new URL(link.href);
  address.hash = "";
  for (const slice of otherQuotes(link)) address.searchParams.append("also", slice);
  const waiting = element("p", { class: "status busy" }, "Opening…");
  const body = showSide(link.textContent, waiting);
  try {
    const page = await load(address);
    if (!waiting.isConnected) return; // something else was opened meanwhile
    const found = document.adoptNode(page.querySelector("main"));
    const alone = element("a", { href: link.href, target: "_blank", rel: "noopener" }, "Open alone");
    const share = copyButton("Copy link", () => link.href);
    found.querySelector(".place")?.append(alone, share);
    body.replaceChildren(...found.childNodes);
    reader(body);
  } catch (error) {
    body.replaceChildren(errorLine(error));
  }
}

/** The slices of other quotes on this page from the same version of the document. */
function otherQuotes({ dataset: { document: id, hash, slice } }) {
  if (!hash) return [];
  const same = document.querySelectorAll(`#conversation a[data-document="${CSS.escape(id)}"][data-hash="${CSS.escape(hash)}"]`);
  const slices = new Set([...same].map((link) => link.dataset.slice));
  slices.delete(slice);
  return [...slices].slice(-100);
}

/** The document's page. XMLHttpRequest makes elements of it without letting anything in it run. */
function load(address) {
  return new Promise((resolve, reject) => {
    const asking = new XMLHttpRequest();
    asking.open("GET", address);
    asking.responseType = "document";
    asking.onload = () => {
      if (asking.response?.querySelector("main")) resolve(asking.response);
      else reject(new Error("The document cannot be shown now. Try again in a moment."));
    };
    asking.onerror = () => reject(new TypeError("not reached"));
    asking.send();
  });
}
