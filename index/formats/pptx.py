"""PowerPoint presentations: each slide is a page, and the speaker's notes follow what stands on it."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from index.formats.extraction import Extraction
from index.formats.text_writer import TextWriter
from index.formats.zip_guard import damaged, open_zip

_KIND = "a PowerPoint presentation (.pptx)"
_REPEATED = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
#: What PowerPoint calls a presentation that nobody has named.
_UNNAMED = "PowerPoint Presentation"


def extract(data: bytes) -> Extraction:
    """Read a .pptx file; the title is its own, else that of the first slide that has one."""
    open_zip(data, _KIND).close()
    try:
        presentation = pptx.Presentation(BytesIO(data))
    except MemoryError:
        raise
    except Exception:  # whatever the library trips over
        raise damaged(_KIND) from None
    writer = TextWriter()
    for slide in presentation.slides:
        writer.begin_page()
        title = slide.shapes.title
        if title is not None:
            writer.add(_lines(title.text_frame.text).replace("\n", " "), "heading", 1)
        _add_shapes(writer, (shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id))
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            _add_paragraphs(writer, notes)
    own_title = presentation.core_properties.title
    return writer.extraction(None if own_title == _UNNAMED else own_title)


def _add_shapes(writer: TextWriter, shapes: Iterable[Any]) -> None:
    for shape in shapes:
        if shape.is_placeholder and shape.placeholder_format.type in _REPEATED:
            continue
        if hasattr(shape, "shapes"):  # a group
            _add_shapes(writer, shape.shapes)
        elif getattr(shape, "has_table", False):
            _add_table(writer, shape.table)
        elif shape.has_text_frame:
            _add_paragraphs(writer, shape.text_frame)


def _add_table(writer: TextWriter, table: Any) -> None:
    writer.end_table()
    for number, row in enumerate(table.rows, 1):
        cells = (_lines(cell.text_frame.text) for cell in row.cells)
        writer.add_row(number, cells, names_columns=number == 1 and table.first_row)
    writer.end_table()


def _add_paragraphs(writer: TextWriter, frame: Any) -> None:
    for paragraph in frame.paragraphs:
        writer.add(_lines(paragraph.text))


def _lines(text: str) -> str:
    """Return a text with its line breaks as line ends; PowerPoint has vertical tabs for them."""
    return text.replace("\v", "\n")
