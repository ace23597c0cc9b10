"""Files within a file: read by their own endings, below headings with their names; what cannot be read is listed."""

from dataclasses import replace

from index.errors import UnreadableFile
from index.formats.extraction import LeftOut, valid_unicode
from index.formats.text_writer import LONGEST_TEXT, TextWriter, one_line


def add_member(writer: TextWriter, name: str, data: bytes) -> None:
    """Add the text of a file below a heading with its name, or note why it is left out."""
    from index.formats import extract  # here, since the readers it knows come through here

    name = one_line(valid_unicode(name))
    try:
        if name.lower().endswith(".zip"):
            raise UnreadableFile("is an archive within a file; unpack it into the folder")
        extraction = extract(name, data)
        if writer.length + len(name) + len(extraction.text) > LONGEST_TEXT - len("\n\n\n\n"):
            raise UnreadableFile("would make the whole too long; put it into the folder by itself")
    except UnreadableFile as error:
        writer.left_out.append(LeftOut(name, str(error)))
        return
    writer.add(name, "heading", 1)
    left_out = tuple(LeftOut(f"{name}/{entry.name}", entry.reason) for entry in extraction.left_out)
    writer.add_extraction(replace(extraction, left_out=left_out), below=1)
