"""GET /v1/documents: the documents as the index has them, and the original files."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from api.dependencies import ServiceDep, SnapshotDep
from api.schemas import DocumentOut, DocumentsOut, HeadingOut, PageOut, WholeDocumentOut
from index.errors import UnknownDocument

router = APIRouter(prefix="/v1/documents")

_DOWNLOADED = "application/octet-stream"
_KINDS = {".pdf": "application/pdf"} | dict.fromkeys((".docx", ".pptx", ".xlsx", ".odt", ".epub", ".zip"), _DOWNLOADED)


@router.get("")
def list_documents(
    snapshot: SnapshotDep, cursor: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> DocumentsOut:
    """List the documents in order of path."""
    found = snapshot.documents(cursor, limit + 1)
    shown = found[:limit]
    return DocumentsOut(
        documents=[DocumentOut.of(summary) for summary in shown],
        next=shown[-1].path if len(found) > limit else None,
    )


@router.get("/{document_id}")
def get_document(document_id: str, snapshot: SnapshotDep) -> WholeDocumentOut:
    """Return a document with its extracted text, pages and headings."""
    document = snapshot.document(document_id)
    ends = [*document.pages[1:], len(document.text)]
    return WholeDocumentOut(
        id=document.id,
        path=document.path,
        title=document.title,
        content_hash=document.content_hash,
        passages=len(snapshot.passage_ids([document.id])),
        modified=document.modified,
        text=document.text,
        pages=[
            PageOut(number=number, start=start, end=end)
            for number, (start, end) in enumerate(zip(document.pages, ends, strict=False), 1)
        ],
        headings=[
            HeadingOut(level=block.level, start=block.start, end=block.end, text=document.text[block.start : block.end])
            for block in document.blocks
            if block.kind == "heading"
        ],
    )


@router.get("/{document_id}/file", response_class=FileResponse)
def get_file(document_id: str, snapshot: SnapshotDep, service: ServiceDep) -> FileResponse:
    """Return the original file. Only PDF keeps its type: a browser must never run what a document contains.

    What is not text is downloaded.
    """
    document = snapshot.document(document_id)
    path = service.store.seeds / document.path
    if not path.is_file() or not path.resolve().is_relative_to(service.store.seeds):
        raise UnknownDocument(f"the file {document.path} is no longer in the folder; the index will follow shortly")
    ending = Path(document.path).suffix.lower()
    kind = _KINDS.get(ending, "text/plain")
    shown = "attachment" if kind == _DOWNLOADED else "inline"
    # As a header, and not as media_type, which would claim that every file is UTF-8.
    return FileResponse(path, headers={"Content-Type": kind}, filename=path.name, content_disposition_type=shown)
