"""What is checked before anything in a zip file is used: that unpacking it is safe, and that it is whole.

Word, PowerPoint, Excel, OpenDocument and EPUB files are zip files too. A small one can be made to unpack to terabytes.
"""

import struct
import zlib
from copy import copy
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from index.errors import UnreadableFile

LARGEST_CONTENT = 256 * 2**20
MOST_ENTRIES = 10_000
#: No honest file has more times the bytes that its zip file has, once it is large enough to matter.
HIGHEST_RATIO = 200
_LARGE_ENOUGH = 16 * 2**20
_ENTRY = b"PK\x01\x02"
_OFFICE_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AT_ONCE = 2**20


def open_zip(data: bytes, kind: str) -> ZipFile:
    """Open a zip file that is `kind`, such as "a Word document (.docx)", once it is known to be whole and harmless.

    Raises UnreadableFile.
    """
    if data.startswith(_OFFICE_CONTAINER):
        raise UnreadableFile(
            f"is encrypted, or of an older format than {kind}; save a copy as that, without a password"
        )
    if data.count(_ENTRY) > MOST_ENTRIES:
        raise UnreadableFile(f"holds more than {MOST_ENTRIES:,} files; split it")
    try:
        archive = ZipFile(BytesIO(data))
        _check(archive, len(data))
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, struct.error, zlib.error):
        raise damaged(kind) from None
    return archive


def damaged(kind: str) -> UnreadableFile:
    """Return the error for a file that is not whole, or not `kind`."""
    return UnreadableFile(f"is damaged or not {kind}; open it in its program and save it again")


def _check(archive: ZipFile, packed: int) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("is encrypted; save a copy without a password")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise UnreadableFile("is compressed in an unusual way; unpack it and pack it again as an ordinary zip file")
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_CONTENT:
        raise UnreadableFile(f"unpacks to more than {LARGEST_CONTENT // 2**20} MiB; split it")
    if size > max(_LARGE_ENOUGH, HIGHEST_RATIO * packed):
        raise UnreadableFile(
            f"unpacks to more than {HIGHEST_RATIO} times its size, as files made to do harm do; "
            "if it is yours, open it in its program and save it again"
        )
    for entry in entries:
        _check_entry(archive, entry)


def _check_entry(archive: ZipFile, entry: ZipInfo) -> None:
    """Unpack an entry bit by bit, keeping nothing: the size that the directory states may be a lie."""
    one_more = copy(entry)
    one_more.file_size += 1
    with archive.open(one_more) as content:
        size = 0
        while piece := content.read(_AT_ONCE):
            size += len(piece)
    if size != entry.file_size:
        raise BadZipFile("an entry is not as long as the directory says")


def parse_xml(data: bytes, kind: str) -> Element:
    """Parse XML of a file that is `kind`, without entities of its own, which can be made to grow without end.

    Raises UnreadableFile.
    """
    if b"<!ENTITY" in data:
        raise UnreadableFile(f"defines entities, as {kind} never needs to; open it in its program and save it again")
    try:
        return fromstring(data)
    except (ParseError, ValueError, LookupError):
        raise damaged(kind) from None
