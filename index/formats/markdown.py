"""Markdown, kept as it was written: the text is the file's own, the structure comes from a parser."""

import re
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.formats.extraction import Block, BlockKind, Extraction, trimmed
from index.formats.text_encoding import decode

#: The parser drops what is nested deeper, and a list level is two steps; it works by recursion, so there is an end.
_DEEPEST = 100
_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER_TITLE = re.compile(r"^title:\s*(['\"]?)(.+?)\1\s*$", re.MULTILINE)
#: What marks a list item or a quotation before a row, and how deep a row is that stands in none.
_MARKERS = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
_ROW_LEVEL = 2
_MARKUP = re.compile(r"[*_`]+|!?\[([^\]]*)\]\([^)]*\)")


def extract(data: bytes) -> Extraction:
    """Read Markdown; the title is the front matter's, else the first heading."""
    text = decode(data)
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").use(front_matter_plugin)
    line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    blocks: list[Block] = []
    title: str | None = None
    items = 0
    kind: BlockKind = "paragraph"
    level = 0
    headings: tuple[int, int] | None = None
    number = 0
    for token in parser.parse(text):
        if token.type == "list_item_open":
            items += 1
        elif token.type == "list_item_close":
            items -= 1
        elif token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
        elif token.type == "paragraph_open":
            kind, level = ("item" if items else "paragraph"), 0
        elif token.type == "thead_open":
            headings, number = None, 0
        elif token.type == "tr_open":
            kind, number = "row", number + 1
            row = replace(_row(text, line_starts, token), headings=headings, number=number)
            blocks.append(row)
            headings = headings or (row.start, row.end)
        elif token.type == "inline" and kind != "row":
            block = _inline(text, line_starts, token, kind, level)
            blocks.append(block)
            if kind == "heading" and title is None:
                title = _MARKUP.sub(r"\1", text[block.start : block.end]).strip()
        elif token.type in ("fence", "code_block", "html_block", "front_matter"):
            blocks.append(_lines(text, line_starts, token, "paragraph" if token.type == "html_block" else "code"))
            if token.type == "front_matter" and (found := _FRONT_MATTER_TITLE.search(token.content)):
                title = found[2]
    return Extraction(text, tuple(block for block in blocks if block.start < block.end), title)


def _lines(text: str, line_starts: list[int], token: Token, kind: BlockKind) -> Block:
    """Return the whole lines of a token, without the white space around them."""
    start, end = _span(text, line_starts, token)
    return Block(*trimmed(text, start, end), kind)


def _row(text: str, line_starts: list[int], token: Token) -> Block:
    """Return a row from its first cell, so that no `-` or `>` stands before it as a cell of its own."""
    row = _lines(text, line_starts, token, "row")
    markers = _MARKERS.match(text, row.start, row.end) if token.level > _ROW_LEVEL else None
    return replace(row, start=markers.end()) if markers else row


def _inline(text: str, line_starts: list[int], token: Token, kind: BlockKind, level: int) -> Block:
    """Return the lines of running text, from its first word, so that no `#`, `-` or `>` stands before it."""
    whole = _lines(text, line_starts, token, kind)
    first_line, *more = _LINE_END.split(token.content, maxsplit=1)
    found = text.find(first_line, whole.start, whole.end)
    start = found if found >= 0 else whole.start
    end = whole.end if more or kind != "heading" else start + len(first_line)
    return Block(start, end, kind, level)


def _span(text: str, line_starts: list[int], token: Token) -> tuple[int, int]:
    first, after = token.map or [0, 0]
    return line_starts[first], line_starts[after] if after < len(line_starts) else len(text)
