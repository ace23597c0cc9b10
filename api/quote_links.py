"""Links to quotes. A link outlives a change of its document: the quote is found again by what stands around it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from urllib.parse import urlencode

from index.documents import Document
from index.sentences import sentences
from qa.replies import quote

#: Places looked at closely, so that no crafted link keeps the service busy.
_MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class QuoteLink:
    """What a link says of its quote: where it stood, in which version of the document, and what it read.

    `document_hash` and `quote_hash` are the beginnings of SHA-256 hashes.
    """

    start: int
    end: int
    document_hash: str = ""
    quote_hash: str = ""
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the quote of a link is now (`start == end` for nowhere), and what the reader must be told about it."""

    start: int
    end: int
    notice: str = ""


def quote_url(document: Document, start: int, end: int) -> str:
    """Return the address of a readable page with the slice `[start, end)` marked."""
    cut = quote(document, start, end)
    query = {
        "start": str(start),
        "end": str(end),
        "hash": document.content_hash.removeprefix("sha256:")[:16],
        "quote": _hash(cut.text),
        "prefix": cut.prefix,
        "suffix": cut.suffix,
    }
    return f"/documents/{document.id}?{urlencode({name: value for name, value in query.items() if value})}"


def follow(document: Document, link: QuoteLink) -> Found:
    """Find the slice that a link means in the document as it is now."""
    length = link.end - link.start
    if document.content_hash.removeprefix("sha256:").startswith(link.document_hash.removeprefix("sha256:")):
        if length > 0 and link.end <= len(document.text):
            return Found(link.start, link.end)
        return Found(0, 0, "This link points outside the document, so nothing is marked.")
    if not 0 < length <= len(document.text):
        return Found(0, 0, "This link marks nothing that can stand in the document.")
    changed = "This document has changed since the quote was taken"
    if not link.quote_hash:
        place = next(_places(document.text, link, length), None)
        if place is not None:
            return Found(place, place + length, f"{changed}. Marked is what stands in its place now.")
    for start in chain(_places(document.text, link, length), _sentences(document, length)):
        if _hash(document.text[start : start + length]) == link.quote_hash:
            return Found(start, start + length, f"{changed}. The quote was found again where it is now.")
    return Found(0, 0, f"{changed}, and the quote was not found again.")


def _places(text: str, link: QuoteLink, length: int) -> Iterator[int]:
    """Yield where a slice of this length stands behind the prefix or before the suffix, the nearest first."""
    ways = [
        way
        for surroundings, offset in ((link.prefix, len(link.prefix)), (link.suffix, -length))
        if surroundings
        for way in (
            _forwards(text, surroundings, offset, link.start),
            _backwards(text, surroundings, offset, link.start),
        )
    ]
    # Bounded before those that do not fit are left out, so that no long slice has the whole document searched.
    nearest = islice(merge(*ways, key=lambda start: abs(start - link.start)), _MOST_PLACES)
    return (start for start in nearest if 0 <= start <= len(text) - length)


def _forwards(text: str, surroundings: str, offset: int, start: int) -> Iterator[int]:
    """Yield what is `offset` behind where the surroundings begin, from `start` on."""
    at = text.find(surroundings, max(0, start - offset))
    while at >= 0:
        yield at + offset
        at = text.find(surroundings, at + 1)


def _backwards(text: str, surroundings: str, offset: int, start: int) -> Iterator[int]:
    """Yield what is `offset` behind where the surroundings begin, from before `start` back to the beginning."""
    end = start - offset - 1 + len(surroundings)
    while (at := text.rfind(surroundings, 0, max(0, end))) >= 0:
        yield at + offset
        end = at - 1 + len(surroundings)


def _sentences(document: Document, length: int) -> Iterator[int]:
    """Yield where sentences of this length begin: the words around a quote may have changed, and not the quote."""
    for sentence in sentences(document.text, document.blocks):
        if sentence.end - sentence.start == length:
            yield sentence.start


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
