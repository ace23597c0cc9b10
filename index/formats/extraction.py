"""What reading a file yields: its text, and where the parts of that text begin and end."""

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["paragraph", "heading", "item", "row", "code"]

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that no sentence crosses; `level` is 1 to 6 for headings, else 0.

    `headings` is the slice that names the columns of a row, where its table has one; no row names its own. `number` is
    that of a row in its table or sheet, counted from 1 as a spreadsheet does, else 0.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    headings: tuple[int, int] | None = None
    number: int = 0

    def fields(self) -> list[int | str]:
        """Return what `of` makes the same block from, as JSON can hold it."""
        return [self.start, self.end, self.kind, self.level, self.number, *(self.headings or ())]

    @classmethod
    def of(cls, start: int, end: int, kind: BlockKind, level: int, number: int, *headings: int) -> "Block":
        return cls(start, end, kind, level, (headings[0], headings[1]) if headings else None, number)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file within a file that could not be read, and why; the rest of the file was."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """Text with its structure. Blocks are in order and do not overlap; `pages` are the offsets where pages begin."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    pages: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of `[start, end)` inwards past white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def valid_unicode(text: str) -> str:
    """Join the halves of surrogate pairs, and replace those that have lost their other half."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
