// The side: a dialog beside the conversation on a wide screen, and over it on a narrow one.

const side = document.getElementById("side");
const title = document.getElementById("side-title");
const body = document.getElementById("side-body");
const wide = matchMedia("(min-width: 64rem)");

function open() {
  if (side.open) return;
  if (wide.matches) side.show();
  else side.showModal();
}

/** Show something at the side; the focus goes to its title unless the caller moves it. */
export function showSide(heading, ...content) {
  title.textContent = heading;
  body.replaceChildren(...content);
  open();
  body.scrollTop = 0;
  title.focus();
  return body;
}

/** Put the focus back where it was before, and the page as well. */
function close() {
  side.close();
  body.replaceChildren();
}

document.getElementById("side-close").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && side.open && !event.defaultPrevented) close();
});
wide.addEventListener("change", () => {
  if (!side.open) return;
  side.close();
  open();
});
