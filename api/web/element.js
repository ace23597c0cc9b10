// How the pages make their elements. Text, also that of documents, only ever becomes text nodes.

/** Make an element: `element("p", { class: "x", onclick: f }, "text", child)`; an attribute of false is left out. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function button(label, action, attributes = {}) {
  return element("button", { type: "button", class: "quiet", onclick: action, ...attributes }, label);
}

export function plural(count, thing) {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

/** Say something to those who do not see the page. */
export function announce(words) {
  document.getElementById("announcement").textContent = words;
}

/** An error as a line; its message is for people, but that of a connection that failed. */
export function errorLine(error, ...more) {
  const message = error instanceof TypeError ? "Seedbed cannot be reached. Is it still running?" : error.message;
  return element("p", { class: "status error", role: "alert" }, message, ...more);
}
