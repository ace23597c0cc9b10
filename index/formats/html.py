"""HTML as a browser would lay it out in text: one block a line, no scripts, no navigation."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.formats.extraction import Block, BlockKind, Extraction
from index.formats.text_encoding import decode

_DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]+encoding=["']([\w.:-]+)""", re.I)
_DECLARED_WITHIN = 1024  # bytes, as the HTML standard's prescan
_SKIPPED = frozenset(
    ("head", "script", "style", "noscript", "template", "svg", "math", "nav", "iframe", "object", "select", "button")
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot"),
        *("thead", "tr", "ul"),
    )
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_KINDS: dict[str, BlockKind] = {"li": "item", "dd": "item", "tr": "row", "pre": "code"}
_SPACES = re.compile(r"[ \t\r\n\f]+")


def extract(data: bytes) -> Extraction:
    """Read HTML; the title is the `title` element's, else the first heading."""
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    encoding = (declared[1] or declared[2]).decode("ascii") if declared else None
    tree = LexborHTMLParser(decode(data, encoding))
    writer = _Writer()
    if tree.body is not None:
        _walk(tree.body, writer)
    writer.end_block()
    title_node = tree.css_first("head title")
    title = _SPACES.sub(" ", title_node.text()).strip() if title_node is not None else ""
    text = "".join(writer.parts)
    if not title:
        title = next((text[b.start : b.end] for b in writer.blocks if b.kind == "heading"), "")
    return Extraction(text, tuple(writer.blocks), title or None)


class _Writer:
    """Collects text and the blocks it falls into; blocks are parted by an empty line, rows by a line end."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.blocks: list[Block] = []
        self.length = 0
        self._pending: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0

    def write(self, text: str) -> None:
        self._pending.append(text)

    def begin_block(self, tag: str) -> None:
        self.end_block()
        self._kind = "heading" if tag in _HEADINGS else _KINDS.get(tag, "paragraph")
        self._level = _HEADINGS.index(tag) + 1 if tag in _HEADINGS else 0

    def end_block(self) -> None:
        text = "".join(self._pending)
        if self._kind == "row":
            text = "\t".join(_SPACES.sub(" ", cell).strip() for cell in text.split("\v")).strip()
        elif self._kind == "code":
            text = text.strip("\n").rstrip()
        else:
            text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()
        if text:
            follows_row = self._kind == "row" and bool(self.blocks) and self.blocks[-1].kind == "row"
            self._append("\n" if follows_row else "\n\n" if self.length else "")
            start = self.length
            self._append(text)
            self.blocks.append(Block(start, self.length, self._kind, self._level))
        self._pending = []
        self._kind, self._level = "paragraph", 0

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Visit the tree without recursion, since pages nest deeper than Python's stack."""
    rows = preformatted = 0
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            # Only <br> and preformatted text may end a line; \v parts the cells of a row.
            writer.write(text.replace("\v", " ") if preformatted else re.sub(r"[\r\n\v]", " ", text))
            continue
        if not leaving and (tag in _SKIPPED or "hidden" in node.attributes):
            continue
        if tag == "tr":
            rows += -1 if leaving else 1
        preformatted += 0 if tag != "pre" else -1 if leaving else 1
        if tag == "br" and not leaving:
            writer.write(" " if rows else "\n")
        elif tag in ("td", "th") and leaving:
            writer.write("\v" if node.next is not None else "")
        elif tag in _BLOCKS and (not rows or tag == "tr"):
            if leaving:
                writer.end_block()
            else:
                writer.begin_block(tag)
        elif tag in _BLOCKS:
            writer.write(" ")
        if not leaving:
            stack.append((node, True))
            children = []
            child = node.child
            while child is not None:
                children.append((child, False))
                child = child.next
            stack.extend(reversed(children))
