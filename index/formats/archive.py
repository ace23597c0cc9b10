"""Zip archives: one document of all files in it that can be read, each below its path in the archive."""

from index.errors import UnreadableFile
from index.formats.extraction import Extraction
from index.formats.members import add_member
from index.formats.text_writer import TextWriter
from index.formats.zip_guard import open_zip

_HIDDEN = (".", "__MACOSX")
#: Parts of a path that hide nothing. Where they lead does not matter, since nothing is unpacked to the disk.
_STEPS = (".", "..")


def extract(data: bytes) -> Extraction:
    """Read a .zip file; as in the folder, names that begin with a dot are left out."""
    writer = TextWriter()
    with open_zip(data, "a zip archive (.zip)") as archive:
        for entry in archive.infolist():
            name = entry.filename
            hidden = any(part.startswith(_HIDDEN) and part not in _STEPS for part in name.split("/"))
            if not entry.is_dir() and not hidden:
                add_member(writer, name, archive.read(entry))
    if not writer.blocks:
        reasons = "; ".join(f"{entry.name} {entry.reason}" for entry in writer.left_out[:3])
        raise UnreadableFile(f"holds no file that can be read{f': {reasons}' if reasons else ''}")
    return writer.extraction(else_first_heading=False)
