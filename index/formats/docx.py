"""Word documents: paragraphs, lists, tables, text boxes and notes; not comments, nor what stands above and below pages.

The text is taken from the XML, since the library's own leaves out what stands in content controls, tracked insertions
and text boxes.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from index.formats.extraction import BlockKind, Extraction
from index.formats.text_writer import MOST_SPANNED, TextWriter, heading_rows
from index.formats.zip_guard import damaged, open_zip

_KIND = "a Word document (.docx)"
#: What the library calls a document that says nothing of itself.
_UNNAMED = "Word Document"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc", "w:txbxContent"))
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT = (qn("w:t"), f"{_MATHS}t")
_MARKS = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
#: Properties, moved text where it was before, the reading aids over East Asian words, and second versions of a drawing.
_NOT_TEXT = (
    *map(qn, ("w:pPr", "w:rPr", "w:sectPr", "w:sdtPr", "w:tblPr", "w:tcPr", "w:moveFrom", "w:rt")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_VALUE = qn("w:val")
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_OFF = ("0", "false", "off", "none")
_LONGEST_STYLE_CHAIN = 20
#: Styles of tables in which the first row looks like any other, and what marks it in the others.
_PLAIN_STYLES, _FIRST_ROW = (None, "TableGrid", "TableNormal"), 0x20
_FLAGS = re.compile(r"[0-9A-Fa-f]{1,4}")
_MOST_DIGITS = 4  # of what is limited further


def extract(data: bytes) -> Extraction:
    """Read a .docx file; the title is its own, else the first heading."""
    open_zip(data, _KIND).close()
    try:
        document = docx.Document(BytesIO(data))
    except MemoryError:
        raise
    except Exception:  # whatever the library trips over
        raise damaged(_KIND) from None
    writer = TextWriter()
    reader = _Reader(writer, _styles(document.styles.element))
    reader.read(document.element.body)
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/footnotes", "/endnotes")):
            for note in parse_xml(relation.target_part.blob):
                if note.get(qn("w:type")) is None:  # others are the lines between text and notes
                    reader.read(note)
    own_title = document.core_properties.title
    return writer.extraction(None if own_title == _UNNAMED else own_title)


class _Reader:
    """Writes what stands in an element; `styles` maps a style's id to what its paragraphs are."""

    def __init__(self, writer: TextWriter, styles: dict[str, tuple[BlockKind, int]]) -> None:
        self._writer = writer
        self._styles = styles

    def read(self, container: Any) -> None:
        """Write the paragraphs and tables, at whatever depth; the parser has limited that."""
        for element in container:
            if element.tag == _PARAGRAPH:
                self._paragraph(element)
            elif element.tag == _TABLE:
                self._table(element)
            elif element.tag not in _NOT_TEXT:
                self.read(element)

    def _paragraph(self, paragraph: Any) -> None:
        boxes: list[Any] = []
        self._writer.add(_text(paragraph, boxes), *self._kind(paragraph))
        for box in boxes:
            self.read(box)

    def _kind(self, paragraph: Any) -> tuple[BlockKind, int]:
        style = _value(paragraph, "w:pPr/w:pStyle")
        kind, level = self._styles.get(style or "", ("paragraph", 0))
        if (outline := _value(paragraph, "w:pPr/w:outlineLvl")) and outline.isdecimal() and int(outline) < 9:
            return "heading", min(int(outline) + 1, 6)
        if kind == "paragraph" and _value(paragraph, "w:pPr/w:numPr/w:numId") not in (None, "0"):
            return "item", 0
        return kind, level

    def _table(self, table: Any) -> None:
        rows = [(row, list(_within(row, _CELL))) for row in _within(table, _ROW)]
        if all(len(cells) == 1 for _, cells in rows):  # a frame around text
            for _, (cell,) in rows:
                self.read(cell)
            return
        if any(_names_columns(row) for row, _ in rows):
            self._writer.end_table()
            for number, (row, cells) in enumerate(rows, 1):
                self._writer.add_row(number, self._cells(row, cells), _names_columns(row))
            self._writer.end_table()
            return
        texts = [list(self._cells(*row)) for row in rows]
        heads = heading_rows(texts, _looks_like_heading(table, rows[0][0]))
        self._writer.end_table()
        for number, cells in enumerate(texts, 1):
            self._writer.add_row(number, cells, names_columns=number <= heads)
        self._writer.end_table()

    def _cells(self, row: Any, cells: Sequence[Any]) -> Iterator[str]:
        """Yield a text for each column: empty ones before a row that begins late, and behind a cell over several."""
        yield from [""] * _columns(row, "w:trPr/w:gridBefore", 0)
        for cell in cells:
            yield self._cell(cell)
            yield from [""] * (_columns(cell, "w:tcPr/w:gridSpan", 1) - 1)

    def _cell(self, cell: Any) -> str:
        inner = TextWriter()
        _Reader(inner, self._styles).read(cell)
        return inner.extraction().text


