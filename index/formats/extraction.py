"""What reading a file yields: its text, and where the parts of that text begin and end."""

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["paragraph", "heading", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that no sentence crosses; `level` is 1 to 6 for headings, else 0."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class Extraction:
    """Text with its structure. Blocks are in order and do not overlap; `pages` are the offsets where pages begin."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    pages: tuple[int, ...] = ()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of `[start, end)` inwards past white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
