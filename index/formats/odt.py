"""OpenDocument text, as LibreOffice writes it: paragraphs, lists, tables, text boxes and notes; not comments."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from index.errors import UnreadableFile
from index.formats.extraction import Extraction
from index.formats.text_writer import MOST_SPANNED, TextWriter
from index.formats.zip_guard import damaged, open_zip, parse_xml

_KIND = "an OpenDocument text (.odt)"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_TEXT, _TABLE, _OFFICE, _DRAW = (f"{{{_OASIS}:{name}:1.0}}" for name in ("text", "table", "office", "drawing"))
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PARAGRAPH, _HEADING, _ITEM = f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list-item"
_ROW, _HEADER_ROWS = f"{_TABLE}table-row", f"{_TABLE}table-header-rows"
#: A cell, and one that lies under another that goes over several.
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_REPEATED = f"{_TABLE}number-columns-repeated"
#: What stands apart from the sentence it is anchored in.
_APART = (f"{_TEXT}note-body", f"{_DRAW}text-box")
_NOT_TEXT = (
    *(f"{_TEXT}{name}" for name in ("tracked-changes", "note-citation", "ruby-text")),
    *(f"{_OFFICE}{name}" for name in ("annotation", "forms")),
    *(f"{{{_OASIS}:svg-compatible:1.0}}{name}" for name in ("title", "desc")),
)
_MOST_SPACES = 20
_MOST_DIGITS = 4  # of what is limited further
_SPACES = re.compile(r"[ \t\r\n]+")


def extract(data: bytes) -> Extraction:
    """Read an .odt file; the title is its own, else the first heading."""
    with open_zip(data, _KIND) as archive:
        names = archive.namelist()
        if "content.xml" not in names:
            raise damaged(_KIND)
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableFile("is encrypted; save a copy without a password")
        content = parse_xml(archive.read("content.xml"), _KIND)
        meta = parse_xml(archive.read("meta.xml"), _KIND) if "meta.xml" in names else None
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise damaged(_KIND)
    writer = TextWriter()
    _read(writer, body)
    return writer.extraction(meta.findtext(f".//{_TITLE}") if meta is not None else None)


def _read(writer: TextWriter, container: Element, in_list: bool = False) -> None:
    for element in container:
        if element.tag in (_PARAGRAPH, _HEADING):
            apart: list[Element] = []
            text = _text(element, apart).strip()
            if element.tag == _HEADING:
                writer.add(text, "heading", _level(element))
            else:
                writer.add(text, "item" if in_list else "paragraph")
            for box in apart:
                _read(writer, box)
        elif element.tag == f"{_TABLE}table":
            _read_table(writer, element)
        elif element.tag not in _NOT_TEXT:
            _read(writer, element, in_list or element.tag == _ITEM)


def _read_table(writer: TextWriter, table: Element) -> None:
    headings = {id(row) for head in table.iter(_HEADER_ROWS) for row in head}
    rows = [(row, list(_within(row, *_CELLS))) for row in _within(table, _ROW)]
    if all(len(cells) == 1 for _, cells in rows):  # a frame around text
        for _, (cell,) in rows:
            _read(writer, cell)
    elif headings:
        writer.end_table()
        for number, (row, cells) in enumerate(rows, 1):
            writer.add_row(number, _texts(cells), names_columns=id(row) in headings)
        writer.end_table()
    else:
        writer.add_table((number, list(_texts(cells))) for number, (_, cells) in enumerate(rows, 1))


def _texts(cells: Iterable[Element]) -> Iterator[str]:
    """Yield the text of each column's cell."""
    for cell in cells:
        yield from [_cell(cell)] * min(_count(cell.get(_REPEATED)), MOST_SPANNED)


def _cell(cell: Element) -> str:
    inner = TextWriter()
    _read(inner, cell)
    return inner.extraction().text


def _within(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the nearest descendants with one of these tags: those of an inner table are not the outer one's."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag != f"{_TABLE}table":
            yield from _within(child, *tags)


def _level(heading: Element) -> int:
    return min(max(_count(heading.get(f"{_TEXT}outline-level")), 1), 6)


def _count(said: str | None) -> int:
    """Return a number of things, one where it is not said well."""
    return int(said[:_MOST_DIGITS]) if said and said.isdecimal() else 1


def _text(element: Element, apart: list[Element]) -> str:
    """Return the text of a paragraph, setting notes and text boxes in it apart. Spaces are counted, not written."""
    parts = [_one_space(element.text)]
    for child in element:
        if child.tag in _APART:
            apart.append(child)
        elif child.tag == f"{_TEXT}s":
            parts.append(" " * min(_count(child.get(f"{_TEXT}c")), _MOST_SPACES))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in _NOT_TEXT:
            parts.append(_text(child, apart))
        parts.append(_one_space(child.tail))
    return "".join(parts)


def _one_space(text: str | None) -> str:
    """Return text as OpenDocument means it: any white space in the file is one space."""
    return _SPACES.sub(" ", text or "")
