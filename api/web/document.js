// The server marked the quote; this only brings it into view.
const quote = document.getElementById("quote");
if (quote) {
  quote.scrollIntoView({ block: "center" });
  quote.focus({ preventScroll: true });
}
