"""PDF: the text as its layout shows it, in columns, paragraphs, headings and tables; a sentence may run over pages.

What stands above and below the text of page after page, such as its number, is left out.
"""

import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from typing import Any

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_PAGEOBJ_IMAGE

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction, LeftOut
from index.formats.pdf_layout import Table, joined, layout, words_of
from index.formats.pdf_words import Word, words
from index.formats.plain_text import paragraphs
from index.formats.text_writer import TextWriter, heading_rows, one_line

_LINE_END_HYPHEN = re.compile("[\ufffe\x02]\\s*")  # how PDFium marks a hyphen that only the margin asked for
#: Before the words of a heading, where the bookmark leaves it out.
_NUMBERING = r"[^\S\n]*(?:(?:\d+(?:\.\d+)*|[A-Z]|[IVX]+)[.)]?[^\S\n]+)?"
#: Between the words of a heading, which may run over a line end but not over the empty line between two blocks.
_BETWEEN_WORDS = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
#: Hebrew, Arabic and the like.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SOME = 0.3
#: What programs write where they were given none.
_NO_TITLE = re.compile(
    r"untitled|none|\(?(?:anonymous|unspecified)\)?|Microsoft \w+ - .*"
    r"|\S+\.(?:html?|docx?|odt|rtf|txt|tex|md|pdf|xlsx?|pptx?)",
    re.IGNORECASE,
)
#: Of a larger document the layout is not looked at, in all or on one page: that takes 20 µs a word.
_MOST_WORDS, _MOST_ON_A_PAGE = 1_000_000, 10_000
_PDFIUM = threading.Lock()  # PDFium is not thread-safe


def extract(data: bytes) -> Extraction:
    """Read a PDF's text layer; the title is its own, else its first heading, and bookmarks are headings too.

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
    pages: list[list[Word]] = []
    pictures: list[int] = []
    room = _MOST_WORDS
    for page in document:
        text_page = page.get_textpage()
        pages.append(list(islice(words(text_page), room)))
        room -= len(pages[-1])
        if room and not pages[-1] and any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])):
            pictures.append(len(pages))
        text_page.close()
        page.close()
    if not any(pages):
        raise UnreadableFile("has no text on any page; if it is a scan, run it through text recognition first")
    read = _laid_out(pages) if room and _runs_left_to_right(pages) else _as_drawn(document)
    blocks = _with_bookmarks(read.blocks, _bookmarks(document, read.text, read.pages))
    title = _metadata_title(document) or _first_heading(read) or _first_line(read.text)
    return replace(read, blocks=tuple(blocks), title=title, left_out=tuple(_left_out(pictures)))


def _runs_left_to_right(pages: list[list[Word]]) -> bool:
    """Tell whether text is laid out in lines from left to right, and is no more than a page can hold."""
    every = [word for page in pages for word in page]
    otherwise = sum(not word.is_upright or _RIGHT_TO_LEFT.search(word.text) is not None for word in every)
    return otherwise < _SOME * len(every) and max(map(len, pages)) <= _MOST_ON_A_PAGE


def _laid_out(pages: list[list[Word]]) -> Extraction:
    """Return the text with the structure that its layout shows."""
    blocks = list(layout(pages))
    known = words_of(blocks)
    writer = TextWriter()
    begins: dict[int, int] = {}
    row = 0
    for block in blocks:
        written = len(writer.blocks)
        later: dict[int, int] = {}
        if isinstance(block, Table):
            page = block.page
            if not block.goes_on:
                writer.end_table()
                row = 0
            heads = 0 if block.goes_on else heading_rows(block.rows, block.is_first_bold)
            for number, cells in enumerate(block.rows):
                row += 1
                writer.add_row(row, cells, names_columns=number < heads)
        else:
            page = block.lines[0].page
            text, later = joined(block.lines, known)
            writer.add(text, block.kind, block.level)
        for new in writer.blocks[written : written + 1]:
            begins.setdefault(page, new.start)
            for number, offset in later.items():
                begins.setdefault(number, new.start + offset)
    offsets: list[int] = []
    at = writer.length
    for number in reversed(range(len(pages))):  # a page without text begins where the next does
        at = min(at, begins.get(number, at))
        offsets.insert(0, at)
    return replace(writer.extraction(), pages=tuple(offsets))


def _as_drawn(document: Any) -> Extraction:
    """Return the text in the order in which it was drawn, with the structure that its lines show."""
    text = ""
    pages: list[int] = []
    for page in document:
        text_page = page.get_textpage()
        pages.append(len(text))
        text += _clean(text_page.get_text_range()) + "\n"
        text_page.close()
        page.close()
    return Extraction(text[:-1], tuple(paragraphs(text[:-1])), None, tuple(pages))


def _left_out(pictures: list[int]) -> Iterator[LeftOut]:
    """Yield an entry for each run of pages that are pictures, from their numbers."""
    for _, run in groupby(enumerate(pictures), key=lambda numbered: numbered[1] - numbered[0]):
        first, *_, last = [number for _, number in run] * 2
        name, has = (f"page {first}", "has") if first == last else (f"pages {first}-{last}", "have")
        yield LeftOut(name, f"{has} no text, only a picture; if it is a scan, run it through text recognition first")


def _metadata_title(document: Any) -> str:
    try:
        title = str(document.get_metadata_value("Title")).strip()
        return "" if _NO_TITLE.fullmatch(title) else title
    except UnicodeError:  # a damaged title is no reason to lose the text
        return ""


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(" ", _LINE_END_HYPHEN.sub("", text))


def _first_heading(read: Extraction) -> str | None:
    """Return the first heading of the first page."""
    ends = (*read.pages[1:], len(read.text))
    first = next((b for b in read.blocks if b.kind == "heading" and b.start < ends[0]), None)
    return one_line(read.text[first.start : first.end]) if first else None


def _first_line(text: str) -> str | None:
    line = text.lstrip().split("\n", 1)[0].strip()
    return line if 0 < len(line) <= 100 else None


def _bookmarks(document: Any, text: str, pages: tuple[int, ...]) -> list[Block]:
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
        together = _BETWEEN_WORDS.join(map(re.escape, words))
        line = rf"^{_NUMBERING}({together})[^\S\n]*$"
        if match := re.compile(line, re.IGNORECASE | re.MULTILINE).search(text, max(pages[index], after), ends[index]):
            found.append(Block(*match.span(1), "heading", min(bookmark.level + 1, 6)))
            after = match.end()
    return found


def _with_bookmarks(blocks: Iterable[Block], headings: list[Block]) -> list[Block]:
    """Cut the headings out of the blocks that hold them; both are in order."""
    apart = set(headings)
    found: list[Block] = []
    first = 0
    for block in blocks:
        start = block.start
        while first < len(headings) and headings[first].end <= start:
            first += 1
        within = headings[first : bisect_left(headings, block.end, first, key=lambda heading: heading.start)]
        if within and block.kind == "heading":
            # It stays one heading, with the number before the words of a bookmark and whatever else it says.
            apart.difference_update(within)
            found.append(replace(block, level=within[0].level))
            continue
        for heading in within:
            found.append(replace(block, start=start, end=max(start, heading.start)))
            start = heading.end
        found.append(replace(block, start=start, end=max(start, block.end)))
    return sorted((block for block in (*apart, *found) if block.start < block.end), key=lambda block: block.start)
