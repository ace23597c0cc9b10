"""Plain text: paragraphs by blank lines, list items by their markers, pages by form feeds."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from index.formats.extraction import Block, BlockKind, Extraction, trimmed
from index.formats.text_encoding import decode

_LINE = re.compile(r"([^\r\n\f]*)(\r\n|\r|\n|\f|\Z)")
_MARKER = re.compile(r"\s*(?:[-*•‣–]|\(?\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
#: Nobody wraps by hand beyond this many characters; there, every line end is meant.
_WIDEST_WRAP = 120
#: A line that leaves this share of the paragraph's width empty was ended on purpose.
_DELIBERATE = 0.75
_LONGEST_HEADING = 80


def extract(data: bytes) -> Extraction:
    """Read plain text; a short line that stands alone is a heading, and at the very top the title."""
    text = decode(data)
    found = list(paragraphs(text))
    blocks = tuple(
        Block(block.start, block.end, "heading", 2 if i else 1) if _is_heading(text, block, after) else block
        for i, (block, after) in enumerate(zip_longest(found, found[1:]))
    )
    first = blocks[0] if blocks and blocks[0].kind == "heading" else None
    title = text[first.start : first.end] if first else None
    pages = (0, *(i + 1 for i, character in enumerate(text) if character == "\f")) if "\f" in text else ()
    return Extraction(text, blocks, title, pages)


def paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """Yield the paragraphs and list items of `text[start:end]`, in document offsets."""
    lines: list[tuple[int, int]] = []
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        line_start, line_end = match.span(1)
        if text[line_start:line_end].strip():
            lines.append((line_start, line_end))
        if lines and (line_start == line_end or not text[line_start:line_end].strip() or match[2] == "\f"):
            yield from _split(text, lines)
            lines = []
    if lines:
        yield from _split(text, lines)


def _split(text: str, lines: list[tuple[int, int]]) -> Iterator[Block]:
    """Cut neighbouring lines into paragraphs where a line end was meant rather than forced by the margin.

    A wrapped line ends where the next word no longer fitted; a line with room left for that word was ended on purpose.
    """
    width = max(end - start for start, end in lines)
    first = 0
    for i in range(1, len(lines) + 1):
        if i < len(lines):
            start, end = lines[i]
            words = text[start:end].split(maxsplit=1)
            room_needed = lines[i - 1][1] - lines[i - 1][0] + 1 + len(words[0])
            meant = width > _WIDEST_WRAP or room_needed <= _DELIBERATE * width
            if not meant and not _MARKER.match(text, start, end):
                continue
        yield _block(text, lines[first][0], lines[i - 1][1])
        first = i


def _block(text: str, start: int, end: int) -> Block:
    marker = _MARKER.match(text, start, end)
    kind: BlockKind = "item" if marker else "paragraph"
    start = marker.end() if marker else start
    return Block(*trimmed(text, start, end), kind)


def _is_heading(text: str, block: Block, after: Block | None) -> bool:
    """Tell whether a block is a short line that stands alone, without figures or a closing mark, before other text."""
    if after is None or block.kind != "paragraph" or block.end - block.start > _LONGEST_HEADING:
        return False
    line = text[block.start : block.end]
    parted = len(re.findall(r"\r\n|\r|\n", text[block.end : after.start])) > 1
    has_figures = re.search(r"\d", line) is not None and block.start > 0
    return parted and line[0].isupper() and not has_figures and not re.search(r"[\r\n]|[.!?;:,]$", line)