def _text(element: Any, boxes: list[Any]) -> str:
    """Return the text of a paragraph, setting the text boxes in it apart."""
    parts: list[str] = []
    for child in element:
        if child.tag in _TEXT:
            parts.append(child.text or "")
        elif child.tag in _MARKS:
            parts.append(_MARKS[child.tag])
        elif child.tag == _BOX:
            boxes.append(child)
        elif child.tag not in _NOT_TEXT:
            parts.append(_text(child, boxes))
    return "".join(parts)


def _within(element: Any, tag: str) -> Iterator[Any]:
    """Yield the nearest descendants with this tag: those of an inner table are not the outer one's."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag != _TABLE and child.tag not in _NOT_TEXT:
            yield from _within(child, tag)


def _names_columns(row: Any) -> bool:
    """Tell whether a row is marked to be repeated on every page that the table runs over."""
    found = row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")
    return _is_on(found)


def _looks_like_heading(table: Any, row: Any) -> bool:
    """Tell whether the first row is bold, or in a style that sets first rows apart."""
    written = [run for run in row.iter(qn("w:r")) if any(text.text for text in run.iter(qn("w:t")))]
    if written and all(_is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in written):
        return True
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    return _value(table, "w:tblPr/w:tblStyle") not in _PLAIN_STYLES and look is not None and _sets_first_apart(look)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(_VALUE, "1") not in _OFF


def _sets_first_apart(look: Any) -> bool:
    said = look.get(qn("w:firstRow"))
    if said is not None:
        return said not in _OFF
    flags = look.get(_VALUE) or ""
    return _FLAGS.fullmatch(flags) is not None and bool(int(flags, 16) & _FIRST_ROW)


def _columns(element: Any, path: str, usual: int) -> int:
    """Return the number of columns that a property says."""
    said = _value(element, path) or ""
    return min(int(said[:_MOST_DIGITS]), MOST_SPANNED) if said.isdecimal() else usual


def _value(element: Any, path: str) -> str | None:
    found = element.find("/".join(map(qn, path.split("/"))))
    return None if found is None else found.get(_VALUE)


def _styles(styles: Any) -> dict[str, tuple[BlockKind, int]]:
    """Return what paragraphs of each style are, by its id. A style is what the one it is based on is."""
    own: dict[str, tuple[BlockKind, int] | None] = {}
    based_on: dict[str, str | None] = {}
    for style in styles.iter(qn("w:style")):
        identity = style.get(qn("w:styleId"), "")
        name = _value(style, "w:name") or ""
        outline = _value(style, "w:pPr/w:outlineLvl") or ""
        based_on[identity] = _value(style, "w:basedOn")
        own[identity] = None
        if match := _HEADING.fullmatch(name):
            own[identity] = ("heading", min(int(match[1]), 6))
        elif name.lower() == "title":
            own[identity] = ("heading", 1)
        elif outline.isdecimal() and int(outline) < 9:
            own[identity] = ("heading", min(int(outline) + 1, 6))
        elif name.lower().startswith("list ") or _value(style, "w:pPr/w:numPr/w:numId") not in (None, "0"):
            own[identity] = ("item", 0)
    found: dict[str, tuple[BlockKind, int]] = {}
    for identity in own:
        ancestor: str | None = identity
        for _ in range(_LONGEST_STYLE_CHAIN):  # a damaged file's styles may be based on one another in a circle
            kind = own.get(ancestor or "")
            if kind is not None:
                found[identity] = kind
                break
            ancestor = based_on.get(ancestor or "")
    return found
