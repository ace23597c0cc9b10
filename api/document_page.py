"""A document as HTML: its text with every character in its place, the quotes marked, and its pages and headings."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape

from api.quote_links import Found
from index.documents import Document
from index.formats.extraction import Block

#: Entries of an outline; one who wants more searches the text.
_MOST_ENTRIES = 500


def text_html(document: Document, found: Found, others: Sequence[Found] = ()) -> str:
    """Return the text, a section a page; the quote `found` stands in `mark`, others in `mark` of the class `also`."""
    return "".join(_sections(document, found, others))


def outline_html(document: Document) -> str:
    """Return links to the pages and headings of a document, in order; nothing when it has at most one of them."""
    entries = [(start, f"page-{number}", f"Page {number}", 1) for number, start in enumerate(document.pages, 1)]
    within = 1 if document.pages else 0
    entries += [
        (block.start, _anchor(block), document.text[block.start : block.end], depth + within)
        for block, depth in _headings(document)
    ]
    if len(entries) < 2:
        return ""
    shown = sorted(entries, key=lambda entry: entry[0])[:_MOST_ENTRIES]  # a page comes before what begins with it
    links = "".join(
        f'<li class="depth-{min(depth, 4)}"><a href="#{anchor}" dir="auto">{escape(words)}</a></li>'
        for _, anchor, words, depth in shown
    )
    return (
        '<details class="outline"><summary>Contents</summary>'
        f'<nav aria-label="Pages and headings"><ul>{links}</ul></nav></details>'
    )


def _headings(document: Document) -> Iterator[tuple[Block, int]]:
    """Yield each heading and how deep it stands, from 1: levels that are left out do not count."""
    over: list[int] = []
    for block in document.blocks:
        if block.kind == "heading" and document.text[block.start : block.end].strip():
            over = [level for level in over if level < block.level] + [block.level]
            yield block, len(over)


def _anchor(block: Block) -> str:
    return f"heading-{block.start}"


def _sections(document: Document, found: Found, others: Sequence[Found]) -> Iterator[str]:
    # Under the heading of a page all are equal, since a chapter may go over pages.
    depths = {block.start: 2 if document.pages else depth for block, depth in _headings(document)}
    starts = document.pages or (0,)
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True), 1):
        label = f'<h2 class="page-number" id="page-{number}">Page {number}</h2>' if document.pages else ""
        text = _marked(document, start, end, found, others, depths)
        yield f'<section>{label}<div class="text" dir="auto">{text}</div></section>'


def _marked(
    document: Document, start: int, end: int, found: Found, others: Sequence[Found], depths: dict[int, int]
) -> str:
    """Return the slice `[start, end)` as HTML; headings are bold, and quotes stand in `mark`."""
    blocks = document.blocks[
        bisect_left(document.blocks, start, key=lambda block: block.end) : bisect_left(
            document.blocks, end, key=lambda block: block.start
        )
    ]
    headings = {block.start: block for block in blocks if block.start in depths and block.kind == "heading"}
    marks = [found, *(other for other in others if other.start < other.end <= len(document.text))]
    cuts = {start, end, *(edge for mark in marks for edge in (mark.start, mark.end))}
    cuts |= {edge for block in headings.values() for edge in (block.start, block.end)}
    cuts_here = sorted(cut for cut in cuts if start <= cut <= end)
    html = []
    heading_end = start
    for left, right in zip(cuts_here, cuts_here[1:], strict=False):
        piece = escape(document.text[left:right])
        if found.start <= left < found.end:
            first = ' id="quote" tabindex="-1"' if left == max(found.start, start) and found.start >= start else ""
            piece = f"<mark{first}>{piece}</mark>"
        elif any(mark.start <= left < mark.end for mark in marks):
            piece = f'<mark class="also">{piece}</mark>'
        if left in headings:
            heading_end = min(headings[left].end, end)
            level = min(depths[left] + 1, 6)
            html.append(f'<b role="heading" aria-level="{level}" id="{_anchor(headings[left])}">')
        html.append(piece)
        if right == heading_end:
            html.append("</b>")
    return "".join(html)
