"""PDF text page by page; pages are parted by a line end, since a sentence may run on over a page."""

import itertools
import re
import threading
from collections.abc import Iterator
from typing import Any

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction, LeftOut
from index.formats.plain_text import paragraphs

_LINE_END_HYPHEN = re.compile("[\ufffe\x02]\\s*")  # how PDFium marks a hyphen that only the margin asked for
#: Before the words of a heading, where the bookmark leaves it out.
_NUMBERING = r"[^\S\n]*(?:(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)[.)]?[^\S\n]+)?"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_PDFIUM = threading.Lock()  # PDFium is not thread-safe


def extract(data: bytes) -> Extraction:
    """Read a PDF's text layer; the title is the document's own, the headings its bookmarks.

    Raises UnreadableFile for damaged and encrypted files and for scans, which have no text.
    """
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == FPDF_ERR_PASSWORD:
                raise UnreadableFile("is encrypted; save a copy without a password") from None
            raise UnreadableFile("is damaged or not a PDF; open it in a PDF reader and save it again") from None
        try:
            return _read(document)
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(f"is damaged: {error}; open it in a PDF reader and save it again") from None
        finally:
            document.close()


def _read(document: Any) -> Extraction:
    texts: list[str] = []
    pages: list[int] = []
    pictures: list[int] = []
    length = 0
    for page in document:
        text_page = page.get_textpage()
        text = _clean(text_page.get_text_range())
        text_page.close()
        if not text.strip() and any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])):
            pictures.append(len(pages) + 1)
        page.close()
        pages.append(length)
        texts.append(text + "\n")
        length += len(text) + 1
    if not any(text.strip() for text in texts):
        raise UnreadableFile("has no text on any page; if it is a scan, run it through text recognition first")
    text = "".join(texts)[:-1]
    headings = _bookmarks(document, text, pages)
    blocks = tuple(_apart(list(paragraphs(text)), headings))
    title = _metadata_title(document)
    return Extraction(text, blocks, title or _first_line(text), tuple(pages), tuple(_left_out(pictures)))


def _left_out(pictures: list[int]) -> Iterator[LeftOut]:
    """Yield an entry for each run of pages that are pictures, from their numbers."""
    for _, run in itertools.groupby(enumerate(pictures), key=lambda numbered: numbered[1] - numbered[0]):
        first, *_, last = [number for _, number in run] * 2
        name, has = (f"page {first}", "has") if first == last else (f"pages {first}-{last}", "have")
        yield LeftOut(name, f"{has} no text, only a picture; if it is a scan, run it through text recognition first")


def _metadata_title(document: Any) -> str:
    try:
        return str(document.get_metadata_value("Title")).strip()
    except UnicodeError:  # a damaged title is no reason to lose the text
        return ""


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(" ", _LINE_END_HYPHEN.sub("", text))


def _first_line(text: str) -> str | None:
    line = text.lstrip().split("\n", 1)[0].strip()
    return line if 0 < len(line) <= 100 else None


def _bookmarks(document: Any, text: str, pages: list[int]) -> list[Block]:
    """Find each bookmark's words on its page; a bookmark whose words are no line there marks no heading."""
    found: list[Block] = []
    after = 0
    ends = [*pages[1:], len(text)]
    for bookmark in document.get_toc():
        try:
            words = str(bookmark.get_title()).split()
        except UnicodeError:
            continue
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if not words or index is None or not 0 <= index < len(pages):
            continue
        together = r"\s+".join(map(re.escape, words))
        line = rf"^{_NUMBERING}({together})[^\S\n]*$"
        if match := re.compile(line, re.IGNORECASE | re.MULTILINE).search(text, max(pages[index], after), ends[index]):
            found.append(Block(*match.span(1), "heading", min(bookmark.level + 1, 6)))
            after = match.end()
    return found


def _apart(paragraph_blocks: list[Block], headings: list[Block]) -> list[Block]:
    """Cut the headings out of the paragraphs that hold them; both are in order."""
    blocks = list(headings)
    first = 0
    for block in paragraph_blocks:
        start = block.start
        while first < len(headings) and headings[first].end <= start:
            first += 1
        for heading in headings[first:]:
            if heading.start >= block.end:
                break
            blocks.append(Block(start, heading.start, block.kind))
            start = heading.end
        blocks.append(Block(start, block.end, block.kind))
    return sorted((block for block in blocks if block.start < block.end), key=lambda block: block.start)
