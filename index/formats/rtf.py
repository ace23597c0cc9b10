"""Rich Text Format: its text; tables as rows. Notes, headers and pictures are not read."""

import codecs
import re
from itertools import groupby

from striprtf.striprtf import rtf_to_text

from index.errors import UnreadableFile
from index.formats.extraction import Extraction
from index.formats.text_writer import TextWriter

_BEGINNING = b"{\\rtf"
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")
_USUAL = "cp1252"
_TITLE = re.compile(r"\{\\title\s+([^{}\\]+)\}")
#: How the library writes a row: a stroke after every cell.
_ROW = re.compile(r"[^\n]*\|")


def extract(data: bytes) -> Extraction:
    """Read an .rtf file; the title is its own."""
    data = data.strip(b"\0 \t\r\n")
    if not data.startswith(_BEGINNING):
        raise UnreadableFile("is not Rich Text; open it in its program and save it again as .rtf")
    if not data.endswith(b"}"):
        raise UnreadableFile("is cut short; open it in its program and save it again")
    code_page = _code_page(data)
    try:
        source = data.decode(code_page)
        # The line end means nothing in RTF. It keeps the library from writing out where links lead, which nobody sees
        # in the document, and which it looks for in a time that grows with the square of the file.
        text = rtf_to_text(source.replace("\\fldinst", "\\fldinst\n"), encoding=code_page)
    except UnicodeError:
        raise UnreadableFile(
            "has characters that its encoding lacks; open it in its program and save it again"
        ) from None
    writer = TextWriter()
    for is_table, lines in groupby(text.split("\n"), lambda line: _ROW.fullmatch(line) is not None):
        if is_table:
            writer.add_table((number, line.split("|")) for number, line in enumerate(lines, 1))
        else:
            for line in lines:
                writer.add(line)
    title = _TITLE.search(source)
    return writer.extraction(title[1] if title else None)


def _code_page(data: bytes) -> str:
    declared = _CODE_PAGE.search(data)
    try:
        return codecs.lookup(f"cp{int(declared[1])}").name if declared else _USUAL
    except LookupError:
        return _USUAL
