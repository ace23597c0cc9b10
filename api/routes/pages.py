"""GET / (the chat page), GET /documents/{id} (a readable page with the quote marked), and their style and scripts."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from api.dependencies import ServiceDep, SnapshotDep
from api.errors import problem
from api.quote_links import Found, QuoteLink, follow
from index.documents import Document

router = APIRouter(include_in_schema=False)

_WEB = files("api") / "web"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ASSETS = {entry.name: entry for entry in _WEB.iterdir() if entry.name.endswith(tuple(_TYPES))}


@router.get("/", response_class=HTMLResponse)
def chat_page(service: ServiceDep) -> str:
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
    hash: str = "",
    quote: str = "",
    prefix: str = "",
    suffix: str = "",
) -> str:
    """Return a document as a page to read, with the slice `[start, end)` marked and found again if the text moved."""
    document = snapshot.document(document_id)
    found = Found(0, 0)
    if start is not None and end is not None:
        found = follow(document, QuoteLink(start, end, hash, quote, prefix, suffix))
    return Template((_WEB / "document.html").read_text("utf-8")).substitute(
        title=escape(document.title),
        path=escape(document.path),
        file=f"/v1/documents/{document.id}/file",
        modified=f"{document.modified:%Y-%m-%d %H:%M} UTC",
        notice=f'<p class="notice" role="status">{escape(found.notice)}</p>' if found.notice else "",
        text="".join(_sections(document, found)),
    )


def _sections(document: Document, found: Found) -> Iterator[str]:
    """Yield the text, a section a page, with every character where the document has it."""
    starts = document.pages or (0,)
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True), 1):
        label = f'<h2 class="page-number" id="page-{number}">Page {number}</h2>' if document.pages else ""
        yield f'<section>{label}<div class="text" dir="auto">{_marked(document, start, end, found)}</div></section>'


def _marked(document: Document, start: int, end: int, found: Found) -> str:
    """Return the slice `[start, end)` as HTML; headings are bold, and the quote stands in `mark`."""
    headings = [(b.start, b.end) for b in document.blocks if b.kind == "heading"]
    cuts = {start, end, *(c for h in headings for c in h), found.start, found.end}
    cuts_here = sorted(c for c in cuts if start <= c <= end)
    html = []
    heading_starts = {s: e for s, e in headings}
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
