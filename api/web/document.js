// The page of a document: the server marked the quote, and the reader does the rest.
import { reader } from "./reading.js";

const contents = document.querySelector(".outline");
if (contents) contents.open = matchMedia("(min-width: 64rem)").matches;
reader(document.querySelector("main"));
