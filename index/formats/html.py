"""HTML as a browser would lay it out in text: one block a line, no scripts, and the article, not the menu."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.formats.extraction import BlockKind, Extraction
from index.formats.text_encoding import decode
from index.formats.text_writer import MOST_SPANNED, TextWriter, names_columns, one_line, stands_over_figures

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
#: A button that is all of one of these opens what follows, and is named like it; others say what they do.
_MAY_BE_BUTTONS = (*_HEADINGS, "summary")
_KINDS: dict[str, BlockKind] = {"li": "item", "dd": "item", "tr": "row", "pre": "code"}
#: Elements that may hold a menu, and how such are named.
_HOLDS_MENU = ("div", "ul", "ol", "section", "aside", "header", "footer")
_MENUS = frozenset(
    "nav navbar navigation menu submenu topmenu mainmenu sitemenu sidebar breadcrumb breadcrumbs pagination".split()
)
_NAME_PARTS = re.compile(r"[a-z0-9]+")
_EMPTY_LINE = re.compile(r"\n\s*\n")
#: As HTML reads one; a fifth digit changes nothing, and Python refuses to make a number of thousands.
_NUMBER = re.compile(r"\s*(\d{1,4})", re.ASCII)
#: Where the matter of a page is, and how many characters make it that.
_MATTER = ("main", "article")
_MATTER_SELECTOR = "main, article, [role=main]"
_REAL_TEXT = 100
#: Rows of a table by which it is told whether the first names the columns.
_ROWS_TO_JUDGE = 20
#: Elements whose text no markup ends but their own; HTML does not know that they may be empty.
_EMPTY = re.compile(rb"<(title|script|style|textarea|iframe|noscript)(\s[^<>]*)?/>", re.IGNORECASE)


def extract(data: bytes) -> Extraction:
    """Read a page; the title is the `title` element's, else the first heading.

    Where the page says which part is its matter, what stands beside, above and below that is left out.
    """
    return _read(data, all_of_it=False)


def extract_xhtml(data: bytes) -> Extraction:
    """Read XHTML, in which an element that holds text may end where it begins: `<title/>`."""
    return extract(_EMPTY.sub(rb"<\1\2></\1>", data))


def extract_all(data: bytes) -> Extraction:
    """Read HTML that is no page of a site, such as a chapter or a mail: nothing in it stands beside the matter."""
    return _read(_EMPTY.sub(rb"<\1\2></\1>", data), all_of_it=True)


def _read(data: bytes, all_of_it: bool) -> Extraction:
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    encoding = (declared[1] or declared[2]).decode("ascii") if declared else None
    tree = LexborHTMLParser(decode(data, encoding))
    writer = _Writer()
    if tree.body is not None:
        _walk(tree.body, writer, () if all_of_it else _beside(tree), all_of_it)
    title_node = tree.css_first("head title")
    return writer.extraction(title_node.text() if title_node is not None else None)


def _beside(tree: LexborHTMLParser) -> Sequence[str]:
    """Return the elements that stand beside the matter: none where the page does not say what that is, or says little.

    A header is more than that where it holds the heading that the matter lacks.
    """
    matter = tree.css(_MATTER_SELECTOR)
    if not any(len(node.text().strip()) >= _REAL_TEXT for node in matter):
        return ()
    headed_above = tree.css_first("header h1") and not any(node.css_first("h1") for node in matter)
    return ("aside", "footer") if headed_above else ("aside", "footer", "header")


class _Writer:
    """Collects the text of a block while the tree is visited."""

    def __init__(self) -> None:
        self._text = TextWriter()
        self._pending: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._names_columns = False
        self._row = 0
        self._unmarked_head: int | None = None
        self._column = 0
        #: By column, in how many more rows the cell that stands in it does.
        self._rows_left: dict[int, int] = {}

    def write(self, text: str) -> None:
        self._pending.append(text)

    def begin_block(self, node: LexborNode) -> None:
        self.end_block()
        tag = node.tag or ""
        self._kind = "heading" if tag in _HEADINGS else _KINDS.get(tag, "paragraph")
        self._level = _HEADINGS.index(tag) + 1 if tag in _HEADINGS else 0
        self._names_columns = tag == "tr" and (_names_columns(node) or node.mem_id == self._unmarked_head)
        self._column = 0
        self._row += tag == "tr"
        if tag == "table":
            self._text.end_table()
            self._row = 0
            self._unmarked_head = _unmarked_head(node)
            self._rows_left = {}

    def begin_cell(self, node: LexborNode) -> None:
        """Leave the columns empty that cells of the rows above reach down into, and begin in the next."""
        while self._rows_left.get(self._column, 0):
            self._end_column()
        for column in range(self._column, self._column + _spanned(node, "colspan")):
            self._rows_left[column] = _spanned(node, "rowspan")

    def end_cell(self, node: LexborNode) -> None:
        for _ in range(_spanned(node, "colspan")):
            self._end_column()

    def _end_column(self) -> None:
        self._pending.append("\v")
        if self._column in self._rows_left:
            self._rows_left[self._column] -= 1
        self._column += 1

    def end_block(self) -> None:
        text = "".join(self._pending)
        if self._kind == "row":
            for column in range(self._column, max(self._rows_left, default=0) + 1):
                self._rows_left[column] = max(0, self._rows_left.get(column, 0) - 1)
            self._text.add_row(self._row, text.split("\v"), self._names_columns)
        elif self._kind == "code":
            self._text.add(text, "code")
        elif text.strip():
            for lines in _EMPTY_LINE.split(text.strip()):  # which two <br> leave
                self._text.add("\n".join(map(one_line, lines.split("\n"))), self._kind, self._level)
        self._pending = []
        self._kind, self._level = "paragraph", 0

    def extraction(self, title: str | None) -> Extraction:
        self.end_block()
        return self._text.extraction(title)


def _spanned(cell: LexborNode, attribute: str) -> int:
    """Return over how many columns or rows a cell goes."""
    number = _NUMBER.match(cell.attributes.get(attribute) or "")
    return min(max(int(number[1]), 1), MOST_SPANNED) if number else 1


def _is_menu(node: LexborNode) -> bool:
    """Tell whether an element is there to go to other pages: it says so, or is named so and holds mostly links."""
    attributes = node.attributes
    if attributes.get("role") == "navigation":
        return True
    names = " ".join(attributes.get(name) or "" for name in ("class", "id"))
    if _MENUS.isdisjoint(_NAME_PARTS.findall(names.lower())):
        return False
    text = len("".join(node.text().split()))
    return sum(len("".join(link.text().split())) for link in node.css("a")) * 2 > text


def _names_columns(row: LexborNode) -> bool:
    cells = [cell.tag for cell in row.iter() if cell.tag in ("td", "th")]
    in_head = row.parent is not None and row.parent.tag == "thead"
    return in_head or (len(cells) > 1 and "td" not in cells)


def _unmarked_head(table: LexborNode) -> int | None:
    """Return the memory id of the first row where a table marks none, and that one looks like it names columns.

    It does when it is bold, or when its words stand over figures; tables that lay out a page have no such columns.
    """
    rows = table.css("tr")
    if len(rows) < 2 or table.css_first("th, thead, table table"):
        return None
    texts = [[one_line(cell.text()) for cell in row.css("td")] for row in rows[:_ROWS_TO_JUDGE]]
    if not names_columns(texts[0]) or len({*map(len, texts)}) > 1:
        return None
    bold = "".join(one_line(node.text()) for node in rows[0].css("b, strong"))
    is_bold = "".join(texts[0]).replace(" ", "") == bold.replace(" ", "")
    return rows[0].mem_id if is_bold or stands_over_figures(texts) else None


def _is_heading(button: LexborNode) -> bool:
    """Tell whether a button is all of the heading around it."""
    around = button.parent
    while around is not None and around.tag not in _MAY_BE_BUTTONS:
        around = around.parent
    return around is not None and one_line(around.text()) == one_line(button.text())


def _walk(root: LexborNode, writer: _Writer, beside: Sequence[str], all_of_it: bool) -> None:
    """Visit the tree, but not what stands `beside` its matter; without recursion, since pages nest deeper than that."""
    rows = preformatted = matter = headings = 0
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            # Only <br> and preformatted text may end a line; \v parts the cells of a row.
            writer.write(text.replace("\v", " ") if preformatted else re.sub(r"[\r\n\v]", " ", text))
            continue
        is_skipped = tag in _SKIPPED and not (tag == "button" and headings and _is_heading(node))
        if not leaving and (is_skipped or "hidden" in node.attributes):
            continue
        if not leaving and not all_of_it and tag in _HOLDS_MENU and _is_menu(node):
            writer.end_block()
            continue
        if tag in beside and not matter and not rows:
            writer.end_block()
            continue
        if tag in _MATTER or node.attributes.get("role") == "main":
            matter += -1 if leaving else 1
        if tag == "tr":
            rows += -1 if leaving else 1
        if tag in _MAY_BE_BUTTONS:
            headings += -1 if leaving else 1
        preformatted += 0 if tag != "pre" else -1 if leaving else 1
        if tag == "br" and not leaving:
            writer.write(" " if rows else "\n")
        elif tag in ("td", "th"):
            if leaving:
                writer.end_cell(node)
            else:
                writer.begin_cell(node)
        elif tag in _BLOCKS and (not rows or tag == "tr"):
            if leaving:
                writer.end_block()
            else:
                writer.begin_block(node)
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
