"""JSON and JSON Lines, kept as they were written: a block is what stands at the top level."""

import json
import re
from collections.abc import Iterator

from index.errors import UnreadableFile
from index.formats.extraction import Block, Extraction, trimmed
from index.formats.text_encoding import decode

_SPACE = re.compile(r"[ \t\r\n]*")
_LINE = re.compile(r"[^\r\n]+")
_DECODER = json.JSONDecoder(strict=False)


def extract(data: bytes) -> Extraction:
    """Read JSON; each entry of an outermost list or object is a block."""
    text = decode(data)
    try:
        return Extraction(text, tuple(_entries(text)))
    except json.JSONDecodeError as error:
        raise UnreadableFile(_advice(text, error.pos, error.msg)) from None
    except RecursionError:
        raise UnreadableFile("is nested too deeply; rename it to end in .txt to have it read as text") from None


def extract_lines(data: bytes) -> Extraction:
    """Read JSON Lines; each line is a block."""
    text = decode(data)
    blocks: list[Block] = []
    for line in _LINE.finditer(text):
        start, end = trimmed(text, *line.span())
        if start < end:
            try:
                _DECODER.decode(text[start:end])
            except json.JSONDecodeError as error:
                raise UnreadableFile(_advice(text, start + error.pos, error.msg)) from None
            blocks.append(Block(start, end, "code"))
    return Extraction(text, tuple(blocks))


def _entries(text: str) -> Iterator[Block]:
    """Yield the entries of the outermost list or object, or all of it where it is neither."""
    whole = trimmed(text, 0, len(text))
    value = _DECODER.decode(text)  # from here on it is known to be valid
    if not isinstance(value, list | dict):
        yield Block(*whole, "code")
        return
    at = _after_space(text, whole[0] + 1)
    while text[at] not in "]}":
        start = at
        if isinstance(value, dict):
            _, key_end = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, key_end) + 1)
        _, end = _DECODER.raw_decode(text, at)
        yield Block(start, end, "code")
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _advice(text: str, at: int, reason: str) -> str:
    line = len(re.findall(r"\r\n|\r|\n", text[:at])) + 1
    return f"is not valid JSON at line {line} ({reason}); mend it, or rename it to end in .txt to have it read as text"
