"""Links to quotes. A link outlives a change of its document: the quote is found again by what stands around it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from index.documents import Document
from qa.replies import quote


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
    changed = "This document has changed since the quote was taken"
    places = sorted(_places(document.text, link, length), key=lambda start: abs(start - link.start))
    for start in places:
        if link.quote_hash and _hash(document.text[start : start + length]) == link.quote_hash:
            return Found(start, start + length, f"{changed}. The quote was found again where it is now.")
    if places and not link.quote_hash:
        return Found(places[0], places[0] + length, f"{changed}. Marked is what stands in its place now.")
    return Found(0, 0, f"{changed}, and the quote is no longer in it.")


def _places(text: str, link: QuoteLink, length: int) -> Iterator[int]:
    """Yield where a slice of this length stands behind the prefix or before the suffix."""
    for surroundings, offset in ((link.prefix, len(link.prefix)), (link.suffix, -length)):
        at = text.find(surroundings) if surroundings else -1
        while at >= 0:
            if at + offset >= 0 and at + offset + length <= len(text):
                yield at + offset
            at = text.find(surroundings, at + 1)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
