"""Source code, settings, logs and subtitles, kept as they were written: lines between empty ones belong together."""

import re

from index.formats.extraction import Block, Extraction
from index.formats.text_encoding import decode

_STRETCH = re.compile(r"\S[^\r\n]*(?:(?:\r\n|\r|\n)[^\S\r\n]*\S[^\r\n]*)*")

#: The endings of names of files that are read so.
ENDINGS = (
    *(".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .scala .swift .c .h .cc .cpp .cxx .hpp .cs .go .rs .rb".split()),
    *(".php .pl .lua .r .jl .sh .bash .ps1 .sql .css .scss .xml .yaml .yml .toml .ini .cfg .conf .properties".split()),
    *".log .srt .vtt .tex .bib".split(),
)


def extract(data: bytes) -> Extraction:
    """Read text in which every line end is meant."""
    text = decode(data)
    blocks = (Block(match.start(), match.start() + len(match[0].rstrip()), "code") for match in _STRETCH.finditer(text))
    return Extraction(text, tuple(blocks))
