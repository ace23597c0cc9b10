"""GET / (the chat page), GET /answer (the same without scripts), GET /documents/{id} (to read), and their files."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import StringConstraints

from api.answer_page import reply_html
from api.dependencies import MetricsDep, ServiceDep, SnapshotDep
from api.document_page import outline_html, text_html
from api.errors import problem
from api.quote_links import Found, QuoteLink, follow
from api.schemas import ReplyOut, check_question
from index.errors import BadQuestion, UnknownDocument
from qa.answerer import Question

router = APIRouter(include_in_schema=False)

LinkText = Annotated[str, Query(max_length=80)]
Slice = Annotated[str, StringConstraints(pattern=r"^\d{1,9}-\d{1,9}$")]

_WEB = files("api") / "web"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_ASSETS = {entry.name: entry for entry in _WEB.iterdir() if entry.name.endswith(tuple(_TYPES))}


@router.get("/", response_class=HTMLResponse)
def chat_page(q: str = "", documents: Annotated[Sequence[str], Query()] = ()) -> str:
    """Return the chat page, which asks `q` of `documents` by itself; without scripts it has a link to the answer."""
    query = urlencode({"q": q, "documents": documents}, doseq=True)
    plain = f'<a href="/answer?{escape(query)}">Show the answer.</a>' if q.strip() else ""
    return _filled("chat.html", plain=plain)


@router.get("/answer", response_class=HTMLResponse)
def answer_page(
    service: ServiceDep,
    metrics: MetricsDep,
    q: str = "",
    documents: Annotated[list[str] | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Return a page with the reply to a question, which nobody keeps: for browsers without scripts."""
    try:
        check_question(q, service.settings.longest_question)
    except BadQuestion as error:
        told = f'<p class="error" role="alert">{escape(str(error)[0].upper() + str(error)[1:])}</p>'
        return HTMLResponse(_filled("answer.html", question=escape(q[:100]), reply=told), 422)
    reply = service.answerer.ask(Question(q, documents=tuple(documents) if documents else None))
    metrics.count(reply)
    told = reply_html(ReplyOut.of(reply, documents=documents))
    return HTMLResponse(_filled("answer.html", question=escape(q), reply=told))


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
    also: Annotated[Sequence[Slice], Query(max_length=200)] = (),
) -> HTMLResponse:
    """Return a document as a page to read, with the slice `[start, end)` marked and found again if the text moved.

    `also` are further slices to mark, such as `17-42`, of the same version of the document; of another, none is.
    """
    try:
        document = snapshot.document(document_id)
    except UnknownDocument:
        return _page(
            "No such document", "It is not in the index: the file was removed, renamed, or cannot be read.", 404
        )
    found, others = Found(0, 0), [_slice(each) for each in also]
    if start is not None and end is not None:
        found = follow(document, QuoteLink(start, end, hash, quote, prefix, suffix))
        if found.notice:
            others = []
    place = (
        f'<span class="path">{escape(document.path)}</span> '
        f"<span>changed {document.modified:%Y-%m-%d %H:%M} UTC</span> "
        f'<a href="/v1/documents/{document.id}/file">Original file</a>'
    )
    return _page(document.title, found.notice, 200, place, outline_html(document), text_html(document, found, others))


def _slice(written: str) -> Found:
    start, end = written.split("-")
    return Found(int(start), int(end))


def _page(title: str, notice: str, status: int, place: str = "", outline: str = "", text: str = "") -> HTMLResponse:
    """Fill in the document page; `place`, `outline` and `text` are HTML, `title` and `notice` are not."""
    notice = f'<p class="notice" role="status">{escape(notice)}</p>' if notice else ""
    page = _filled("document.html", title=escape(title), place=place, notice=notice, outline=outline, text=text)
    return HTMLResponse(page, status)


def _filled(name: str, **values: str) -> str:
    """Return a page with its places filled in; the values are HTML."""
    return Template((_WEB / name).read_text("utf-8")).substitute(values)
