"""Document: one file of the folder as extracted text. Which reader a file gets, and why a file cannot be read."""

import base64
import hashlib
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from index.formats import extract
from index.formats.extraction import Block, Extraction, LeftOut

#: Larger files are refused by name rather than read into memory.
LARGEST_FILE = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text. All offsets are Unicode code points into `text`; `content_hash` is of its UTF-8."""

    id: str
    path: str
    title: str
    text: str
    content_hash: str
    modified: datetime
    blocks: tuple[Block, ...]
    pages: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the page that holds `offset`, counted from 1, where the format has pages."""
        return bisect_right(self.pages, offset) or None

    def line(self, offset: int) -> int:
        """Return the line of the text that holds `offset`, counted from 1."""
        newlines = self.text.count("\n", 0, offset)
        lone_returns = self.text.count("\r", 0, offset) - self.text.count("\r\n", 0, offset)
        return newlines + lone_returns + 1

    def row(self, offset: int) -> int | None:
        """Return the number of the table's row that holds `offset`, counted from 1, where one does."""
        at = bisect_right(self.blocks, offset, key=lambda block: block.end)
        return (at < len(self.blocks) and self.blocks[at].start <= offset and self.blocks[at].number) or None

    def names_column(self, offset: int) -> bool:
        """Tell whether `offset` stands in what names the columns of the rows below it."""
        for at in range(bisect_right(self.blocks, offset, key=lambda block: block.end), len(self.blocks)):
            block = self.blocks[at]
            if block.kind != "row":
                return False
            if block.headings is not None:
                return block.headings[0] <= offset < block.headings[1]
        return False

    def heading_path(self, offset: int) -> tuple[str, ...]:
        """Return the headings over `offset`, outermost first."""
        path: list[Block] = []
        for block in self.blocks:
            if block.start > offset:
                break
            if block.kind == "heading":
                path = [heading for heading in path if heading.level < block.level] + [block]
        return tuple(self.text[heading.start : heading.end] for heading in path)


def document_id(path: str) -> str:
    """Return the id of the document at `path`: short, URL-safe, and the same whatever the file holds."""
    digest = hashlib.blake2b(path.encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` in the form that every hash of Seedbed has."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def read_document(
    path: str, data: bytes, modified: float, extract: Callable[[str, bytes], Extraction] = extract
) -> Document:
    """Turn the bytes of the file at `path` (relative, with slashes) into a document.

    Raises what `extract` does: UnreadableFile with the reason when they cannot be read.
    """
    extraction = extract(path, data)
    return Document(
        id=document_id(path),
        path=path,
        title=extraction.title or PurePosixPath(path).stem.replace("_", " ").replace("-", " "),
        text=extraction.text,
        content_hash=sha256(extraction.text.encode()),
        modified=datetime.fromtimestamp(modified, UTC),
        blocks=extraction.blocks,
        pages=extraction.pages,
        left_out=extraction.left_out,
    )
