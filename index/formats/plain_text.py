"""Plain text: paragraphs by blank lines, list items by their markers, pages by form feeds."""

import re
from collections.abc import Iterator

from index.formats.extraction import Block, BlockKind, Extraction
from index.formats.text_encoding import decode

_LINE = re.compile(r"([^\r\n\f]*)(\r\n|\r|\n|\f|\Z)")
_MARKER = re.compile(r"\s*(?:[-*•‣–]|\(?\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
#: Nobody wraps by hand beyond this many characters; there, every line end is meant.
_WIDEST_WRAP = 120
#: A line that leaves this share of the paragraph's width empty was ended on purpose.
_DELIBERATE = 0.75
_LONGEST_TITLE = 100


def extract(data: bytes) -> Extraction:
    """Read plain text; the first line, when it stands alone and is short, is the title."""
    text = decode(data)
    blocks = list(paragraphs(text))
    title = None
    if len(blocks) > 1 and _is_title(text, blocks[0], blocks[1]):
        first = blocks[0]
        title = text[first.start : first.end]
        blocks[0] = Block(first.start, first.end, "heading", 1)
    pages = (0, *(i + 1 for i, character in enumerate(text) if character == "\f")) if "\f" in text else ()
    return Extraction(text, tuple(blocks), title, pages)


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
    return Block(start + _leading(text, start, end), end - _trailing(text, start, end), kind)


def _leading(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip())


def _trailing(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].rstrip())


def _is_title(text: str, first: Block, second: Block) -> bool:
    line = text[first.start : first.end]
    stands_alone = len(re.findall(r"\r\n|\r|\n", text[first.end : second.start])) > 1
    return (
        first.kind == "paragraph"
        and stands_alone
        and len(line) <= _LONGEST_TITLE
        and not re.search(r"[\r\n]|[.!?;:,]$", line)
    )
