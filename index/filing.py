"""Filing: put a file into the folder of documents, or take one out. Names are safe, and nobody sees half a file."""

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from index.disk import sync
from index.documents import LARGEST_FILE, document_id
from index.errors import FileExists, FileRefused, FolderNotWritable, UnknownDocument, UnreadableFile
from index.folder import scan
from index.formats import reader_of
from index.ignoring import IGNORE_FILE, IgnoreRules
from index.snapshot import Snapshot

#: Files on their way in; hidden, so that nobody reads them, and in the same folder, so that they move in one step.
_ON_THE_WAY = ".seedbed-incoming-"
#: What some system or shell gives a meaning to. The folder may be shared with such a system.
_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_RESERVED_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_NAME = 255  # in bytes


def put_file(seeds: Path, name: str, content: BinaryIO, replace: bool = False) -> str:
    """Put a file into the folder in one step, and return its path. One of the same name is replaced only on demand.

    Raises FileRefused with the reason, FileExists and FolderNotWritable.
    """
    path = safe_name(seeds, name)
    target = seeds / path
    incoming = seeds / f"{_ON_THE_WAY}{secrets.token_hex(8)}"
    with _changing(f"cannot be stored in {seeds}"):
        try:
            _write(incoming, content)
            if not replace:
                _reserve(target)
            elif target.is_dir() and not target.is_symlink():
                raise FileRefused("has the name of a folder; rename it")
            incoming.replace(target)
        finally:
            incoming.unlink(missing_ok=True)
        sync(seeds)
    return path


def remove_file(seeds: Path, path: str) -> None:
    """Take the file at `path` out of the folder; of a link, the link alone. Raises FolderNotWritable.

    Raises UnknownDocument when it is not there any more.
    """
    location = seeds / path
    gone = UnknownDocument(f"the file {path} is no longer in the folder; the index will follow shortly")
    if location.parent.resolve() != location.parent:  # a link stands in the place of a folder by now
        raise gone
    with _changing(f"{path} cannot be removed from {seeds}"):
        try:
            location.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise gone from None
        sync(location.parent)


def path_of(seeds: Path, snapshot: Snapshot | None, id_or_path: str) -> str:
    """Return the path of a document, also of one that is not indexed yet or cannot be read. Raises UnknownDocument."""
    if snapshot is not None:
        with suppress(UnknownDocument):
            return snapshot.document(id_or_path).path
    for file in scan(seeds)[0]:
        if id_or_path in (file.path, document_id(file.path)):
            return file.path
    raise UnknownDocument(f"there is no document {id_or_path!r}; GET /v1/documents lists them")


def remove_unfinished(seeds: Path) -> None:
    """Remove what was on its way when the service was killed."""
    with suppress(OSError):  # what cannot be removed is hidden, and hurts nobody
        for left in seeds.glob(f"{_ON_THE_WAY}*"):
            left.unlink(missing_ok=True)


def safe_name(seeds: Path, name: str) -> str:
    """Return the name, with its accents composed, that a file will have in the folder. Raises FileRefused."""
    name = unicodedata.normalize("NFC", name)
    reserved = _RESERVED.search(name)
    if not name.strip():
        raise FileRefused("has no name; give it one")
    if reserved:
        raise FileRefused(f"has {reserved.group()!r} in its name, which not every system can store; rename it")
    if _RESERVED_NAME.fullmatch(name) or name.endswith((".", " ")) or name.startswith(" "):
        raise FileRefused("has a name that not every system can store; rename it")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise FileRefused("has a name that is not valid Unicode; rename it") from None
    if size > _LONGEST_NAME:
        raise FileRefused(f"has a name of {size} bytes, and at most {_LONGEST_NAME} can be stored; shorten it")
    if name.startswith("."):
        raise FileRefused("has a name that begins with a dot, which hides it; rename it")
    if IgnoreRules(seeds).ignores(name):
        raise FileRefused(f"would be ignored, as a temporary file or by {IGNORE_FILE}; rename it")
    try:
        reader_of(name)
    except UnreadableFile as error:
        raise FileRefused(str(error)) from None
    return name


def _write(incoming: Path, content: BinaryIO) -> None:
    with incoming.open("xb") as written:
        shutil.copyfileobj(content, written)
        if written.tell() > LARGEST_FILE:
            raise FileRefused(f"is larger than {LARGEST_FILE // 2**20} MiB; split it")
        written.flush()
        os.fsync(written.fileno())


def _reserve(target: Path) -> None:
    """Take a name that nobody has, in one step, so that of two who want it one gets it."""
    try:
        target.open("xb").close()
    except FileExistsError:
        raise FileExists("is in the folder already; rename it, or send it with replace=true") from None


@contextmanager
def _changing(failed: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderNotWritable(f"{failed}: {error.strerror}; see to its permissions and its disk") from None
