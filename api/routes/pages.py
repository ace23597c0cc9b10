"""GET / (the chat page), GET /documents/{id} (a readable page with the quote marked), and their style and scripts."""

from bisect import bisect_left
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from api.dependencies import SnapshotDep
from api.errors import problem
from api.quote_links import Found, QuoteLink, follow
from index.documents import Document
from index.errors import UnknownDocument

router = APIRouter(include_in_schema=False)

LinkText = Annotated[str, Query(max_length=80)]

_WEB = files("api") / "web"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ASSETS = {entry.name: entry for entry in _WEB.iterdir() if entry.name.endswith(tuple(_TYPES))}


@router.get("/", response_class=HTMLResponse)
def chat_page() -> str:
    """Return the chat page."""
    return (_WEB / "chat.html").read_text("utf-8")


@router.get("/web/{name}")
def asset(name: str) -> Response:
    """Return a file that belongs to the pages."""
    if name not in _ASSETS:
        return problem(404, f"there is nothing at /web/{name}")
    kind = _TYPES["." + name.rpartition(".")[2]]
    return Response(_ASSETS[name].read_bytes(), media_type=kind, headers={"Cache-Control": "no-cache"})


@router.get("/documents/{document_id}", response_class=HTMLResponse)
def document_page(
    document_id: str,
    snapshot: SnapshotDep,
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
    hash: LinkText = "",
    quote: LinkText = "",
    prefix: LinkText = "",
    suffix: LinkText = "",
) -> HTMLResponse:
    """Return a document as a page to read, with the slice `[start, end)` marked and found again if the text moved."""
    try:
        document = snapshot.document(document_id)
    except UnknownDocument:
        return _page(
            "No such document", "It is not in the index: the file was removed, renamed, or cannot be read.", 404
        )
    found = Found(0, 0)
    if start is not None and end is not None:
        found = follow(document, QuoteLink(start, end, hash, quote, prefix, suffix))
    place = (
        f'<span class="path">{escape(document.path)}</span> '
        f"<span>changed {document.modified:%Y-%m-%d %H:%M} UTC</span> "
        f'<a href="/v1/documents/{document.id}/file">Original file</a>'
    )
    return _page(document.title, found.notice, 200, place, "".join(_sections(document, found)))


def _page(title: str, notice: str, status: int, place: str = "", text: str = "") -> HTMLResponse:
    """Fill in the document page; `place` and `text` are HTML, `title` and `notice` are not."""
    notice = f'<p class="notice" role="status">{escape(notice)}</p>' if notice else ""
    template = Template((_WEB / "document.html").read_text("utf-8"))
    return HTMLResponse(template.substitute(title=escape(title), place=place, notice=notice, text=text), status)


def _sections(document: Document, found: Found) -> Iterator[str]:
    """Yield the text, a section a page, with every character where the document has it."""
    starts = document.pages or (0,)
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True), 1):
        label = f'<h2 class="page-number" id="page-{number}">Page {number}</h2>' if document.pages else ""
        yield f'<section>{label}<div class="text" dir="auto">{_marked(document, start, end, found)}</div></section>'


def _marked(document: Document, start: int, end: int, found: Found) -> str:
    """Return the slice `[start, end)` as HTML; headings are bold, and the quote stands in `mark`."""
    headings = document.blocks[
        bisect_left(document.blocks, start, key=lambda block: block.end) : bisect_left(
            document.blocks, end, key=lambda block: block.start
        )
    ]
    heading_starts = {block.start: block.end for block in headings if block.kind == "heading"}
    cuts = {start, end, *heading_starts, *heading_starts.values(), found.start, found.end}
    cuts_here = sorted(c for c in cuts if start <= c <= end)
    html = []
    heading_end = start
    for left, right in zip(cuts_here, cuts_here[1:], strict=False):
        heading_end = heading_starts.get(left, heading_end)
        piece = escape(document.text[left:right])
        if left < heading_end:
            piece = f"<b>{piece}</b>"
        if found.start <= left < found.end:
            first = ' id="quote" tabindex="-1"' if left == max(found.start, start) and found.start >= start else ""
            piece = f"<mark{first}>{piece}</mark>"
        html.append(piece)
    return "".join(html)
